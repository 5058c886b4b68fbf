/* What SageMaker's algorithms read and write: tables, archives, filters, metrics, hyperparameters, models. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "services/sagemaker/archive.h"
#include "services/sagemaker/early_stopping.h"
#include "services/sagemaker/metric.h"
#include "services/sagemaker/record_filter.h"
#include "services/sagemaker/table.h"
#include "services/sagemaker/tuning_choice.h"

/* ---- tables ---- */

static const struct {
    enum table_format format;
    bool has_label;
    const char *text, *wanted, *why;
} tables[] = {
    { TABLE_CSV, true, "1,2.5,3\n0,-4,5e-1\n", "1:2.5 3|0:-4 0.5|", "labels stand first" },
    { TABLE_CSV, false, "1, 2 ,\"3\"\r\n,5,6", "1 2 3|nan 5 6|", "blanks, quotes, an empty field, no end of line" },
    { TABLE_CSV, true, "\n\n1,2\n\n", "1:2|", "empty lines are none" },
    { TABLE_CSV, true, "rings,length\n1,2\n", "First line 'rings,length...' of file 'f' is not 'CSV' format.",
      "a header" },
    { TABLE_CSV, true, "1,2\n3,x\n", "Could not read row 2 of file 'f': '3,x...' is not numeric.", "a word later on" },
    { TABLE_CSV, true, "1,2\n3,4,5\n", "Row 2 of file 'f' has 3 columns, expected 2.", "a field too many" },
    { TABLE_CSV, true, "1\n2\n", "First line '1...' of file 'f' is not 'CSV' format.", "labels alone" },
    { TABLE_CSV, true, "1,0x10\n", "First line '1,0x10...' of file 'f' is not 'CSV' format.", "no hexadecimal" },
    { TABLE_CSV, false, "123456789012345678,0.1234567890123456789,1e400\n", "1.2345679e+17 0.12345679 inf|",
      "many digits" },
    { TABLE_LIBSVM, true, "1 0:2 2:3\n0 1:5\n", "1:2 nan 3|0:nan 5 nan|", "sparse rows" },
    { TABLE_LIBSVM, false, "0:1 1:2\n", "1 2|", "a request needs no label" },
    { TABLE_LIBSVM, true, "1,2,3\n", "First line '1,2,3...' of file 'f' is not 'LIBSVM' format.", "CSV is not libsvm" },
    { TABLE_LIBSVM, true, "1 0:2 x:1\n", "First line '1 0:2 x:1...' of file 'f' is not 'LIBSVM' format.",
      "an index that is none" },
    { TABLE_LIBSVM, true, "1 99999999999:1\n", "First line '1 99999999999:1...' of file 'f' is not 'LIBSVM' format.",
      "an index past every ceiling" },
};

static void print_cells(const struct table *table, struct buf *text)
{
    for (size_t row = 0; row < table->rows; row++) {
        if (table->labels)
            buf_printf(text, "%.8g:", (double)table->labels[row]);
        for (size_t column = 0; column < table->columns; column++)
            buf_printf(text, "%s%.8g", column ? " " : "", (double)table->cells[row * table->columns + column]);
        buf_add_byte(text, '|');
    }
}

static void tables_are_read(void **state)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct table table = { 0 };
        struct buf text = BUF_EMPTY;
        const struct table_reading reading = { .format = tables[i].format,
                                               .has_label = tables[i].has_label,
                                               .file = "f" };
        if (table_read(&table, str_of(tables[i].text), &reading))
            print_cells(&table, &text);
        else
            buf_add_text(&text, table.why);
        if (!str_is(buf_str(&text), tables[i].wanted))
            fail_msg("%s: %s", tables[i].why, text.at);
        buf_release(&text);
        table_release(&table);
    }
}

static void a_second_file_may_be_wider(void **state)
{
    struct table table = { 0 };
    struct buf text = BUF_EMPTY;
    const struct table_reading reading = { .format = TABLE_LIBSVM, .has_label = true, .file = "f" };
    assert_true(table_read(&table, STR("1 0:2\n0 0:3\n"), &reading));
    assert_true(table_read(&table, STR("1 2:4\n"), &reading));
    print_cells(&table, &text);
    assert_string_equal(text.at, "1:2 nan nan|0:3 nan nan|1:nan nan 4|");
    buf_release(&text);
    table_release(&table);
}

/* ---- filters of transform jobs ---- */

static const struct {
    const char *filter, *record, *wanted; /* NULL: it is no filter */
} filters[] = {
    { "", "a,b,c", "a,b,c" },      { "$", "a,b,c", "a,b,c" },      { "$[1:]", "a,b,c", "b,c" },
    { "$[:2]", "a,b,c", "a,b" },   { "$[0]", "a,b,c", "a" },       { "$[-1]", "a,b,c", "c" },
    { "$[0,-1]", "a,b,c", "a,c" }, { "$[0:1,2]", "a,b,c", "a,c" }, { "$[7]", "a,b,c", "" },
    { "$[-2:]", "a,b,c", "b,c" },  { "$[2:1]", "a,b,c", "" },      { "$.a", "a,b,c", NULL },
    { "$[", "a,b,c", NULL },       { "$[x]", "a,b,c", NULL },      { "$[]", "a,b,c", NULL },
};

static void filters_pick_fields(void **state)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct buf picked = BUF_EMPTY;
        assert_int_equal(record_filter_is_fit(str_of(filters[i].filter)), filters[i].wanted != NULL);
        if (filters[i].wanted) {
            record_filter_apply(str_of(filters[i].filter), str_of(filters[i].record), &picked);
            if (!str_is(buf_str(&picked), filters[i].wanted))
                fail_msg("%s: %s", filters[i].filter, buf_str(&picked).at);
        }
        buf_release(&picked);
    }
}

/* ---- metrics ---- */

static void metrics_are_read_from_logs(void **state)
{
    static const char definitions[] =
        "[{\"Name\":\"train:rmse\",\"Regex\":\".*#011train-rmse:([0-9.]+).*\"},"
        "{\"Name\":\"slow\",\"Regex\":\"(a+)+$\"},{\"Name\":\"none\",\"Regex\":\"x(y)\"}]";
    struct json *document = json_parse(str_of(definitions), NULL);
    cJSON *read = metric_read(
        json_root(document),
        STR("[0]#011train-rmse:9.5\n[1]#011train-rmse:3.25\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n"));
    struct buf text = BUF_EMPTY;
    json_print(&text, read);
    assert_string_equal(text.at, "[{\"MetricName\":\"train:rmse\",\"Value\":3.25}]");
    assert_null(metric_bad_regex(json_root(document)));
    buf_release(&text);
    cJSON_Delete(read);
    json_unref(document);
    document = json_parse(STR("[{\"Name\":\"bad\",\"Regex\":\"(\"}]"), NULL);
    assert_string_equal(metric_bad_regex(json_root(document)), "(");
    json_unref(document);
}

/* ---- archives ---- */

static void give(struct container *container, const char *path, const char *text)
{
    struct buf bytes = BUF_EMPTY;
    buf_add_text(&bytes, text);
    container_give(container, str_of(path), &bytes);
}

static void archives_hold_what_was_packed(void **state)
{
    struct container from, to;
    struct buf gzip = BUF_EMPTY;
    const char *why;
    container_init(&from);
    container_init(&to);
    give(&from, "/opt/ml/model/xgboost-model", "{}");
    give(&from, "/opt/ml/model/code/inference.py", "print(1)");
    give(&from, "/opt/ml/elsewhere", "no");
    assert_true(archive_pack(&from.input, MODEL_FOLDER, &gzip));
    assert_true(archive_unpack(buf_str(&gzip), "/x", &to, &why));
    assert_string_equal(container_input(&to, "/x/xgboost-model")->bytes.at, "{}");
    assert_string_equal(container_input(&to, "/x/code/inference.py")->bytes.at, "print(1)");
    assert_null(container_input(&to, "/x/elsewhere"));
    for (size_t length = 0; length < gzip.length;
         length += 7) { /* cut anywhere it is none, and nothing is read behind it */
        struct container cut;
        char *copy = memory_copy(str_first(buf_str(&gzip), length));
        container_init(&cut);
        assert_false(archive_unpack((struct str){ copy, length }, "/x", &cut, &why));
        container_release(&cut);
        free(copy);
    }
    buf_release(&gzip);
    container_release(&from);
    container_release(&to);
}

static void paths_that_lead_out_are_none(void **state)
{
    static const struct {
        const char *path;
        bool fit;
    } paths[] = { { "/a", true },       { "/a/b.c", true }, { "a", false },    { "/", false },   { "", false },
                  { "/a/../b", false }, { "/a//b", false }, { "/./a", false }, { "/a/", false }, { "/..", false } };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(container_path_is_fit(str_of(paths[i].path)), paths[i].fit);
}

/* ---- images ---- */

static void images_are_known_by_their_repositories(void **state)
{
    static const struct {
        const char *uri;
        const struct algorithm *algorithm;
        bool script;
    } uris[] = {
        { "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", &xgboost_algorithm, true },
        { "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.0-1-cpu-py3", &xgboost_algorithm, true },
        { "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:1", &xgboost_algorithm, true },
        { "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.5-1", &xgboost_algorithm, true },
        { "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1", &kmeans_algorithm, false },
        { "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner", &linear_learner_algorithm, false },
        { "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3", NULL, true },
        { "111122223333.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", NULL, false },
        { "docker.io/library/xgboost", NULL, false },
        { "xgboost", NULL, false },
        { "", NULL, false },
    };
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct image image = image_find(str_of(uris[i].uri), "111122223333");
        if (image.algorithm != uris[i].algorithm || (image.interpreter != NULL) != uris[i].script)
            fail_msg("%s", uris[i].uri);
    }
}

/* ---- XGBoost: what was learned is evaluated as the library does ---- */

static const struct {
    const char *parameters, *body, *reply, *reason; /* reply NULL: it does not train, for that reason */
} trainings[] = {
    { "{\"num_round\":\"60\",\"objective\":\"reg:squarederror\",\"eta\":\"0.3\",\"min_child_weight\":\"0\",\"lambda\":"
      "\"0\"}",
      "1\n", "2.0", NULL },
    { "{\"num_round\":\"60\",\"objective\":\"binary:logistic\",\"min_child_weight\":\"0\"}", "9\n", NULL,
      "XGB train call failed" },
    { "{\"num_round\":\"60\",\"objective\":\"multi:softmax\",\"num_class\":\"3\",\"min_child_weight\":\"0\"}", "1\n",
      "2.0", NULL },
    { "{\"num_round\":\"60\",\"objective\":\"multi:softmax\"}", "", NULL, "Require input for parameter 'num_class'" },
    { "{\"num_round\":\"20\",\"booster\":\"dart\",\"rate_drop\":\"0\",\"min_child_weight\":\"0\",\"lambda\":\"0\","
      "\"eta\":\"1\"}",
      "1\n", "2.0", NULL },
    { "{\"num_round\":\"400\",\"booster\":\"gblinear\",\"lambda\":\"0\",\"alpha\":\"0\"}", "2\n", "1.0", NULL },
    { "{\"num_round\":\"10\",\"max_depth\":\"x\"}", "", NULL, "Hyperparameter max_depth: could not parse value" },
    { "{\"num_round\":\"10\",\"tree_method\":\"gpu_hist\"}", "", NULL,
      "Hyperparameter tree_method: gpu_hist is not in ['auto', 'exact', 'approx', 'hist']" },
    { "{\"num_round\":\"1\",\"num_class\":\"1000\",\"num_parallel_tree\":\"1000\",\"objective\":\"multi:softmax\"}", "",
      NULL, "10000 a round" },
    { "{\"num_round\":\"100000\",\"num_parallel_tree\":\"1000\"}", "", NULL, "200000 in all" },
    { "{\"num_round\":\"10\",\"eta\":\"2\"}", "", NULL, "Hyperparameter eta: 2 is not in [0, 1]" },
    { "{\"num_round\":\"10\",\"eval_metric\":\"rmse,nonsense\"}", "", NULL,
      "Hyperparameter eval_metric: nonsense is not in [" },
};

static void prepare(struct container *container, const cJSON *parameters, const cJSON *channels)
{
    static const char *const folders[] = { MODEL_FOLDER, NULL };
    container_init(container);
    container->output_folders = folders;
    container->hyperparameters = parameters;
    container->channels = channels;
    give(container, DATA_FOLDER "/train/t.csv", "2,1\n1,2\n0,3\n2,1\n1,2\n0,3\n");
}

static void train(struct container *container, const cJSON *parameters, const cJSON *channels)
{
    prepare(container, parameters, channels);
    void *state = NULL;
    while (!xgboost_algorithm.train(container, NULL, &state))
        ;
}

static void check_answer(struct container *trained, const char *body, const char *wanted)
{
    struct container asked;
    container_init(&asked);
    for (struct list *link; (link = list_take_first(&trained->output));)
        list_append(&asked.input, link);
    struct predictor *predictor = xgboost_algorithm.load(&asked);
    if (!predictor)
        fail_msg("%s", asked.reason);
    asked.body = str_of(body);
    asked.content_type = STR("text/csv");
    asked.accept = STR("text/csv");
    xgboost_algorithm.predict(predictor, &asked);
    assert_int_equal(asked.status, 200);
    float told = strtof(asked.reply.at, NULL);
    if (fabsf(told - strtof(wanted, NULL)) > 0.02F)
        fail_msg("%s, not %s", asked.reply.at, wanted);
    xgboost_algorithm.drop(predictor);
    container_release(&asked);
}

static void models_answer_what_they_learned(void **state)
{
    struct json *channels = json_parse(STR("[{\"ChannelName\":\"train\",\"ContentType\":\"text/csv\"}]"), NULL);
    for (size_t i = 0; i < sizeof trainings / sizeof *trainings; i++) {
        struct container container;
        struct json *parameters = json_parse(str_of(trainings[i].parameters), NULL);
        train(&container, json_root(parameters), json_root(channels));
        if (trainings[i].reason && !strstr(container.reason, trainings[i].reason))
            fail_msg("%s: %s", trainings[i].parameters, container.reason);
        if (trainings[i].reply && container.exit_code != 0)
            fail_msg("%s: %s", trainings[i].parameters, container.reason);
        if (trainings[i].reply)
            check_answer(&container, trainings[i].body, trainings[i].reply);
        container_release(&container);
        json_unref(parameters);
    }
    json_unref(channels);
}

/* Nobody waits any more for what was cancelled, so its turn is over at once: a training stops where it is, is taken up again where it was,
 * or goes. */
static void trainings_give_way(void **state)
{
    static const struct {
        const struct algorithm *algorithm;
        const char *parameters, *said;
    } rows[] = {
        { &xgboost_algorithm, "{\"num_round\":\"60\"}", "[59]#011train-rmse:" },
        { &kmeans_algorithm, "{\"k\":\"3\"}", "train msd <loss>=0\n" },
        { &kmeans_algorithm, "{\"k\":\"1\"}", "train msd <loss>=1.33333333333\n" },
        { &linear_learner_algorithm, "{\"predictor_type\":\"regressor\",\"epochs\":\"300\",\"mini_batch_size\":\"4\"}",
          "train mse <loss>=" },
    };
    struct json *channels = json_parse(STR("[{\"ChannelName\":\"train\",\"ContentType\":\"text/csv\"}]"), NULL);
    struct work cancelled = { .cancelled = true };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *parameters = json_parse(str_of(rows[i].parameters), NULL);
        for (int finish = 0; finish < 2; finish++) {
            struct container container;
            void *training = NULL;
            prepare(&container, json_root(parameters), json_root(channels));
            for (int turn = 0; turn < 3; turn++)
                assert_false(rows[i].algorithm->train(&container, &cancelled, &training));
            assert_false(container.answered);
            if (finish) {
                while (!rows[i].algorithm->train(&container, NULL, &training))
                    ;
                assert_true(container.answered);
                buf_add_byte(&container.log, '\0');
                if (!strstr(container.log.at, rows[i].said))
                    fail_msg("%s: %s", rows[i].said, container.log.at);
            } else {
                rows[i].algorithm->abandon(training);
            }
            container_release(&container);
        }
        json_unref(parameters);
    }
    json_unref(channels);
}

#define MODEL(trees)                                                                                                   \
    "{\"learner\":{\"learner_model_param\":{\"base_score\":\"0\",\"num_class\":\"0\",\"num_feature\":\"2\"},"          \
    "\"objective\":{\"name\":\"reg:squarederror\"},\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{\"tree_"       \
    "info\":[0],"                                                                                                      \
    "\"trees\":[" trees "]}}}}"
#define TREE(left, right, column)                                                                                      \
    "{\"left_children\":[" left ",-1,-1],\"right_children\":[" right ",-1,-1],\"split_indices\":[" column ",0,0],"     \
    "\"split_conditions\":[1,10,20],\"default_left\":[1,0,0]}"

static const struct {
    const char *model;
    bool good;
    const char *why;
} models[] = {
    { MODEL(TREE("1", "2", "1")), true, "a tree" },
    { MODEL(TREE("1", "9", "1")), false, "a child that is not there" },
    { MODEL(TREE("0", "2", "1")), false, "a walk without end" },
    { MODEL(TREE("1", "2", "7")), false, "a column that is not there" },
    { MODEL(TREE("1", "-2", "1")), false, "half a leaf" },
    { "{}", false, "nothing" },
    { "binf", false, "the library's other format" },
};

static void models_of_anybody_are_looked_at(void **state)
{
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        struct container container;
        container_init(&container);
        give(&container, MODEL_FOLDER "/xgboost-model", models[i].model);
        struct predictor *predictor = xgboost_algorithm.load(&container);
        if ((predictor != NULL) != models[i].good)
            fail_msg("%s", models[i].why);
        if (predictor)
            xgboost_algorithm.drop(predictor);
        container_release(&container);
    }
}

/* Two bytes of an archive that packs a thousandfold, and a node of memory for them. */
static void models_have_an_end(void **state)
{
    static const struct algorithm *const algorithms[] = { &kmeans_algorithm, &linear_learner_algorithm };
    struct buf model = BUF_EMPTY;
    buf_add_text(&model, "{\"columns\":1,\"centers\":[0");
    for (size_t i = 0; i < MODEL_MOST_VALUES; i++)
        buf_add_text(&model, ",0");
    buf_add_text(&model, "]}");
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        struct container container;
        container_init(&container);
        give(&container, MODEL_FOLDER "/model_algo-1", model.at);
        assert_null(algorithms[i]->load(&container));
        container_release(&container);
    }
    buf_release(&model);
}

/* ---- K-Means ---- */

static void many_centers_are_found_in_turns(void **state)
{
    struct json *parameters = json_parse(STR("{\"k\":\"10000\",\"feature_dim\":\"1\"}"), NULL);
    struct json *channels = json_parse(STR("[{\"ChannelName\":\"train\",\"ContentType\":\"text/csv\"}]"), NULL);
    struct buf rows = BUF_EMPTY;
    struct container container;
    void *training = NULL;
    for (int i = 0; i < 200000; i++)
        buf_printf(&rows, "%d\n", i);
    container_init(&container);
    container.hyperparameters = json_root(parameters);
    container.channels = json_root(channels);
    give(&container, DATA_FOLDER "/train/t.csv", rows.at);
    assert_false(kmeans_algorithm.train(&container, NULL, &training));
    assert_non_null(training);
    kmeans_algorithm.abandon(training);
    container_release(&container);
    buf_release(&rows);
    json_unref(channels);
    json_unref(parameters);
}

/* ---- tuning ---- */

static void choices_stay_in_their_ranges(void **state)
{
    static const char text[] =
        "{\"IntegerParameterRanges\":[{\"Name\":\"i\",\"MinValue\":\"1\",\"MaxValue\":\"5\"}],"
        "\"ContinuousParameterRanges\":[{\"Name\":\"l\",\"MinValue\":\"0.0001\",\"MaxValue\":\"1\",\"ScalingType\":"
        "\"Logarithmic\"},"
        "{\"Name\":\"r\",\"MinValue\":\"0.1\",\"MaxValue\":\"0.999\",\"ScalingType\":\"ReverseLogarithmic\"}],"
        "\"CategoricalParameterRanges\":[{\"Name\":\"c\",\"Values\":[\"a\",\"b\"]}]}";
    struct json *ranges = json_parse(str_of(text), NULL);
    struct arena *arena = arena_new();
    assert_null(tuning_choice_fault(arena, "Bayesian", json_root(ranges)));
    assert_non_null(tuning_choice_fault(arena, "Grid", json_root(ranges)));
    cJSON *best = tuning_choose("Bayesian", json_root(ranges), 7, 0, NULL, 0);
    for (int64_t i = 1; i < 200; i++) {
        cJSON *chosen = tuning_choose(i % 2 ? "Bayesian" : "Random", json_root(ranges), 7, i, best, i);
        double integer = strtod(json_string(chosen, "i"), NULL), low = strtod(json_string(chosen, "l"), NULL),
               high = strtod(json_string(chosen, "r"), NULL);
        assert_true(integer >= 1 && integer <= 5 && integer == floor(integer));
        assert_true(low >= 0.0001 && low <= 1 && high >= 0.1 && high <= 0.999);
        assert_true(str_is(json_str(chosen, "c"), "a") || str_is(json_str(chosen, "c"), "b"));
        cJSON_Delete(chosen);
    }
    cJSON_Delete(best);
    arena_free(arena);
    json_unref(ranges);
}

static void trainings_are_stopped_by_the_median_of_averages(void **state)
{
    static const struct {
        const char *before[3], *course;
        bool maximise;
        int64_t first, round;
        const char *why;
    } rows[] = {
        { { "9,1,1" }, "10,1,1", false, 0, 0, "worse than the only one" },
        { { "9,1,1" }, "9,6,1", false, 0, 1, "9, 5, 3.67 are its averages: as good is not worse" },
        { { "9,1,1" }, "9,5,3", false, 0, -1, "as good as the average" },
        { { "9,1,1" }, "10,9,3", false, 1, 1, "a round that was judged before is not judged again" },
        { { "1,1", "3,3" }, "2,2,2", false, 0, -1, "the middle of two" },
        { { "1,1", "3,3" }, "2.5,2,2", false, 0, 0, "over the middle of two" },
        { { "9,9", "1,1", "4,4" }, "4,5,2", false, 0, 1, "the middle of three" },
        { { ".5,.7" }, ".5,.5,.9", true, 0, 1, "to be maximised: lower is worse" },
        { { "2" }, "1,1,3,1", false, 0, 2, "one of fewer rounds counts with all of them" },
        { { "1,1" }, "1,9", false, 0, -1, "the last round ends it anyway" },
        { { NULL }, "9,9,9", false, 0, -1, "the first has none before it" },
        { { "" }, "9,9,9", false, 0, -1, "nor after one that told nothing" },
    };
    struct json *definitions = json_parse(STR("[{\"Name\":\"m\",\"Regex\":\"([0-9.]+)\"}]"), NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *courses[4] = { NULL };
        size_t count = 0;
        for (size_t k = 0; k < 4; k++) {
            const char *text = k < 3 ? rows[i].before[k] : rows[i].course;
            if (!text)
                continue;
            struct buf log = BUF_EMPTY;
            for (const char *at = text; *at; at++)
                buf_add_byte(&log, *at == ',' ? '\n' : *at);
            courses[count++] = metric_course(json_root(definitions), STR("m"), buf_str(&log), 500);
            buf_release(&log);
        }
        int64_t round = early_stopping_round(courses[count - 1], (const cJSON *const *)courses, count - 1,
                                             rows[i].maximise, rows[i].first);
        if (round != rows[i].round)
            fail_msg("%s: %d", rows[i].why, (int)round);
        for (size_t k = 0; k < count; k++)
            cJSON_Delete(courses[k]);
    }
    json_unref(definitions);
}

static void a_course_is_spread_over_its_time(void **state)
{
    struct json *course = json_parse(STR("{\"rounds\":3,\"from\":1000,\"until\":2000,\"values\":[]}"), NULL);
    for (int64_t round = 0; round < 3; round++) {
        int64_t at_ms = course_round_ends(json_root(course), round);
        assert_int_equal(course_passed(json_root(course), at_ms), round + 1);
        assert_int_equal(course_passed(json_root(course), at_ms - 1), round);
    }
    assert_int_equal(course_passed(json_root(course), 0), 0);
    json_unref(course);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(a_second_file_may_be_wider),
        cmocka_unit_test(filters_pick_fields),
        cmocka_unit_test(metrics_are_read_from_logs),
        cmocka_unit_test(archives_hold_what_was_packed),
        cmocka_unit_test(paths_that_lead_out_are_none),
        cmocka_unit_test(images_are_known_by_their_repositories),
        cmocka_unit_test(models_answer_what_they_learned),
        cmocka_unit_test(trainings_give_way),
        cmocka_unit_test(models_of_anybody_are_looked_at),
        cmocka_unit_test(models_have_an_end),
        cmocka_unit_test(many_centers_are_found_in_turns),
        cmocka_unit_test(choices_stay_in_their_ranges),
        cmocka_unit_test(trainings_are_stopped_by_the_median_of_averages),
        cmocka_unit_test(a_course_is_spread_over_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
