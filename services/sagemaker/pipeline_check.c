#include "services/sagemaker/pipeline_definition.h"

__attribute__((format(printf, 3, 4))) static bool refuse(struct arena *arena, char **why, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    *why = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return false;
}

bool pipeline_is_expression(const cJSON *node)
{
    if (!cJSON_IsObject(node) || !node->child || node->child->next)
        return false;
    const char *name = node->child->string;
    return strcmp(name, "Get") == 0 || strcmp(name, "Std:Join") == 0 || strcmp(name, "Std:JsonGet") == 0;
}

/* ---- arguments against the shapes of the operation ---- */

static bool check_enum(struct arena *arena, const struct shape *shape, const cJSON *node, char **why)
{
    if (!shape->values || !cJSON_IsString(node))
        return true;
    struct buf all = BUF_EMPTY;
    for (const char *const *value = shape->values; *value; value++) {
        if (str_is(json_value(node), *value)) {
            buf_release(&all);
            return true;
        }
        buf_printf(&all, "%s%s", all.length ? ", " : "", *value);
    }
    refuse(arena, why, "Model Validation failed: Value '%s' for '%s' failed to satisfy enum value set: [%s]",
           node->valuestring, shape->name, all.at);
    buf_release(&all);
    return false;
}

static bool check_structure(struct arena *arena, const struct shape *shape, const cJSON *node, char **why)
{
    const cJSON *child;
    if (!cJSON_IsObject(node))
        return refuse(arena, why, "Expecting start of Json Object.");
    cJSON_ArrayForEach(child, node)
    {
        const struct member *member = shape->kind == SHAPE_MAP ? NULL : shape_member(shape, str_of(child->string));
        if (shape->kind != SHAPE_MAP && !member)
            return refuse(arena, why, "Unknown Argument member '%s'", child->string);
        if (!pipeline_check_arguments(arena, member ? member->shape : shape->element, child, why))
            return false;
    }
    return true;
}

/* AWS looks at structure and enums, not at lengths and patterns: those the operation refuses when the step runs. */
bool pipeline_check_arguments(struct arena *arena, const struct shape *shape, const cJSON *node, char **reterr_why)
{
    const cJSON *child;
    if (cJSON_IsNull(node) || shape->kind == SHAPE_DOCUMENT)
        return true;
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
    case SHAPE_MAP:
        /* an expression can stand for a structure that another step made */
        return pipeline_is_expression(node) || check_structure(arena, shape, node, reterr_why);
    case SHAPE_LIST:
        if (!cJSON_IsArray(node))
            return refuse(arena, reterr_why, "Expecting start of Json Array.");
        cJSON_ArrayForEach(child, node)
        {
            if (!pipeline_check_arguments(arena, shape->element, child, reterr_why))
                return false;
        }
        return true;
    default:
        if (cJSON_IsArray(node) || (cJSON_IsObject(node) && !pipeline_is_expression(node)))
            return refuse(arena, reterr_why, "Expecting a value for '%s'.", shape->name);
        return check_enum(arena, shape, node, reterr_why);
    }
}

/* ---- conditions ---- */

static bool check_members(struct arena *arena, const cJSON *object, const char *const *wanted, char **why)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        const char *const *name = wanted;
        while (*name && strcmp(*name, member->string) != 0)
            name++;
        if (!*name)
            return refuse(arena, why, "Cannot parse object, unknown property '%s'.", member->string);
    }
    for (; *wanted; wanted++)
        if (!json_get(object, *wanted))
            return refuse(arena, why, "A condition has no %s.", *wanted);
    return true;
}

static bool check_condition(struct arena *arena, const cJSON *condition, char **why)
{
    static const char *const two[] = { "Type", "LeftValue", "RightValue", NULL };
    static const char *const in[] = { "Type", "QueryValue", "Values", NULL };
    static const char *const several[] = { "Type", "Conditions", NULL };
    static const char *const not [] = { "Type", "Expression", NULL };
    static const struct {
        const char *type;
        const char *const *members;
    } types[] = {
        { "Equals", two },      { "NotEquals", two },
        { "GreaterThan", two }, { "GreaterThanOrEqualTo", two },
        { "LessThan", two },    { "LessThanOrEqualTo", two },
        { "In", in },           { "NotIn", in },
        { "And", several },     { "Or", several },
        { "Not", not },
    };
    if (!cJSON_IsObject(condition))
        return refuse(arena, why, "Expecting start of Json Object.");
    struct str type = json_str(condition, "Type");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!str_is(type, types[i].type))
            continue;
        if (!check_members(arena, condition, types[i].members, why))
            return false;
        if (types[i].members == not )
            return check_condition(arena, json_get(condition, "Expression"), why);
        if (types[i].members == in && !cJSON_IsArray(json_get(condition, "Values")))
            return refuse(arena, why, "Expecting start of Json Array.");
        return types[i].members != several || pipeline_check_conditions(arena, json_get(condition, "Conditions"), why);
    }
    return refuse(arena, why, "Unknown condition type '%.*s'.", STR_ARG(type));
}

bool pipeline_check_conditions(struct arena *arena, const cJSON *conditions, char **reterr_why)
{
    const cJSON *condition;
    if (!cJSON_IsArray(conditions))
        return refuse(arena, reterr_why, "Expecting start of Json Array.");
    cJSON_ArrayForEach(condition, conditions)
    {
        if (!check_condition(arena, condition, reterr_why))
            return false;
    }
    return true;
}

/* ---- what refers to what ---- */

struct linking {
    struct arena *arena;
    struct pipeline_definition *definition;
    struct pipeline_step *step;
    char **why;
};

static void need(struct linking *linking, unsigned index)
{
    struct pipeline_step *step = linking->step;
    for (unsigned i = 0; i < step->need_count; i++)
        if (step->needs[i] == index)
            return;
    step->needs[step->need_count++] = index;
}

static bool need_step(struct linking *linking, struct str name)
{
    int index = pipeline_definition_step(linking->definition, name);
    if (index < 0)
        return refuse(linking->arena, linking->why, "Step '%.*s' depends on the step '%.*s', which is not defined.",
                      STR_ARG(linking->step->name), STR_ARG(name));
    if (&linking->definition->steps[index] == linking->step)
        return refuse(linking->arena, linking->why, "Step '%.*s' depends on itself.", STR_ARG(name));
    need(linking, (unsigned)index);
    return true;
}

static bool has_property_file(const struct pipeline_step *step, struct str name)
{
    const cJSON *file;
    cJSON_ArrayForEach(file, json_get(step->node, "PropertyFiles"))
    {
        if (str_equal(json_str(file, "PropertyFileName"), name))
            return true;
    }
    return false;
}

static bool link_steps_reference(struct linking *linking, struct str text)
{
    struct str rest = str_from(text, strlen("Steps."));
    size_t end = 0;
    while (end < rest.length && rest.at[end] != '.' && rest.at[end] != '[')
        end++;
    struct str name = str_first(rest, end), path = str_from(rest, end);
    if (!need_step(linking, name))
        return false;
    const struct pipeline_step *other =
        &linking->definition->steps[pipeline_definition_step(linking->definition, name)];
    if (!str_starts(path, STR(".PropertyFiles.")))
        return true;
    struct str file = str_from(path, strlen(".PropertyFiles."));
    return has_property_file(other, file) ||
           refuse(linking->arena, linking->why, "The property file '%.*s' is not declared by the step '%.*s'.",
                  STR_ARG(file), STR_ARG(name));
}

static bool link_reference(struct linking *linking, struct str text)
{
    static const char *const variables[] = { "Execution.PipelineName",        "Execution.PipelineArn",
                                             "Execution.PipelineExecutionId", "Execution.PipelineExecutionArn",
                                             "Execution.StartDateTime",       "Execution.CurrentDateTime" };
    if (str_starts(text, STR("Steps.")))
        return link_steps_reference(linking, text);
    if (str_starts(text, STR("Parameters.")) &&
        pipeline_definition_parameter(linking->definition, str_from(text, strlen("Parameters."))))
        return true;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (str_is(text, variables[i]))
            return true;
    return refuse(linking->arena, linking->why, "The reference '%.*s' of step '%.*s' leads nowhere.", STR_ARG(text),
                  STR_ARG(linking->step->name));
}

/* Everything but the steps inside of a condition. */
static bool link_node(struct linking *linking, const cJSON *node)
{
    const cJSON *child;
    if (pipeline_is_expression(node) && strcmp(node->child->string, "Get") == 0)
        return link_reference(linking, json_value(node->child));
    bool condition = linking->step->kind->way == STEP_CONDITION && node == linking->step->arguments;
    cJSON_ArrayForEach(child, node)
    {
        bool inner = condition && (strcmp(child->string, "IfSteps") == 0 || strcmp(child->string, "ElseSteps") == 0);
        if (!inner && !link_node(linking, child))
            return false;
    }
    return true;
}

/* DependsOn lists names; the SDK's older ones "Steps.NAME". */
static bool link_depends_on(struct linking *linking)
{
    const cJSON *names = json_get(linking->step->node, "DependsOn"), *name;
    if (names && !cJSON_IsArray(names))
        return refuse(linking->arena, linking->why, "Expecting start of Json Array.");
    cJSON_ArrayForEach(name, names)
    {
        struct str text = json_value(name);
        if (!need_step(linking, str_starts(text, STR("Steps.")) ? str_from(text, 6) : text))
            return false;
    }
    return true;
}

static bool leads_back(const struct pipeline_definition *definition, unsigned index, char *states)
{
    const struct pipeline_step *step = &definition->steps[index];
    if (states[index])
        return states[index] == 1;
    states[index] = 1;
    for (unsigned i = 0; i < step->need_count; i++)
        if (leads_back(definition, step->needs[i], states))
            return true;
    if (step->condition >= 0 && leads_back(definition, (unsigned)step->condition, states))
        return true;
    states[index] = 2;
    return false;
}

/* The sentences of links are ours. */
bool pipeline_link(struct arena *arena, struct pipeline_definition *definition, char **reterr_why)
{
    for (unsigned i = 0; i < definition->step_count; i++) {
        struct linking linking = { arena, definition, &definition->steps[i], reterr_why };
        linking.step->needs = ARENA_ARRAY(arena, unsigned, PIPELINE_MOST_STEPS);
        if (!link_depends_on(&linking) || !link_node(&linking, linking.step->node))
            return false;
    }
    char states[PIPELINE_MOST_STEPS] = { 0 };
    for (unsigned i = 0; i < definition->step_count; i++)
        if (leads_back(definition, i, states))
            return refuse(arena, reterr_why, "Cycle detected: the steps depend on each other, step '%.*s' among them.",
                          STR_ARG(definition->steps[i].name));
    return true;
}
