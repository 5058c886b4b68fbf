#include "services/lambda/function_version.h"

#include <inttypes.h>
#include <stdio.h>

#include "services/lambda/function_alias.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/listing.h"

const struct table_def function_version_table = { .name = "lambda.version" };
const struct table_def function_version_number_table = { .name = "lambda.number" };

/* ---- rows ---- */

/* So that rows stand in the order of their numbers. */
static struct str key_of(char ret_key[FUNCTION_KEY_BYTES], struct str function, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%010" PRId64, number);
    return function_key(ret_key, function, (struct str){ digits, (size_t)length });
}

struct json *function_version_get(struct world *world, struct scope scope, struct str function, struct str number)
{
    char key[FUNCTION_KEY_BYTES];
    int64_t value;
    if (number.length > 10 || !str_to_int64(number, &value))
        return NULL;
    return store_get(world->store, scope, &function_version_table, key_of(key, function, value));
}

struct json *function_version_resolve(struct world *world, struct scope scope, struct str function,
                                      struct str qualifier, bool draw)
{
    if (!qualifier.length || str_is(qualifier, LATEST))
        return function_get(world, scope, function);
    if (qualifier_is_version(qualifier))
        return function_version_get(world, scope, function, qualifier);
    struct json *alias = function_alias_get(world, scope, function, qualifier);
    if (!alias)
        return NULL;
    struct str number = draw ? function_alias_draw_version(world, json_root(alias))
                             : json_str(json_root(alias), "FunctionVersion");
    return function_version_resolve(world, scope, function, number, false);
}

struct json *function_version_of_call(struct call *call, struct function_name *ret_name)
{
    if (!function_name_of_call(call, ret_name))
        return NULL;
    struct json *row = function_version_resolve(call->world, call_scope(call), ret_name->name, ret_name->qualifier,
                                                false);
    if (!row)
        lambda_fail_not_found(call, function_arn(call->arena, call_scope(call), ret_name->name, ret_name->qualifier));
    return row;
}

bool function_version_runs_code(struct call *call, struct str function, struct str sha256_hex)
{
    char prefix[FUNCTION_KEY_BYTES];
    struct str within = function_key(prefix, function, STR_NONE);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &function_version_table, NULL, within);
    while (store_next_within(&at, within)) {
        if (!str_equal(json_str(json_root(at.row), "code"), sha256_hex))
            continue;
        store_close(&at);
        return true;
    }
    return false;
}

/* ---- publishing ---- */

static int64_t next_number(struct call *call, struct str function)
{
    struct json *old = store_get(call->world->store, call_scope(call), &function_version_number_table, function);
    int64_t number = (old ? json_int64(json_root(old), "last", 0) : 0) + 1;
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "last", number);
    store_put(call->world->store, call_scope(call), &function_version_number_table, function, json_seal(row));
    return number;
}

static cJSON *new_version(struct call *call, const cJSON *latest, const char *number, struct str description_or_none)
{
    cJSON *row = cJSON_CreateObject(), *configuration = json_thaw(json_get(latest, "configuration"));
    struct str function = json_str(configuration, "FunctionName");
    json_set_string(configuration, "Version", number);
    json_set_string(configuration, "FunctionArn",
                    function_arn(call->arena, call_scope(call), function, str_of(number)));
    json_set_string(configuration, "RevisionId", lambda_revision(call));
    if (description_or_none.at)
        json_set_str(configuration, "Description", description_or_none);
    json_set(row, "configuration", configuration);
    json_set_str(row, "code", json_str(latest, "code"));
    json_set_string(row, "phase", PHASE_ACTIVE);
    return row;
}

/* The version that $LATEST was published as, where nothing changed since. */
static struct json *published_as_is(struct call *call, struct str function, const cJSON *latest)
{
    const cJSON *published = json_get(latest, "published");
    struct str revision = json_str(json_get(latest, "configuration"), "RevisionId");
    if (!published || !str_equal(json_str(published, "revision"), revision))
        return NULL;
    return function_version_get(call->world, call_scope(call), function, json_str(published, "version"));
}

/* No change of phase: what is under way goes on. */
static void remember_published(struct call *call, struct str function, const cJSON *latest, const char *number)
{
    cJSON *changed = json_thaw(latest), *published = cJSON_CreateObject();
    json_set_str(published, "revision", json_str(json_get(latest, "configuration"), "RevisionId"));
    json_set_string(published, "version", number);
    json_set(changed, "published", published);
    store_put(call->world->store, call_scope(call), &function_table, function, json_seal(changed));
}

enum outcome function_version_publish(struct call *call, struct str function, struct str description_or_none)
{
    struct scope scope = call_scope(call);
    struct json *latest = function_get(call->world, scope, function);
    struct json *same = published_as_is(call, function, json_root(latest));
    if (same) {
        function_answer(call, json_root(same), STR_NONE);
        return CALL_DONE;
    }
    char key[FUNCTION_KEY_BYTES];
    int64_t value = next_number(call, function);
    char *number = arena_printf(call->arena, "%" PRId64, value);
    cJSON *row = new_version(call, json_root(latest), number, description_or_none);
    store_put(call->world->store, scope, &function_version_table, key_of(key, function, value), json_seal(row));
    remember_published(call, function, json_root(latest), number);
    /* Publish with CreateFunction: the version is under way as $LATEST is. */
    cJSON *told = json_thaw(json_root(function_version_get(call->world, scope, function, str_of(number))));
    json_set_str(told, "phase", json_str(json_root(function_get(call->world, scope, function)), "phase"));
    function_answer(call, told, STR_NONE);
    cJSON_Delete(told);
    return CALL_DONE;
}

enum outcome publish_version(struct call *call)
{
    struct function_name name;
    struct json *row = function_to_change(call, &name);
    if (!row)
        return CALL_FAILED;
    struct str current = json_str(json_get(json_root(row), "configuration"), "CodeSha256");
    struct str asked = input_str(call, "CodeSha256");
    if (asked.length && !str_equal(asked, current))
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                         "CodeSHA256 (%.*s) is different from current CodeSHA256 in $LATEST (%.*s). Please try again "
                         "with the CodeSHA256 in $LATEST.",
                         STR_ARG(asked), STR_ARG(current));
    return function_version_publish(call, name.name, input_str(call, "Description"));
}

/* ---- deleting ---- */

enum outcome function_version_delete(struct call *call, const struct function_name *name)
{
    struct scope scope = call_scope(call);
    if (str_is(name->qualifier, LATEST))
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                         "$LATEST version cannot be deleted without deleting the function.");
    if (!qualifier_is_version(name->qualifier))
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                         "Deletion of aliases is not currently supported.");
    char *aliases = function_alias_names_of_version(call, name->name, name->qualifier);
    if (aliases)
        return call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION,
                         "Unable to delete version because the following aliases reference it: [%s]", aliases);
    struct json *row = function_version_get(call->world, scope, name->name, name->qualifier);
    if (!row) /* one that is not there is as good as deleted */
        return CALL_DONE;
    char key[FUNCTION_KEY_BYTES];
    int64_t number;
    struct str code = arena_str(call->arena, json_str(json_root(row), "code"));
    str_to_int64(name->qualifier, &number);
    store_delete(call->world->store, scope, &function_version_table, key_of(key, name->name, number));
    function_release_code(call, name->name, code);
    return CALL_DONE;
}

/* ---- lists ---- */

static cJSON *listed(struct call *call, const cJSON *row)
{
    return json_thaw(json_get(row, "configuration"));
}

static cJSON *as_latest(struct call *call, const cJSON *row)
{
    cJSON *item = listed(call, row);
    struct str name = json_str(item, "FunctionName");
    json_set_string(item, "FunctionArn", function_arn(call->arena, call_scope(call), name, STR(LATEST)));
    return item;
}

static cJSON *latest_of_call(struct call *call)
{
    struct function_name name = function_name_parse(input_str(call, "FunctionName"));
    return as_latest(call, json_root(function_get(call->world, call_scope(call), name.name)));
}

enum outcome list_versions_by_function(struct call *call)
{
    struct function_name name;
    char prefix[FUNCTION_KEY_BYTES];
    if (!function_of_call(call, &name))
        return CALL_FAILED;
    struct listing versions = { .table = &function_version_table,
                                .prefix = arena_str(call->arena, function_key(prefix, name.name, STR_NONE)),
                                .member = "Versions",
                                .item = listed,
                                .first = latest_of_call };
    return lambda_list(call, &versions);
}

/* Every version of every function: in the order of functions, $LATEST first. Not in pages: AWS's order over two kinds of rows
 * is told by no marker of ours, so the whole list is one page, as long as it may be. */
enum outcome list_all_versions(struct call *call)
{
    struct scope scope = call_scope(call);
    cJSON *items = cJSON_CreateArray();
    struct cursor functions = store_seek(call->world->store, scope, &function_table, NULL, STR_NONE, false);
    while (store_next(&functions)) {
        char prefix[FUNCTION_KEY_BYTES];
        struct str within = function_key(prefix, functions.key, STR_NONE);
        json_add(items, as_latest(call, json_root(functions.row)));
        struct cursor versions = store_seek_from(call->world->store, scope, &function_version_table, NULL, within);
        while (store_next_within(&versions, within))
            json_add(items, listed(call, json_root(versions.row)));
    }
    output_json(call, "Functions", items);
    return CALL_DONE;
}
