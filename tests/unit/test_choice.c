#include "asl_cases.h"

#include "services/stepfunctions/asl/choice.h"

static const char *truth_name(enum truth truth)
{
    return truth == TRUTH_TRUE ? "true" : truth == TRUTH_FALSE ? "false" : "failed";
}

static const struct rule *compile(struct asl_row *row, const cJSON *node)
{
    struct template_error error;
    const struct rule *rule = rule_compile(row->arena, node, &error);
    if (!rule)
        print_error("row: %s\n  refused at '%s': %s\n", row->why, error.location, error.message);
    return rule;
}

/* [rule, input, true, false or the cause of its failure, why] */
static bool check_rule(struct asl_row *row)
{
    struct failure failure;
    const struct rule *rule = compile(row, asl_cell(row, 0));
    if (!rule)
        return false;
    row->environment.input = asl_cell(row, 1);
    enum truth truth = rule_evaluate(rule, &row->environment, &failure);
    if (truth == TRUTH_FAILED)
        return asl_same(row, str_of(failure.error), STR("States.Runtime")) &&
               asl_same(row, failure.cause, asl_text(row, 2));
    return asl_same(row, str_of(truth_name(truth)), json_print_in(row->arena, asl_cell(row, 2)));
}

static bool holds(struct asl_row *row, const char *member, cJSON *operand)
{
    struct failure failure;
    cJSON *node = value_object(row->arena);
    value_add(node, "Variable", value_string(row->arena, STR("$.Variable")));
    value_add(node, member, operand);
    const struct rule *rule = compile(row, node);
    return rule && asl_same(row, str_of(truth_name(rule_evaluate(rule, &row->environment, &failure))),
                            json_print_in(row->arena, asl_cell(row, 3)));
}

/* [operator, Variable's value, Value, true or false, why]: the constant's form and, where there is one, the path's. */
static bool check_operator(struct asl_row *row)
{
    const char *name = asl_text(row, 0).at;
    bool has_path = !str_starts(str_of(name), STR("Is")) && strcmp(name, "StringMatches") != 0;
    cJSON *input = value_object(row->arena);
    value_add(input, "Variable", value_share(row->arena, asl_cell(row, 1)));
    value_add(input, "Value", value_share(row->arena, asl_cell(row, 2)));
    row->environment.input = input;
    return holds(row, name, value_share(row->arena, asl_cell(row, 2))) &&
           (!has_path ||
            holds(row, arena_printf(row->arena, "%sPath", name), value_string(row->arena, STR("$.Value"))));
}

/* [rule, location, message, why] */
static bool check_refused(struct asl_row *row)
{
    struct template_error error;
    if (!rule_compile(row->arena, asl_cell(row, 0), &error))
        return asl_same(row, str_of(error.location), asl_text(row, 1)) &&
               asl_same(row, str_of(error.message), asl_text(row, 2));
    print_error("row: %s\n  it is taken\n", row->why);
    return false;
}

static void compares(void **state)
{
    asl_run(CASES_DIR "/asl_choice_operators.json", check_operator);
}

static void decides(void **state)
{
    asl_run(CASES_DIR "/asl_choice.json", check_rule);
}

static void refuses_bad_rules(void **state)
{
    asl_run(CASES_DIR "/asl_choice_refused.json", check_refused);
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
    struct template_error error;
    const cJSON *node = json_parse_in(arena,
                                      STR("{\"And\":[{\"Variable\":\"$a\",\"StringEqualsPath\":\"$b\"},"
                                          "{\"Not\":{\"Variable\":\"$.c\",\"IsNull\":true}}]}"),
                                      NULL);
    const struct rule *rule = rule_compile(arena, node, &error);
    assert_non_null(rule);
    rule_each_path(rule, shows_every_path, &seen);
    assert_string_equal(seen.at, "$a $b $.c ");
    buf_release(&seen);
    arena_free(arena);
}

/* {"Variable": "$", "StringMatches": pattern}, `count` of them in an Or. */
static const struct rule *many_matches(struct arena *arena, struct str pattern, size_t count)
{
    cJSON *rule = value_object(arena), *list = value_array(arena);
    for (size_t i = 0; i < count; i++) {
        cJSON *one = value_object(arena);
        value_add(one, "Variable", value_string(arena, STR("$")));
        value_add(one, "StringMatches", value_string(arena, pattern));
        value_append(list, one);
    }
    value_add(rule, "Or", list);
    struct template_error error;
    const struct rule *compiled = rule_compile(arena, rule, &error);
    assert_non_null(compiled);
    return compiled;
}

static struct str run_of(struct arena *arena, const char *before, size_t length, const char *behind)
{
    char *text = arena_alloc(arena, strlen(before) + length + strlen(behind) + 1), *to = text;
    to = stpcpy(to, before);
    memset(to, 'a', length);
    strcpy(to + length, behind);
    return str_of(text);
}

/* 250 KB of text, and a part of the pattern that all but fits everywhere in it. */
static void matches_in_linear_time(void **state)
{
    struct arena *arena = arena_new();
    struct failure failure;
    struct environment environment = { .arena = arena, .input = value_string(arena, run_of(arena, "", 250000, "")) };
    const struct rule *rule = many_matches(arena, run_of(arena, "*", 120000, "b*"), 1);
    assert_int_equal(rule_evaluate(rule, &environment, &failure), TRUTH_FALSE);
    arena_free(arena);
}

static void costs_no_more_than_can_be_afforded(void **state)
{
    struct arena *arena = arena_new();
    struct failure failure = { 0 };
    size_t budget = ENVIRONMENT_BUDGET;
    struct environment environment = { .arena = arena,
                                       .input = value_string(arena, run_of(arena, "", 250000, "")),
                                       .budget = &budget };
    assert_int_equal(rule_evaluate(many_matches(arena, STR("*b"), 100), &environment, &failure), TRUTH_FALSE);
    assert_int_equal(rule_evaluate(many_matches(arena, STR("*b"), 11000), &environment, &failure), TRUTH_FAILED);
    assert_string_equal(failure.error, "States.Runtime");
    assert_true(str_is(failure.cause, "The choice state's conditions look at more of its input than can be afforded."));
    /* Nor is there anything left for the next rule. */
    assert_int_equal(rule_evaluate(many_matches(arena, STR("*b"), 1), &environment, &failure), TRUTH_FAILED);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(decides),
        cmocka_unit_test(refuses_bad_rules),
        cmocka_unit_test(tells_its_paths),
        cmocka_unit_test(matches_in_linear_time),
        cmocka_unit_test(costs_no_more_than_can_be_afforded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
