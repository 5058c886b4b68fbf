/* Training 10,000 rows of 50 columns for 100 rounds: the image (CSV read, each round measured and told, the model kept) against the
 * library called directly with the same data, rounds and measures. */
#include <stdio.h>
#include <stdlib.h>
#include <xgboost/c_api.h>

#include "base/random.h"
#include "base/time.h"
#include "services/sagemaker/algorithm.h"

#define ROWS    10000
#define COLUMNS 50
#define ROUNDS  "100"
#define TIMES   2

static float cells[ROWS * COLUMNS], labels[ROWS];

static void make_data(struct buf *csv)
{
    struct random random;
    random_seed(&random, 1);
    for (size_t row = 0; row < ROWS; row++) {
        double sum = 0;
        for (size_t column = 0; column < COLUMNS; column++) {
            float value = (float)(int)(random_unit(&random) * 10000) / 10000;
            cells[row * COLUMNS + column] = value;
            sum += column < 10 ? (double)value * (double)(column + 1) : 0;
        }
        labels[row] = (float)(int)(sum * 100) / 100;
        buf_printf(csv, "%g", (double)labels[row]);
        for (size_t column = 0; column < COLUMNS; column++)
            buf_printf(csv, ",%g", (double)cells[row * COLUMNS + column]);
        buf_add_byte(csv, '\n');
    }
}

static double direct(void)
{
    static const char *names[] = { "train" };
    DMatrixHandle matrix;
    BoosterHandle booster;
    const char *told;
    uint64_t begun = time_monotonic_ns();
    XGDMatrixCreateFromMat_omp(cells, ROWS, COLUMNS, __builtin_nanf(""), &matrix, 1);
    XGDMatrixSetFloatInfo(matrix, "label", labels, ROWS);
    XGBoosterCreate(&matrix, 1, &booster);
    XGBoosterSetParam(booster, "nthread", "1");
    XGBoosterSetParam(booster, "objective", "reg:squarederror");
    for (int round = 0; round < atoi(ROUNDS); round++) {
        XGBoosterUpdateOneIter(booster, round, matrix);
        XGBoosterEvalOneIter(booster, round, &matrix, names, 1, &told);
    }
    double seconds = (double)(time_monotonic_ns() - begun) / 1e9;
    XGBoosterFree(booster);
    XGDMatrixFree(matrix);
    return seconds;
}

static double by_image(struct str csv)
{
    static const char *const folders[] = { MODEL_FOLDER, NULL };
    struct json *parameters = json_parse(STR("{\"num_round\":\"" ROUNDS "\",\"objective\":\"reg:squarederror\"}"),
                                         NULL);
    struct json *channels = json_parse(STR("[{\"ChannelName\":\"train\",\"ContentType\":\"text/csv\"}]"), NULL);
    struct container container;
    struct buf copy = BUF_EMPTY;
    container_init(&container);
    container.output_folders = folders;
    container.hyperparameters = json_root(parameters);
    container.channels = json_root(channels);
    buf_add_str(&copy, csv);
    container_give(&container, STR(DATA_FOLDER "/train/t.csv"), &copy);
    uint64_t begun = time_monotonic_ns();
    void *state = NULL;
    while (!xgboost_algorithm.train(&container, NULL, &state))
        ;
    double seconds = (double)(time_monotonic_ns() - begun) / 1e9;
    if (container.exit_code != 0)
        printf("it failed: %s\n", container.reason);
    container_release(&container);
    json_unref(parameters);
    json_unref(channels);
    return seconds;
}

int main(void)
{
    struct buf csv = BUF_EMPTY;
    double best_direct = 1e9, best_image = 1e9;
    make_data(&csv);
    for (int i = 0; i < TIMES; i++) {
        double library = direct(), image = by_image(buf_str(&csv));
        best_direct = library < best_direct ? library : best_direct;
        best_image = image < best_image ? image : best_image;
    }
    printf("XGBoost, 10,000 x 50, 100 rounds: library %.3f s, image %.3f s, ratio %.3f (goal 1.2)\n", best_direct,
           best_image, best_image / best_direct);
    buf_release(&csv);
    return 0;
}
