/* Edge: fleets of devices, the devices that were registered in them, and the jobs that package compiled models for them. AWS has ended
 * the agents' half (deployment plans, heartbeats): what a device would report is not there. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/tag.h"

KEPT_TABLE(device_fleet);
KEPT_TABLE(device);
KEPT_TABLE(edge_packaging_job);

static const struct lifecycle_step edge_packaging_job_steps[] = { { "STARTING", "INPROGRESS", KEPT_MINUTE / 2 },
                                                                  { "INPROGRESS", "COMPLETED", 2 * KEPT_MINUTE },
                                                                  { "STOPPING", "STOPPED", KEPT_MINUTE / 4 },
                                                                  { 0 } };
KEPT_LIFE(edge_packaging_job, kept_job_arrive);

static const struct kept_turn job_turns[] = { { KEPT_CREATE, NULL, "STARTING" },
                                              { KEPT_STOP, "STARTING, INPROGRESS", "STOPPING" },
                                              { 0 } };
static const struct kept_kind *const in_fleet[] = { &kept_device_fleet, NULL };

/* "SageMakerEdge-{DeviceFleetName}" is the guide's. */
static void tell_fleet(const struct call *call, const cJSON *row, cJSON *out)
{
    if (json_bool(row, "EnableIotRoleAlias", false))
        json_set_string(out, "IotRoleAlias",
                        arena_printf(call->arena, "SageMakerEdge-%s", json_string(row, "DeviceFleetName")));
}

const struct kept_kind kept_device_fleet = {
    .noun = "DeviceFleet",
    .nouns = "DeviceFleets",
    .type = "device-fleet",
    .path = "DeviceFleetName",
    .name = "DeviceFleetName",
    .arn = "DeviceFleetArn",
    .role = "RoleArn",
    .most = 1000,
    .table = &kept_device_fleet_table,
    .words = { .absent_kind = &ERROR_VALIDATION, .absent = "No devicefleet with name {DeviceFleetName} found." },
    .tell = tell_fleet,
};

const struct kept_kind kept_device = {
    .noun = "Device",
    .nouns = "Devices",
    .type = "device-fleet",
    .path = "DeviceFleetName/=device/DeviceName",
    .name = "DeviceName",
    .arn = "DeviceArn",
    .parents = in_fleet,
    .most = 10000,
    .table = &kept_device_table,
    .words = { .absent_kind = &ERROR_VALIDATION,
               .absent = "No device with name {DeviceName} found in fleet {DeviceFleetName}." },
};

/* ---- devices, some at a time ---- */

static cJSON *members_of(struct call *call, const cJSON *device)
{
    cJSON *members = device ? json_thaw(device) : cJSON_CreateObject();
    json_set_str(members, "DeviceFleetName", input_str(call, "DeviceFleetName"));
    return members;
}

static bool is_named_twice(const cJSON *device)
{
    for (const cJSON *other = device->next; other; other = other->next)
        if (str_equal_ignoring_case(json_str(other, "DeviceName"), json_str(device, "DeviceName")))
            return true;
    return false;
}

#define AT_A_TIME 1000 /* the model has no bound */

static bool check_count(struct call *call, const char *member)
{
    if (cJSON_GetArraySize(json_get(call->input, member)) <= AT_A_TIME)
        return true;
    call_fail(call, &ERROR_VALIDATION, "%s must have at most %d members.", member, AT_A_TIME); /* ours */
    return false;
}

/* All of the call's devices as rows, by `make`; NULL: one could not be made, and the call was failed. */
static cJSON *rows_of(struct call *call, cJSON *(*make)(struct call *call, const cJSON *members))
{
    const cJSON *device;
    if (!check_count(call, "Devices"))
        return NULL;
    cJSON *rows = cJSON_CreateArray();
    cJSON_ArrayForEach(device, json_get(call->input, "Devices"))
    {
        cJSON *members = members_of(call, device), *row = NULL;
        if (is_named_twice(device)) /* ours */
            call_fail(call, &ERROR_VALIDATION, "Device with name %s is there twice.",
                      json_string(device, "DeviceName"));
        else
            row = make(call, members);
        cJSON_Delete(members);
        if (!row) {
            cJSON_Delete(rows);
            return NULL;
        }
        json_add(rows, row);
    }
    return rows;
}

static enum outcome put_rows(struct call *call, cJSON *rows_taken, enum kept_verb verb)
{
    while (rows_taken && rows_taken->child) {
        cJSON *row = cJSON_DetachItemViaPointer(rows_taken, rows_taken->child);
        if (verb == KEPT_CREATE)
            sagemaker_tag_put(call, json_str(row, "arn"));
        kept_put(call, &kept_device, verb, kept_key(call, &kept_device, row), row);
    }
    cJSON_Delete(rows_taken);
    return call->error.kind ? CALL_FAILED : CALL_DONE;
}

static cJSON *new_device(struct call *call, const cJSON *members)
{
    return kept_new_row(call, &kept_device, members);
}

static cJSON *changed_device(struct call *call, const cJSON *members)
{
    struct json *kept = kept_find(call, &kept_device, members);
    cJSON *row = kept ? json_thaw(json_root(kept)) : NULL;
    const cJSON *member, *given = kept ? members : NULL;
    cJSON_ArrayForEach(member, given)
    {
        json_set(row, member->string, json_thaw(member));
    }
    return row;
}

enum outcome register_devices(struct call *call)
{
    return put_rows(call, rows_of(call, new_device), KEPT_CREATE);
}

enum outcome update_devices(struct call *call)
{
    return put_rows(call, rows_of(call, changed_device), KEPT_UPDATE);
}

enum outcome deregister_devices(struct call *call)
{
    const cJSON *name;
    if (!check_count(call, "DeviceNames") || !kept_find(call, &kept_device_fleet, call->input))
        return CALL_FAILED;
    cJSON_ArrayForEach(name, json_get(call->input, "DeviceNames"))
    {
        cJSON *members = members_of(call, NULL);
        json_set_str(members, "DeviceName", json_value(name));
        struct json *row = kept_get(call, &kept_device, members);
        struct str key = kept_key(call, &kept_device, members);
        cJSON_Delete(members);
        if (row)
            kept_remove(call->world, call_scope(call), &kept_device, key,
                        arena_str(call->arena, json_str(json_root(row), "arn")));
    }
    return CALL_DONE;
}

/* ---- packaging ---- */

static bool check_packaging(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct json *compiled = verb == KEPT_CREATE ? kept_find(call, &kept_compilation_job, row) : NULL;
    if (verb != KEPT_CREATE)
        return true;
    if (!compiled)
        return false;
    if (str_is(json_str(json_root(compiled), "status"), "COMPLETED"))
        return true;
    call_fail(call, &ERROR_VALIDATION, "CompilationJob %s is not in COMPLETED state.",
              json_string(row, "CompilationJobName")); /* ours */
    return false;
}

static void tell_packaging(const struct call *call, const cJSON *row, cJSON *out)
{
    if (str_is(json_str(row, "status"), "COMPLETED"))
        json_set_string(out, "ModelArtifact",
                        arena_printf(call->arena, "%s/%s-%s.tar.gz",
                                     json_string(json_get(row, "OutputConfig"), "S3OutputLocation"),
                                     json_string(row, "ModelName"), json_string(row, "ModelVersion")));
}

const struct kept_kind kept_edge_packaging_job = {
    .noun = "EdgePackagingJob",
    .nouns = "EdgePackagingJobs",
    .type = "edge-packaging-job",
    .path = "EdgePackagingJobName",
    .name = "EdgePackagingJobName",
    .arn = "EdgePackagingJobArn",
    .status = "EdgePackagingJobStatus",
    .role = "RoleArn",
    .most = 1000,
    .turns = job_turns,
    .life = &edge_packaging_job_life,
    .table = &kept_edge_packaging_job_table,
    .check = check_packaging,
    .tell = tell_packaging,
};
