/* HyperPod clusters: groups of instances, whose nodes stand in the cluster's row ("nodes": [{"InstanceId", "InstanceGroupName", "since"}]),
 * and what is governed in them: scheduler configurations and compute quotas. */
#include "aws/authorise.h"
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/quota.h"

KEPT_TABLE(cluster);
KEPT_TABLE(cluster_scheduler_config);
KEPT_TABLE(compute_quota);

static const struct lifecycle_step cluster_steps[] = { { "Creating", "InService", 8 * KEPT_MINUTE },
                                                       { "Updating", "InService", 4 * KEPT_MINUTE },
                                                       { "SystemUpdating", "InService", 8 * KEPT_MINUTE },
                                                       { "Deleting", NULL, 3 * KEPT_MINUTE },
                                                       { 0 } };
static const struct lifecycle_step cluster_scheduler_config_steps[] = { { "Creating", "Created", KEPT_MINUTE / 2 },
                                                                        { "Updating", "Updated", KEPT_MINUTE / 2 },
                                                                        { "Deleting", NULL, KEPT_MINUTE / 2 },
                                                                        { 0 } };
#define compute_quota_steps cluster_scheduler_config_steps
KEPT_LIFE(cluster, kept_arrive);
KEPT_LIFE(cluster_scheduler_config, kept_arrive);
KEPT_LIFE(compute_quota, kept_arrive);

static const struct kept_turn turns[] = {
    { KEPT_CREATE, NULL, "Creating" }, { KEPT_UPDATE, NULL, "Updating" }, { KEPT_DELETE, NULL, "Deleting" }, { 0 }
};

/* ---- nodes ---- */

static int64_t nodes_of(const cJSON *row, struct str group)
{
    int64_t count = 0;
    const cJSON *node;
    cJSON_ArrayForEach(node, json_get(row, "nodes"))
    {
        count += str_equal(json_str(node, "InstanceGroupName"), group);
    }
    return count;
}

static void add_node(struct call *call, cJSON *row, struct str group)
{
    char id[18];
    cJSON *node = cJSON_CreateObject(), *nodes = cJSON_GetObjectItemCaseSensitive(row, "nodes");
    random_text(&call->world->random, "0123456789abcdef", 17, id);
    json_set_string(node, "InstanceId", arena_printf(call->arena, "i-%s", id));
    json_set_str(node, "InstanceGroupName", group);
    json_set_int64(node, "since", clock_now(call->world->clock));
    json_add(nodes, node);
}

static const cJSON *group_named(const cJSON *row, struct str name)
{
    const cJSON *group;
    cJSON_ArrayForEach(group, json_get(row, "InstanceGroups"))
    {
        if (str_equal(json_str(group, "InstanceGroupName"), name))
            return group;
    }
    return NULL;
}

/* The last ones go first. */
static void drop_nodes(cJSON *row)
{
    cJSON *nodes = cJSON_GetObjectItemCaseSensitive(row, "nodes"), *before;
    for (cJSON *node = nodes->child ? nodes->child->prev : NULL; node; node = before) {
        struct str name = json_str(node, "InstanceGroupName");
        before = node == nodes->child ? NULL : node->prev;
        if (nodes_of(row, name) > json_int64(group_named(row, name), "InstanceCount", 0))
            cJSON_Delete(cJSON_DetachItemViaPointer(nodes, node));
    }
}

static void fit_nodes(struct call *call, cJSON *row)
{
    const cJSON *group;
    if (!json_get(row, "nodes"))
        json_set(row, "nodes", cJSON_CreateArray());
    drop_nodes(row);
    cJSON_ArrayForEach(group, json_get(row, "InstanceGroups"))
    {
        struct str name = json_str(group, "InstanceGroupName");
        for (int64_t count = nodes_of(row, name); count < json_int64(group, "InstanceCount", 0); count++)
            add_node(call, row, name);
    }
}

/* ---- groups ---- */

static int64_t instances_in(const cJSON *row, struct str type)
{
    int64_t count = 0;
    const cJSON *group;
    cJSON_ArrayForEach(group, json_get(row, "InstanceGroups"))
    {
        if (str_equal(json_str(group, "InstanceType"), type))
            count += json_int64(group, "InstanceCount", 0);
    }
    return count;
}

static int64_t used_by_others(struct call *call, const cJSON *row, struct str type)
{
    int64_t count = 0;
    struct cursor at = store_seek(call->world->store, call_scope(call), &kept_cluster_table, NULL, STR(""), false);
    while (store_next(&at))
        if (!str_equal(json_str(json_root(at.row), "id"), json_str(row, "id")))
            count += instances_in(json_root(at.row), type);
    return count;
}

static bool check_group(struct call *call, const cJSON *group, const cJSON *row)
{
    struct str type = json_str(group, "InstanceType"), name = json_str(group, "InstanceGroupName");
    if (!type.at) /* ours */
        call_fail(call, &ERROR_VALIDATION, "InstanceType is required for instance group \"%.*s\".", STR_ARG(name));
    else if (group_named(row, name) != group)
        call_fail(call, &ERROR_VALIDATION, "Instance group \"%.*s\" is there twice.", STR_ARG(name));
    else
        return authorise_passing(call, json_str(group, "ExecutionRole"), "sagemaker.amazonaws.com") == CALL_DONE &&
               sagemaker_role_check(call, json_str(group, "ExecutionRole")) &&
               quota_check(call, QUOTA_CLUSTER, type, used_by_others(call, row, type), instances_in(row, type));
    return false;
}

static void remove_group(cJSON *groups, struct str name)
{
    cJSON *group = groups->child;
    while (group) {
        cJSON *next = group->next;
        if (str_equal(json_str(group, "InstanceGroupName"), name))
            cJSON_Delete(cJSON_DetachItemViaPointer(groups, group));
        group = next;
    }
}

/* An update names the groups that it changes or adds, and those that shall go. */
static void merge_groups(struct call *call, cJSON *row)
{
    struct json *kept = kept_get(call, &kept_cluster, call->input);
    cJSON *groups = json_thaw(json_get(json_root(kept), "InstanceGroups"));
    const cJSON *given, *gone;
    cJSON_ArrayForEach(given, json_get(call->input, "InstanceGroups"))
    {
        remove_group(groups, json_str(given, "InstanceGroupName"));
        json_add(groups, json_thaw(given));
    }
    cJSON_ArrayForEach(gone, json_get(call->input, "InstanceGroupsToDelete"))
    {
        remove_group(groups, json_value(gone));
    }
    json_set(row, "InstanceGroups", groups);
    json_set_string(row, "InstanceGroupsToDelete", NULL);
}

static bool check_cluster(struct call *call, enum kept_verb verb, cJSON *row)
{
    char id[13];
    const cJSON *group;
    if (verb == KEPT_DELETE)
        return true;
    if (verb == KEPT_CREATE) {
        random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 12, id);
        json_set_string(row, "id", id);
    } else {
        merge_groups(call, row);
    }
    if (json_get(row, "RestrictedInstanceGroups") || !json_get(row, "InstanceGroups")) {
        call_fail(call, &ERROR_VALIDATION, "This practice cloud has no clusters but those of InstanceGroups.");
        return false;
    }
    cJSON_ArrayForEach(group, json_get(row, "InstanceGroups"))
    {
        if (!check_group(call, group, row))
            return false;
    }
    fit_nodes(call, row);
    return true;
}

static void tell_cluster(const struct call *call, const cJSON *row, cJSON *out)
{
    cJSON *groups = json_thaw(json_get(row, "InstanceGroups")), *group;
    bool creating = str_is(json_str(row, "status"), "Creating");
    cJSON_ArrayForEach(group, groups)
    {
        json_set_int64(group, "TargetCount", json_int64(group, "InstanceCount", 0));
        json_set_int64(group, "CurrentCount", creating ? 0 : nodes_of(row, json_str(group, "InstanceGroupName")));
        json_set_str(group, "Status", json_str(row, "status"));
    }
    if (groups)
        json_set(out, "InstanceGroups", groups);
}

const struct kept_kind kept_cluster = {
    .noun = "Cluster",
    .nouns = "Clusters",
    .type = "cluster",
    .path = "ClusterName",
    .arn_tail = "id",
    .name = "ClusterName",
    .arn = "ClusterArn",
    .status = "ClusterStatus",
    .most = 50,
    .defaults = "{\"NodeRecovery\":\"Automatic\"}",
    .turns = turns,
    .life = &cluster_life,
    .table = &kept_cluster_table,
    .check = check_cluster,
    .tell = tell_cluster,
};

/* ---- what is asked about nodes ---- */

static cJSON *told_node(const cJSON *row, const cJSON *node)
{
    cJSON *out = json_thaw(group_named(row, json_str(node, "InstanceGroupName"))), *status = cJSON_CreateObject();
    bool up = !str_is(json_str(row, "status"), "Creating");
    json_set_string(status, "Status", up ? "Running" : "Pending");
    json_set_str(out, "InstanceId", json_str(node, "InstanceId"));
    json_set(out, "InstanceStatus", status);
    sagemaker_set_time(out, "LaunchTime", node, "since");
    return out;
}

/* Members that the shape has not go. */
static cJSON *fitted(const struct shape *shape, cJSON *object)
{
    for (cJSON *member = object->child, *next; member; member = next) {
        next = member->next;
        if (!shape_member(shape, str_of(member->string)))
            cJSON_Delete(cJSON_DetachItemViaPointer(object, member));
    }
    return object;
}

static bool is_listed(struct call *call, const cJSON *node)
{
    struct str part = input_str(call, "InstanceGroupNameContains");
    int64_t since = json_int64(node, "since", 0);
    return (!part.at || sagemaker_contains(json_str(node, "InstanceGroupName"), part)) &&
           (!input_has(call, "CreationTimeAfter") ||
            since > json_to_time(json_get(call->input, "CreationTimeAfter"))) &&
           (!input_has(call, "CreationTimeBefore") ||
            since < json_to_time(json_get(call->input, "CreationTimeBefore")));
}

static bool comes_before(struct call *call, const cJSON *a, const cJSON *b)
{
    bool by_name = str_is(input_str(call, "SortBy"), "NAME");
    int order = by_name ? str_compare(json_str(a, "InstanceGroupName"), json_str(b, "InstanceGroupName"))
                        : (json_number(a, "LaunchTime", 0) > json_number(b, "LaunchTime", 0)) -
                              (json_number(a, "LaunchTime", 0) < json_number(b, "LaunchTime", 0));
    return str_is(input_str(call, "SortOrder"), "Descending") ? order > 0 : order < 0;
}

static void insert_in_order(struct call *call, cJSON *list, cJSON *node)
{
    int at = 0;
    const cJSON *other = list->child;
    for (; other && !comes_before(call, node, other); other = other->next)
        at++;
    if (other)
        cJSON_InsertItemInArray(list, at, node);
    else
        json_add(list, node);
}

enum outcome list_cluster_nodes(struct call *call)
{
    struct json *kept = kept_find(call, &kept_cluster, call->input);
    if (!kept)
        return CALL_FAILED;
    const struct member *member = shape_member(call->operation->output, STR("ClusterNodeSummaries"));
    const cJSON *node, *row = json_root(kept);
    cJSON *all = cJSON_CreateArray();
    cJSON_ArrayForEach(node, json_get(row, "nodes"))
    {
        if (is_listed(call, node))
            insert_in_order(call, all, fitted(member->shape->element, told_node(row, node)));
    }
    return sagemaker_list_array(call, member->name, all);
}

static const cJSON *node_with_id(const cJSON *row, struct str id)
{
    const cJSON *node;
    cJSON_ArrayForEach(node, json_get(row, "nodes"))
    {
        if (str_equal(json_str(node, "InstanceId"), id))
            return node;
    }
    return NULL;
}

enum outcome describe_cluster_node(struct call *call)
{
    struct json *kept = kept_find(call, &kept_cluster, call->input);
    const cJSON *node = kept ? node_with_id(json_root(kept), input_str(call, "NodeId")) : NULL;
    if (!kept)
        return CALL_FAILED;
    if (!node) /* ours */
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Node [%s] of Cluster [%s] does not exist.",
                         input_string(call, "NodeId"), json_string(json_root(kept), "arn"));
    const struct shape *shape = shape_member(call->operation->output, STR("NodeDetails"))->shape;
    output_json(call, "NodeDetails", fitted(shape, told_node(json_root(kept), node)));
    return CALL_DONE;
}

/* ---- what is done to nodes ---- */

/* Of BatchDelete, or as the others spell it; the sentence is ours. */
static cJSON *no_such_node(const struct call *call, struct str id)
{
    const struct shape *error = shape_member(call->operation->output, STR("Failed"))->shape->element;
    bool has_code = shape_member(error, STR("Code"));
    cJSON *failed = cJSON_CreateObject();
    json_set_string(failed, has_code ? "Code" : "ErrorCode", has_code ? "NodeIdNotFound" : "InstanceIdNotFound");
    json_set_string(failed, "Message", "The node does not exist in this cluster.");
    json_set_str(failed, "NodeId", id);
    return failed;
}

/* Does `act` to each node that is named; the cluster's row is changed by it. */
static enum outcome batch(struct call *call, void (*act)(struct call *call, cJSON *row, cJSON *node))
{
    struct json *kept = kept_find(call, &kept_cluster, call->input);
    if (!kept || !kept_check_turn(call, &kept_cluster, KEPT_UPDATE, json_root(kept)))
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(kept)), *done = cJSON_CreateArray(), *failed = cJSON_CreateArray();
    const cJSON *id;
    cJSON_ArrayForEach(id, json_get(call->input, "NodeIds"))
    {
        cJSON *node = (cJSON *)(uintptr_t)node_with_id(row, json_value(id));
        json_add(node ? done : failed, node ? json_thaw(id) : no_such_node(call, json_value(id)));
        if (node)
            act(call, row, node);
    }
    output_json(call, "Successful", done);
    output_json(call, "Failed", failed);
    kept_put(call, &kept_cluster, KEPT_UPDATE, kept_key(call, &kept_cluster, row), row);
    return CALL_DONE;
}

static void delete_node(struct call *call, cJSON *row, cJSON *node)
{
    cJSON *group = (cJSON *)(uintptr_t)group_named(row, json_str(node, "InstanceGroupName"));
    json_set_int64(group, "InstanceCount", json_int64(group, "InstanceCount", 1) - 1);
    cJSON_Delete(cJSON_DetachItemViaPointer(cJSON_GetObjectItemCaseSensitive(row, "nodes"), node));
}

/* It comes up as it was: nothing of that stands in a row. */
static void reboot_node(struct call *call, cJSON *row, cJSON *node)
{
}

static void replace_node(struct call *call, cJSON *row, cJSON *node)
{
    add_node(call, row, json_str(node, "InstanceGroupName"));
    cJSON_Delete(cJSON_DetachItemViaPointer(cJSON_GetObjectItemCaseSensitive(row, "nodes"), node));
}

enum outcome batch_delete_cluster_nodes(struct call *call)
{
    return batch(call, delete_node);
}

enum outcome batch_reboot_cluster_nodes(struct call *call)
{
    return batch(call, reboot_node);
}

enum outcome batch_replace_cluster_nodes(struct call *call)
{
    return batch(call, replace_node);
}

enum outcome update_cluster_software(struct call *call)
{
    struct json *kept = kept_find(call, &kept_cluster, call->input);
    if (!kept || !kept_check_turn(call, &kept_cluster, KEPT_UPDATE, json_root(kept)))
        return CALL_FAILED;
    struct str key = kept_key(call, &kept_cluster, json_root(kept));
    output_str(call, "ClusterArn", json_str(json_root(kept), "arn"));
    lifecycle_move(call->world, &cluster_life, call_scope(call), key, "SystemUpdating");
    return CALL_DONE;
}

/* ---- governance ---- */

/* Both count versions, and an update says which one it has seen. */
static bool check_version(struct call *call, enum kept_verb verb, cJSON *row, const char *member)
{
    int64_t version = json_int64(row, member, 0), seen = input_int64(call, "TargetVersion", 0);
    if (verb == KEPT_CREATE && !kept_find(call, &kept_cluster, call->input))
        return false;
    if (verb == KEPT_UPDATE && seen != version) { /* ours */
        call_fail(call, &SAGEMAKER_CONFLICT_EXCEPTION, "TargetVersion %lld is not the latest version, which is %lld.",
                  (long long)seen, (long long)version);
        return false;
    }
    json_set_string(row, "TargetVersion", NULL);
    if (verb != KEPT_DELETE)
        json_set_int64(row, member, version + 1);
    return true;
}

static bool check_config(struct call *call, enum kept_verb verb, cJSON *row)
{
    return check_version(call, verb, row, "ClusterSchedulerConfigVersion");
}

static bool check_quota(struct call *call, enum kept_verb verb, cJSON *row)
{
    return check_version(call, verb, row, "ComputeQuotaVersion");
}

const struct kept_kind kept_scheduler_config = {
    .noun = "ClusterSchedulerConfig",
    .nouns = "ClusterSchedulerConfigs",
    .type = "cluster-scheduler-config",
    .path = "ClusterSchedulerConfigId",
    .name = "Name",
    .arn = "ClusterSchedulerConfigArn",
    .status = "Status",
    .id = "ClusterSchedulerConfigId",
    .descending = true,
    .most = 100,
    .turns = turns,
    .life = &cluster_scheduler_config_life,
    .table = &kept_cluster_scheduler_config_table,
    .check = check_config,
};

const struct kept_kind kept_compute_quota = {
    .noun = "ComputeQuota",
    .nouns = "ComputeQuotas",
    .type = "compute-quota",
    .path = "ComputeQuotaId",
    .name = "Name",
    .arn = "ComputeQuotaArn",
    .status = "Status",
    .id = "ComputeQuotaId",
    .descending = true,
    .most = 1000,
    .defaults = "{\"ActivationState\":\"Enabled\"}",
    .turns = turns,
    .life = &compute_quota_life,
    .table = &kept_compute_quota_table,
    .check = check_quota,
};
