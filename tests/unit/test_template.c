#include "asl_cases.h"

#include "services/stepfunctions/asl/template.h"

static const struct template *compile(struct asl_row *row)
{
    struct template_error error;
    const struct template *template = template_compile(row->arena, asl_cell(row, 0), &error);
    if (!template)
        print_error("row: %s\n  refused at '%s': %s\n", row->why, error.location, error.message);
    return template;
}

/* [template, input, result, why] */
static bool check_result(struct asl_row *row)
{
    struct failure failure;
    const struct template *template = compile(row);
    if (!template)
        return false;
    row->environment.input = asl_cell(row, 1);
    const cJSON *result = template_evaluate(template, &row->environment, &failure);
    if (!result)
        print_error("row: %s\n  %s: %.*s\n", row->why, failure.error, STR_ARG(failure.cause));
    return result && asl_same_value(row, result, asl_cell(row, 2));
}

/* [template, input, error, cause, why] */
static bool check_failure(struct asl_row *row)
{
    struct failure failure;
    const struct template *template = compile(row);
    if (!template)
        return false;
    row->environment.input = asl_cell(row, 1);
    const cJSON *result = template_evaluate(template, &row->environment, &failure);
    if (result)
        return asl_same_value(row, result, asl_cell(row, 2));
    return asl_same(row, str_of(failure.error), asl_text(row, 2)) && asl_same(row, failure.cause, asl_text(row, 3));
}

/* [template, location, message, why] */
static bool check_refused(struct asl_row *row)
{
    struct template_error error;
    if (!template_compile(row->arena, asl_cell(row, 0), &error))
        return asl_same(row, str_of(error.location), asl_text(row, 1)) &&
               asl_same(row, str_of(error.message), asl_text(row, 2));
    print_error("row: %s\n  it is taken\n", row->why);
    return false;
}

static void computes(void **state)
{
    asl_run(CASES_DIR "/asl_template.json", check_result);
}

static void fails_with_a_cause(void **state)
{
    asl_run(CASES_DIR "/asl_template_failures.json", check_failure);
}

static void refuses_bad_members(void **state)
{
    asl_run(CASES_DIR "/asl_template_refused.json", check_refused);
}

static const struct template *compile_text(struct arena *arena, const char *text)
{
    struct template_error error;
    const struct template *template = template_compile(arena, json_parse_in(arena, str_of(text), NULL), &error);
    assert_non_null(template);
    return template;
}

/* AWS shows a state's input in a cause as it came. */
static void shows_the_input_as_it_came(void **state)
{
    struct arena *arena = arena_new();
    struct failure failure;
    struct str text = STR("{ \"a\" : 1.0 }");
    struct environment environment = { .arena = arena, .input = json_parse_in(arena, text, NULL), .input_text = text };
    assert_null(template_evaluate(compile_text(arena, "{\"x.$\":\"$.b\"}"), &environment, &failure));
    assert_string_equal(failure.cause.at, "The JSONPath '$.b' specified for the field 'x.$' could not be found in the "
                                          "input '{ \"a\" : 1.0 }'");
    arena_free(arena);
}

static void shares_what_it_does_not_compute(void **state)
{
    struct arena *arena = arena_new();
    struct failure failure;
    const cJSON *input = json_parse_in(arena, STR("{\"big\":[1,2,3]}"), NULL);
    struct environment environment = { .arena = arena, .input = input };
    const cJSON *result = template_evaluate(compile_text(arena, "{\"fixed\":{\"deep\":[1]},\"all.$\":\"$.big\"}"),
                                            &environment, &failure);
    assert_ptr_equal(json_get(result, "all")->child, json_get(input, "big")->child);
    assert_ptr_not_equal(json_get(result, "all"), json_get(input, "big"));
    arena_free(arena);
}

/* A definition of a megabyte may ask for very much of its input very often. */
static void bounds_what_a_template_costs(void **state)
{
    static const char *const expressions[] = { "$..*", "$..[?(@.a)]", "States.JsonToString($)", "$.a.a.a" };
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        struct arena *arena = arena_new();
        struct buf text = BUF_EMPTY;
        struct failure failure = { .error = "none" };
        for (int k = 0; k < 5000; k++)
            buf_printf(&text, "%s\"%d.$\":\"%s\"", k ? "," : "{", k, expressions[i]);
        buf_add_byte(&text, '}');
        cJSON *list = value_array(arena);
        for (int k = 0; k < 20000; k++)
            value_append(list, value_int64(arena, k));
        cJSON *input = value_object(arena);
        for (int k = 0; k < 20000; k++)
            value_add(input, arena_printf(arena, "m%d", k), value_share(arena, list->child));
        value_add(input, "a", list);
        struct environment environment = { .arena = arena, .input = input };
        assert_null(template_evaluate(compile_text(arena, text.at), &environment, &failure));
        assert_true(arena_bytes(arena) < (size_t)128 * 1024 * 1024);
        buf_release(&text);
        arena_free(arena);
    }
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
    const struct template *template = compile_text(
        arena, "{\"a.$\":\"$x\",\"b\":[{\"c.$\":\"States.Array($.y, $z)\"},1],\"d\":\"$no\"}");
    template_each_path(template, shows_every_path, &seen);
    assert_string_equal(seen.at, "$.y $z $x ");
    buf_release(&seen);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes),
        cmocka_unit_test(fails_with_a_cause),
        cmocka_unit_test(refuses_bad_members),
        cmocka_unit_test(shows_the_input_as_it_came),
        cmocka_unit_test(shares_what_it_does_not_compute),
        cmocka_unit_test(bounds_what_a_template_costs),
        cmocka_unit_test(tells_its_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
