#include "services/sagemaker/analysis/shap.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"

#define EXACT_MOST 11 /* features: 2^11 subsets are fewer than a sample */
#define BATCH      256

/* ---- subsets ---- */

static size_t samples_of(const struct shap *shap)
{
    if (shap->features <= EXACT_MOST && (!shap->samples || shap->samples >= ((size_t)1 << shap->features) - 2))
        return ((size_t)1 << shap->features) - 2;
    return shap->samples ? shap->samples : 2 * shap->features + 2048;
}

size_t shap_rows(const struct shap *shap, size_t rows)
{
    size_t samples = samples_of(shap) + 1, most = SHAP_MOST_PREDICTIONS / samples;
    most = most ? most : 1;
    return rows < most ? rows : most;
}

static double choose(size_t n, size_t k)
{
    return exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1));
}

/* Shapley's kernel of a subset's size, for enumeration; a sample is drawn by it and weighs 1. */
static double kernel(size_t features, size_t size)
{
    return (double)(features - 1) / (choose(features, size) * (double)size * (double)(features - size));
}

static size_t draw_size(struct random *random, size_t features)
{
    double sum = 0, at;
    for (size_t size = 1; size < features; size++)
        sum += 1 / ((double)size * (double)(features - size));
    at = random_unit(random) * sum;
    for (size_t size = 1; size < features; size++) {
        at -= 1 / ((double)size * (double)(features - size));
        if (at < 0)
            return size;
    }
    return features - 1;
}

static void draw_subset(struct random *random, size_t features, unsigned char *ret_mask)
{
    size_t left = draw_size(random, features);
    memset(ret_mask, 0, features);
    while (left) {
        size_t at = (size_t)random_between(random, 0, (int64_t)features - 1);
        left -= !ret_mask[at];
        ret_mask[at] = 1;
    }
}

/* ---- least squares under a condition: the values add up to `gap` ---- */

struct system { /* of features − 1 unknowns: the last follows from the sum */
    size_t unknowns;
    double *matrix, *right;
};

static void add_equation(struct system *system, const unsigned char *mask, double weight, double value, double gap)
{
    size_t n = system->unknowns;
    double last = mask[n], target = value - last * gap;
    for (size_t i = 0; i < n; i++) {
        double x = mask[i] - last;
        if (x == 0)
            continue;
        system->right[i] += weight * x * target;
        for (size_t k = 0; k < n; k++)
            system->matrix[i * n + k] += weight * x * (mask[k] - last);
    }
}

static void swap_rows(struct system *system, size_t one, size_t other)
{
    size_t n = system->unknowns;
    for (size_t k = 0; k < n; k++) {
        double kept = system->matrix[one * n + k];
        system->matrix[one * n + k] = system->matrix[other * n + k];
        system->matrix[other * n + k] = kept;
    }
    double kept = system->right[one];
    system->right[one] = system->right[other];
    system->right[other] = kept;
}

/* By elimination; a column that says nothing gets 0. */
static void solve(struct system *system, double *ret_values)
{
    size_t n = system->unknowns;
    for (size_t i = 0; i < n; i++) {
        size_t best = i;
        for (size_t row = i + 1; row < n; row++) {
            if (fabs(system->matrix[row * n + i]) > fabs(system->matrix[best * n + i]))
                best = row;
        }
        swap_rows(system, i, best);
        double pivot = system->matrix[i * n + i];
        for (size_t row = i + 1; fabs(pivot) > 1e-12 && row < n; row++) {
            double factor = system->matrix[row * n + i] / pivot;
            for (size_t k = i; factor != 0 && k < n; k++)
                system->matrix[row * n + k] -= factor * system->matrix[i * n + k];
            system->right[row] -= factor * system->right[i];
        }
    }
    for (size_t i = n; i-- > 0;) {
        double sum = system->right[i], pivot = system->matrix[i * n + i];
        for (size_t k = i + 1; k < n; k++)
            sum -= system->matrix[i * n + k] * ret_values[k];
        ret_values[i] = fabs(pivot) > 1e-12 ? sum / pivot : 0;
    }
}

/* ---- asking the model ---- */

void shap_print(struct buf *csv, const struct str *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool quoted = str_find_byte(cells[i], ',') != SIZE_MAX;
        if (i)
            buf_add_byte(csv, ',');
        if (quoted)
            buf_add_byte(csv, '"');
        buf_add_str(csv, cells[i]);
        if (quoted)
            buf_add_byte(csv, '"');
    }
    buf_add_byte(csv, '\n');
}

bool shap_expected(const struct shap *shap, double *ret_value)
{
    struct buf csv = BUF_EMPTY;
    shap_print(&csv, shap->baseline, shap->features);
    bool good = shap->predict(shap->data, buf_str(&csv), ret_value, 1);
    buf_release(&csv);
    return good;
}

struct explaining {
    const struct shap *shap;
    const struct str *row;
    double expected, gap;
    struct random random;
    struct system system;
    struct str *cells;
    unsigned char *masks; /* of a batch */
    double weights[BATCH], answers[BATCH];
    size_t pending;
    struct buf csv;
};

static bool flush(struct explaining *explaining)
{
    const struct shap *shap = explaining->shap;
    if (!explaining->pending)
        return true;
    if ((shap->is_wanted && !shap->is_wanted(shap->data)) ||
        !shap->predict(shap->data, buf_str(&explaining->csv), explaining->answers, explaining->pending))
        return false;
    for (size_t i = 0; i < explaining->pending; i++)
        add_equation(&explaining->system, explaining->masks + i * shap->features, explaining->weights[i],
                     explaining->answers[i] - explaining->expected, explaining->gap);
    explaining->pending = 0;
    buf_clear(&explaining->csv);
    return true;
}

static bool ask_subset(struct explaining *explaining, size_t sample, bool exact)
{
    const struct shap *shap = explaining->shap;
    size_t size = 0;
    unsigned char *mask = explaining->masks + explaining->pending * shap->features;
    if (!exact)
        draw_subset(&explaining->random, shap->features, mask);
    for (size_t i = 0; i < shap->features; i++) {
        if (exact)
            mask[i] = (sample + 1) >> i & 1;
        size += mask[i];
        explaining->cells[i] = mask[i] ? explaining->row[i] : shap->baseline[i];
    }
    explaining->weights[explaining->pending++] = exact ? kernel(shap->features, size) : 1;
    shap_print(&explaining->csv, explaining->cells, shap->features);
    return explaining->pending < BATCH || flush(explaining);
}

static bool explain(struct explaining *explaining, double *ret_values)
{
    const struct shap *shap = explaining->shap;
    size_t samples = samples_of(shap);
    bool exact = shap->features <= EXACT_MOST && samples == ((size_t)1 << shap->features) - 2, good = true;
    for (size_t i = 0; good && i < samples; i++)
        good = ask_subset(explaining, i, exact);
    if (!good || !flush(explaining))
        return false;
    solve(&explaining->system, ret_values);
    double last = explaining->gap;
    for (size_t i = 0; i + 1 < shap->features; i++)
        last -= ret_values[i];
    ret_values[shap->features - 1] = last;
    return true;
}

bool shap_explain(const struct shap *shap, const struct str *row, double expected, double *ret_values)
{
    struct explaining *explaining = memory_alloc(sizeof *explaining);
    size_t n = shap->features;
    double said;
    explaining->shap = shap;
    explaining->row = row;
    explaining->expected = expected;
    random_seed(&explaining->random, shap->seed);
    explaining->system = (struct system){ n - 1, memory_alloc((n * n + 1) * sizeof(double)),
                                          memory_alloc((n + 1) * sizeof(double)) };
    explaining->cells = memory_alloc(n * sizeof *explaining->cells);
    explaining->masks = memory_alloc(BATCH * n);
    shap_print(&explaining->csv, row, n);
    bool good = shap->predict(shap->data, buf_str(&explaining->csv), &said, 1);
    buf_clear(&explaining->csv);
    explaining->gap = said - expected;
    good = good && explain(explaining, ret_values);
    free(explaining->system.matrix);
    free(explaining->system.right);
    free(explaining->cells);
    free(explaining->masks);
    buf_release(&explaining->csv);
    free(explaining);
    return good;
}
