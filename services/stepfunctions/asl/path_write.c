#include "services/stepfunctions/asl/path_inner.h"

static cJSON *refuse(const struct path *path, struct arena *arena, const cJSON *document, char **reterr_why)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, document);
    *reterr_why = arena_printf(arena, "Unable to apply ReferencePath %.*s to input %s", STR_ARG(path->text), text.at);
    buf_release(&text);
    return NULL;
}

/* What stands there now; *ret_fits is false where this step cannot be taken from `parent`. */
static cJSON *current(const cJSON *parent, const struct step *step, bool *ret_fits)
{
    cJSON *child = parent->child;
    if (step->kind == STEP_NAME) {
        *ret_fits = value_is(parent, cJSON_Object);
        while (*ret_fits && child && strcmp(child->string, step->name) != 0)
            child = child->next;
        return *ret_fits ? child : NULL;
    }
    *ret_fits = value_is(parent, cJSON_Array) && step->index >= 0;
    for (int64_t i = 0; *ret_fits && child && i < step->index; i++)
        child = child->next;
    *ret_fits = *ret_fits && child; /* arrays do not grow */
    return *ret_fits ? child : NULL;
}

/* The copy of what stands there, to be changed in turn; an object where nothing does. NULL: it holds no members. */
static cJSON *open_up(struct arena *arena, const cJSON *standing)
{
    if (!standing || value_is(standing, cJSON_NULL))
        return value_object(arena);
    return value_is_container(standing) ? value_copy_level(arena, standing) : NULL;
}

/* Turns `node`, which stands in its parent's copy, into `replacement` but for its place there. */
static void become(cJSON *node, const cJSON *replacement)
{
    cJSON *next = node->next, *prev = node->prev;
    char *name = node->string;
    *node = *replacement;
    node->next = next;
    node->prev = prev;
    node->string = name;
}

/* Puts `child` in place and returns it where it then stands. */
static cJSON *put(cJSON *parent, const struct step *step, cJSON *standing, cJSON *child)
{
    if (standing) {
        become(standing, child);
        return standing;
    }
    value_add(parent, step->name, child);
    return child;
}

/* Every level on the way is a copy, so what stands in it is ours to change. The path's names live as long as the path,
 * hence the copy of a name that is new. */
const cJSON *path_write(const struct path *path, struct arena *arena, const cJSON *document, const cJSON *value,
                        char **reterr_why)
{
    const struct steps *steps = &path->steps;
    if (!steps->plain || path->root != PATH_INPUT)
        return refuse(path, arena, document, reterr_why);
    if (steps->count == 0)
        return value_share(arena, value);
    cJSON *root = open_up(arena, document), *parent = root;
    for (size_t i = 0; i < steps->count; i++) {
        struct step step = steps->at[i];
        bool fits = false;
        cJSON *standing = parent ? current(parent, &step, &fits) : NULL;
        if (!fits)
            return refuse(path, arena, document, reterr_why);
        if (!standing)
            step.name = arena_copy(arena, str_of(step.name));
        bool last = i + 1 == steps->count;
        cJSON *child = last ? value_share(arena, value) : open_up(arena, standing);
        if (!child)
            return refuse(path, arena, document, reterr_why);
        parent = put(parent, &step, standing, child);
    }
    return root;
}
