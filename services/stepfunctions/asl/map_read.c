#include "services/stepfunctions/asl/reader.h"

#define LABEL_MOST 40 /* characters; "Map state in Distributed mode" of the developer guide */

/* ---- Parallel ---- */

void branches_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (!option_array(draft, spot, value, false))
        return;
    size_t count = (size_t)cJSON_GetArraySize(value), i = 0;
    const struct flow **branches = ARENA_ARRAY(draft->reader->arena, const struct flow *, count);
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        branches[i] = flow_read(draft, SPOT_ELEMENT(spot->outer, spot->name, (int)i), element, (unsigned)i);
        i++;
    }
    draft->state->branches = branches;
    draft->state->branch_count = count;
}

/* ---- the item processor ---- */

static void read_mode(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const modes[] = { "INLINE", "DISTRIBUTED", NULL };
    const char *mode = option_word(draft, spot, value, modes);
    draft->state->distributed = mode && strcmp(mode, "DISTRIBUTED") == 0;
}

static void read_execution_type(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const types[] = { "STANDARD", "EXPRESS", NULL };
    draft->state->execution_type = option_word(draft, spot, value, types);
}

static const struct field config_fields[] = {
    { "Mode", 1, FIELD_ANY, read_mode },
    { "ExecutionType", 1, FIELD_ANY, read_execution_type },
    { 0 },
};

/* A distributed Map says how its children run; an inline one has none. */
static void read_config(struct draft *draft, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "ExecutionType", NULL };
    struct diagnostics *schema = &draft->reader->schema;
    if (!node || !fields_of_object(schema, spot, node))
        return;
    fields_read(draft, config_fields, 1, NULL, spot, node);
    if (draft->state->distributed)
        fields_require(schema, spot, node, required);
    else if (json_get(node, "ExecutionType"))
        diagnose(schema, spot, "Field 'ExecutionType' is not supported");
    if (draft->state->distributed && draft->flow->kind == MACHINE_EXPRESS)
        diagnose(schema, spot, "Express state machine does not support 'DISTRIBUTED' mode");
}

void processor_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct state *state = draft->state;
    if (draft->has_processor) {
        diagnose(&draft->reader->schema, draft->spot,
                 "Only one of these fields may be used: [ItemProcessor, Iterator]");
        return;
    }
    draft->has_processor = true;
    state->legacy_iterator = strcmp(spot->name, "Iterator") == 0;
    read_config(draft, SPOT(spot, "ProcessorConfig"), json_get(value, "ProcessorConfig"));
    const struct flow **branches = ARENA_NEW(draft->reader->arena, const struct flow *);
    branches[0] = flow_read(draft, spot, value, 0);
    state->branches = branches;
    state->branch_count = 1;
}

/* ---- Label ---- */

static bool is_label(struct str label)
{
    if (label.length == 0 || str_count_code_points(label) > LABEL_MOST)
        return false;
    for (size_t i = 0; i < label.length; i++) {
        unsigned char c = (unsigned char)label.at[i];
        if (c <= ' ' || c == 0x7f || strchr("?*<>{}[]:;,\\|^~$#%&`\"", c))
            return false;
    }
    return true;
}

/* Labels stand in the ARNs of Map Runs, so a machine has none twice. */
void label_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    const char *label;
    struct reader *reader = draft->reader;
    if (!option_string(draft, spot, value, &label))
        return;
    if (!is_label(str_of(label)))
        diagnose_as(&reader->schema, "INVALID_LABEL_NAME", spot, "The label '%s' is not valid", label);
    else if (map_put(reader->labels, str_of(label), draft))
        diagnose_as(&reader->schema, "DUPLICATE_LABEL_NAME", spot, "Duplicate label: %s", label);
    draft->state->label = label;
}

/* ---- rules that hold between a Map's fields ---- */

static void check_mode(struct draft *draft, const cJSON *node)
{
    static const char *const distributed_only[] = { "ItemReader", "ItemBatcher", "ResultWriter" };
    for (size_t i = 0; i < sizeof distributed_only / sizeof *distributed_only; i++) {
        if (!draft->state->distributed && json_get(node, distributed_only[i]))
            diagnose(&draft->reader->schema, draft->spot, "Field '%s' is only supported in 'DISTRIBUTED' mode",
                     distributed_only[i]);
    }
}

void map_check(struct draft *draft, const cJSON *node)
{
    static const char *const processors[] = { "ItemProcessor", NULL };
    static const char *const selectors[] = { "ItemSelector", "Parameters", NULL };
    static const char *const concurrencies[] = { "MaxConcurrency", "MaxConcurrencyPath", NULL };
    static const char *const counts[] = { "ToleratedFailureCount", "ToleratedFailureCountPath", NULL };
    static const char *const percentages[] = { "ToleratedFailurePercentage", "ToleratedFailurePercentagePath", NULL };
    static const char *const *const exclusive[] = { selectors, concurrencies, counts, percentages };
    struct diagnostics *schema = &draft->reader->schema;
    if (!draft->has_processor)
        fields_require(schema, draft->spot, node, processors);
    for (size_t i = 0; i < sizeof exclusive / sizeof *exclusive; i++)
        fields_exclude(schema, draft->spot, node, exclusive[i]);
    check_mode(draft, node);
}
