#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/stepfunctions/asl/query.h"

/* ---- compiling: what is found, and which variables are read ---- */

struct compile_case {
    const char *value;
    unsigned offers;
    const char *found; /* "CODE place: message", a line each; then "reads: names" */
    const char *reason;
};

static const struct compile_case compile_cases[] = {
    { "{\"a\":[1,null,\"x\"]}", 0, "reads:", "a value without expressions" },
    { "\" {% $x %} \"", 0, "reads:", "recorded: with a blank before it, it is text" },
    { "\"{%$x%}\"", 0, "reads: x", "no blanks inside" },
    { "\"{% %}\"", 0, "INVALID_JSONATA_EXPRESSION F: Unexpected end of expression\nreads:", "nothing to evaluate" },
    { "{\"a\":\"{% $x + $sum($y) %}\",\"b\":[\"{% $x %}\",\"{% $z := 1 %}\"]}", 0, "reads: x y x",
      "variables, but neither functions nor what it binds itself" },
    { "\"{% $states.input.a & $states.context.State.Name %}\"", 0, "reads:", "$states is no variable of the machine" },
    { "{\"v\":\"{% a[1,2) %}\"}", 0, "INVALID_JSONATA_EXPRESSION F/v: Expected \"]\", got \",\"\nreads:",
      "floci-io/floci issue 2745: JSONata's sentence without its code" },
    { "{\"v\":[0,[\"{% 1 + %}\"]]}", 0,
      "INVALID_JSONATA_EXPRESSION F/v[1][0]: Unexpected end of expression\nreads:", "elements by their number" },
    { "\"{% $x\"", 0,
      "INVALID_JSONATA_EXPRESSION F: The expression begins with '{%' but does not end with '%}'\nreads:",
      "an expression has an end" },
    { "\"{% phone %}\"", 0,
      "UNSUPPORTED_JSONATA_EXPRESSION F: Reference to 'phone' at the top level is not supported.\nreads:",
      "floci-io/floci issue 2670" },
    { "\"{% {'a': b.c, 'd': [b, $.e]} %}\"", 0,
      "UNSUPPORTED_JSONATA_EXPRESSION F: Reference to 'b' at the top level is not supported.\n"
      "UNSUPPORTED_JSONATA_EXPRESSION F: Reference to '$' at the top level is not supported.\nreads:",
      "each thing once, wherever in the expression" },
    { "\"{% $states.input.a[b = 1].(c + $).d^(e){f: g} %}\"", 0, "reads:", "behind a value there is a context" },
    { "\"{% $map($states.input, function($v) { $v.a & b }) %}\"", 0,
      "UNSUPPORTED_JSONATA_EXPRESSION F: Reference to 'b' at the top level is not supported.\nreads:",
      "a function's body has the context of where it stands" },
    { "\"{% $states.input.a ~> |b|{'c': d}| %}\"", 0, "reads:", "a transform looks into its own input" },
    { "\"{% [1].($$) %}\"", 0,
      "UNSUPPORTED_JSONATA_EXPRESSION F: Reference to '$$' is not supported.\nreads:", "anywhere" },
    { "\"{% $states.result.a + $states.errorOutput.b %}\"", QUERY_RESULT,
      "UNSUPPORTED_JSONATA_EXPRESSION F: Field '$states.errorOutput' does not exist.\nreads:",
      "anomalyco/sst issue 6110" },
    { "\"{% $states.result + $states.errorOutput %}\"", QUERY_ERROR_OUTPUT,
      "UNSUPPORTED_JSONATA_EXPRESSION F: Field '$states.result' does not exist.\nreads:",
      "a caught error has no result" },
    { "\"{% $states %}\"", 0, "reads:", "recorded: as a whole" },
};

struct findings {
    struct buf told, read;
};

static void refuse(void *data, const char *code, const char *place, const char *message)
{
    buf_printf(&((struct findings *)data)->told, "%s %s: %s\n", code, place, message);
}

static void note(struct str variable, void *data)
{
    buf_printf(&((struct findings *)data)->read, " %.*s", STR_ARG(variable));
}

static void test_compiling(void **state)
{
    for (size_t i = 0; i < sizeof compile_cases / sizeof *compile_cases; i++) {
        const struct compile_case *row = &compile_cases[i];
        struct arena *arena = arena_new();
        struct findings findings = { BUF_EMPTY, BUF_EMPTY };
        struct query_reader reader = { arena, row->offers, refuse, note, &findings };
        query_compile(&reader, json_parse_in(arena, str_of(row->value), NULL), "F");
        buf_printf(&findings.told, "reads:%.*s", STR_ARG(buf_str(&findings.read)));
        if (!str_is(buf_str(&findings.told), row->found))
            fail_msg("%s (%s)\n found:    %.*s\n expected: %s", row->value, row->reason,
                     STR_ARG(buf_str(&findings.told)), row->found);
        buf_release(&findings.told);
        buf_release(&findings.read);
        arena_free(arena);
    }
}

/* ---- evaluating: $states is {"input":{"n":5,"s":"abc","list":[1,2]},"result":null}, $v is 7 ---- */

struct evaluate_case {
    const char *value;
    int type;            /* -1: any */
    const char *outcome; /* JSON, or the cause */
    const char *reason;
};

#define EXPRESSION(text, field) "The JSONata expression '" text "' specified for the field '" field "' "

static const struct evaluate_case evaluate_cases[] = {
    { "{\"a\":[1.0,\"{% $states.input.n + $v %}\"],\"b\":{}}", -1, "{\"a\":[1.0,12],\"b\":{}}",
      "what is no expression stays as it was written" },
    { "\"{% $states.input %}\"", -1, "{\"n\":5,\"s\":\"abc\",\"list\":[1,2]}", "borrowed whole" },
    { "\"{% $states.result %}\"", -1, "null", "null is a value" },
    { "\"{% $states.input.none %}\"", -1, EXPRESSION("$states.input.none", "F") "returned nothing (undefined).",
      "FAULTS SF25" },
    { "{\"a\":{\"b\":[[1,\"{% $nope %}\"]]}}", -1, EXPRESSION("$nope", "F/a/b[0][1]") "returned nothing (undefined).",
      "floci-io/floci pull request 2689: the place" },
    { "\"{%  $v . x  %}\"", -1, EXPRESSION("$v . x", "F") "returned nothing (undefined).", "blanks around it go" },
    { "\"{% $nope() %}\"", -1,
      EXPRESSION("$nope()", "F") "threw an error during evaluation. T1006: Attempted to invoke a non-function",
      "FAULTS SF25" },
    { "\"{% $eval('1') %}\"", -1,
      EXPRESSION("$eval('1')", "F") "threw an error during evaluation. T1006: Attempted to invoke a non-function",
      "floci-io/floci issue 2737: $eval is not there" },
    { "\"{% $states.input.s + 1 %}\"", -1,
      EXPRESSION("$states.input.s + 1", "F") "threw an error during evaluation. T2001: The left side of the \"+\" "
                                             "operator must evaluate to a number",
      "JSONata's errors have their code" },
    { "\"{% ($f := function($n) { 1 + $f($n) }; $f(1)) %}\"", -1,
      EXPRESSION("($f := function($n) { 1 + $f($n) }; $f(1))",
                 "F") "threw an error during evaluation: Stack overflow error: Check for non-terminating recursive "
                      "function. Consider rewriting as tail-recursive.",
      "bounds have none" },
    { "\"{% ($f := function($n) { $f($n) }; $f(1)) %}\"", -1,
      EXPRESSION("($f := function($n) { $f($n) }; $f(1))",
                 "F") "threw an error during evaluation: Expression evaluation timeout: Check for infinite loop",
      "" },
    { "\"{% ($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', 26))) %}\"", -1,
      EXPRESSION("($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', 26)))",
                 "F") "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for "
                      "excessive memory usage",
      "" },
    { "\"{% [1..873782] ~> $count() %}\"", -1, "873782", "as measured" },
    { "\"{% [1..873783] ~> $count() %}\"", -1,
      EXPRESSION("[1..873783] ~> $count()",
                 "F") "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for "
                      "excessive memory usage",
      "" },
    { "\"{% $sum %}\"", -1, EXPRESSION("$sum", "F") "returned a function, which is no JSON value.", "" },
    { "\"{% $states.input.list %}\"", QUERY_ARRAY, "[1,2]", "the right type" },
    { "\"{% $states.input.s %}\"", QUERY_ARRAY,
      EXPRESSION("$states.input.s", "F") "returned an unexpected result type. Expected 'array', but was 'string' for "
                                         "value: \"abc\"",
      "recorded" },
    { "\"{% null %}\"", QUERY_BOOLEAN,
      EXPRESSION("null", "F") "returned an unexpected result type. Expected 'boolean', but was 'null' for value: null",
      "" },
    { "\"{% {'a': 1} %}\"", QUERY_NUMBER,
      EXPRESSION("{'a': 1}", "F") "returned an unexpected result type. Expected 'number', but was 'object' for value: "
                                  "{\"a\":1}",
      "" },
    { "\"{% true %}\"", QUERY_STRING,
      EXPRESSION("true",
                 "F") "returned an unexpected result type. Expected 'string', but was 'boolean' for value: true",
      "" },
    { "\"{% $partition([1,2,3], 2) %}\"", -1, "[[1,2],[3]]", "functions of Step Functions" },
    { "\"{% $range(1, 5, 2) %}\"", -1, "[1,3,5]", "" },
    { "\"{% $parse('{\\\"a\\\":1}').a %}\"", -1, "1", "" },
    { "\"{% $hash('a', 'MD5') %}\"", -1, "\"0cc175b9c0f1b6a831c399e269772661\"", "" },
    { "\"{% $length($uuid()) %}\"", -1, "36", "" },
    { "\"{% $random(1) = $random(1) %}\"", -1, "true", "seeded" },
    { "\"{% $millis() %}\"", -1, "1000", "the scope's clock" },
};

static void ignore(void *data, const char *code, const char *place, const char *message)
{
    fail_msg("%s %s: %s", code, place, message);
}

static void read_anything(struct str variable, void *data)
{
}

static void check_evaluation(const struct evaluate_case *row)
{
    struct arena *arena = arena_new();
    struct query_reader reader = { arena, QUERY_RESULT, ignore, read_anything, NULL };
    const cJSON *value = json_parse_in(arena, str_of(row->value), NULL);
    const struct query *query = query_compile(&reader, value, "F");
    struct variables variables = { .values = json_parse_in(arena, STR("{\"v\":7}"), NULL) };
    const cJSON *states = json_parse_in(
        arena, STR("{\"input\":{\"n\":5,\"s\":\"abc\",\"list\":[1,2]},\"result\":null}"), NULL);
    struct random random;
    random_seed(&random, 1);
    struct query_scope scope = {
        .arena = arena, .states = states, .variables = &variables, .random = &random, .now_ms = 1000
    };
    struct failure failure;
    const cJSON *found = row->type < 0 ? query_evaluate(query, &scope, &failure)
                                       : query_evaluate_typed(query, &scope, (enum query_type)row->type, &failure);
    struct buf text = BUF_EMPTY;
    if (found) {
        json_print(&text, found);
    } else {
        assert_ptr_equal(failure.error, QUERY_EVALUATION_ERROR);
        assert_true(failure.location && failure.location[0] == 'F');
        buf_add_str(&text, failure.cause);
    }
    if (!str_is(buf_str(&text), row->outcome))
        fail_msg("%s (%s)\n found:    %.*s\n expected: %s", row->value, row->reason, STR_ARG(buf_str(&text)),
                 row->outcome);
    buf_release(&text);
    arena_free(arena);
}

static void test_evaluating(void **state)
{
    for (size_t i = 0; i < sizeof evaluate_cases / sizeof *evaluate_cases; i++)
        check_evaluation(&evaluate_cases[i]);
}

/* ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compiling),
        cmocka_unit_test(test_evaluating),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
