#include "services/stepfunctions/asl/dataflow.h"

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
    return flow_pick(branch, &branch->state->input_path, value_of(branch->input), ret_input, ret_failure);
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
    return fill(branch, branch->state->parameters, input, ret_payload, ret_failure);
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

bool flow_assign(struct branch *branch, const struct template *assign, struct value input, const cJSON **ret_assigned,
                 struct failure *ret_failure)
{
    *ret_assigned = NULL;
    if (!assign)
        return true;
    struct environment environment = environment_of(branch, input);
    *ret_assigned = template_evaluate(assign, &environment, ret_failure);
    return *ret_assigned != NULL;
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

void flow_finish(struct branch *branch, struct value result)
{
    const struct state *state = branch->state;
    struct failure failure;
    struct value selected, placed, output;
    const cJSON *assigned;
    if (fill(branch, state->result_selector, result, &selected, &failure) &&
        flow_place(branch, &state->result_path, selected, &placed, &failure) &&
        flow_pick(branch, &state->output_path, placed, &output, &failure) &&
        flow_assign(branch, state->assign, selected, &assigned, &failure))
        flow_exit(branch, output, assigned, state->next);
    else
        branch_fail_inside(branch, &failure);
}
