#include "asl_cases.h"

#include "services/stepfunctions/asl/intrinsic.h"

static const struct intrinsic *compile(struct asl_row *row, struct str text)
{
    char *why = NULL;
    const struct intrinsic *intrinsic = intrinsic_compile(row->arena, text, &why);
    if (!intrinsic)
        print_error("row: %s\n  '%.*s' is refused: %s\n", row->why, STR_ARG(text), why);
    return intrinsic;
}

/* [expression, input, result, why] */
static bool check_result(struct asl_row *row)
{
    struct failure failure;
    const struct intrinsic *intrinsic = compile(row, asl_text(row, 0));
    if (!intrinsic)
        return false;
    row->environment.input = asl_cell(row, 1);
    const cJSON *result = intrinsic_evaluate(intrinsic, &row->environment, &failure);
    if (!result)
        print_error("row: %s\n  %s: %.*s\n", row->why, failure.error, STR_ARG(failure.cause));
    return result && asl_same_value(row, result, asl_cell(row, 2));
}

/* [expression, input, error, cause, why] */
static bool check_failure(struct asl_row *row)
{
    struct failure failure;
    const struct intrinsic *intrinsic = compile(row, asl_text(row, 0));
    if (!intrinsic)
        return false;
    row->environment.input = asl_cell(row, 1);
    const cJSON *result = intrinsic_evaluate(intrinsic, &row->environment, &failure);
    if (result)
        return asl_same_value(row, result, asl_cell(row, 2));
    return asl_same(row, str_of(failure.error), asl_text(row, 2)) && asl_same(row, failure.cause, asl_text(row, 3));
}

/* [text, sentence, why] */
static bool check_refused(struct asl_row *row)
{
    char *reason = NULL;
    if (!intrinsic_compile(row->arena, asl_text(row, 0), &reason))
        return asl_same(row, str_of(reason), asl_text(row, 1));
    print_error("row: %s\n  '%.*s' is taken\n", row->why, STR_ARG(asl_text(row, 0)));
    return false;
}

static void computes(void **state)
{
    asl_run(CASES_DIR "/asl_intrinsic.json", check_result);
}

static void fails_with_a_cause(void **state)
{
    asl_run(CASES_DIR "/asl_intrinsic_failures.json", check_failure);
}

static void refuses_what_is_no_call(void **state)
{
    asl_run(CASES_DIR "/asl_intrinsic_refused.json", check_refused);
}

/* ---- what a table of texts cannot hold ---- */

struct scene {
    struct arena *arena;
    struct random random;
    struct environment environment;
};

static void scene_open(struct scene *scene, const cJSON *input)
{
    random_seed(&scene->random, 7);
    scene->environment = (struct environment){ .arena = scene->arena, .input = input, .random = &scene->random };
}

static const cJSON *evaluate(struct scene *scene, const char *text, struct failure *ret_failure)
{
    char *why = NULL;
    const struct intrinsic *intrinsic = intrinsic_compile(scene->arena, str_of(text), &why);
    assert_non_null(intrinsic);
    return intrinsic_evaluate(intrinsic, &scene->environment, ret_failure);
}

static void draws_within_bounds(void **state)
{
    struct scene scene = { .arena = arena_new() };
    struct failure failure;
    bool seen[3] = { false };
    scene_open(&scene, NULL);
    for (int i = 0; i < 200; i++) {
        const cJSON *number = evaluate(&scene, "States.MathRandom(-1, 2)", &failure);
        assert_in_range(number->valuedouble + 1, 0, 2);
        seen[(int)number->valuedouble + 1] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2]); /* the start is in, the end is not */
    arena_free(scene.arena);
}

static void makes_new_identifiers(void **state)
{
    struct scene scene = { .arena = arena_new() };
    struct failure failure;
    scene_open(&scene, NULL);
    struct str one = json_value(evaluate(&scene, "States.UUID()", &failure));
    struct str other = json_value(evaluate(&scene, "States.UUID()", &failure));
    assert_int_equal(one.length, 36);
    assert_int_equal(one.at[14], '4');
    assert_false(str_equal(one, other));
    arena_free(scene.arena);
}

/* A text of `length` times 'a' as $. */
static const cJSON *long_text(struct arena *arena, size_t length)
{
    char *text = arena_room(arena, length);
    memset(text, 'a', length);
    return value_string(arena, (struct str){ text, length });
}

static void bounds_what_it_reads_and_makes(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        bool works;
    } rows[] = {
        { "States.Hash($, 'MD5')", 10000, true },         { "States.Hash($, 'MD5')", 10001, false },
        { "States.Base64Encode($)", 10000, true },        { "States.Base64Encode($)", 10001, false },
        { "States.Base64Decode($)", 10000, true },        { "States.Base64Decode($)", 10004, false },
        { "States.Format('{}', $)", 1024 * 1024, true },  { "States.Format('{}{}', $, $)", 1024 * 1024, false },
        { "States.JsonToString($)", 1024 * 1024, false }, { "States.ArrayRange(1, 1000, 1)", 0, true },
        { "States.ArrayRange(1, 1001, 1)", 0, false },    { "States.ArrayRange(0, -1998, -2)", 0, true },
        { "States.ArrayRange(0, -2000, -2)", 0, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene = { .arena = arena_new() };
        struct failure failure;
        scene_open(&scene, long_text(scene.arena, rows[i].length));
        const cJSON *result = evaluate(&scene, rows[i].text, &failure);
        if (rows[i].works != (result != NULL))
            fail_msg("%s with %zu characters", rows[i].text, rows[i].length);
        arena_free(scene.arena);
    }
}

/* The square of this many comparisons would take hours. */
static void finds_unique_values_at_once(void **state)
{
    struct scene scene = { .arena = arena_new() };
    struct failure failure;
    cJSON *list = value_array(scene.arena);
    for (int i = 0; i < 200000; i++)
        value_append(list, value_int64(scene.arena, i % 150000));
    scene_open(&scene, list);
    assert_int_equal(value_count(evaluate(&scene, "States.ArrayUnique($)", &failure)), 150000);
    arena_free(scene.arena);
}

static void shows_every_path(const struct path *path, void *data)
{
    struct buf *seen = data;
    buf_printf(seen, "%.*s ", STR_ARG(path_text(path)));
}

static void tells_its_paths(void **state)
{
    struct arena *arena = arena_new();
    struct buf seen = BUF_EMPTY;
    char *why = NULL;
    const struct intrinsic *intrinsic = intrinsic_compile(
        arena, STR("States.Array($.a, States.Format('{}', $x.b), States.Array($$.c))"), &why);
    assert_non_null(intrinsic);
    intrinsic_each_path(intrinsic, shows_every_path, &seen);
    assert_string_equal(seen.at, "$.a $x.b $$.c ");
    buf_release(&seen);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes),
        cmocka_unit_test(fails_with_a_cause),
        cmocka_unit_test(refuses_what_is_no_call),
        cmocka_unit_test(draws_within_bounds),
        cmocka_unit_test(makes_new_identifiers),
        cmocka_unit_test(bounds_what_it_reads_and_makes),
        cmocka_unit_test(finds_unique_values_at_once),
        cmocka_unit_test(tells_its_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
