/* K-Means: Lloyd's algorithm from k-means++ seeds, in plain C. The image of AWS's works on a stream with many more centers
 * (extra_center_factor) and reduces them at the end; what it answers has the same shape. Channels are CSV without labels (or with
 * label_size 1 in the content type's place: text/csv;label_size=0 is what the guide asks for) or libsvm. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/time.h"
#include "services/sagemaker/answer.h"

#define MODEL_FILE     MODEL_FOLDER "/model_algo-1"
#define CENTERS_MOST   10000
#define ROUNDS_DEFAULT 30
#define ROWS_AT_ONCE   64 /* between two looks at the clock */

struct predictor {
    size_t count, columns;
    float *centers;
};

struct clustering {
    struct container *container;
    const struct work *work;
    struct random random;
    struct table table;
    float *centers;
    double *sums, *apart; /* of each center; of each row, how far it is from the nearest seed */
    size_t *sizes;
    size_t count, k;
    int64_t round, rounds, until_ms;
    size_t row; /* of this round, the next */
    double total, before;
};

/* ---- hyperparameters: "K-means hyperparameters" ---- */

static bool read_integer(struct container *container, const char *name, int64_t otherwise, int64_t least, int64_t most,
                         int64_t *ret_value)
{
    struct str given = hyperparameter(container, name);
    *ret_value = otherwise;
    if (!given.at && otherwise < least)
        algorithm_fail(container, "No value(s) were specified for '%s' which are required hyperparameter(s)", name);
    else if (given.at && (!str_to_int64(given, ret_value) || *ret_value < least || *ret_value > most))
        algorithm_fail(container,
                       "u'%.*s' is not valid under any of the given schemas\n\nFailed validating u'oneOf' in "
                       "schema[u'properties'][u'%s']",
                       STR_ARG(given), name);
    else
        return true;
    return false;
}

static bool check_names(struct container *container)
{
    static const char *const known[] = { "k",
                                         "feature_dim",
                                         "epochs",
                                         "eval_metrics",
                                         "extra_center_factor",
                                         "half_life_time_size",
                                         "init_method",
                                         "local_lloyd_init_method",
                                         "local_lloyd_max_iter",
                                         "local_lloyd_num_trials",
                                         "local_lloyd_tol",
                                         "mini_batch_size" };
    const cJSON *given;
    cJSON_ArrayForEach(given, container->hyperparameters)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i], given->string) != 0)
            i++;
        if (i == sizeof known / sizeof *known && strcmp(given->string, "_tuning_objective_metric") != 0) {
            algorithm_fail(container, "Additional properties are not allowed (u'%s' was unexpected)", given->string);
            return false;
        }
    }
    return true;
}

/* ---- data ---- */

static bool read_data(struct clustering *clustering)
{
    struct arena *arena = arena_new();
    size_t count;
    const struct container_file **files = channel_files(clustering->container, "train", arena, &count);
    struct str type = channel_content_type(clustering->container, "train");
    bool csv = str_equal_ignoring_case(type, STR("text/csv")), good = count > 0;
    if (!good)
        algorithm_fail(clustering->container, "Channel train is missing, or has no data in it");
    else if (!csv) {
        algorithm_fail(clustering->container,
                       "This practice cloud reads channels of K-Means as text/csv;label_size=0, not as \"%.*s\"",
                       STR_ARG(type));
        good = false;
    }
    for (size_t i = 0; good && i < count; i++) {
        struct table_reading reading = { .format = TABLE_CSV, .file = strrchr(files[i]->path, '/') + 1 };
        good = table_read(&clustering->table, buf_str(&files[i]->bytes), &reading);
        if (!good)
            algorithm_fail(clustering->container, "%s", clustering->table.why);
    }
    arena_free(arena);
    return good;
}

static bool check_data(struct clustering *clustering, int64_t k, int64_t dimension)
{
    const struct table *table = &clustering->table;
    struct container *container = clustering->container;
    if (dimension && (size_t)dimension != table->columns)
        algorithm_fail(container, "The feature_dim %lld does not match the %zu columns of the data",
                       (long long)dimension, table->columns);
    else if (table->rows < (size_t)k)
        algorithm_fail(container, "The number of points %zu is less than the number of clusters %lld", table->rows,
                       (long long)k);
    else
        return true;
    return false;
}

/* ---- Lloyd ---- */

static double distance(const float *a, const float *b, size_t columns)
{
    double sum = 0;
    for (size_t i = 0; i < columns; i++) {
        double apart = (isnan(a[i]) ? 0 : a[i]) - b[i];
        sum += apart * apart;
    }
    return sum;
}

static size_t nearest(const float *centers, size_t count, const float *cells, size_t columns, double *ret_distance)
{
    size_t best = 0;
    *ret_distance = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double apart = distance(cells, centers + i * columns, columns);
        if (apart < *ret_distance) {
            *ret_distance = apart;
            best = i;
        }
    }
    return best;
}

static void take_center(struct clustering *clustering, size_t row)
{
    size_t columns = clustering->table.columns;
    float *center = clustering->centers + clustering->count++ * columns;
    for (size_t i = 0; i < columns; i++) {
        float value = clustering->table.cells[row * columns + i];
        center[i] = isnan(value) ? 0 : value;
    }
}

/* k-means++: the next seed is a row, the likelier the farther from those there are. */
static void choose_seed(struct clustering *clustering)
{
    const struct table *table = &clustering->table;
    double *apart = clustering->apart, sum = 0;
    const float *last = clustering->centers + (clustering->count - 1) * table->columns;
    for (size_t i = 0; i < table->rows; i++) {
        double now = distance(table->cells + i * table->columns, last, table->columns);
        apart[i] = now < apart[i] ? now : apart[i];
        sum += apart[i];
    }
    double at = random_unit(&clustering->random) * sum;
    size_t row = 0;
    while (row + 1 < table->rows && (at -= apart[row]) > 0)
        row++;
    take_center(clustering, row);
}

static void begin_round(struct clustering *clustering)
{
    size_t cells = clustering->count * clustering->table.columns;
    memset(clustering->sums, 0, cells * sizeof *clustering->sums);
    memset(clustering->sizes, 0, clustering->count * sizeof *clustering->sizes);
    clustering->row = 0;
    clustering->total = 0;
}

static void add_row(struct clustering *clustering, size_t row)
{
    double apart;
    size_t columns = clustering->table.columns;
    const float *cells = clustering->table.cells + row * columns;
    size_t best = nearest(clustering->centers, clustering->count, cells, columns, &apart);
    clustering->total += apart;
    clustering->sizes[best]++;
    for (size_t i = 0; i < columns; i++)
        clustering->sums[best * columns + i] += isnan(cells[i]) ? 0 : cells[i];
}

/* True: the centers hardly move any more, or there were rounds enough. */
static bool end_round(struct clustering *clustering)
{
    size_t columns = clustering->table.columns;
    for (size_t i = 0; i < clustering->count * columns; i++) {
        if (clustering->sizes[i / columns])
            clustering->centers[i] = (float)(clustering->sums[i] / (double)clustering->sizes[i / columns]);
    }
    double now = clustering->total / (double)clustering->table.rows, before = clustering->before;
    clustering->before = now;
    return ++clustering->round >= clustering->rounds || before - now <= 1e-4 * now;
}

/* A turn's worth. True: it is over. */
static bool cluster(struct clustering *clustering)
{
    while (clustering->count < clustering->k) {
        if (turn_is_over(clustering->work, clustering->until_ms))
            return false;
        choose_seed(clustering);
        if (clustering->count == clustering->k)
            begin_round(clustering);
    }
    for (;;) {
        if (turn_is_over(clustering->work, clustering->until_ms))
            return false;
        for (size_t i = 0; i < ROWS_AT_ONCE && clustering->row < clustering->table.rows; i++)
            add_row(clustering, clustering->row++);
        if (clustering->row < clustering->table.rows)
            continue;
        if (end_round(clustering))
            return true;
        begin_round(clustering);
    }
}

static void tell_quality(struct clustering *clustering)
{
    char line[128];
    snprintf(line, sizeof line, "#quality_metric: host=algo-1, train msd <loss>=%.12g\n", clustering->before);
    container_log(clustering->container, str_of(line));
}

static bool keep(struct clustering *clustering)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "{\"columns\":%zu,\"centers\":[", clustering->table.columns);
    for (size_t i = 0; i < clustering->count * clustering->table.columns; i++) {
        buf_add_text(&text, i ? "," : "");
        buf_printf(&text, "%.9g", (double)clustering->centers[i]);
    }
    buf_add_text(&text, "]}");
    return container_leave(clustering->container, STR(MODEL_FILE), &text);
}

static void abandon(void *state)
{
    struct clustering *clustering = state;
    free(clustering->centers);
    free(clustering->sums);
    free(clustering->apart);
    free(clustering->sizes);
    table_release(&clustering->table);
    free(clustering);
}

static void take_first_seed(struct clustering *clustering)
{
    const struct table *table = &clustering->table;
    size_t cells = clustering->k * table->columns;
    clustering->centers = memory_alloc(cells * sizeof *clustering->centers);
    clustering->sums = memory_alloc(cells * sizeof *clustering->sums);
    clustering->sizes = memory_alloc(clustering->k * sizeof *clustering->sizes);
    clustering->apart = memory_alloc(table->rows * sizeof *clustering->apart);
    for (size_t i = 0; i < table->rows; i++)
        clustering->apart[i] = INFINITY;
    clustering->before = INFINITY;
    random_seed(&clustering->random, 42);
    take_center(clustering, (size_t)random_between(&clustering->random, 0, (int64_t)table->rows - 1));
    begin_round(clustering);
}

/* NULL: it failed. */
static struct clustering *begin(struct container *container)
{
    struct clustering *clustering = memory_alloc(sizeof *clustering);
    int64_t k, dimension;
    clustering->container = container;
    if (check_names(container) && read_integer(container, "k", 0, 1, CENTERS_MOST, &k) &&
        read_integer(container, "feature_dim", 0, 0, INT32_MAX, &dimension) &&
        read_integer(container, "local_lloyd_max_iter", ROUNDS_DEFAULT, 1, 10000, &clustering->rounds) &&
        read_data(clustering) && check_data(clustering, k, dimension)) {
        clustering->k = (size_t)k;
        take_first_seed(clustering);
        return clustering;
    }
    abandon(clustering);
    return NULL;
}

static bool train(struct container *container, const struct work *work, void **state)
{
    int64_t until_ms = time_monotonic_ms() + TURN_MS;
    struct clustering *clustering = *state ? *state : begin(container);
    if (!clustering)
        return true;
    clustering->work = work;
    clustering->until_ms = until_ms;
    *state = clustering;
    if (!cluster(clustering))
        return false;
    tell_quality(clustering);
    if (keep(clustering))
        container_exit(container, 0);
    else
        algorithm_fail(container, "The model is larger than this practice cloud takes.");
    abandon(clustering);
    return true;
}

/* ---- the model ---- */

static struct predictor *read_centers(const cJSON *root)
{
    const cJSON *list = json_get(root, "centers"), *center;
    size_t cells = (size_t)cJSON_GetArraySize(list), columns = (size_t)json_int64(root, "columns", 0), i = 0;
    if (!cells || !columns || cells % columns != 0)
        return NULL;
    struct predictor *predictor = memory_alloc(sizeof *predictor);
    predictor->columns = columns;
    predictor->count = cells / columns;
    predictor->centers = memory_alloc(cells * sizeof *predictor->centers);
    cJSON_ArrayForEach(center, list)
    {
        predictor->centers[i++] = (float)json_to_double(center);
    }
    return predictor;
}

static struct predictor *load(struct container *container)
{
    const struct container_file *file = container_input(container, MODEL_FILE);
    struct arena *arena = arena_new();
    struct predictor *predictor = file ? read_centers(model_document(arena, file)) : NULL;
    arena_free(arena);
    if (!predictor)
        snprintf(container->reason, sizeof container->reason, "Unable to load model: model_algo-1 holds no centers");
    return predictor;
}

static void drop(struct predictor *predictor)
{
    free(predictor->centers);
    free(predictor);
}

static void answer_rows(const struct predictor *predictor, const struct table *table, struct container *container)
{
    bool csv = str_starts(container->accept, STR("text/csv"));
    buf_add_text(&container->reply, csv ? "" : "{\"predictions\":[");
    for (size_t row = 0; row < table->rows; row++) {
        double apart;
        size_t best = nearest(predictor->centers, predictor->count, table->cells + row * table->columns, table->columns,
                              &apart);
        buf_add_text(&container->reply, !row ? "" : csv ? "\n" : ",");
        buf_add_text(&container->reply, csv ? "" : "{\"closest_cluster\":");
        table_print_number(&container->reply, (double)best);
        buf_add_text(&container->reply, csv ? "," : ",\"distance_to_cluster\":");
        table_print_number(&container->reply, sqrt(apart));
        buf_add_text(&container->reply, csv ? "" : "}");
    }
    buf_add_text(&container->reply, csv ? "" : "]}");
    answer_done(container);
    if (!csv)
        snprintf(container->reply_type, sizeof container->reply_type, "application/json");
}

static void predict(const struct predictor *predictor, struct container *container)
{
    struct table table = { 0 };
    enum table_format format;
    if (!answer_read(container, &table, &format))
        return;
    if (table.columns == predictor->columns)
        answer_rows(predictor, &table, container);
    else
        answer_fail(container, 400, "customer error: the model wants %zu features, the request has %zu",
                    predictor->columns, table.columns);
    table_release(&table);
}

static const struct metric_definition metrics[] = {
    { "train:msd", "#quality_metric: host=\\S+, train msd <loss>=(\\S+)" },
    { NULL, NULL },
};

const struct algorithm kmeans_algorithm = { .name = "kmeans",
                                            .repository = "kmeans",
                                            .metrics = metrics,
                                            .train = train,
                                            .abandon = abandon,
                                            .load = load,
                                            .predict = predict,
                                            .drop = drop };
