#include "services/stepfunctions/asl/template.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/java.h"

struct member;

struct template
{
    enum { TEMPLATE_CONSTANT, TEMPLATE_PATH, TEMPLATE_INTRINSIC, TEMPLATE_OBJECT, TEMPLATE_ARRAY } kind;
    union {
        const cJSON *constant;
        const struct path *path;
        const struct intrinsic *intrinsic;
        const struct member *members; /* of an object, in the order of the result; of an array */
    };
    size_t count;
    const char *field; /* of a path: "value.$" */
};

struct member {
    const char *name; /* without ".$" */
    struct template value;
};

/* ---- compiling ---- */

struct compiler {
    struct arena *arena;
    struct template_error *reterr;
};

/* Where the compiler stands, from the inside out. */
struct location {
    const struct location *outer;
    const char *name; /* of a member; NULL: an element */
    size_t index;
};

static void print_location(struct buf *buf, const struct location *location)
{
    if (!location)
        return;
    print_location(buf, location->outer);
    if (location->name)
        buf_printf(buf, "/%s", location->name);
    else
        buf_printf(buf, "[%zu]", location->index);
}

static bool refuse_member(const struct compiler *compiler, const struct location *holder, const char *field)
{
    struct buf text = BUF_EMPTY;
    print_location(&text, holder);
    compiler->reterr->location = arena_copy(compiler->arena, buf_str(&text));
    buf_release(&text);
    compiler->reterr->message = arena_printf(
        compiler->arena, "The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call",
        field);
    return false;
}

static bool is_dynamic(const cJSON *member)
{
    return str_ends(str_of(member->string), STR(".$"));
}

/* A path or an intrinsic function. */
static bool compile_dynamic(const struct compiler *compiler, const cJSON *node, const struct location *holder,
                            struct template *ret_template)
{
    char *why;
    struct str text = value_is(node, cJSON_String) ? json_value(node) : STR_NONE;
    *ret_template = (struct template){ .field = node->string };
    if (text.length && text.at[0] == '$') {
        ret_template->kind = TEMPLATE_PATH;
        ret_template->path = path_compile(compiler->arena, text, &why);
        return ret_template->path || refuse_member(compiler, holder, node->string);
    }
    ret_template->kind = TEMPLATE_INTRINSIC;
    ret_template->intrinsic = text.length ? intrinsic_compile(compiler->arena, text, &why) : NULL;
    return ret_template->intrinsic || refuse_member(compiler, holder, node->string);
}

static bool compile(const struct compiler *compiler, const cJSON *node, const struct location *location,
                    struct template *ret_template);

/* Members as they are written; whether any of them computes something. */
static bool compile_members(const struct compiler *compiler, const cJSON *node, const struct location *location,
                            struct member *members, bool *ret_computes)
{
    size_t i = 0;
    for (const cJSON *child = node->child; child; child = child->next, i++) {
        struct location inner = { location, child->string, i };
        struct member *member = &members[i];
        member->name = child->string;
        if (child->string && is_dynamic(child)) {
            if (!compile_dynamic(compiler, child, location, &member->value))
                return false;
            struct str name = str_of(child->string);
            member->name = arena_copy(compiler->arena, str_first(name, name.length - 2));
        } else if (!compile(compiler, child, &inner, &member->value)) {
            return false;
        }
        *ret_computes = *ret_computes || member->value.kind != TEMPLATE_CONSTANT;
    }
    return true;
}

static bool computes_here(const struct member *member)
{
    return member->value.kind == TEMPLATE_PATH || member->value.kind == TEMPLATE_INTRINSIC;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(struct member *const *)a)->name, (*(struct member *const *)b)->name);
}

static struct member **sort_by_name(struct arena *arena, struct member *members, size_t count)
{
    struct member **sorted = ARENA_ARRAY(arena, struct member *, count + 1);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &members[i];
    qsort(sorted, count, sizeof *sorted, compare_names);
    return sorted;
}

/* What computes nothing comes first, as it is written. Returns their number. */
static size_t take_fixed(const struct member *written, size_t count, struct member *ret_ordered)
{
    size_t fixed = 0;
    for (size_t i = 0; i < count; i++)
        if (!computes_here(&written[i]))
            ret_ordered[fixed++] = written[i];
    return fixed;
}

static size_t take_computed(const struct member *written, size_t count, const struct member **ret_computed,
                            struct str *ret_names)
{
    size_t computed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!computes_here(&written[i]))
            continue;
        ret_names[computed] = str_of(written[i].name);
        ret_computed[computed++] = &written[i];
    }
    return computed;
}

/* What is computed follows as a HashMap hands it out, or takes the place of the fixed member of its name: AWS's answers show
 * it (base_scenarios.map_state_item_selector). */
static struct member *order_members(struct arena *arena, const struct member *written, size_t count, size_t *ret_count)
{
    struct member *ordered = ARENA_ARRAY(arena, struct member, count);
    const struct member **computed = ARENA_ARRAY(arena, const struct member *, count);
    struct str *names = ARENA_ARRAY(arena, struct str, count);
    size_t *order = ARENA_ARRAY(arena, size_t, count);
    size_t fixed_count = take_fixed(written, count, ordered);
    size_t computed_count = take_computed(written, count, computed, names);
    struct member **fixed = sort_by_name(arena, ordered, fixed_count);
    java_map_order(arena, names, computed_count, order);
    *ret_count = fixed_count;
    for (size_t i = 0; i < computed_count; i++) {
        const struct member *member = computed[order[i]];
        struct member **same = bsearch(&member, fixed, fixed_count, sizeof *fixed, compare_names);
        *(same ? *same : &ordered[(*ret_count)++]) = *member;
    }
    return ordered;
}

static bool compile_container(const struct compiler *compiler, const cJSON *node, const struct location *location,
                              struct template *ret_template)
{
    size_t count = value_count(node);
    struct member *members = ARENA_ARRAY(compiler->arena, struct member, count ? count : 1);
    bool computes = false;
    if (!compile_members(compiler, node, location, members, &computes))
        return false;
    if (!computes) {
        *ret_template = (struct template){ .kind = TEMPLATE_CONSTANT, .constant = node };
        return true;
    }
    bool is_object = value_is(node, cJSON_Object);
    *ret_template = (struct template){ .kind = is_object ? TEMPLATE_OBJECT : TEMPLATE_ARRAY, .count = count };
    ret_template->members = is_object ? order_members(compiler->arena, members, count, &ret_template->count) : members;
    return true;
}

/* Recurses as deep as the definition, which the JSON parser bounds. */
static bool compile(const struct compiler *compiler, const cJSON *node, const struct location *location,
                    struct template *ret_template)
{
    if (value_is_container(node))
        return compile_container(compiler, node, location, ret_template);
    *ret_template = (struct template){ .kind = TEMPLATE_CONSTANT, .constant = node };
    return true;
}

const struct template *template_compile(struct arena *arena, const cJSON *node, struct template_error *reterr)
{
    struct template *template = ARENA_NEW(arena, struct template);
    struct compiler compiler = { arena, reterr };
    return compile(&compiler, node, NULL, template) ? template : NULL;
}

/* ---- evaluating ---- */

#define RESULT_MOST ((size_t)16 << 20) /* bytes of text, before what takes it looks at its own limit */

static cJSON *evaluate(const struct template *template, const struct environment *environment,
                       struct failure *ret_failure);

static cJSON *evaluate_path(const struct template *template, const struct environment *environment,
                            struct failure *ret_failure)
{
    const cJSON *value = path_read(template->path, environment, NULL);
    if (value)
        return value_share(environment->arena, value);
    failure_set(ret_failure, environment->arena, "States.Runtime",
                "The JSONPath '%.*s' specified for the field '%s' could not be found in the input '%.*s'",
                STR_ARG(path_text(template->path)), template->field, STR_ARG(environment_input(environment)));
    return NULL;
}

static cJSON *evaluate_members(const struct template *template, const struct environment *environment, cJSON *container,
                               struct failure *ret_failure)
{
    for (size_t i = 0; i < template->count; i++) {
        cJSON *value = evaluate(&template->members[i].value, environment, ret_failure);
        if (!value)
            return NULL;
        value_add(container, template->members[i].name, value);
    }
    return container;
}

static bool refuse_size(const struct environment *environment, struct failure *ret_failure)
{
    failure_set(ret_failure, environment->arena, "States.DataLimitExceeded",
                "The result exceeds the maximum number of bytes service limit.");
    return false;
}

static bool can_afford(const struct environment *environment, struct failure *ret_failure)
{
    return (*environment->budget && !environment_is_full(environment)) || refuse_size(environment, ret_failure);
}

static cJSON *evaluate(const struct template *template, const struct environment *environment,
                       struct failure *ret_failure)
{
    const cJSON *value;
    switch (template->kind) {
    case TEMPLATE_PATH:
        return can_afford(environment, ret_failure) ? evaluate_path(template, environment, ret_failure) : NULL;
    case TEMPLATE_INTRINSIC:
        value = can_afford(environment, ret_failure) ? intrinsic_evaluate(template->intrinsic, environment, ret_failure)
                                                     : NULL;
        return value ? value_share(environment->arena, value) : NULL;
    case TEMPLATE_OBJECT:
        return evaluate_members(template, environment, value_object(environment->arena), ret_failure);
    case TEMPLATE_ARRAY:
        return evaluate_members(template, environment, value_array(environment->arena), ret_failure);
    default:
        return value_share(environment->arena, template->constant);
    }
}

const cJSON *template_evaluate(const struct template *template, const struct environment *environment,
                               struct failure *ret_failure)
{
    size_t budget = ENVIRONMENT_BUDGET;
    struct environment bounded = *environment;
    bounded.budget = &budget;
    const cJSON *value = evaluate(template, &bounded, ret_failure);
    if (value && json_weight(value, RESULT_MOST) > RESULT_MOST) {
        refuse_size(environment, ret_failure);
        return NULL;
    }
    return value;
}

void template_each_path(const struct template *template, void (*visit)(const struct path *, void *), void *data)
{
    if (template->kind == TEMPLATE_PATH)
        visit(template->path, data);
    else if (template->kind == TEMPLATE_INTRINSIC)
        intrinsic_each_path(template->intrinsic, visit, data);
    for (size_t i = 0; i < template->count; i++)
        template_each_path(&template->members[i].value, visit, data);
}
