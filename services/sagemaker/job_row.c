#include "services/sagemaker/job_row.h"

#include "services/sagemaker/trial_job.h"
#include "world/bus.h"

static bool is_final(const char *status)
{
    return strcmp(status, "Completed") == 0 || strcmp(status, "Failed") == 0 || strcmp(status, "Stopped") == 0;
}

static cJSON *find_transition(const cJSON *list, const char *status)
{
    cJSON *entry;
    cJSON_ArrayForEach(entry, list)
    {
        if (str_is(json_str(entry, "Status"), status))
            return entry;
    }
    return NULL;
}

/* A further message of the same status takes the place of the one before, as on AWS; what is done anew after a restart is no
 * further entry. */
static void add_transition(cJSON *row, const struct job_news *news, int64_t now_ms)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(row, "transitions");
    if (!list) {
        list = cJSON_CreateArray();
        json_set(row, "transitions", list);
    }
    cJSON *last = list->child ? list->child->prev : NULL;
    cJSON *found = find_transition(list, news->secondary);
    if (last && !found)
        json_set_int64(last, "EndTime", now_ms);
    if (found) {
        last = found;
    } else {
        last = cJSON_CreateObject();
        json_set_string(last, "Status", news->secondary);
        json_set_int64(last, "StartTime", now_ms);
        json_add(list, last);
    }
    if (is_final(news->status))
        json_set_int64(last, "EndTime", now_ms);
    json_set_string(last, "StatusMessage", news->message);
}

static void set_times(cJSON *row, const struct job_news *news, int64_t now_ms)
{
    json_set_int64(row, "modified", now_ms);
    if (strcmp(news->secondary, "Downloading") == 0 && !json_get(row, "started"))
        json_set_int64(row, "started", now_ms);
    if (is_final(news->status))
        json_set_int64(row, "ended", now_ms);
}

static void tell(struct world *world, struct scope scope, const struct job_kind *kind, const cJSON *row)
{
    cJSON *detail = cJSON_CreateObject();
    json_set_str(detail, "status", json_str(row, "status"));
    json_set_str(detail, "secondary", json_str(row, "secondary"));
    bus_post(world->bus, kind->topic, scope, json_str(row, "arn"), json_seal(detail));
}

void job_row_note(struct world *world, struct scope scope, const struct job_kind *kind, struct str key,
                  const struct job_news *news, struct job *job_or_null)
{
    struct json *old = store_get(world->store, scope, kind->table, key);
    cJSON *row = json_thaw(json_root(old));
    int64_t now_ms = clock_now(world->clock);
    json_set_string(row, "status", news->status);
    json_set_string(row, "secondary", news->secondary);
    set_times(row, news, now_ms);
    add_transition(row, news, now_ms);
    if (job_or_null && strcmp(news->status, "Failed") == 0)
        json_set_string(row, "failure", job_or_null->reason);
    if (job_or_null && is_final(news->status) && kind->settle)
        kind->settle(job_or_null, row);
    struct json *sealed = json_seal(row);
    store_put(world->store, scope, kind->table, key, sealed);
    trial_job_note(world, scope, kind, json_root(sealed));
    tell(world, scope, kind, json_root(sealed));
}

void job_row_course(struct job *job, int64_t from_ms)
{
    struct world *world = job_world(job);
    struct str key = str_of(job->key);
    cJSON *row = json_thaw(json_root(store_get(world->store, job->scope, job->kind->table, key)));
    json_set_int64(job->run->course, "from", from_ms);
    json_set_int64(job->run->course, "until", job->until_ms);
    json_set(row, "course", json_thaw(job->run->course));
    struct json *sealed = json_seal(row);
    store_put(world->store, job->scope, job->kind->table, key, sealed);
    tell(world, job->scope, job->kind, json_root(sealed));
}

cJSON *job_row_transitions(const cJSON *row)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *kept;
    cJSON_ArrayForEach(kept, json_get(row, "transitions"))
    {
        cJSON *entry = cJSON_CreateObject();
        json_set_str(entry, "Status", json_str(kept, "Status"));
        json_set(entry, "StartTime", json_new_time(json_int64(kept, "StartTime", 0)));
        if (json_get(kept, "EndTime"))
            json_set(entry, "EndTime", json_new_time(json_int64(kept, "EndTime", 0)));
        json_set_str(entry, "StatusMessage", json_str(kept, "StatusMessage"));
        json_add(list, entry);
    }
    return list;
}
