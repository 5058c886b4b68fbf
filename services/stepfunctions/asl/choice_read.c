#include "services/stepfunctions/asl/reader.h"

static void read_next(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    ((struct choice *)object)->next = transition_read(draft, spot, value);
}

static void read_assign(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_assign(draft, spot, value, 0, &((struct choice *)object)->assign);
}

/* ---- in JSONPath: rule_compile() reads whatever else there is ---- */

static void read_rule(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    struct template_error error;
    choice->rule = rule_compile(draft->reader->arena, node, &error);
    if (choice->rule)
        rule_each_path(choice->rule, option_note_path, draft);
    else
        diagnose_at(&draft->reader->schema, SCHEMA_VALIDATION_FAILED, spot, error.location, error.message);
}

static void read_path_choice(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    const cJSON *assign = json_get(node, "Assign"), *next = json_get(node, "Next");
    read_rule(draft, choice, spot, node);
    if (assign)
        read_assign(draft, choice, SPOT(spot, "Assign"), assign);
    if (next)
        read_next(draft, choice, SPOT(spot, "Next"), next);
}

/* ---- in JSONata ---- */

static void read_condition(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (!cJSON_IsBool(value) && !option_is_expression(draft, value))
        diagnose(&draft->reader->schema, spot, "Expected value of type Boolean");
    ((struct choice *)object)->condition = option_query(draft, spot, value, 0);
}

static void read_output(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    ((struct choice *)object)->output = option_query(draft, spot, value, 0);
}

static void read_jsonata_choice(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "Condition", NULL };
    static const struct field fields[] = {
        { "Condition", 1, FIELD_ANY, read_condition },
        { "Next", 1, FIELD_ANY, read_next },
        { "Assign", 1, FIELD_ANY, read_assign },
        { "Output", 1, FIELD_ANY, read_output },
        { "Comment", 1, FIELD_ANY, NULL },
        { 0 },
    };
    fields_require(&draft->reader->schema, spot, node, required);
    fields_read(draft, fields, 1, choice, spot, node);
}

/* ---- both ---- */

static void read_choice(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "Next", NULL };
    if (!fields_of_object(&draft->reader->schema, spot, node))
        return;
    fields_require(&draft->reader->schema, spot, node, required);
    if (draft->jsonata)
        read_jsonata_choice(draft, choice, spot, node);
    else
        read_path_choice(draft, choice, spot, node);
}

void choices_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (!option_array(draft, spot, value, false))
        return;
    size_t count = (size_t)cJSON_GetArraySize(value), i = 0;
    struct choice *choices = ARENA_ARRAY(draft->reader->arena, struct choice, count);
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        read_choice(draft, &choices[i], SPOT_ELEMENT(spot->outer, spot->name, (int)i), element);
        i++;
    }
    draft->state->choices = choices;
    draft->state->choice_count = count;
}
