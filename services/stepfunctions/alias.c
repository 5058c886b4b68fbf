#include "services/stepfunctions/alias.h"

#include <inttypes.h>

#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/version.h"

const struct table_def alias_table = { .name = "stepfunctions.alias" };

#define ALIASES_MOST 100 /* of one state machine: "Service quotas" of the developer guide */

/* ---- rows ---- */

struct json *alias_get(struct world *world, struct scope scope, struct str arn)
{
    return store_get(world->store, scope, &alias_table, arn);
}

struct str alias_draw_version(struct world *world, const cJSON *alias)
{
    const cJSON *route = json_get(alias, "routingConfiguration")->child;
    if (!route->next)
        return json_str(route, "stateMachineVersionArn");
    bool first = random_between(&world->random, 1, 100) <= json_int64(route, "weight", 0);
    return json_str(first ? route : route->next, "stateMachineVersionArn");
}

/* The keys of a machine's aliases begin with its ARN and ':'. */
static struct cursor seek_aliases(struct world *world, struct scope scope, struct str prefix)
{
    return store_seek_from(world->store, scope, &alias_table, NULL, prefix);
}

static bool leads_to(const cJSON *alias, struct str version_arn)
{
    const cJSON *route;
    cJSON_ArrayForEach(route, json_get(alias, "routingConfiguration"))
    {
        if (str_equal(json_str(route, "stateMachineVersionArn"), version_arn))
            return true;
    }
    return false;
}

char *alias_names_of_version(struct call *call, struct str version_arn)
{
    struct buf names = BUF_EMPTY;
    size_t colon = version_arn.length;
    while (colon > 0 && version_arn.at[colon - 1] != ':')
        colon--;
    struct str prefix = str_first(version_arn, colon);
    struct cursor at = seek_aliases(call->world, call_scope(call), prefix);
    while (store_next_within(&at, prefix)) {
        if (!leads_to(json_root(at.row), version_arn))
            continue;
        buf_add_text(&names, names.length ? ", " : "");
        buf_add_str(&names, json_str(json_root(at.row), "name"));
    }
    char *text = names.length ? arena_copy(call->arena, buf_str(&names)) : NULL;
    buf_release(&names);
    return text;
}

void alias_drop_all(struct world *world, struct scope scope, struct str machine_arn)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_str(&prefix, machine_arn);
    buf_add_byte(&prefix, ':');
    struct cursor at = seek_aliases(world, scope, buf_str(&prefix));
    while (store_next_within(&at, buf_str(&prefix)))
        store_delete(world->store, scope, &alias_table, at.key);
    buf_release(&prefix);
}

static size_t count_aliases(struct call *call, struct str machine_arn)
{
    struct str prefix = str_of(arena_printf(call->arena, "%.*s:", STR_ARG(machine_arn)));
    struct cursor at = seek_aliases(call->world, call_scope(call), prefix);
    size_t count = 0;
    while (store_next_within(&at, prefix))
        count++;
    return count;
}

/* ---- the routing configuration ---- */

/* "[arn, arn]", as AWS's messages show what they received. */
static char *received(struct call *call, const cJSON *routes, const char *member)
{
    struct buf text = BUF_EMPTY;
    const cJSON *route;
    cJSON_ArrayForEach(route, routes)
    {
        buf_add_text(&text, text.length ? ", " : "");
        buf_add_str(&text, json_print_in(call->arena, json_get(route, member)));
    }
    char *copy = arena_copy(call->arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static bool refuse_routes(struct call *call, const char *why, const cJSON *routes, const char *member)
{
    call_fail(call, &ERROR_VALIDATION, "%s. Received: [%s]", why, received(call, routes, member));
    return false;
}

static bool is_version_arn(struct str text)
{
    struct states_arn arn;
    int64_t number;
    return states_arn_parse(text, &arn) && str_is(arn.type, "stateMachine") && str_to_int64(arn.qualifier, &number);
}

/* The machine of a version's ARN: what stands before the last ':'. */
static struct str machine_of(struct str version_arn)
{
    size_t length = version_arn.length;
    while (length > 0 && version_arn.at[length - 1] != ':')
        length--;
    return str_first(version_arn, length ? length - 1 : 0);
}

static bool check_versions(struct call *call, const cJSON *routes)
{
    const char *const arns = "stateMachineVersionArn";
    const cJSON *route;
    cJSON_ArrayForEach(route, routes)
    {
        if (!is_version_arn(json_str(route, arns)))
            return refuse_routes(call, "Routing configuration must contain state machine version ARNs", routes, arns);
    }
    struct str first = json_str(routes->child, arns), second = json_str(routes->child->next, arns);
    if (second.at && str_equal(first, second))
        return refuse_routes(call, "Routing configuration must contain distinct state machine version ARNs", routes,
                             arns);
    if (second.at && !str_equal(machine_of(first), machine_of(second)))
        return refuse_routes(call, "Routing configuration must contain versions of the same state machine", routes,
                             arns);
    return true;
}

static bool check_weights(struct call *call, const cJSON *routes)
{
    int64_t sum = 0;
    const cJSON *route;
    for (route = routes->child; route; route = route->next)
        sum += json_int64(route, "weight", 0);
    return sum == 100 || refuse_routes(call, "Sum of routing configuration weights must equal 100", routes, "weight");
}

static bool check_versions_exist(struct call *call, const cJSON *routes)
{
    const cJSON *route;
    cJSON_ArrayForEach(route, routes)
    {
        if (version_get(call->world, call_scope(call), json_str(route, "stateMachineVersionArn")))
            continue;
        call_fail(call, &STEPFUNCTIONS_RESOURCE_NOT_FOUND, "Request references a resource that does not exist.");
        return false;
    }
    return true;
}

static bool check_routes(struct call *call, const cJSON *routes)
{
    return check_versions(call, routes) && check_weights(call, routes) && check_versions_exist(call, routes);
}

/* ---- the operations ---- */

/* CreateStateMachineAlias is idempotent by name, description and routing. */
static enum outcome answer_again(struct call *call, const cJSON *alias)
{
    bool same = json_equal(json_get(alias, "routingConfiguration"), json_get(call->input, "routingConfiguration")) &&
                str_equal(json_str(alias, "description"), input_str(call, "description"));
    if (!same)
        return call_fail(
            call, &STEPFUNCTIONS_CONFLICT_EXCEPTION,
            "Failed to create alias because an alias with the same name and a different routing configuration "
            "already exists.");
    output_time(call, "creationDate", json_int64(alias, "creationDate", 0));
    output_str(call, "stateMachineAliasArn", json_str(alias, "arn"));
    return CALL_DONE;
}

enum outcome create_state_machine_alias(struct call *call)
{
    const cJSON *routes = json_get(call->input, "routingConfiguration");
    struct str name = input_str(call, "name");
    if (!check_routes(call, routes))
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    struct str machine = machine_of(json_str(routes->child, "stateMachineVersionArn"));
    char *arn = arena_printf(call->arena, "%.*s:%.*s", STR_ARG(machine), STR_ARG(name));
    struct json *old = alias_get(call->world, scope, str_of(arn));
    if (old)
        return answer_again(call, json_root(old));
    if (count_aliases(call, machine) >= ALIASES_MOST)
        return call_fail(call, &STEPFUNCTIONS_SERVICE_QUOTA_EXCEEDED_EXCEPTION,
                         "The maximum number of aliases of a state machine has been reached: %d", ALIASES_MOST);
    int64_t now = clock_now(call->world->clock);
    cJSON *alias = cJSON_CreateObject();
    json_set_string(alias, "arn", arn);
    json_set_str(alias, "name", name);
    json_set_str(alias, "stateMachineArn", machine);
    json_set_string(alias, "description", input_string(call, "description"));
    json_set(alias, "routingConfiguration", json_thaw(routes));
    json_set_int64(alias, "creationDate", now);
    json_set_int64(alias, "updateDate", now);
    store_put(call->world->store, scope, &alias_table, str_of(arn), json_seal(alias));
    output_time(call, "creationDate", now);
    output_string(call, "stateMachineAliasArn", arn);
    return CALL_DONE;
}

/* The alias that the call is about; NULL: the call was failed. */
static struct json *alias_of_call(struct call *call)
{
    struct str text = input_str(call, "stateMachineAliasArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return NULL;
    struct json *alias = alias_get(call->world, call_scope(call), text);
    if (!alias)
        call_fail(call, &STEPFUNCTIONS_RESOURCE_NOT_FOUND, "Request references a resource that does not exist.");
    return alias;
}

static bool check_new_routes(struct call *call, const cJSON *alias)
{
    const cJSON *routes = json_get(call->input, "routingConfiguration");
    if (!routes)
        return true;
    if (!check_routes(call, routes))
        return false;
    struct str machine = machine_of(json_str(routes->child, "stateMachineVersionArn"));
    return str_equal(machine, json_str(alias, "stateMachineArn")) ||
           refuse_routes(call, "Routing configuration must contain versions of the same state machine", routes,
                         "stateMachineVersionArn");
}

enum outcome update_state_machine_alias(struct call *call)
{
    struct json *alias = alias_of_call(call);
    if (!alias)
        return CALL_FAILED;
    if (!input_has(call, "description") && !input_has(call, "routingConfiguration"))
        return call_fail(call, &ERROR_VALIDATION,
                         "Either the description or the routing configuration must be specified");
    if (!check_new_routes(call, json_root(alias)))
        return CALL_FAILED;
    int64_t now = clock_now(call->world->clock);
    cJSON *changed = json_thaw(json_root(alias));
    if (input_has(call, "description"))
        json_set_str(changed, "description", input_str(call, "description"));
    if (input_has(call, "routingConfiguration"))
        json_set(changed, "routingConfiguration", json_thaw(json_get(call->input, "routingConfiguration")));
    json_set_int64(changed, "updateDate", now);
    store_put(call->world->store, call_scope(call), &alias_table, input_str(call, "stateMachineAliasArn"),
              json_seal(changed));
    output_time(call, "updateDate", now);
    return CALL_DONE;
}

enum outcome describe_state_machine_alias(struct call *call)
{
    struct json *alias = alias_of_call(call);
    if (!alias)
        return CALL_FAILED;
    const cJSON *row = json_root(alias);
    output_str(call, "stateMachineAliasArn", json_str(row, "arn"));
    output_str(call, "name", json_str(row, "name"));
    output_string(call, "description", json_string(row, "description"));
    output_json(call, "routingConfiguration", json_thaw(json_get(row, "routingConfiguration")));
    output_time(call, "creationDate", json_int64(row, "creationDate", 0));
    output_time(call, "updateDate", json_int64(row, "updateDate", 0));
    return CALL_DONE;
}

enum outcome delete_state_machine_alias(struct call *call)
{
    struct str text = input_str(call, "stateMachineAliasArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return CALL_FAILED;
    store_delete(call->world->store, call_scope(call), &alias_table, text);
    return CALL_DONE;
}

static cJSON *list_item(const cJSON *alias)
{
    cJSON *item = cJSON_CreateObject();
    json_set(item, "creationDate", json_new_time(json_int64(alias, "creationDate", 0)));
    json_set_str(item, "stateMachineAliasArn", json_str(alias, "arn"));
    return item;
}

static bool leads_to_wanted(const cJSON *alias, const void *version_arn)
{
    return leads_to(alias, *(const struct str *)version_arn);
}

/* A version's ARN is taken too: then only the aliases that lead to it are listed. */
enum outcome list_state_machine_aliases(struct call *call)
{
    struct str text = input_str(call, "stateMachineArn");
    bool of_version = is_version_arn(text);
    struct str machine = of_version ? machine_of(text) : text;
    if (!state_machine_of_call(call, machine))
        return CALL_FAILED;
    struct listing aliases = {
        .table = &alias_table,
        .prefix = str_of(arena_printf(call->arena, "%.*s:", STR_ARG(machine))),
        .member = "stateMachineAliases",
        .item = list_item,
        .wanted = of_version ? leads_to_wanted : NULL,
        .data = &text,
    };
    return listing_answer(call, &aliases);
}
