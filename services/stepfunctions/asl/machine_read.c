#include "services/stepfunctions/asl/machine_read.h"

#include "aws/jackson.h"
#include "services/stepfunctions/asl/reader.h"

#define TIMEOUT_MOST         99999999
#define TIMEOUT_EXPRESS_MOST 300 /* an Express execution may last five minutes */

/* ---- states of a flow and the way between them ---- */

static struct state_slot *find_slot(const struct flow_draft *flow, const char *name)
{
    return map_get(flow->states, str_of(name));
}

static bool is_lone(const struct flow_draft *flow)
{
    return flow->reader->lone && !flow->flow->owner;
}

/* AWS says 'Next' whatever the field is called. */
static const struct state *lead_to(struct flow_draft *flow, const struct spot *spot, const char *name)
{
    struct state_slot *slot = find_slot(flow, name);
    if (!slot && is_lone(flow)) {
        struct state *stranger = ARENA_NEW(flow->reader->arena, struct state);
        stranger->name = arena_copy(flow->reader->arena, str_of(name));
        return stranger;
    }
    if (!slot) {
        diagnose_as(&flow->reader->graph, "MISSING_TRANSITION_TARGET", spot, "Missing 'Next' target: %s", name);
        return NULL;
    }
    slot->targeted = true;
    return slot->state;
}

const struct state *transition_read(struct draft *draft, const struct spot *spot, const cJSON *value)
{
    const char *name;
    return option_string(draft, spot, value, &name) ? lead_to(draft->flow, spot, name) : NULL;
}

static void add_state(struct flow_draft *flow, const struct state **states, const struct spot *spot,
                      const cJSON *member)
{
    struct reader *reader = flow->reader;
    struct state *state = ARENA_NEW(reader->arena, struct state);
    struct state_slot *slot = ARENA_NEW(reader->arena, struct state_slot);
    state->name = member->string;
    state->flow = flow->flow;
    state->index = (unsigned)(reader->states.length / sizeof state);
    buf_add(&reader->states, &state, sizeof state);
    slot->state = state;
    map_put(flow->states, str_of(state->name), slot);
    states[flow->flow->state_count++] = state;
    if (map_put(reader->names, str_of(state->name), state))
        diagnose_as(&reader->graph, "DUPLICATE_STATE_NAME", SPOT(spot, state->name), "Duplicate State name: %s",
                    state->name);
}

/* All states are there before the first is read, so that a transition finds its target wherever it stands. */
static void add_states(struct flow_draft *flow, const struct spot *spot, const cJSON *node)
{
    const struct state **states = ARENA_ARRAY(flow->reader->arena, const struct state *,
                                              (size_t)cJSON_GetArraySize(node));
    const cJSON *member;
    flow->flow->states = states;
    cJSON_ArrayForEach(member, node)
    {
        add_state(flow, states, spot, member);
    }
}

/* A state is not reachable where nothing leads to it; a flow without an end is told of instead, not beside. */
static void check_graph(struct flow_draft *flow, const struct spot *spot)
{
    struct diagnostics *graph = &flow->reader->graph;
    if (!flow->ends) {
        diagnose_as(graph, "MISSING_END_STATE", NULL, "Workflow has no terminal state");
        return;
    }
    for (size_t i = 0; i < flow->flow->state_count; i++) {
        const char *name = flow->flow->states[i]->name;
        if (!find_slot(flow, name)->targeted)
            diagnose_as(graph, "MISSING_TRANSITION_TARGET", SPOT(spot, name), "State \"%s\" is not reachable.", name);
    }
}

static void read_states(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct flow_draft *flow = object;
    struct diagnostics *schema = &draft->reader->schema;
    if (!fields_of_object(schema, spot, value))
        return;
    if (!value->child) {
        diagnose(schema, spot, "Value cannot be empty");
        return;
    }
    add_states(flow, spot, value);
    if (flow->start)
        flow->flow->start = lead_to(flow, SPOT(spot->outer, "StartAt"), flow->start);
    const cJSON *member;
    cJSON_ArrayForEach(member, value)
    {
        state_read(flow, find_slot(flow, member->string)->state, SPOT(spot, member->string), member);
    }
    if (!is_lone(flow))
        check_graph(flow, spot);
}

/* ---- flows ---- */

static void read_start(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    const char *name;
    option_string(draft, spot, value, &name);
}

static void read_comment(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    const char *text;
    option_string(draft, spot, value, &text);
}

static void read_timeout(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct flow_draft *flow = object;
    int64_t most = flow->kind == MACHINE_EXPRESS ? TIMEOUT_EXPRESS_MOST : TIMEOUT_MOST;
    option_integer(draft, spot, value, 1, most, &draft->reader->timeout_seconds);
}

static void read_version(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const versions[] = { "1.0", NULL };
    option_word(draft, spot, value, versions);
}

enum { FLOW_MACHINE = 1, FLOW_BRANCH = 2, FLOW_PROCESSOR = 4 };

static const struct field flow_fields[] = {
    { "Comment", FLOW_MACHINE | FLOW_BRANCH | FLOW_PROCESSOR, FIELD_ANY, read_comment },
    { "StartAt", FLOW_MACHINE | FLOW_BRANCH | FLOW_PROCESSOR, FIELD_ANY, read_start },
    { "States", FLOW_MACHINE | FLOW_BRANCH | FLOW_PROCESSOR, FIELD_ANY, read_states },
    { "ProcessorConfig", FLOW_PROCESSOR, FIELD_ANY, NULL },
    { "QueryLanguage", FLOW_MACHINE, FIELD_ANY, NULL },
    { "TimeoutSeconds", FLOW_MACHINE, FIELD_ANY, read_timeout },
    { "Version", FLOW_MACHINE, FIELD_ANY, read_version },
    { 0 },
};

static const struct flow *read_flow(struct flow_draft *flow, unsigned where, const struct state *owner, unsigned branch,
                                    const cJSON *node)
{
    static const char *const required[] = { "States", "StartAt", NULL };
    struct reader *reader = flow->reader;
    if (!fields_of_object(&reader->schema, flow->spot, node))
        return NULL;
    struct flow *made = ARENA_NEW(reader->arena, struct flow);
    made->owner = owner;
    made->branch = branch;
    flow->flow = made;
    flow->start = json_string(node, "StartAt");
    flow->states = map_new();
    struct draft draft = { .reader = reader, .flow = flow, .spot = flow->spot, .jsonata = reader->jsonata };
    fields_require(&reader->schema, flow->spot, node, required);
    fields_read(&draft, flow_fields, where, flow, flow->spot, node);
    map_free(flow->states, NULL);
    return made;
}

/* The children of a distributed Map are executions of their own kind. */
static enum machine_kind kind_of_children(const struct draft *draft)
{
    const char *type = draft->state->execution_type;
    if (!draft->state->distributed || !type)
        return draft->flow->kind;
    return strcmp(type, "EXPRESS") == 0 ? MACHINE_EXPRESS : MACHINE_STANDARD;
}

const struct flow *flow_read(struct draft *draft, const struct spot *spot, const cJSON *node, unsigned branch)
{
    struct flow_draft flow = { .reader = draft->reader, .spot = spot, .kind = kind_of_children(draft) };
    unsigned where = draft->state->type == STATE_MAP ? FLOW_PROCESSOR : FLOW_BRANCH;
    return read_flow(&flow, where, draft->state, branch, node);
}

/* ---- the machine ---- */

static void read_language(struct reader *reader, const struct spot *spot, const cJSON *root)
{
    static const char *const languages[] = { "JSONPath", "JSONata", NULL };
    const cJSON *value = json_get(root, "QueryLanguage");
    struct draft draft = { .reader = reader };
    if (!value)
        return;
    const char *language = option_word(&draft, SPOT(spot, "QueryLanguage"), value, languages);
    reader->jsonata = !language || strcmp(language, "JSONata") == 0;
}

static const struct flow *read_machine(struct reader *reader, enum machine_kind kind, const cJSON *root)
{
    const struct spot whole = { NULL, NULL, -1 };
    struct flow_draft flow = { .reader = reader, .spot = &whole, .kind = kind };
    read_language(reader, &whole, root);
    return read_flow(&flow, FLOW_MACHINE, NULL, 0, root);
}

static bool is_blank(struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!text.at[i] || !strchr(" \t\r\n", text.at[i]))
            return false;
    }
    return true;
}

/* The place is named as Jackson does it for a text that it does not show. */
static void refuse_text(struct reader *reader, const struct json_error *error)
{
    char *location = arena_printf(reader->arena, "[Source: UNKNOWN; line: %zu, column: %zu]", error->line,
                                  error->column);
    const char *code = error->fault == JSON_FAULT_DEPTH ? "TOO_DEEPLY_NESTED" : "INVALID_JSON_DESCRIPTION";
    diagnose_text(&reader->schema, code, location, jackson_sentence(reader->arena, error));
}

/* NULL: the text is no JSON, or nothing at all. */
static const cJSON *parse(struct reader *reader, struct str definition)
{
    struct json_error error;
    if (is_blank(definition)) {
        diagnose_text(&reader->schema, "MISSING_DESCRIPTION", NULL, "The state machine definition is empty");
        return NULL;
    }
    const cJSON *root = json_parse_in(reader->arena, definition, &error);
    if (!root)
        refuse_text(reader, &error);
    return root;
}

static void fill(struct reader *reader, const struct flow *flow, struct machine *machine)
{
    size_t bytes = reader->states.length;
    machine->flow = flow;
    machine->timeout_seconds = reader->timeout_seconds;
    machine->state_count = (unsigned)(bytes / sizeof(struct state *));
    const struct state **states = ARENA_ARRAY(reader->arena, const struct state *, machine->state_count);
    memcpy(states, reader->states.at, bytes);
    machine->states = states;
}

bool machine_build(struct arena *arena, struct str definition, enum machine_kind kind, bool lone,
                   struct arena *diagnostics_arena, struct machine *ret_machine, const cJSON **ret_references,
                   const struct diagnostic **ret_diagnostics)
{
    struct reader reader = { .arena = arena, .lone = lone, .names = map_new(), .labels = map_new() };
    reader.schema.arena = reader.graph.arena = diagnostics_arena;
    const cJSON *root = parse(&reader, definition);
    const struct flow *flow = root ? read_machine(&reader, kind, root) : NULL;
    if (reader.schema.errors == 0)
        diagnostics_append(&reader.schema, &reader.graph);
    bool good = reader.schema.errors == 0;
    if (good)
        fill(&reader, flow, ret_machine);
    *ret_references = reader.references;
    *ret_diagnostics = reader.schema.first;
    buf_release(&reader.states);
    map_free(reader.labels, NULL);
    map_free(reader.names, NULL);
    return good;
}
