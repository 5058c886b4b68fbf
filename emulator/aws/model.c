#include "aws/model.h"

static struct str without_spaces(struct str text, char *room, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length && length < size; i++)
        if (text.at[i] != ' ')
            room[length++] = text.at[i];
    return (struct str){ room, length };
}

bool model_is_called(const struct model *model, struct str name)
{
    char room[2][64];
    struct str wanted = without_spaces(name, room[0], sizeof room[0]);
    struct str sdk_id = without_spaces(str_of(model->sdk_id), room[1], sizeof room[1]);
    return str_equal_ignoring_case(str_of(model->name), wanted) || str_equal_ignoring_case(sdk_id, wanted) ||
           str_equal_ignoring_case(str_of(model->signing_name), wanted);
}

const struct operation *model_operation(const struct model *model, struct str name)
{
    size_t low = 0, high = model->operation_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(str_of(model->operations[middle].name), name);
        if (!order)
            return &model->operations[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct member *shape_member(const struct shape *structure, struct str name)
{
    for (size_t i = 0; i < structure->member_count; i++) {
        const char *candidate = structure->members[i].name;
        if (!strncmp(candidate, name.at, name.length) && !candidate[name.length])
            return &structure->members[i];
    }
    return NULL;
}

const struct member *shape_member_on_wire(const struct shape *structure, struct str wire)
{
    for (size_t i = 0; i < structure->member_count; i++) {
        if (structure->members[i].location == LOCATION_BODY && str_is(wire, structure->members[i].wire))
            return &structure->members[i];
    }
    return NULL;
}

bool member_is_flat(const struct member *member)
{
    return member->flattened || member->shape->flattened;
}

static bool compile(const struct shape *shape)
{
    if (!*shape->compiled)
        *shape->compiled = pattern_compile(str_of(shape->pattern));
    return *shape->compiled != NULL;
}

/* modelc has compiled it before; should this machine's PCRE2 refuse it all the same, everything matches. */
bool shape_matches(const struct shape *shape, struct str text)
{
    return !compile(shape) || pattern_matches_whole(*shape->compiled, text);
}
