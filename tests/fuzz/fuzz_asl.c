#include "services/stepfunctions/asl/machine.h"

/* A definition of any bytes: findings are text that can be told, what is accepted can be asked about and read again, and
 * its expressions in JSONata have a value or a cause. */

static void check(bool holds)
{
    if (!holds)
        __builtin_trap();
}

#define EVALUATED_MOST 3 /* each may take its time */

static void evaluate(const struct query *query, struct arena *arena)
{
    const cJSON *states = json_parse_in(
        arena, STR("{\"input\":{\"a\":[{\"b\":2,\"c\":\"d\"}],\"s\":1},\"context\":{}}"), NULL);
    const struct variables variables = { .values = states };
    const struct query_scope scope = { .arena = arena, .states = states, .variables = &variables };
    struct failure failure = { 0 };
    if (!query_evaluate(query, &scope, &failure))
        check(failure.error == QUERY_EVALUATION_ERROR && failure.cause.length && failure.location);
}

static void evaluate_states(const struct machine *machine, struct arena *arena)
{
    int evaluated = 0;
    for (unsigned i = 0; i < machine->state_count && evaluated < EVALUATED_MOST; i++) {
        const struct query *queries[] = { machine->states[i]->output, machine->states[i]->assign.query };
        for (size_t j = 0; j < sizeof queries / sizeof *queries; j++) {
            if (queries[j] && ++evaluated <= EVALUATED_MOST)
                evaluate(queries[j], arena);
        }
    }
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
        evaluate_states(machine, arena);
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
