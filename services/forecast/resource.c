#include "services/forecast/resource.h"

#include <stdlib.h>

#include "services/forecast/errand.h"
#include "services/forecast/import_job.h"
#include "services/forecast/tag.h"

/* ---- names ---- */

struct str resource_name_of(struct str arn)
{
    for (size_t slash; (slash = str_find_byte(arn, '/')) != SIZE_MAX;)
        arn = str_from(arn, slash + 1);
    return arn;
}

char *resource_arn(struct call *call, const struct resource_kind *kind, struct str parent_arn, struct str name)
{
    struct scope scope = call_scope(call);
    if (!kind->nested)
        return arn_make(call->arena, "forecast", scope.region, scope.account, "%s/%.*s", kind->noun, STR_ARG(name));
    return arn_make(call->arena, "forecast", scope.region, scope.account, "%s/%.*s/%.*s", kind->noun,
                    STR_ARG(resource_name_of(parent_arn)), STR_ARG(name));
}

/* ---- rows ---- */

const cJSON *resource_get(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn)
{
    struct json *row = arn.length ? store_get(world->store, scope, kind->table, arn) : NULL;
    return row ? json_root(row) : NULL;
}

/* The sentence is that of public records of other resources of this service: the ARN behind a colon is ours. */
static void fail_not_found(struct call *call, struct str arn)
{
    call_fail(call, &FORECAST_RESOURCE_NOT_FOUND_EXCEPTION, "No resource found with ARN %.*s", STR_ARG(arn));
}

const cJSON *resource_find(struct call *call, const struct resource_kind *kind, struct str arn)
{
    const cJSON *row = resource_kind_of(arn) == kind ? resource_get(call->world, call_scope(call), kind, arn) : NULL;
    if (!row)
        fail_not_found(call, arn);
    return row;
}

bool resource_is(const cJSON *row, const char *status)
{
    return str_is(json_str(row, "Status"), status);
}

bool resource_is_ready(struct call *call, const struct resource_kind *kind, const cJSON *row)
{
    if (resource_is(row, "ACTIVE"))
        return true;
    call_fail(call, &FORECAST_RESOURCE_IN_USE_EXCEPTION, "The %s %s is in the state %s and must be ACTIVE.",
              kind->title, json_string(row, kind->arn), json_string(row, "Status"));
    return false;
}

bool resource_each(struct world *world, struct scope scope, const struct resource_kind *kind, const char *member,
                   struct str value, bool (*visit)(const cJSON *row, void *data), void *data)
{
    struct cursor at = store_seek_from(world->store, scope, kind->table, NULL, STR(""));
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        if ((!member || str_equal(json_str(row, member), value)) && visit(row, data)) {
            store_close(&at);
            return true;
        }
    }
    return false;
}

void resource_change(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn,
                     void (*change)(cJSON *row, const void *data), const void *data)
{
    const cJSON *now = resource_get(world, scope, kind, arn);
    if (!now)
        return;
    cJSON *row = json_thaw(now);
    change(row, data);
    json_set_int64(row, "LastModificationTime", clock_now(world->clock));
    store_put(world->store, scope, kind->table, arn, json_seal(row));
}

/* ---- creating ---- */

static bool is_under_way(const cJSON *row)
{
    return resource_is(row, "CREATE_PENDING") || resource_is(row, "CREATE_IN_PROGRESS");
}

struct tally {
    int all, under_way;
};

static bool count_row(const cJSON *row, void *data)
{
    struct tally *tally = data;
    tally->all++;
    tally->under_way += is_under_way(row);
    return false;
}

/* "Guidelines and Quotas" has the numbers; no public record shows the sentences: they are ours. */
static bool check_quota(struct call *call, const struct resource_kind *kind)
{
    struct tally tally = { 0, 0 };
    resource_each(call->world, call_scope(call), kind, NULL, STR_NONE, count_row, &tally);
    if (tally.all >= kind->most)
        call_fail(call, &FORECAST_LIMIT_EXCEEDED_EXCEPTION,
                  "The limit of %d for the number of resources of the type %s is reached.", kind->most, kind->title);
    else if (kind->most_under_way && tally.under_way >= kind->most_under_way)
        call_fail(call, &FORECAST_LIMIT_EXCEEDED_EXCEPTION,
                  "The limit of %d for tasks of the type %s that run in parallel is reached.", kind->most_under_way,
                  kind->title);
    return !call->error.kind;
}

/* "Failed to create Dataset" is AWS's (FAULTS FC5); the other kinds' words are made after it. */
static enum outcome fail_exists(struct call *call, const struct resource_kind *kind)
{
    struct str name = str_of(kind->name);
    return call_fail(call, &FORECAST_RESOURCE_ALREADY_EXISTS_EXCEPTION, "Failed to create %.*s",
                     (int)(name.length - strlen("Name")), name.at);
}

cJSON *resource_new(struct call *call, const struct resource_kind *kind)
{
    struct str parent = kind->nested ? input_str(call, kind->parent) : STR_NONE;
    const char *arn = resource_arn(call, kind, parent, input_str(call, kind->name));
    if (resource_get(call->world, call_scope(call), kind, str_of(arn))) {
        fail_exists(call, kind);
        return NULL;
    }
    if (!check_quota(call, kind) || !forecast_tag_check(call, NULL))
        return NULL;
    cJSON *row = cJSON_CreateObject();
    const cJSON *member;
    cJSON_ArrayForEach(member, call->input)
    {
        if (strcmp(member->string, "Tags") != 0)
            json_set(row, member->string, json_thaw(member));
    }
    json_set_string(row, kind->arn, arn);
    forecast_tag_keep(row, json_get(call->input, "Tags"));
    return row;
}

void resource_begin_row(struct world *world, struct scope scope, const struct resource_kind *kind, cJSON *row)
{
    struct str arn = json_str(row, kind->arn);
    json_set_string(row, "Status", kind->errand ? "CREATE_PENDING" : "ACTIVE");
    json_set_int64(row, "CreationTime", clock_now(world->clock));
    json_set_int64(row, "LastModificationTime", clock_now(world->clock));
    char *key = memory_copy(arn);
    store_put(world->store, scope, kind->table, str_of(key), json_seal(row));
    if (kind->errand)
        lifecycle_begin(world, kind->life, scope, str_of(key));
    free(key);
}

enum outcome resource_begin(struct call *call, const struct resource_kind *kind, cJSON *row_taken)
{
    output_string(call, kind->arn, json_string(row_taken, kind->arn));
    resource_begin_row(call->world, call_scope(call), kind, row_taken);
    return CALL_DONE;
}

/* ---- describing ---- */

/* Which kind a call is about: the member of its input that is one's ARN. */
static const struct resource_kind *kind_asked(const struct call *call, struct str *ret_arn)
{
    for (const struct resource_kind *const *kind = resource_kinds; *kind; kind++) {
        *ret_arn = input_str(call, (*kind)->arn);
        if (ret_arn->at)
            return *kind;
    }
    return NULL;
}

static int64_t minutes_left(struct world *world, const cJSON *row)
{
    int64_t left = json_int64(row, "_due", 0) - clock_now(world->clock);
    return left > 0 ? (left + 59999) / 60000 : 1;
}

void resource_tell(struct call *call, const struct shape *shape, const cJSON *row, cJSON *out)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const cJSON *value = json_get(row, member->name);
        if (strcmp(member->name, "EstimatedTimeRemainingInMinutes") == 0) {
            if (is_under_way(row))
                json_set_int64(out, member->name, minutes_left(call->world, row));
        } else if (value && member->shape->kind == SHAPE_TIMESTAMP) {
            json_set(out, member->name, json_new_time(json_to_int64(value)));
        } else if (value) {
            json_set(out, member->name, json_thaw(value));
        }
    }
}

enum outcome describe_resource(struct call *call)
{
    struct str arn;
    const struct resource_kind *kind = kind_asked(call, &arn);
    const cJSON *row = resource_find(call, kind, arn);
    if (!row)
        return CALL_FAILED;
    resource_tell(call, call->operation->output, row, call_output(call));
    return CALL_DONE;
}

/* ---- deleting ---- */

static bool can_be_deleted(const cJSON *row)
{
    static const char *const at_rest[] = { "ACTIVE", "CREATE_FAILED", "CREATE_STOPPED", "ACTIVE_STOPPED",
                                           "UPDATE_FAILED" };
    for (size_t i = 0; i < sizeof at_rest / sizeof *at_rest; i++)
        if (resource_is(row, at_rest[i]))
            return true;
    return false;
}

static bool is_there(const cJSON *row, void *data)
{
    return true;
}

/* What was made from this resource: of every kind that names it as its parent. */
static const struct resource_kind *kind_of_child(struct call *call, struct str arn)
{
    for (const struct resource_kind *const *kind = resource_kinds; *kind; kind++)
        if ((*kind)->parent &&
            resource_each(call->world, call_scope(call), *kind, (*kind)->parent, arn, is_there, NULL))
            return *kind;
    return NULL;
}

static enum outcome begin_deleting(struct call *call, const struct resource_kind *kind, struct str arn,
                                   const cJSON *row)
{
    if (kind == &kind_import)
        forecast_import_forget(call->world, call_scope(call), row);
    lifecycle_move(call->world, kind->life, call_scope(call), arn, "DELETE_PENDING");
    return CALL_DONE;
}

#define TREE_DEPTH 8

/* Collects what hangs below `arn`, children behind their parents. */
static void gather_tree(struct call *call, struct str arn, cJSON *arns, int depth);

struct gathering {
    struct call *call;
    const struct resource_kind *kind;
    cJSON *arns;
};

static bool gather_one(const cJSON *row, void *data)
{
    struct gathering *gathering = data;
    json_add(gathering->arns, json_new_string(json_str(row, gathering->kind->arn)));
    return false;
}

static void gather_tree(struct call *call, struct str arn, cJSON *arns, int depth)
{
    for (const struct resource_kind *const *kind = resource_kinds; *kind && depth < TREE_DEPTH; kind++) {
        if (!(*kind)->parent)
            continue;
        cJSON *found = cJSON_CreateArray();
        struct gathering gathering = { call, *kind, found };
        resource_each(call->world, call_scope(call), *kind, (*kind)->parent, arn, gather_one, &gathering);
        for (const cJSON *child = found->child; child; child = child->next) {
            json_add(arns, json_new_string(json_value(child)));
            gather_tree(call, json_value(child), arns, depth + 1);
        }
        cJSON_Delete(found);
    }
}

/* Imports of a dataset and evaluations of a monitor are nothing without it. */
static bool takes_children_along(const struct resource_kind *kind)
{
    return kind == &kind_dataset || kind == &kind_monitor;
}

static enum outcome fail_in_use(struct call *call, const struct resource_kind *kind, struct str arn, const cJSON *row)
{
    return call_fail(call, &FORECAST_RESOURCE_IN_USE_EXCEPTION, "The %s %.*s is in the state %s and cannot be deleted.",
                     kind->title, STR_ARG(arn), json_string(row, "Status"));
}

/* All of them, or none where one is under way. */
static enum outcome delete_all(struct call *call, const cJSON *arns)
{
    const cJSON *one;
    for (bool checked = false;; checked = true) {
        cJSON_ArrayForEach(one, arns)
        {
            const struct resource_kind *kind = resource_kind_of(json_value(one));
            const cJSON *row = resource_get(call->world, call_scope(call), kind, json_value(one));
            if (row && !checked && is_under_way(row))
                return fail_in_use(call, kind, json_value(one), row);
            if (row && checked && !str_starts(json_str(row, "Status"), STR("DELETE_")))
                begin_deleting(call, kind, json_value(one), row);
        }
        if (checked)
            return CALL_DONE;
    }
}

static enum outcome delete_tree(struct call *call, struct str arn)
{
    cJSON *arns = cJSON_CreateArray();
    json_add(arns, json_new_string(arn));
    gather_tree(call, arn, arns, 0);
    enum outcome outcome = delete_all(call, arns);
    cJSON_Delete(arns);
    return outcome;
}

/* The sentences are ours. A dataset goes even where a group names it: "Forecast does not automatically update any dataset
 * groups that contain the deleted dataset" (DeleteDataset). */
enum outcome delete_resource(struct call *call)
{
    struct str arn;
    const struct resource_kind *kind = kind_asked(call, &arn);
    const cJSON *row = resource_find(call, kind, arn);
    if (!row)
        return CALL_FAILED;
    if (!can_be_deleted(row))
        return fail_in_use(call, kind, arn, row);
    if (takes_children_along(kind))
        return delete_tree(call, arn);
    const struct resource_kind *child = kind_of_child(call, arn);
    if (child)
        return call_fail(call, &FORECAST_RESOURCE_IN_USE_EXCEPTION,
                         "The %s %.*s has resources of the type %s that depend on it.", kind->title, STR_ARG(arn),
                         child->title);
    return begin_deleting(call, kind, arn, row);
}

/* "DeleteResourceTree will only delete Amazon Forecast resources … the parent resource and its child resources" (API). */
enum outcome delete_resource_tree(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    const struct resource_kind *kind = resource_kind_of(arn);
    if (kind && resource_get(call->world, call_scope(call), kind, arn))
        return delete_tree(call, arn);
    fail_not_found(call, arn);
    return CALL_FAILED;
}

/* ---- stopping ---- */

static enum outcome stop_monitor(struct call *call, struct str arn, const cJSON *row)
{
    if (!resource_is(row, "ACTIVE"))
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                         "The monitor %.*s is in the state %s and must be ACTIVE.", STR_ARG(arn),
                         json_string(row, "Status"));
    lifecycle_move(call->world, kind_monitor.life, call_scope(call), arn, "ACTIVE_STOPPING");
    return CALL_DONE;
}

enum outcome stop_resource(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    const struct resource_kind *kind = resource_kind_of(arn);
    const cJSON *row = kind ? resource_get(call->world, call_scope(call), kind, arn) : NULL;
    if (!row) {
        fail_not_found(call, arn);
        return CALL_FAILED;
    }
    if (kind == &kind_monitor)
        return stop_monitor(call, arn, row);
    if (!kind->stops)
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "A resource of the type %s cannot be stopped.",
                         kind->title);
    if (is_under_way(row))
        lifecycle_move(call->world, kind->life, call_scope(call), arn, "CREATE_STOPPING");
    return CALL_DONE;
}

static void set_active(cJSON *row, const void *data)
{
    json_set_string(row, "Status", "ACTIVE");
}

/* "Resumes a stopped monitor resource." */
enum outcome resume_resource(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    const struct resource_kind *kind = resource_kind_of(arn);
    if (kind && kind != &kind_monitor)
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "Only a monitor can be resumed, and %.*s is a %s.",
                         STR_ARG(arn), kind->title);
    const cJSON *row = resource_find(call, &kind_monitor, arn);
    if (!row)
        return CALL_FAILED;
    if (!resource_is(row, "ACTIVE_STOPPED"))
        return call_fail(call, &FORECAST_RESOURCE_IN_USE_EXCEPTION,
                         "The monitor %.*s is in the state %s and must be ACTIVE_STOPPED.", STR_ARG(arn),
                         json_string(row, "Status"));
    resource_change(call->world, call_scope(call), kind, arn, set_active, NULL);
    return CALL_DONE;
}

/* ---- a start ---- */

struct recovery {
    struct world *world;
    const struct resource_kind *kind;
};

static void recover_one(struct scope scope, struct str key, struct json *row, void *data)
{
    const struct recovery *recovery = data;
    if (recovery->kind->errand && resource_is(json_root(row), "CREATE_IN_PROGRESS"))
        errand_start(recovery->world, scope, recovery->kind, key, json_int64(json_root(row), "_due", 0));
}

void resource_recover(struct world *world)
{
    for (const struct resource_kind *const *kind = resource_kinds; *kind; kind++)
        store_scan(world->store, (*kind)->table, recover_one, &(struct recovery){ world, *kind });
}
