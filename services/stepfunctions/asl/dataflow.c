#include "services/stepfunctions/asl/dataflow.h"

#include "services/stepfunctions/asl/trial.h"

const cJSON *value_root(struct value value)
{
    return value.whole ? json_root(value.whole) : value.node;
}

#define SEALED_MOST ((size_t)16 << 20) /* of text: far beyond every limit, so what is larger is refused in any case */

/* Values share what they refer to: a few nodes can stand for more text than the machine holds. Such a one is not printed to
 * its end; a text that is as surely too large stands for it. */
struct json *value_seal_node(const cJSON *node)
{
    struct buf text;
    buf_init(&text, SEALED_MOST);
    json_print(&text, node);
    if (text.overflow) {
        buf_clear(&text);
        buf_reserve(&text, ENGINE_MAX_DATA + 3);
        buf_add_byte(&text, '"');
        for (size_t i = 0; i <= ENGINE_MAX_DATA; i++)
            buf_add_byte(&text, '?');
        buf_add_byte(&text, '"');
    }
    return json_seal_text(&text);
}

struct json *value_seal(struct value value)
{
    return value.whole ? json_ref(value.whole) : value_seal_node(value.node);
}

struct environment environment_of(struct branch *branch, struct value input)
{
    return (struct environment){
        .arena = engine_scratch(branch->execution),
        .input = value_root(input),
        .input_text = input.whole ? json_text(input.whole) : STR_NONE,
        .context = context_of(branch),
        .variables = &branch->scope,
        .random = &branch->execution->strand.world->random,
    };
}

struct query_scope query_scope_of(struct branch *branch, const cJSON *result, const cJSON *error_output)
{
    struct arena *arena = engine_scratch(branch->execution);
    cJSON *states = value_object(arena);
    value_add(states, "input", value_share(arena, json_root(branch->input)));
    value_add(states, "context", value_share(arena, context_of(branch)));
    if (result)
        value_add(states, "result", value_share(arena, result));
    if (error_output)
        value_add(states, "errorOutput", value_share(arena, error_output));
    return (struct query_scope){
        .arena = arena,
        .states = states,
        .variables = &branch->scope,
        .random = &branch->execution->strand.world->random,
        .now_ms = engine_now(branch->execution),
    };
}

static bool is_whole(const struct place_option *option)
{
    return !option->is_null && (!option->path || str_is(path_text(option->path), "$"));
}

/* ---- before the work ---- */

bool flow_pick(struct branch *branch, const struct place_option *option, struct value from, struct value *ret_value,
               struct failure *ret_failure)
{
    struct arena *arena = engine_scratch(branch->execution);
    if (is_whole(option)) {
        *ret_value = from;
        return true;
    }
    if (option->is_null) {
        *ret_value = (struct value){ .node = value_object(arena) };
        return true;
    }
    struct environment environment = environment_of(branch, from);
    char *why;
    const cJSON *found = path_read(option->path, &environment, &why);
    if (!found) {
        failure_set(ret_failure, arena, "States.Runtime", "Invalid path '%.*s' : %s", STR_ARG(path_text(option->path)),
                    why);
        return false;
    }
    *ret_value = (struct value){ .node = found };
    return true;
}

bool flow_input(struct branch *branch, struct value *ret_input, struct failure *ret_failure)
{
    if (!flow_pick(branch, &branch->state->input_path, value_of(branch->input), ret_input, ret_failure))
        return false;
    trial_note(branch, TRIAL_AFTER_INPUT_PATH, *ret_input);
    return true;
}

static bool fill(struct branch *branch, const struct template *template, struct value input, struct value *ret_value,
                 struct failure *ret_failure)
{
    if (!template) {
        *ret_value = input;
        return true;
    }
    struct environment environment = environment_of(branch, input);
    *ret_value = (struct value){ .node = template_evaluate(template, &environment, ret_failure) };
    return ret_value->node != NULL;
}

bool flow_parameters(struct branch *branch, struct value input, struct value *ret_payload, struct failure *ret_failure)
{
    const struct payload_option *parameters = &branch->state->parameters;
    if (parameters->query) {
        struct query_scope scope = query_scope_of(branch, NULL, NULL);
        *ret_payload = (struct value){ .node = query_evaluate(parameters->query, &scope, ret_failure) };
        if (!ret_payload->node)
            return false;
        trial_note(branch, TRIAL_AFTER_ARGUMENTS, *ret_payload);
        return true;
    }
    if (!fill(branch, parameters->template, input, ret_payload, ret_failure))
        return false;
    trial_note(branch, TRIAL_AFTER_PARAMETERS, *ret_payload);
    return true;
}

bool flow_fill(struct branch *branch, const struct payload_option *option, struct value input,
               const cJSON **ret_payload, struct failure *ret_failure)
{
    if (option->query) {
        struct query_scope scope = query_scope_of(branch, NULL, NULL);
        *ret_payload = query_evaluate(option->query, &scope, ret_failure);
    } else {
        struct environment environment = environment_of(branch, input);
        *ret_payload = template_evaluate(option->template, &environment, ret_failure);
    }
    return *ret_payload != NULL;
}

/* ---- behind it ---- */

bool flow_place(struct branch *branch, const struct place_option *result_path, struct value result,
                struct value *ret_value, struct failure *ret_failure)
{
    if (result_path->is_null) {
        *ret_value = value_of(branch->input);
        return true;
    }
    if (is_whole(result_path)) {
        *ret_value = result;
        return true;
    }
    struct arena *arena = engine_scratch(branch->execution);
    char *why;
    const cJSON *placed = path_write(result_path->path, arena, json_root(branch->input), value_root(result), &why);
    if (!placed) {
        failure_set(ret_failure, arena, "States.ResultPathMatchFailure",
                    "Unable to apply ReferencePath %.*s to input %.*s", STR_ARG(path_text(result_path->path)),
                    STR_ARG(json_text(branch->input)));
        return false;
    }
    *ret_value = (struct value){ .node = placed };
    return true;
}

/* "Limits of variables" of the developer guide: what one Assign sets, and what there is at a time. */
#define ASSIGN_MOST    ENGINE_MAX_DATA
#define VARIABLES_MOST ((size_t)10 * 1024 * 1024)

static size_t variables_bytes(const struct branch *branch)
{
    size_t bytes = 0;
    for (; branch; branch = branch->parent)
        bytes += branch->variables ? json_text(branch->variables).length : 0;
    return bytes;
}

/* The sentence is ours. */
static bool check_assigned(struct branch *branch, const cJSON *assigned, struct failure *ret_failure)
{
    size_t bytes = json_weight(assigned, ASSIGN_MOST);
    if (bytes <= ASSIGN_MOST && bytes + variables_bytes(branch) <= VARIABLES_MOST)
        return true;
    failure_set(ret_failure, engine_scratch(branch->execution), "States.DataLimitExceeded",
                "The variables assigned by the state '%s' exceed the maximum number of bytes service limit.",
                branch->state->name);
    return false;
}

bool flow_assign(struct branch *branch, const struct payload_option *assign, struct value input,
                 const struct query_scope *scope_or_null, const cJSON **ret_assigned, struct failure *ret_failure)
{
    *ret_assigned = NULL;
    if (assign->query) {
        *ret_assigned = query_evaluate(assign->query, scope_or_null, ret_failure);
    } else if (assign->template) {
        struct environment environment = environment_of(branch, input);
        *ret_assigned = template_evaluate(assign->template, &environment, ret_failure);
    } else {
        return true;
    }
    return *ret_assigned && check_assigned(branch, *ret_assigned, ret_failure);
}

bool flow_output(const struct query *output_or_null, const struct query_scope *scope, struct value otherwise,
                 struct value *ret_output, struct failure *ret_failure)
{
    *ret_output = otherwise;
    if (output_or_null)
        *ret_output = (struct value){ .node = query_evaluate(output_or_null, scope, ret_failure) };
    return ret_output->whole || ret_output->node;
}

struct str flow_limit_cause(struct arena *arena, const char *who)
{
    return str_of(
        arena_printf(arena,
                     "The state/task '%s' returned a result with a size exceeding the maximum number of bytes "
                     "service limit.",
                     who));
}

bool flow_fits(struct branch *branch, struct str text)
{
    if (text.length <= ENGINE_MAX_DATA)
        return true;
    branch_fail(branch, "States.DataLimitExceeded",
                flow_limit_cause(engine_scratch(branch->execution), branch->state->name));
    return false;
}

void flow_exit(struct branch *branch, struct value output, const cJSON *assigned_or_null, const struct state *next)
{
    struct json *document = value_seal(output);
    if (flow_fits(branch, json_text(document)))
        state_exit(branch, document, assigned_or_null, next);
    else
        json_unref(document);
}

/* A JSONata state's exit; without Output and Assign there is nothing to see and nothing to make for it. */
static void leave_jsonata(struct branch *branch, const cJSON *result, struct value otherwise, const struct way_out *way)
{
    struct failure failure;
    struct value output;
    const cJSON *assigned;
    if (!way->output && !way->assign->query) {
        flow_exit(branch, otherwise, NULL, way->next);
        return;
    }
    struct query_scope scope = query_scope_of(branch, result, NULL);
    if (flow_output(way->output, &scope, otherwise, &output, &failure) &&
        flow_assign(branch, way->assign, otherwise, &scope, &assigned, &failure))
        flow_exit(branch, output, assigned, way->next);
    else
        branch_fail_inside(branch, &failure);
}

void flow_pass_on(struct branch *branch, struct value input, const struct way_out *way)
{
    struct failure failure;
    struct value output;
    const cJSON *assigned;
    if (branch->state->jsonata)
        leave_jsonata(branch, NULL, input, way);
    else if (flow_pick(branch, &branch->state->output_path, input, &output, &failure) &&
             flow_assign(branch, way->assign, input, NULL, &assigned, &failure))
        flow_exit(branch, output, assigned, way->next);
    else
        branch_fail_inside(branch, &failure);
}

static bool select_result(struct branch *branch, struct value result, struct value *ret_selected,
                          struct failure *ret_failure)
{
    if (!fill(branch, branch->state->result_selector, result, ret_selected, ret_failure))
        return false;
    trial_note(branch, TRIAL_AFTER_RESULT_SELECTOR, *ret_selected);
    return true;
}

static bool place_result(struct branch *branch, struct value selected, struct value *ret_placed,
                         struct failure *ret_failure)
{
    if (!flow_place(branch, &branch->state->result_path, selected, ret_placed, ret_failure))
        return false;
    trial_note(branch, TRIAL_AFTER_RESULT_PATH, *ret_placed);
    return true;
}

void flow_finish(struct branch *branch, struct value result)
{
    const struct state *state = branch->state;
    const struct way_out way = { state->output, &state->assign, state->next };
    trial_note(branch, TRIAL_RESULT, result);
    if (state->jsonata) {
        leave_jsonata(branch, value_root(result), result, &way);
        return;
    }
    struct failure failure;
    struct value selected, placed, output;
    const cJSON *assigned;
    if (select_result(branch, result, &selected, &failure) && place_result(branch, selected, &placed, &failure) &&
        flow_pick(branch, &state->output_path, placed, &output, &failure) &&
        flow_assign(branch, &state->assign, selected, NULL, &assigned, &failure))
        flow_exit(branch, output, assigned, state->next);
    else
        branch_fail_inside(branch, &failure);
}
