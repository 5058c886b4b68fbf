/* What monitoring and Clarify compute: datasets, profiles and their distances, violations, bias metrics, Kernel SHAP; and when schedules fire. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/time.h"
#include "services/sagemaker/analysis/bias.h"
#include "services/sagemaker/analysis/capture_record.h"
#include "services/sagemaker/analysis/data_quality.h"
#include "services/sagemaker/analysis/encoder.h"
#include "services/sagemaker/analysis/model_quality.h"
#include "services/sagemaker/analysis/shap.h"
#include "services/sagemaker/schedule_expression.h"

/* ---- when schedules fire ---- */

static const struct {
    const char *expression, *after, *next, *why;
} schedules[] = {
    { "cron(0 * ? * * *)", "2026-11-22T09:15:08Z", "2026-11-22T10:00:00Z", "hourly" },
    { "cron(0 * ? * * *)", "2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z", "after, not at" },
    { "cron(0 0 ? * * *)", "2026-12-31T00:00:01Z", "2027-01-01T00:00:00Z", "daily, over the year" },
    { "cron(0 17/6 ? * * *)", "2026-11-22T18:00:00Z", "2026-11-22T23:00:00Z", "every six hours from five" },
    { "cron(30 6 29 FEB ? *)", "2026-11-22T00:00:00Z", "2028-02-29T06:30:00Z", "a leap day" },
    { "cron(0 8 ? * MON-FRI *)", "2026-11-20T09:00:00Z", "2026-11-23T08:00:00Z", "Friday, then Monday" },
    { "cron(0 8 1,15 * ? *)", "2026-11-02T09:00:00Z", "2026-11-15T08:00:00Z", "two days of a month" },
    { "cron(0 0 ? * * 2030)", "2026-11-22T00:00:00Z", "2030-01-01T00:00:00Z", "a year to come" },
    { "cron(0 0 31 2 ? *)", "2026-11-22T00:00:00Z", "never", "a day that never is" },
    { "cron(0 0 ? * * 2020)", "2026-11-22T00:00:00Z", "never", "a year that was" },
    { "rate(1 hour)", "2026-11-22T09:15:08Z", "2026-11-22T10:15:08Z", "a rate" },
    { "rate(2 days)", "2026-11-22T09:15:08Z", "2026-11-24T09:15:08Z", "a rate of days" },
    { "NOW", "2026-11-22T09:15:08Z", "never", "once" },
    { "cron(0 * ? * *)", "", "none", "a field too few" },
    { "cron(0 * ? * * * *)", "", "none", "a field too many" },
    { "cron(60 * ? * * *)", "", "none", "no such minute" },
    { "cron(5-1 * ? * * *)", "", "none", "a range backwards" },
    { "cron(0 * L * ? *)", "", "none", "the last day is not spoken" },
    { "cron(0/0 * ? * * *)", "", "none", "a step of nothing" },
    { "rate(1 hours)", "", "none", "one hour" },
    { "rate(0 hours)", "", "none", "no hours" },
    { "hourly", "", "none", "a word" },
};

static void schedules_fire(void **state)
{
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        struct schedule schedule;
        char told[32] = "none";
        int64_t after_ms = 0;
        time_parse_iso(str_of(schedules[i].after), &after_ms);
        if (schedule_read(str_of(schedules[i].expression), &schedule)) {
            int64_t next_ms = schedule_next(&schedule, after_ms);
            time_print_iso(next_ms == INT64_MAX ? 0 : next_ms, false, told);
            if (next_ms == INT64_MAX)
                snprintf(told, sizeof told, "never");
        }
        if (strcmp(told, schedules[i].next) != 0)
            fail_msg("%s (%s): %s, not %s", schedules[i].expression, schedules[i].why, told, schedules[i].next);
    }
}

static const struct {
    const char *text;
    int64_t ms; /* 1: it is none */
} offsets[] = {
    { "-PT1H", -3600000 }, { "PT0H", 0 }, { "-P1DT2H30M", -95400000 },
    { "P7D", 604800000 },  { "-P", 1 },   { "PT", 1 },
    { "-PTH", 1 },         { "PT1D", 1 }, { "1H", 1 },
    { "P1DT", 1 },
};

static void offsets_are_read(void **state)
{
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        int64_t ms = 1;
        schedule_offset(str_of(offsets[i].text), &ms);
        if (ms != offsets[i].ms)
            fail_msg("%s: %lld", offsets[i].text, (long long)ms);
    }
}

/* ---- data ---- */

static const struct {
    const char *line, *cells;
} lines[] = {
    { "1,2,3", "1|2|3|" },
    { "a, b ,", "a|b||" },
    { "\"x,y\",z", "x,y|z|" },
    { "\"he \"\"x\"\"\",1", "he \"x\"|1|" },
    { "", "|" },
    { "\"open,1", "open,1|" },
};

static void lines_are_cut(void **state)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct str cells[8];
        struct buf text = BUF_EMPTY;
        size_t count = dataset_split(arena, str_of(lines[i].line), cells, 8);
        for (size_t k = 0; k < count; k++)
            buf_printf(&text, "%.*s|", STR_ARG(cells[k]));
        assert_string_equal(text.at, lines[i].cells);
        buf_release(&text);
    }
    arena_free(arena);
}

#define EVENT(id, input, output)                                                                                       \
    "{\"captureData\":{\"endpointInput\":{\"data\":\"" input                                                           \
    "\",\"encoding\":\"CSV\"},\"endpointOutput\":{\"data\":\"" output                                                  \
    "\",\"encoding\":\"CSV\"}},\"eventMetadata\":{\"eventId\":\"" id "\"}}\n"

static void captures_are_read(void **state)
{
    static const struct {
        const char *text, *cells, *why;
        bool inputs, outputs, truth;
    } cases[] = {
        { EVENT("a", "1,2", "0.5"), "0.5 1 2|", "the output first", true, true, false },
        { EVENT("a", "1,2\\n3,4", "5\\n6\\n"), "5 1 2|6 3 4|", "two records of one request", true, true, false },
        { EVENT("a", "1,2", "0.5") EVENT("b", "3,4", "0.6"), "yes 0.6|", "those without truth are left out", false,
          true, true },
        { "{}\n", "A line is no event that an endpoint captured: '{}'.", "another document", true, true, false },
        { EVENT("a", "1,2", "3") EVENT("b", "1", "3"), "Row 2 has 2 columns, expected 3.", "a column less", true, true,
          false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset *dataset = dataset_new();
        struct truths truths;
        struct buf text = BUF_EMPTY;
        truths_begin(&truths, dataset->arena);
        truths_read(&truths,
                    STR("{\"groundTruthData\":{\"data\":\"yes\"},\"eventMetadata\":{\"eventId\":\"b\"}}\nno\n"));
        const struct capture_reading reading = { cases[i].inputs, cases[i].outputs, cases[i].truth ? &truths : NULL };
        if (!capture_read(dataset, str_of(cases[i].text), &reading))
            buf_add_text(&text, dataset->why);
        for (size_t cell = 0; !text.overflow && !dataset->why[0] && cell < dataset->rows * dataset->columns; cell++)
            buf_printf(&text, "%.*s%s", STR_ARG(dataset->cells[cell]), (cell + 1) % dataset->columns ? " " : "|");
        if (!str_is(buf_str(&text), cases[i].cells))
            fail_msg("%s: %s", cases[i].why, text.at);
        buf_release(&text);
        truths_end(&truths);
        dataset_free(dataset);
    }
}

/* ---- data quality ---- */

static struct dataset *read(const char *csv)
{
    struct dataset *dataset = dataset_new();
    assert_true(dataset_read_csv(dataset, str_of(csv), true));
    return dataset;
}

/* A baseline, its statistics by way of their file, against other data: the checks that are violated. */
static void violations_are_found(void **state)
{
    static const char baseline[] = "n,f,s\n1,0.5,x\n2,1.5,y\n3,2.5,x\n4,3.5,y\n5,4.5,x\n6,5.5,y\n";
    static const struct {
        const char *csv, *checks, *why;
    } cases[] = {
        { baseline, "", "the same data" },
        { "n,f,s\n1,1,x\n2,2,y\n3,3,x\n", "", "whole numbers are fit for a fraction" },
        { "n,f,s\n1.5,0.5,x\n2,1.5,y\n", "n data_type_check,", "a fraction in a whole number's column" },
        { "n,f,s\n1,,x\n2,1.5,y\n", "f completeness_check,", "a value is missing" },
        { "n,f,s\n1,0.5,z\n2,1.5,y\n", "s categorical_values_check,", "a value that was not there" },
        { "n,f,s\n-1,0.5,x\n2,1.5,y\n", "n data_type_check,", "below zero" },
        { "n,f\n1,0.5\n", "Missing columns missing_column_check,", "a column less" },
        { "n,f,s,t\n1,0.5,x,1\n", "Extra columns extra_column_check,", "a column more" },
        { "n,f,s\nx,0.5,x\n", "n data_type_check,", "a word" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset *before = read(baseline), *now = read(cases[i].csv);
        struct data_profile old = data_quality_measure(before->arena, before),
                            new = data_quality_measure(now->arena, now);
        cJSON *constraints = data_quality_constraints(before->arena, &old),
              *statistics = data_quality_statistics(before->arena, &old);
        cJSON *found = data_quality_violations(now->arena, &new, constraints, statistics);
        struct buf text = BUF_EMPTY;
        const cJSON *one;
        cJSON_ArrayForEach(one, found)
        {
            buf_printf(&text, "%s %s,", json_string(one, "feature_name"), json_string(one, "constraint_check_type"));
        }
        if (!str_is(buf_str(&text), cases[i].checks))
            fail_msg("%s: %s", cases[i].why, text.at);
        buf_release(&text);
        cJSON_Delete(found);
        cJSON_Delete(constraints);
        cJSON_Delete(statistics);
        dataset_free(before);
        dataset_free(now);
    }
}

/* Of many rows a sketch stands in statistics.json: it must be as good as the rows, nearly. */
static void sketches_hold_distributions(void **state)
{
    struct dataset *dataset = dataset_new();
    struct buf csv = BUF_EMPTY;
    buf_add_text(&csv, "v\n");
    for (int i = 0; i < 10007; i++)
        buf_printf(&csv, "%d.5\n", (i * 7919) % 10007);
    assert_true(dataset_read_csv(dataset, buf_str(&csv), true));
    struct profile profile, again;
    profile_measure(dataset->arena, dataset, 0, &profile);
    cJSON *json = profile_to_json(dataset->arena, &profile);
    assert_true(profile_from_json(dataset->arena, json, &again));
    double weight = 0;
    for (size_t i = 0; i < again.value_count; i++)
        weight += again.weights[i];
    assert_true(weight == 10007);
    assert_true(profile_distance(&profile, &again, false) < 0.001);
    for (size_t i = 0; i < profile.value_count; i++)
        profile.values[i] += 2500;
    assert_true(fabs(profile_distance(&profile, &again, false) - 0.25) < 0.002);
    assert_true(profile_distance(&profile, &again, true) < profile_distance(&profile, &again, false));
    cJSON_Delete(json);
    buf_release(&csv);
    dataset_free(dataset);
}

/* ---- model quality ---- */

static void metrics_are_right(void **state)
{
    static const struct {
        const char *csv, *metric;
        enum problem problem;
        double value;
    } cases[] = {
        { "t,p\n1,2\n3,3\n5,1\n", "mae", PROBLEM_REGRESSION, 5.0 / 3 },
        { "t,p\n1,2\n3,3\n5,1\n", "rmse", PROBLEM_REGRESSION, 2.3804761428476167 },
        { "t,p\n1,2\n3,3\n5,1\n", "r2", PROBLEM_REGRESSION, 1 - 17.0 / 8 },
        { "t,p\n1,0.9\n1,0.4\n0,0.6\n0,0.1\n", "recall", PROBLEM_BINARY, 0.5 },
        { "t,p\n1,0.9\n1,0.4\n0,0.6\n0,0.1\n", "auc", PROBLEM_BINARY, 0.75 },
        { "t,p\n1,0.5\n0,0.5\n", "auc", PROBLEM_BINARY, 0.5 },
        { "t,p\na,a\nb,a\nb,b\nc,c\n", "accuracy", PROBLEM_MULTICLASS, 0.75 },
        { "t,p\na,a\nb,a\nb,b\nc,c\n", "weighted_precision", PROBLEM_MULTICLASS, 0.875 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset *dataset = read(cases[i].csv);
        bool binary = cases[i].problem == PROBLEM_BINARY;
        const struct judging_columns columns = { cases[i].problem, 0, binary ? SIZE_MAX : 1, binary ? 1 : SIZE_MAX,
                                                 0.5 };
        struct judged judged;
        assert_true(model_quality_judge(dataset->arena, dataset, &columns, &judged));
        cJSON *statistics = model_quality_statistics(dataset->arena, &judged);
        const cJSON *metrics = cJSON_GetArrayItem(statistics, cJSON_GetArraySize(statistics) - 1);
        double value = json_number(json_get(metrics, cases[i].metric), "value", NAN);
        if (!(fabs(value - cases[i].value) < 1e-9))
            fail_msg("%s of %s: %g", cases[i].metric, cases[i].csv, value);
        cJSON_Delete(statistics);
        dataset_free(dataset);
    }
}

/* ---- bias: eight rows by hand ---- */

static void bias_is_measured(void **state)
{
    static const bool facet[] = { false, false, false, false, false, true, true, true };
    static const bool truth[] = { true, true, true, false, false, true, false, false };
    static const bool guess[] = { true, true, false, true, false, false, false, true };
    static const size_t classes[] = { 1, 1, 1, 0, 0, 1, 0, 0 }, groups[] = { 0, 0, 1, 1, 1, 0, 0, 1 };
    const struct bias_data data = { .rows = 8,
                                    .facet_d = facet,
                                    .observed = truth,
                                    .predicted = guess,
                                    .classes = classes,
                                    .class_count = 2,
                                    .groups = groups,
                                    .group_count = 2 };
    const struct {
        const char *name;
        double value;
    } wanted[] = {
        { "CI", 0.25 },
        { "DPL", 0.6 - 1.0 / 3 },
        { "TVD", 0.6 - 1.0 / 3 },
        { "KS", 0.6 - 1.0 / 3 },
        { "KL", 0.6 * log(1.8) + 0.4 * log(0.6) },
        /* group 0: rejected {6}, of d all; accepted {0, 1, 5}: 1 − 1/3; group 1: rejected {3, 4, 7}: 1/3; accepted {2}: 0 */
        { "CDDL", (4 * (1 - 1.0 / 3) + 4 * (1.0 / 3)) / 8 },
        { "DPPL", 0.6 - 1.0 / 3 },
        { "DI", (1.0 / 3) / 0.6 },
        { "AD", 0.6 - 1.0 / 3 },
        { "RD", 2.0 / 3 - 0 },
        { "DAR", 2.0 / 3 - 0 },
        { "DCA", 0 },
        { "DCR", 0 },
        { "DRR", 0 },
        { "SD", 0.5 - 0.5 },
        { "TE", 1 - 1 },
    };
    cJSON *lists[2] = { bias_before(&data, NULL), bias_after(&data, NULL) };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const cJSON *metric;
        double value = NAN;
        for (size_t k = 0; k < 2; k++) {
            cJSON_ArrayForEach(metric, lists[k])
            {
                if (str_is(json_str(metric, "name"), wanted[i].name))
                    value = json_number(metric, "value", NAN);
            }
        }
        if (!(fabs(value - wanted[i].value) < 1e-9))
            fail_msg("%s: %.17g, not %.17g", wanted[i].name, value, wanted[i].value);
    }
    cJSON_Delete(lists[0]);
    cJSON_Delete(lists[1]);
}

/* ---- SHAP: of a linear model the values are known; of x·y both share ---- */

static bool says_linear(void *data, struct str csv, double *ret_values, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        struct str line = str_cut(csv, '\n', &csv);
        double value = 0, number, weight = 1, product = 1;
        for (; line.length; weight++) {
            dataset_number(str_cut(line, ',', &line), &number);
            value += weight * number;
            product *= number;
        }
        ret_values[i] = data ? product : value;
    }
    return true;
}

static void shapley_values_add_up(void **state)
{
    static const struct str row[] = { { "3", 1 }, { "1", 1 }, { "2", 1 } };
    static const struct str baseline[] = { { "1", 1 }, { "1", 1 }, { "0", 1 } };
    struct shap shap = { .features = 3, .baseline = baseline, .predict = says_linear };
    double expected, values[3];
    assert_true(shap_expected(&shap, &expected));
    assert_true(shap_explain(&shap, row, expected, values));
    assert_true(fabs(values[0] - 2) < 1e-9 && fabs(values[1]) < 1e-9 && fabs(values[2] - 6) < 1e-9);
    shap.samples = 4; /* too few for all subsets: drawn, and still adding up */
    assert_true(shap_explain(&shap, row, expected, values));
    assert_true(fabs(values[0] + values[1] + values[2] - 8) < 1e-9);
    shap.samples = 0;
    shap.data = &shap;
    assert_true(shap_expected(&shap, &expected));
    assert_true(shap_explain(&shap, row, expected, values)); /* 3·1·2 − 0: half of the way each, by both orders */
    assert_true(fabs(values[0] - 2) < 1e-9 && fabs(values[2] - 4) < 1e-9);
}

/* ---- AutoML's encoder ---- */

static void tables_become_numbers(void **state)
{
    struct dataset *dataset = read("id,plan,age,left\na,basic,10,no\nb,family,,yes\nc,basic,30,no\nd,basic,20,yes\n"
                                   "e,basic,20,no\nf,basic,20,no\ng,basic,20,no\nh,basic,20,no\ni,basic,20,no\n"
                                   "j,basic,20,no\nk,basic,20,no\n");
    cJSON *tree = encoder_fit(dataset->arena, dataset, STR("left"), STR(""));
    assert_non_null(tree);
    assert_string_equal(json_string(tree, "problem"), "BinaryClassification");
    struct buf line = BUF_EMPTY;
    assert_true(encoder_row(tree, dataset->cells + dataset->columns, 3, &line));
    assert_string_equal(line.at, "1,0,1,20\n"); /* left: yes; not basic, family; the mean age; no id */
    cJSON_Delete(tree);
    assert_null(encoder_fit(dataset->arena, dataset, STR("nothing"), STR("")));
    assert_null(encoder_fit(dataset->arena, dataset, STR("plan"), STR("Regression")));
    buf_release(&line);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedules_fire),        cmocka_unit_test(offsets_are_read),
        cmocka_unit_test(lines_are_cut),         cmocka_unit_test(captures_are_read),
        cmocka_unit_test(violations_are_found),  cmocka_unit_test(sketches_hold_distributions),
        cmocka_unit_test(metrics_are_right),     cmocka_unit_test(bias_is_measured),
        cmocka_unit_test(shapley_values_add_up), cmocka_unit_test(tables_become_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
