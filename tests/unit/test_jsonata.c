#include "asl_cases.h"

#include "services/stepfunctions/jsonata/jsonata.h"

/* ---- tables ---- */

static enum jsonata_outcome evaluate_row(struct asl_row *row, const cJSON **ret_value, struct jsonata_error *reterr)
{
    const cJSON *input = asl_is_null(row, 1) ? NULL : asl_cell(row, 1);
    struct jsonata_scope scope = { .input = input, .random = &row->random, .now_ms = 1795338908123 };
    const struct jsonata *expression = jsonata_compile(row->arena, asl_text(row, 0), reterr);
    return expression ? jsonata_evaluate(expression, row->arena, &scope, ret_value, reterr) : JSONATA_ERROR;
}

/* [expression, input, [result] | "undefined" | "function", why] */
static bool check_result(struct asl_row *row)
{
    struct jsonata_error error = { 0 };
    const cJSON *value = NULL;
    enum jsonata_outcome outcome = evaluate_row(row, &value, &error);
    if (outcome == JSONATA_ERROR)
        print_error("row: %s\n  %s: %s\n", row->why, error.code, error.message);
    if (outcome == JSONATA_UNDEFINED || outcome == JSONATA_FUNCTION)
        return asl_same(row, outcome == JSONATA_FUNCTION ? STR("function") : STR("undefined"), asl_text(row, 2));
    return outcome == JSONATA_VALUE && asl_same_value(row, value, asl_cell(row, 2)->child);
}

/* [expression, input, code, position | null, token | null, message, why] */
static bool check_error(struct asl_row *row)
{
    struct jsonata_error error = { 0 };
    const cJSON *value = NULL;
    if (evaluate_row(row, &value, &error) != JSONATA_ERROR) {
        print_error("row: %s\n  there is no error\n", row->why);
        return false;
    }
    int64_t position = asl_is_null(row, 3) ? -1 : json_to_int64(asl_cell(row, 3));
    bool placed = (int64_t)error.position == position;
    if (!placed)
        print_error("row: %s\n  expected position %lld, found %lld\n", row->why, (long long)position,
                    (long long)error.position);
    return placed && asl_same(row, str_of(error.code), asl_text(row, 2)) &&
           asl_same(row, str_of(error.token), asl_is_null(row, 4) ? STR("") : asl_text(row, 4)) &&
           asl_same(row, str_of(error.message), asl_text(row, 5));
}

static void computes_as_the_reference(void **state)
{
    asl_run(CASES_DIR "/jsonata.json", check_result);
}

static void fails_as_the_reference(void **state)
{
    asl_run(CASES_DIR "/jsonata_errors.json", check_error);
}

/* ---- what a table of texts cannot hold ---- */

struct scene {
    struct arena *arena;
    struct random random;
    struct jsonata_scope scope;
    struct jsonata_error error;
    const cJSON *value;
};

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){ .arena = arena_new() };
    random_seed(&scene->random, 7);
    scene->scope = (struct jsonata_scope){ .random = &scene->random };
}

static enum jsonata_outcome scene_run(struct scene *scene, const char *text)
{
    scene->value = NULL;
    const struct jsonata *expression = jsonata_compile(scene->arena, str_of(text), &scene->error);
    assert_non_null(expression);
    return jsonata_evaluate(expression, scene->arena, &scene->scope, &scene->value, &scene->error);
}

static void scene_expect(struct scene *scene, const char *text, const char *json)
{
    if (scene_run(scene, text) != JSONATA_VALUE)
        fail_msg("%s: %s %s", text, scene->error.code, scene->error.message ? scene->error.message : "nothing");
    assert_string_equal(json_print_in(scene->arena, scene->value).at, json); /* a text without its quotes */
}

static void scene_fails(struct scene *scene, const char *text, const char *code)
{
    assert_int_equal(scene_run(scene, text), JSONATA_ERROR);
    assert_string_equal(scene->error.code, code);
}

static const cJSON *find_variable(struct str name, void *data)
{
    return json_get_str(data, name);
}

static void borrows_its_input(void **state)
{
    struct scene scene;
    scene_open(&scene);
    const cJSON *input = json_parse_in(scene.arena, STR("{\"a\":{\"b\":[1.0,9007199254740993]}}"), NULL);
    scene.scope.input = input;
    assert_int_equal(scene_run(&scene, "a.b"), JSONATA_VALUE);
    assert_ptr_equal(scene.value, json_get(json_get(input, "a"), "b"));
    scene_expect(&scene, "{\"k\": a}", "{\"k\":{\"b\":[1.0,9007199254740993]}}");
    scene_expect(&scene, "$ ~> |a|{\"c\":1}|", "{\"a\":{\"b\":[1,9007199254740992],\"c\":1}}");
    assert_string_equal(json_print_in(scene.arena, input).at, "{\"a\":{\"b\":[1.0,9007199254740993]}}");
    arena_free(scene.arena);
}

static void sees_variables_from_outside(void **state)
{
    struct scene scene;
    scene_open(&scene);
    scene.scope.variable = find_variable;
    scene.scope.data = (void *)(uintptr_t)json_parse_in(
        scene.arena, STR("{\"states\":{\"input\":{\"n\":2},\"context\":{\"Execution\":{\"Id\":\"e\"}}},\"total\":5}"),
        NULL);
    scene_expect(&scene, "$states.input.n + $total", "7");
    scene_expect(&scene, "$states.context.Execution.Id", "e");
    scene_expect(&scene, "($total := 1; $total)", "1");
    assert_int_equal(scene_run(&scene, "$states.result"), JSONATA_UNDEFINED);
    arena_free(scene.arena);
}

static void has_what_step_functions_adds(void **state)
{
    struct scene scene;
    scene_open(&scene);
    scene.scope.in_state_machine = true;
    scene_expect(&scene, "$partition([1,2,3,4,5], 2)", "[[1,2],[3,4],[5]]");
    scene_expect(&scene, "$range(0, 10, 5)", "[0,5,10]");
    scene_expect(&scene, "$range(3, 1, -1)", "[3,2,1]");
    scene_expect(&scene, "$range(-1.7, 2.9, 1.5)", "[-1,0,1,2]"); /* what is behind the point is cut off */
    scene_expect(&scene, "$partition([1,2,3], 2.9)", "[[1,2],[3]]");
    scene_expect(&scene, "$random(42)", "0.7275636800328681"); /* as new java.util.Random(42).nextDouble() */
    scene_expect(&scene, "[1/0, {'a': -1/0}]", "[\"Infinity\",{\"a\":\"-Infinity\"}]");
    scene_expect(&scene, "$hash('abc', 'SHA-1')", "a9993e364706816aba3e25717850c26c9cd0d89d");
    scene_expect(&scene, "$parse('{\"a\":[1,null]}').a", "[1,null]");
    scene_expect(&scene, "$random(5) = $random(5)", "true");
    scene_expect(&scene, "$random() = $random()", "false");
    scene_expect(&scene,
                 "$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/).index", "0");
    scene_fails(&scene, "$parse('{')", "D3137");
    scene_fails(&scene, "$hash('abc', 'CRC')", "D3137");
    scene_fails(&scene, "$partition([1], 0)", "D3137");
    scene_fails(&scene, "$partition([1], -1)", "D3137");
    scene_fails(&scene, "$range(1, 2, 0.5)", "D3137");
    scene_fails(&scene, "$eval('1')", "T1006");
    assert_string_equal(scene.error.message, "Attempted to invoke a non-function");
    scene_fails(&scene, "['1'] ~> $map($eval)", "T0410");
    arena_free(scene.arena);
}

static void repeats_itself_with_the_same_seed(void **state)
{
    struct scene one, other;
    static const char text[] = "[$random(), $uuid(), $shuffle([1..9]), $now(), $millis()]";
    scene_open(&one);
    scene_open(&other);
    assert_int_equal(scene_run(&one, text), JSONATA_VALUE);
    assert_int_equal(scene_run(&other, text), JSONATA_VALUE);
    assert_true(json_equal(one.value, other.value));
    arena_free(one.arena);
    arena_free(other.arena);
}

static void stays_within_its_budgets(void **state)
{
    struct scene scene;
    scene_open(&scene);
    scene_fails(&scene, "($f := function(){1 + $f()}; $f())", "D1011");
    scene.scope.depth = 100;
    scene_fails(&scene, "($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(50))", "D1011");
    scene_expect(&scene, "($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(20))", "20");
    scene.scope.depth = 0;
    scene.scope.steps = 100000;
    scene_fails(&scene, "($f := function(){$f()}; $f())", "D1012");
    scene_fails(&scene, "$count([1..10000000])", "D1012");
    scene.scope.steps = 0;
    scene.scope.memory_bytes = 1024 * 1024;
    scene_fails(&scene, "($f := function($s){$f($s & $s)}; $f('x'))", "D2015");
    scene_fails(&scene, "$pad('x', 1e18)", "D2015");
    scene_fails(&scene, "$formatInteger(1e300, 'I')", "D2015");
    scene_fails(&scene, "($d := function($a){$d([$a, $a])}; $d(1))", "D2015");
    arena_free(scene.arena);
}

static void makes_tail_calls_in_constant_space(void **state)
{
    struct scene scene;
    scene_open(&scene);
    scene.scope.memory_bytes = 64 * 1024;
    scene.scope.depth = 50;
    scene_expect(&scene, "($f := function($n, $sum){$n = 0 ? $sum : $f($n - 1, $sum + $n)}; $f(100000, 0))",
                 "5000050000");
    scene_expect(&scene,
                 "($even := function($n){$n = 0 ? true : ($m := $n - 1; $odd($m))}; "
                 "$odd := function($n){$n = 0 ? false : $even($n - 1)}; $even(50000))",
                 "true");
    arena_free(scene.arena);
}

static void refuses_what_nests_too_deep(void **state)
{
    struct scene scene;
    struct buf text = BUF_EMPTY;
    scene_open(&scene);
    for (int i = 0; i < 100000; i++)
        buf_add_byte(&text, '(');
    assert_null(jsonata_compile(scene.arena, buf_str(&text), &scene.error));
    assert_string_equal(scene.error.code, "D1011");
    buf_clear(&text);
    buf_add_byte(&text, '1');
    for (int i = 0; i < 100000; i++)
        buf_add_text(&text, "+1");
    assert_null(jsonata_compile(scene.arena, buf_str(&text), &scene.error));
    assert_string_equal(scene.error.code, "D1011");
    buf_release(&text);
    /* Values that nest, too: nobody who walks the result falls off the stack. */
    scene_fails(&scene, "($f := function($n, $a){$n = 0 ? $a : $f($n - 1, [[$a]])}; $f(100000, 1))", "D1011");
    scene_fails(&scene, "($f := function($n, $a){$n = 0 ? $string($a) : $f($n - 1, {\"a\": $a})}; $f(100000, 1))",
                "D1011");
    arena_free(scene.arena);
}

static void collect(struct str name, void *data)
{
    buf_add_str(data, name);
    buf_add_byte(data, ' ');
}

static void lists_its_variables(void **state)
{
    static const struct {
        const char *text, *names, *why;
    } rows[] = {
        { "$states.input.x + $total & $total", "states total ", "each once, in order" },
        { "$sum($list)", "list ", "functions apart" },
        { "($x := $y; $x + $z)", "y z ", "what a block binds is its own" },
        { "($x := 1); $x", NULL, "no expression" },
        { "[($x := 1), $x]", "x ", "… and ends with it" },
        { "function($a){$a + $b}", "b ", "parameters" },
        { "a@$l.b#$i[$l.x = $i + $k]", "k ", "bindings of a path" },
        { "($f := function($n){$f($n - $one)}; $f(1))", "one ", "a function that calls itself" },
        { "a[$p]^($q).($t ~> |$u|$v,$w|){$r: $s}", "p q t u v w r s ", "everywhere" },
        { "$ & $$", "", "the input has no name" },
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct jsonata_error error;
        struct buf names = BUF_EMPTY;
        const struct jsonata *expression = jsonata_compile(arena, str_of(rows[i].text), &error);
        if (expression)
            jsonata_each_variable(expression, collect, &names);
        if ((expression != NULL) != (rows[i].names != NULL) || (expression && !str_is(buf_str(&names), rows[i].names)))
            fail_msg("%s: %s gives %.*s", rows[i].why, rows[i].text, STR_ARG(buf_str(&names)));
        buf_release(&names);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes_as_the_reference),
        cmocka_unit_test(fails_as_the_reference),
        cmocka_unit_test(borrows_its_input),
        cmocka_unit_test(sees_variables_from_outside),
        cmocka_unit_test(has_what_step_functions_adds),
        cmocka_unit_test(repeats_itself_with_the_same_seed),
        cmocka_unit_test(stays_within_its_budgets),
        cmocka_unit_test(makes_tail_calls_in_constant_space),
        cmocka_unit_test(refuses_what_nests_too_deep),
        cmocka_unit_test(lists_its_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
