#include "services/stepfunctions/asl/machine.h"

/* A definition of any bytes: findings are text that can be told, and what is accepted can be asked about and read
 * again. */

static void check(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void read_definition(struct str definition, enum machine_kind kind)
{
    struct arena *arena = arena_new();
    const struct diagnostic *diagnostics;
    struct machine *machine = machine_read(definition, kind, arena, &diagnostics);
    check(machine || diagnostics);
    if (str_is_utf8(definition))
        check(str_is_utf8(str_of(machine_sentence(arena, diagnostics))));
    if (machine) {
        struct machine *again = machine_cached(definition, kind);
        machine_variable_references(machine, arena);
        check(again && again->state_count == machine->state_count && machine->flow->start);
        machine_unref(again);
    }
    machine_unref(machine);
    machine_cache_clear();
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct str definition = { (const char *)bytes, length };
    read_definition(definition, MACHINE_STANDARD);
    read_definition(definition, MACHINE_EXPRESS);
    return 0;
}
