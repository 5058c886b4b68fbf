/* The tables of built-in functions, one for each noun. Their signatures are read once, when first anybody compiles. */
#include "services/stepfunctions/jsonata/function.h"

static struct builtin *const tables[] = { builtins_of_string,       builtins_of_match, builtins_of_number,
                                          builtins_of_picture,      builtins_of_array, builtins_of_object,
                                          builtins_of_higher_order, builtins_of_time,  builtins_of_encoding,
                                          builtins_of_states,       builtins_of_core };

static void parse_signatures(void)
{
    static struct arena *arena; /* as long as the process */
    struct signature_error error;
    if (arena)
        return;
    arena = arena_new();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (struct builtin *builtin = tables[i]; builtin->name; builtin++)
            builtin->parsed = signature_parse(arena, str_of(builtin->signature), &error);
}

const struct builtin *builtin_find(struct str name)
{
    parse_signatures();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct builtin *builtin = tables[i]; builtin->name; builtin++)
            if (str_is(name, builtin->name))
                return builtin;
    return NULL;
}
