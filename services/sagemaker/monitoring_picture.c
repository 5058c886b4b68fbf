#include "services/sagemaker/monitoring_picture.h"

#include "services/sagemaker/monitoring_schedule.h"
#include "services/sagemaker/names.h"

#define SCHEDULES_SHOWN  20
#define EXECUTIONS_SHOWN 24
#define FINDINGS_SHOWN   3 /* executions that are told with what they found */

static void set_text(cJSON *to, const char *name, const cJSON *row, const char *member)
{
    const char *text = json_string(row, member);
    json_set(to, name, text ? json_new_string(str_of(text)) : cJSON_CreateNull());
}

static void set_finding(cJSON *to, const cJSON *row, const char *name)
{
    const cJSON *found = json_get(json_get(row, "findings"), name);
    json_set(to, name, found ? json_thaw(found) : cJSON_CreateArray());
}

static cJSON *execution_of(const cJSON *row, bool with_findings)
{
    cJSON *told = cJSON_CreateObject();
    json_set_int64(told, "at", json_int64(row, "scheduled", 0));
    json_set_str(told, "status", json_str(row, "status"));
    set_text(told, "failure", row, "failure");
    set_text(told, "report", row, "report");
    if (with_findings) {
        set_finding(told, row, "violations");
        set_finding(told, row, "drifts");
    }
    return told;
}

static cJSON *executions_of(struct world *world, struct scope scope, struct str name)
{
    cJSON *list = cJSON_CreateArray();
    struct arena *arena = arena_new();
    struct str prefix = str_of(arena_printf(arena, "%s/", sagemaker_key(arena, name).at));
    struct str end = str_of(arena_printf(arena, "%s\xff", prefix.at));
    struct cursor at = store_seek(world->store, scope, &monitoring_execution_table, NULL, end, true);
    int count = 0;
    while (store_next_within(&at, prefix)) {
        json_add(list, execution_of(json_root(at.row), count < FINDINGS_SHOWN));
        if (++count < EXECUTIONS_SHOWN)
            continue;
        store_close(&at);
        break;
    }
    arena_free(arena);
    return list;
}

cJSON *monitoring_pictures(struct world *world, struct scope scope)
{
    cJSON *list = cJSON_CreateArray();
    struct cursor at = store_seek(world->store, scope, &monitoring_schedule_table, NULL, STR(""), false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        cJSON *told = cJSON_CreateObject();
        json_set_str(told, "name", json_str(row, "name"));
        json_set_str(told, "endpoint", json_str(row, "endpoint"));
        json_set_str(told, "type", json_str(row, "type"));
        json_set_str(told, "status", json_str(row, "status"));
        json_set_str(told, "alert", json_str(row, "alert"));
        json_set(told, "executions", executions_of(world, scope, json_str(row, "name")));
        json_add(list, told);
        if (cJSON_GetArraySize(list) < SCHEDULES_SHOWN)
            continue;
        store_close(&at);
        break;
    }
    return list;
}
