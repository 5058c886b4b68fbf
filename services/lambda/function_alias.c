#include "services/lambda/function_alias.h"

#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/listing.h"

const struct table_def function_alias_table = { .name = "lambda.alias" };

/* ---- rows ---- */

struct json *function_alias_get(struct world *world, struct scope scope, struct str function, struct str alias)
{
    char key[FUNCTION_KEY_BYTES];
    return store_get(world->store, scope, &function_alias_table, function_key(key, function, alias));
}

static const cJSON *weights_of(const cJSON *alias)
{
    return json_get(json_get(alias, "RoutingConfig"), "AdditionalVersionWeights");
}

struct str function_alias_draw_version(struct world *world, const cJSON *alias)
{
    const cJSON *weights = weights_of(alias), *other = weights ? weights->child : NULL;
    if (other && random_unit(&world->random) < json_to_double(other))
        return str_of(other->string);
    return json_str(alias, "FunctionVersion");
}

static bool leads_to(const cJSON *alias, struct str number)
{
    return str_equal(json_str(alias, "FunctionVersion"), number) || json_get_str(weights_of(alias), number);
}

char *function_alias_names_of_version(struct call *call, struct str function, struct str number)
{
    char prefix[FUNCTION_KEY_BYTES];
    struct buf names = BUF_EMPTY;
    struct str within = function_key(prefix, function, STR_NONE);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &function_alias_table, NULL, within);
    while (store_next_within(&at, within)) {
        if (leads_to(json_root(at.row), number))
            buf_printf(&names, "%s%s", names.length ? ", " : "", json_string(json_root(at.row), "Name"));
    }
    char *text = names.length ? arena_copy(call->arena, buf_str(&names)) : NULL;
    buf_release(&names);
    return text;
}

/* ---- checks ---- */

static bool check_version(struct call *call, struct str function, struct str number)
{
    if (function_version_resolve(call->world, call_scope(call), function, number, false))
        return true;
    lambda_fail_not_found(call, function_arn(call->arena, call_scope(call), function, number));
    return false;
}

static bool refuse(struct call *call, const char *sentence)
{
    call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "%s", sentence);
    return false;
}

/* `main` is where the alias leads to. "Create an alias routing configuration" of the developer guide: one further version,
 * both published, not the same; the sentences are ours but for that about $LATEST. */
static bool check_routing(struct call *call, struct str function, struct str main)
{
    const cJSON *weights = weights_of(call->input), *weight = weights ? weights->child : NULL;
    if (!weight)
        return true;
    double share = json_to_double(weight);
    if (weight->next)
        return refuse(call, "Number of items in AdditionalVersionWeights cannot be greater than 1");
    if (share < 0 || share > 1)
        return refuse(call, "The weight of a version must be between 0.0 and 1.0");
    if (str_is(main, LATEST) || strcmp(weight->string, LATEST) == 0)
        return refuse(call, "$LATEST is not supported for an alias pointing to more than 1 version");
    if (str_is(main, weight->string))
        return refuse(call, "The version of an alias cannot be in its AdditionalVersionWeights too");
    return check_version(call, function, str_of(weight->string));
}

/* ---- the operations ---- */

static void answer(struct call *call, const cJSON *row)
{
    cJSON_Delete(call->output);
    call->output = json_thaw(row);
}

static void apply(struct call *call, cJSON *row)
{
    if (input_has(call, "FunctionVersion"))
        json_set_str(row, "FunctionVersion", input_str(call, "FunctionVersion"));
    if (input_has(call, "Description"))
        json_set_str(row, "Description", input_str(call, "Description"));
    if (input_has(call, "RoutingConfig")) {
        const cJSON *weights = weights_of(call->input);
        cJSON_DeleteItemFromObjectCaseSensitive(row, "RoutingConfig");
        if (weights && weights->child)
            json_set(row, "RoutingConfig", json_thaw(json_get(call->input, "RoutingConfig")));
    }
    json_set_string(row, "RevisionId", lambda_revision(call));
}

static enum outcome keep(struct call *call, struct str function, struct str alias, cJSON *row_taken)
{
    char key[FUNCTION_KEY_BYTES];
    apply(call, row_taken);
    answer(call, row_taken);
    store_put(call->world->store, call_scope(call), &function_alias_table, function_key(key, function, alias),
              json_seal(row_taken));
    return CALL_DONE;
}

enum outcome create_alias(struct call *call)
{
    struct function_name name;
    struct str alias = input_str(call, "Name"), number = input_str(call, "FunctionVersion");
    if (!function_of_call(call, &name) || !check_version(call, name.name, number) ||
        !check_routing(call, name.name, number))
        return CALL_FAILED;
    char *arn = function_arn(call->arena, call_scope(call), name.name, alias);
    if (function_alias_get(call->world, call_scope(call), name.name, alias))
        return call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION, "Alias already exists: %s", arn);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "AliasArn", arn);
    json_set_str(row, "Name", alias);
    json_set_string(row, "Description", "");
    return keep(call, name.name, alias, row);
}

/* The alias that a call is about; NULL: it was failed. */
static struct json *alias_of_call(struct call *call, struct function_name *ret_name)
{
    struct str alias = input_str(call, "Name");
    if (!function_name_of_call(call, ret_name))
        return NULL;
    struct json *row = function_alias_get(call->world, call_scope(call), ret_name->name, alias);
    if (!row)
        call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION, "Cannot find alias arn: %s",
                  function_arn(call->arena, call_scope(call), ret_name->name, alias));
    return row;
}

enum outcome update_alias(struct call *call)
{
    struct function_name name;
    struct json *row = alias_of_call(call, &name);
    if (!row || !lambda_check_revision(call, json_string(json_root(row), "RevisionId")))
        return CALL_FAILED;
    struct str number = input_str(call, "FunctionVersion");
    if (!number.at)
        number = json_str(json_root(row), "FunctionVersion");
    if (!check_version(call, name.name, number) || !check_routing(call, name.name, number))
        return CALL_FAILED;
    return keep(call, name.name, input_str(call, "Name"), json_thaw(json_root(row)));
}

enum outcome get_alias(struct call *call)
{
    struct function_name name;
    struct json *row = alias_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    answer(call, json_root(row));
    return CALL_DONE;
}

/* One that is not there is as good as deleted. */
enum outcome delete_alias(struct call *call)
{
    struct function_name name;
    char key[FUNCTION_KEY_BYTES];
    if (!function_of_call(call, &name))
        return CALL_FAILED;
    store_delete(call->world->store, call_scope(call), &function_alias_table,
                 function_key(key, name.name, input_str(call, "Name")));
    return CALL_DONE;
}

static cJSON *listed(struct call *call, const cJSON *row)
{
    return json_thaw(row);
}

static bool is_wanted(struct call *call, const cJSON *row)
{
    struct str number = input_str(call, "FunctionVersion");
    return !number.at || leads_to(row, number);
}

enum outcome list_aliases(struct call *call)
{
    struct function_name name;
    char prefix[FUNCTION_KEY_BYTES];
    if (!function_of_call(call, &name))
        return CALL_FAILED;
    struct listing aliases = { .table = &function_alias_table,
                               .prefix = arena_str(call->arena, function_key(prefix, name.name, STR_NONE)),
                               .member = "Aliases",
                               .item = listed,
                               .wanted = is_wanted };
    return lambda_list(call, &aliases);
}
