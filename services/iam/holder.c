#include "services/iam/holder.h"

#include <stdio.h>

#include "aws/arn.h"
#include "services/iam/entity.h"
#include "services/iam/group.h"
#include "services/iam/iam_model.h"
#include "services/iam/managed_policy.h"
#include "services/iam/role.h"
#include "services/iam/user.h"
#include "world/clock.h"

const struct holder_kind holder_role = { .noun = "role",
                                         .title = "Role",
                                         .name = "RoleName",
                                         .id = "RoleId",
                                         .id_prefix = "AROA",
                                         .listed_for = "PolicyRoles",
                                         .table = &iam_roles,
                                         .most = 1000,
                                         .inline_most = 10240,
                                         .attached_most = 20 };
const struct holder_kind holder_user = { .noun = "user",
                                         .title = "User",
                                         .name = "UserName",
                                         .id = "UserId",
                                         .id_prefix = "AIDA",
                                         .listed_for = "PolicyUsers",
                                         .table = &iam_users,
                                         .most = 5000,
                                         .inline_most = 2048,
                                         .attached_most = 10 };
const struct holder_kind holder_group = { .noun = "group",
                                          .title = "Group",
                                          .name = "GroupName",
                                          .id = "GroupId",
                                          .id_prefix = "AGPA",
                                          .listed_for = "PolicyGroups",
                                          .table = &iam_groups,
                                          .most = 300,
                                          .inline_most = 5120,
                                          .attached_most = 10 };
const struct holder_kind *const holder_kinds[] = { &holder_role, &holder_group, &holder_user, NULL };

/* ---- rows ---- */

#define NAME_MOST 128

/* The name behind the last slash of "role/path/name"; STR_NONE: an ARN of something else. */
static struct str name_in_arn(const struct arn *parts, const char *account, const struct holder_kind *kind)
{
    struct str noun = str_of(kind->noun), name = parts->resource;
    if (!str_is(parts->service, "iam") || !str_is(parts->account, account) || !str_starts(name, noun) ||
        !str_starts(str_from(name, noun.length), STR("/")))
        return STR_NONE;
    for (size_t slash; (slash = str_find_byte(name, '/')) != SIZE_MAX;)
        name = str_from(name, slash + 1);
    return name;
}

struct json *holder_get(struct world *world, const char *account, const struct holder_kind *kind,
                        struct str arn_or_name)
{
    struct arn parts;
    bool is_arn = arn_parse(arn_or_name, &parts);
    struct str name = is_arn ? name_in_arn(&parts, account, kind) : arn_or_name;
    char key[NAME_MOST];
    if (name.length == 0 || name.length > sizeof key)
        return NULL;
    for (size_t i = 0; i < name.length; i++)
        key[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] + 32 : name.at[i]);
    struct json *row = store_get(world->store, (struct scope){ account, "" }, kind->table,
                                 (struct str){ key, name.length });
    if (row && is_arn && !str_equal(json_str(json_root(row), "Arn"), arn_or_name))
        return NULL; /* the same name under another path */
    return row;
}

struct json *holder_of_call(struct call *call, const struct holder_kind *kind, enum outcome *ret_failed)
{
    struct str name = input_str(call, kind->name);
    struct json *row = holder_get(call->world, call->caller.account, kind, name);
    if (!row)
        *ret_failed = call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The %s with name %.*s cannot be found.",
                                kind->noun, STR_ARG(name));
    return row;
}

const struct holder_kind *holder_kind_of(const struct call *call)
{
    for (const struct holder_kind *const *kind = holder_kinds; *kind; kind++) {
        if (input_has(call, (*kind)->name))
            return *kind;
    }
    return NULL;
}

static struct str key_of(struct call *call, const struct holder_kind *kind, const cJSON *row)
{
    return entity_key(call->arena, json_str(row, kind->name));
}

void holder_put(struct call *call, const struct holder_kind *kind, cJSON *row_taken)
{
    struct str key = key_of(call, kind, row_taken);
    store_put(call->world->store, call_scope(call), kind->table, key, json_seal(row_taken));
}

static void forget(struct call *call, const struct holder_kind *kind, const cJSON *row)
{
    store_delete(call->world->store, call_scope(call), kind->table, key_of(call, kind, row));
}

void holder_delete(struct call *call, const struct holder_kind *kind, const cJSON *row)
{
    struct str boundary = json_str(row, "PermissionsBoundary");
    if (boundary.at)
        managed_policy_count(call, boundary, "PermissionsBoundaryUsageCount", -1);
    forget(call, kind, row);
}

/* ---- making and renaming ---- */

static bool is_free(struct call *call, const struct holder_kind *kind, const char *name, enum outcome *ret_failed)
{
    if (!holder_get(call->world, call->caller.account, kind, str_of(name)))
        return true;
    *ret_failed = call_fail(call, &IAM_ENTITY_ALREADY_EXISTS_EXCEPTION, "%s with name %s already exists.", kind->title,
                            name);
    return false;
}

cJSON *holder_new(struct call *call, const struct holder_kind *kind, enum outcome *ret_failed)
{
    const char *name = input_string(call, kind->name);
    if (!is_free(call, kind, name, ret_failed))
        return NULL;
    if (store_count(call->world->store, call_scope(call), kind->table) >= kind->most) {
        *ret_failed = call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for %ssPerAccount: %zu",
                                kind->title, kind->most);
        return NULL;
    }
    if (!holder_boundary_is_good(call, ret_failed))
        return NULL;
    cJSON *tags = entity_tags_merged(call, NULL, json_get(call->input, "Tags"), ret_failed);
    if (!tags)
        return NULL;
    const char *path = input_has(call, "Path") ? input_string(call, "Path") : "/";
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, kind->name, name);
    json_set_string(row, "Path", path);
    json_set_string(row, kind->id, entity_id(call, kind->id_prefix));
    json_set_string(row, "Arn", entity_arn(call, kind->noun, path, name));
    json_set_int64(row, "CreateDate", clock_now(call->world->clock) / 1000 * 1000);
    holder_bound(call, row, input_str(call, "PermissionsBoundary"));
    json_set(row, "Tags", tags);
    json_set(row, "inline", cJSON_CreateObject());
    json_set(row, "attached", cJSON_CreateArray());
    return row;
}

bool holder_rename(struct call *call, const struct holder_kind *kind, cJSON *row, const char *new_name,
                   enum outcome *ret_failed)
{
    const char *name = input_has(call, new_name) ? input_string(call, new_name)
                                                 : arena_copy(call->arena, json_str(row, kind->name));
    const char *path = input_has(call, "NewPath") ? input_string(call, "NewPath")
                                                  : arena_copy(call->arena, json_str(row, "Path"));
    if (!str_equal_ignoring_case(str_of(name), json_str(row, kind->name))) {
        if (!is_free(call, kind, name, ret_failed))
            return false;
        forget(call, kind, row);
    }
    json_set_string(row, kind->name, name);
    json_set_string(row, "Path", path);
    json_set_string(row, "Arn", entity_arn(call, kind->noun, path, name));
    return true;
}

bool holder_is_bare(struct call *call, const cJSON *row, enum outcome *ret_failed)
{
    const cJSON *attached = json_get(row, "attached"), *documents = json_get(row, "inline");
    if (attached && attached->child) {
        *ret_failed = call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION,
                                "Cannot delete entity, must detach all policies first.");
        return false;
    }
    if (documents && documents->child) {
        *ret_failed = call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION,
                                "Cannot delete entity, must delete policies first.");
        return false;
    }
    return true;
}

/* ---- telling ---- */

cJSON *holder_output(const struct holder_kind *kind, const cJSON *row, bool whole)
{
    cJSON *output = cJSON_CreateObject();
    entity_copy(output, "Path", row);
    entity_copy(output, kind->name, row);
    entity_copy(output, kind->id, row);
    entity_copy(output, "Arn", row);
    entity_copy_time(output, "CreateDate", row);
    if (!whole)
        return output;
    const cJSON *boundary = json_get(row, "PermissionsBoundary"), *tags = json_get(row, "Tags");
    if (boundary) {
        cJSON *attached = cJSON_CreateObject();
        json_set_string(attached, "PermissionsBoundaryType", "Policy");
        json_set_str(attached, "PermissionsBoundaryArn", json_value(boundary));
        json_set(output, "PermissionsBoundary", attached);
    }
    if (tags && tags->child)
        entity_copy(output, "Tags", row);
    return output;
}

struct holder_list {
    struct str prefix;
    cJSON *(*item)(struct call *call, const cJSON *row);
};

static bool add_holder(struct call *call, cJSON *list, const cJSON *row, void *data)
{
    const struct holder_list *listing = data;
    if (!str_starts(json_str(row, "Path"), listing->prefix))
        return false;
    json_add(list, listing->item(call, row));
    return true;
}

enum outcome holder_list(struct call *call, const struct holder_kind *kind, const char *member,
                         cJSON *(*item)(struct call *call, const cJSON *row))
{
    struct holder_list listing = { input_has(call, "PathPrefix") ? input_str(call, "PathPrefix") : STR("/"), item };
    return entity_list(call, &(struct entity_listing){ kind->table, member, listing.prefix, add_holder, &listing });
}

/* ---- tags ---- */

enum outcome tag_holder(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    cJSON *changed = row ? entity_tagged(call, json_root(row), &failed) : NULL;
    if (!changed)
        return failed;
    holder_put(call, kind, changed);
    return CALL_DONE;
}

enum outcome untag_holder(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row)
        return failed;
    holder_put(call, kind, entity_untagged(call, json_root(row)));
    return CALL_DONE;
}

enum outcome list_holder_tags(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, holder_kind_of(call), &failed);
    return row ? entity_list_tags(call, json_root(row)) : failed;
}

/* ---- in permissions ---- */

struct str holder_resource(struct call *call)
{
    for (const struct holder_kind *const *kind = holder_kinds; *kind; kind++) {
        char template[64];
        snprintf(template, sizeof template, ":%s/{%s}", (*kind)->noun, (*kind)->name);
        if (!strstr(call->operation->permission.resource, template))
            continue;
        struct str name = input_str(call, (*kind)->name);
        if (!name.length && *kind == &holder_user && call->caller.kind == PRINCIPAL_USER)
            return str_of(call->caller.arn);
        struct json *row = holder_get(call->world, call->caller.account, *kind, name);
        return row ? arena_str(call->arena, json_str(json_root(row), "Arn")) : STR_NONE;
    }
    return STR_NONE;
}
