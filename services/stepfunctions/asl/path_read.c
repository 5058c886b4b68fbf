#include "services/stepfunctions/asl/java.h"
#include "services/stepfunctions/asl/path_inner.h"

/* Members that one path may look at, some tens of milliseconds' worth: two scans behind one another already cost the square
 * of a document. */
#define BUDGET ((size_t)8 * 1000 * 1000)

#define FOUND_COST 16 /* a result takes memory, too */

#define SCAN_MAX_DEPTH 1000

/* ---- the plain way: names and indexes, nearly all paths ---- */

static const cJSON *find_member(const cJSON *object, const char *name, size_t *looked)
{
    for (const cJSON *member = object->child; member; member = member->next) {
        ++*looked;
        if (member->string[0] == name[0] && strcmp(member->string, name) == 0)
            return member;
    }
    return NULL;
}

static const cJSON *find_element(const cJSON *array, int64_t index, size_t *looked)
{
    const cJSON *element = array->child;
    if (index < 0) {
        size_t count = value_count(array);
        *looked += count;
        index += (int64_t)count;
    }
    if (index < 0)
        return NULL;
    for (; element && index > 0; index--, ++*looked)
        element = element->next;
    return element;
}

static const cJSON *take_step(const struct step *step, const cJSON *from, size_t *looked)
{
    if (step->kind == STEP_NAME)
        return value_kind(from) == cJSON_Object ? find_member(from, step->name, looked) : NULL;
    return value_kind(from) == cJSON_Array ? find_element(from, step->index, looked) : NULL;
}

/* The place, or NULL with the step that failed and where it stood. */
static const cJSON *find_plain(const struct steps *steps, const cJSON *from, size_t *looked, size_t *ret_failed,
                               const cJSON **ret_stood)
{
    for (size_t i = 0; i < steps->count; i++) {
        const cJSON *found = take_step(&steps->at[i], from, looked);
        if (!found) {
            *ret_failed = i;
            *ret_stood = from;
            return NULL;
        }
        from = found;
    }
    return from;
}

/* ---- the general way ---- */

bool search_charge(struct search *search, size_t count)
{
    if (search->why)
        return false;
    if (search->budget >= count) {
        search->budget -= count;
        return true;
    }
    search->budget = 0;
    search->why = arena_copy(search->arena, STR("A path looks at more of its input than can be afforded"));
    return false;
}

/* One way through the steps of a path. `found` takes every place, `missed` says that a definite beginning led nowhere. */
struct walk {
    struct search *search;
    const struct steps *steps;
    cJSON *found; /* an array; NULL: only the first place counts */
    const cJSON *first;
    bool missed;
    size_t missed_step; /* for the sentence */
    const cJSON *missed_at;
};

static void walk_from(struct walk *walk, size_t i, const cJSON *node);

static void add_found(struct walk *walk, const cJSON *node)
{
    if (!search_charge(walk->search, FOUND_COST))
        return;
    if (!walk->first)
        walk->first = node;
    if (walk->found)
        value_append(walk->found, value_share(walk->search->arena, node));
}

static void miss(struct walk *walk, size_t i, const cJSON *node)
{
    if (!walk->steps->at[i].upstream_definite || walk->missed)
        return;
    walk->missed = true;
    walk->missed_step = i;
    walk->missed_at = node;
}

static void walk_name(struct walk *walk, size_t i, const char *name, const cJSON *node)
{
    size_t looked = 0;
    const cJSON *member = value_kind(node) == cJSON_Object ? find_member(node, name, &looked) : NULL;
    if (!search_charge(walk->search, looked))
        return;
    if (member)
        walk_from(walk, i + 1, member);
    else
        miss(walk, i, node);
}

static void walk_index(struct walk *walk, size_t i, int64_t index, const cJSON *node)
{
    size_t looked = 0;
    const cJSON *element = value_kind(node) == cJSON_Array ? find_element(node, index, &looked) : NULL;
    if (!search_charge(walk->search, looked))
        return;
    if (element)
        walk_from(walk, i + 1, element);
    else
        miss(walk, i, node);
}

/* At a path's end they become one object of those that are there, before it each goes on alone. */
static void walk_names(struct walk *walk, size_t i, const cJSON *node)
{
    const struct step *step = &walk->steps->at[i];
    if (i + 1 < walk->steps->count) {
        for (size_t n = 0; n < step->count; n++)
            walk_name(walk, i, step->names[n], node);
        return;
    }
    if (value_kind(node) != cJSON_Object) {
        miss(walk, i, node);
        return;
    }
    cJSON *merged = value_object(walk->search->arena);
    for (size_t n = 0; n < step->count; n++) {
        size_t looked = 0;
        const cJSON *member = find_member(node, step->names[n], &looked);
        if (!search_charge(walk->search, looked))
            return;
        if (member)
            value_set(walk->search->arena, merged, str_of(member->string), value_share(walk->search->arena, member));
    }
    add_found(walk, merged);
}

static int64_t clamp(int64_t value, int64_t count)
{
    return value < 0 ? 0 : value > count ? count : value;
}

/* Jayway counts from the end in [-2:] and [:-2], but not in [a:b]. */
static void walk_slice(struct walk *walk, size_t i, const cJSON *node)
{
    const struct slice *slice = &walk->steps->at[i].slice;
    if (value_kind(node) != cJSON_Array) {
        miss(walk, i, node);
        return;
    }
    int64_t count = (int64_t)value_count(node);
    bool both = slice->has_from && slice->has_to;
    int64_t from = !slice->has_from ? 0 : slice->from < 0 && !both ? slice->from + count : slice->from;
    int64_t to = !slice->has_to ? count : slice->to < 0 && !both ? slice->to + count : slice->to;
    from = clamp(from, count);
    to = clamp(to, count);
    int64_t place = 0;
    for (const cJSON *element = node->child; element && place < to; element = element->next, place++) {
        if (!search_charge(walk->search, 1))
            return;
        if (place >= from)
            walk_from(walk, i + 1, element);
    }
}

static void walk_children(struct walk *walk, size_t i, const cJSON *node)
{
    for (const cJSON *child = node->child; child && search_charge(walk->search, 1); child = child->next)
        walk_from(walk, i + 1, child);
}

static void walk_filter(struct walk *walk, size_t i, const cJSON *node)
{
    const struct filter *filter = walk->steps->at[i].filter;
    if (value_kind(node) == cJSON_Object) {
        if (filter_accepts(walk->search, filter, node) && !walk->search->why)
            walk_from(walk, i + 1, node);
        return;
    }
    if (value_kind(node) != cJSON_Array) {
        miss(walk, i, node);
        return;
    }
    for (const cJSON *element = node->child; element && search_charge(walk->search, 1); element = element->next)
        if (filter_accepts(walk->search, filter, element) && !walk->search->why)
            walk_from(walk, i + 1, element);
}

/* A filter behind ".." tests each object of the whole tree, everything else its containers. */
static bool scan_takes(const struct step *step, const cJSON *node)
{
    switch (step->kind) {
    case STEP_NAME:
    case STEP_NAMES:
    case STEP_FILTER:
        return value_kind(node) == cJSON_Object;
    case STEP_INDEX:
    case STEP_INDEXES:
    case STEP_SLICE:
        return value_kind(node) == cJSON_Array;
    default:
        return step->kind == STEP_WILDCARD;
    }
}

/* ..['a','b'] at the end takes only what has them all. */
static bool has_names(struct walk *walk, size_t i, const cJSON *node)
{
    const struct step *step = &walk->steps->at[i];
    size_t looked = 0;
    if (step->kind != STEP_NAMES || i + 1 < walk->steps->count)
        return true;
    for (size_t n = 0; n < step->count; n++)
        if (!find_member(node, step->names[n], &looked) || !search_charge(walk->search, looked))
            return false;
    return true;
}

static void scan(struct walk *walk, size_t i, const cJSON *node)
{
    struct search *search = walk->search;
    if (!value_is_container(node) || search->depth == SCAN_MAX_DEPTH)
        return;
    search->depth++;
    if (scan_takes(&walk->steps->at[i + 1], node) && has_names(walk, i + 1, node))
        walk_from(walk, i + 1, node);
    for (const cJSON *child = node->child; child && search_charge(search, 1); child = child->next)
        scan(walk, i, child);
    search->depth--;
}

static void walk_function(struct walk *walk, size_t i, const cJSON *node)
{
    const cJSON *result = function_apply(walk->search, walk->steps->at[i].function, node);
    if (result)
        add_found(walk, result);
}

static void walk_from(struct walk *walk, size_t i, const cJSON *node)
{
    if (walk->search->why)
        return;
    if (i == walk->steps->count) {
        add_found(walk, node);
        return;
    }
    const struct step *step = &walk->steps->at[i];
    switch (step->kind) {
    case STEP_NAME:
        walk_name(walk, i, step->name, node);
        break;
    case STEP_INDEX:
        walk_index(walk, i, step->index, node);
        break;
    case STEP_NAMES:
        walk_names(walk, i, node);
        break;
    case STEP_INDEXES:
        for (size_t n = 0; n < step->count; n++)
            walk_index(walk, i, step->indexes[n], node);
        break;
    case STEP_SLICE:
        walk_slice(walk, i, node);
        break;
    case STEP_WILDCARD:
        walk_children(walk, i, node);
        break;
    case STEP_SCAN:
        scan(walk, i, node);
        break;
    case STEP_FILTER:
        walk_filter(walk, i, node);
        break;
    case STEP_FUNCTION:
        walk_function(walk, i, node);
        break;
    }
}

/* A function behind "..": it gets the list of all that the steps before it find. */
static const cJSON *find_for_function(struct search *search, const struct steps *steps, const cJSON *from)
{
    struct steps before = *steps;
    before.count--;
    struct walk walk = { .search = search, .steps = &before, .found = value_array(search->arena) };
    walk_from(&walk, 0, from);
    return search->why ? NULL : function_apply(search, steps->at[steps->count - 1].function, walk.found);
}

static const cJSON *walk_steps(struct walk *walk, const cJSON *from)
{
    const struct steps *steps = walk->steps;
    if (steps->has_function && steps->scans)
        return find_for_function(walk->search, steps, from);
    if (!steps->definite)
        walk->found = value_array(walk->search->arena);
    walk_from(walk, 0, from);
    if (walk->search->why)
        return NULL;
    return steps->definite ? walk->first : walk->found;
}

const cJSON *steps_find(struct search *search, const struct steps *steps, const cJSON *from)
{
    if (steps->plain) {
        size_t looked = 0, failed;
        const cJSON *stood, *found = find_plain(steps, from, &looked, &failed, &stood);
        return search_charge(search, looked + 1) ? found : NULL;
    }
    struct walk walk = { .search = search, .steps = steps };
    const cJSON *found = walk_steps(&walk, from);
    return walk.missed ? NULL : found;
}

/* ---- the sentences ---- */

/* $['a']['b'] as Jayway writes it, the first `count` steps of it. */
static const char *normalised(const struct path *path, struct arena *arena, size_t count)
{
    struct buf text = BUF_EMPTY;
    buf_add_byte(&text, '$');
    if (path->root == PATH_VARIABLE)
        buf_printf(&text, "['%.*s']", STR_ARG(path->variable));
    for (size_t i = 0; i < count; i++)
        buf_add_str(&text, path->steps.at[i].fragment);
    const char *kept = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

static char *say_no_results(const struct path *path, struct arena *arena)
{
    return arena_printf(arena, "No results for path: %s", normalised(path, arena, path->steps.count));
}

static char *say_not_an_object(const struct path *path, struct arena *arena, size_t step, const cJSON *stood)
{
    return arena_printf(
        arena,
        "Expected to find an object with property %.*s in path %s but found '%s'. This is not a json object "
        "according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
        STR_ARG(path->steps.at[step].fragment), normalised(path, arena, step), java_class_name(stood));
}

static char *say_not_an_array(const struct path *path, struct arena *arena, size_t step, const cJSON *stood)
{
    if (value_is(stood, cJSON_NULL))
        return arena_printf(arena, "The path %s is null", normalised(path, arena, step));
    struct buf rest = BUF_EMPTY, value = BUF_EMPTY;
    for (size_t i = step; i < path->steps.count; i++)
        buf_add_str(&rest, path->steps.at[i].fragment);
    java_print(&value, stood);
    char *why = arena_printf(arena, "Filter: %s can only be applied to arrays. Current context is: %s",
                             buf_str(&rest).at, buf_str(&value).at);
    buf_release(&rest);
    buf_release(&value);
    return why;
}

static char *say_missing(const struct path *path, struct arena *arena, size_t step, const cJSON *stood)
{
    bool by_name = path->steps.at[step].kind == STEP_NAME || path->steps.at[step].kind == STEP_NAMES;
    if (by_name && !value_is(stood, cJSON_Object))
        return say_not_an_object(path, arena, step, stood);
    if (!by_name && !value_is(stood, cJSON_Array))
        return say_not_an_array(path, arena, step, stood);
    if (!by_name || step + 1 == path->steps.count)
        return say_no_results(path, arena);
    return arena_printf(arena, "Missing property in path %s", normalised(path, arena, step + 1));
}

/* ---- the path ---- */

static const cJSON *root_of(const struct path *path, const struct environment *environment)
{
    switch (path->root) {
    case PATH_CONTEXT:
        return environment->context;
    case PATH_VARIABLE:
        return variables_get(environment->variables, path->variable);
    default:
        return environment->input;
    }
}

static void explain_no_root(const struct path *path, const struct environment *environment, char **reterr_why)
{
    if (!reterr_why)
        return;
    if (path->root == PATH_VARIABLE && path->steps.count)
        *reterr_why = arena_printf(environment->arena, "Missing property in path %s",
                                   normalised(path, environment->arena, 0));
    else
        *reterr_why = say_no_results(path, environment->arena);
}

static const cJSON *read_plain(const struct path *path, const struct environment *environment, const cJSON *root,
                               char **reterr_why)
{
    size_t looked = 0, failed;
    const cJSON *stood;
    const cJSON *found = find_plain(&path->steps, root, &looked, &failed, &stood);
    if (environment->budget)
        *environment->budget = *environment->budget > looked ? *environment->budget - looked : 0;
    if (!found && reterr_why)
        *reterr_why = say_missing(path, environment->arena, failed, stood);
    return found;
}

static const cJSON *read_by_search(const struct path *path, const struct environment *environment, const cJSON *root,
                                   char **reterr_why)
{
    size_t budget = environment->budget && *environment->budget < BUDGET ? *environment->budget : BUDGET;
    struct search search = { .arena = environment->arena, .root = root, .budget = budget };
    struct walk walk = { .search = &search, .steps = &path->steps };
    const cJSON *found = walk_steps(&walk, root);
    if (environment->budget)
        *environment->budget -= budget - search.budget;
    if (search.why)
        found = NULL;
    /* AWS: a path that may name many places and finds none yields [] (base.json_path_array_wildcard_or_slice_with_no_input). */
    if (found || !reterr_why)
        return found;
    *reterr_why = search.why    ? search.why
                  : walk.missed ? say_missing(path, environment->arena, walk.missed_step, walk.missed_at)
                                : say_no_results(path, environment->arena);
    return NULL;
}

const cJSON *path_read(const struct path *path, const struct environment *environment, char **reterr_why)
{
    const cJSON *root = root_of(path, environment);
    if (!root) {
        explain_no_root(path, environment, reterr_why);
        return NULL;
    }
    if (path->steps.plain)
        return read_plain(path, environment, root, reterr_why);
    return read_by_search(path, environment, root, reterr_why);
}
