#include "services/stepfunctions/asl/reader.h"

/* In a JSONata state a rule has a Condition, which is left alone; in a JSONPath state rule_compile() reads the rest. */

static void read_next(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    const cJSON *next = json_get(node, "Next");
    if (next)
        choice->next = transition_read(draft, SPOT(spot, "Next"), next);
}

static void read_rule(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    struct template_error error;
    choice->rule = rule_compile(draft->reader->arena, node, &error);
    if (choice->rule)
        rule_each_path(choice->rule, option_note_path, draft);
    else
        diagnose_at(&draft->reader->schema, spot, error.location, error.message);
}

static void read_jsonata_choice(struct draft *draft, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "Condition", NULL };
    static const struct field fields[] = {
        { "Condition", 1, FIELD_ANY, NULL }, { "Next", 1, FIELD_ANY, NULL },    { "Assign", 1, FIELD_ANY, NULL },
        { "Output", 1, FIELD_ANY, NULL },    { "Comment", 1, FIELD_ANY, NULL }, { 0 },
    };
    fields_require(&draft->reader->schema, spot, node, required);
    fields_read(draft, fields, 1, NULL, spot, node);
    option_needs_jsonata(draft);
}

static void read_choice(struct draft *draft, struct choice *choice, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "Next", NULL };
    if (!fields_of_object(&draft->reader->schema, spot, node))
        return;
    fields_require(&draft->reader->schema, spot, node, required);
    if (draft->jsonata)
        read_jsonata_choice(draft, spot, node);
    else
        read_rule(draft, choice, spot, node);
    const cJSON *assign = json_get(node, "Assign");
    if (assign)
        choice->assign = option_assign(draft, SPOT(spot, "Assign"), assign);
    read_next(draft, choice, spot, node);
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
