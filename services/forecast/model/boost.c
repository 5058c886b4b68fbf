#include "services/forecast/model/boost.h"

#include "base/random.h"
#include "services/forecast/model/numeric.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const double boost_levels[BOOST_LEVELS] = { 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95 };

#define RATE       0.1f
#define SAMPLE     0.7f /* of the rows, for one tree */
#define RIDGE      5.0f
#define LEAST_GAIN 1e-3f
enum { BINS = 64, DEPTH = 5, NODES = 1 << (DEPTH + 1), TREES_MOST = 200, LOW = 1, HIGH = 5 };

/* What a histogram's bin adds up: the errors of the mean, of a low and of a high quantile; and rows. */
typedef float sums __attribute__((vector_size(16)));

/* Nodes in a heap: the children of i are 2i + 1 and 2i + 2. feature −1: a leaf. What is missing or not above the cut goes left. */
struct tree {
    signed char feature[NODES];
    float cut[NODES];
    float leaf[NODES][BOOST_OUTPUTS];
};

struct boost {
    const float *y;
    int rows, least_in_leaf;
    int features;              /* of those given, the ones that are not all alike */
    int given[BOOST_FEATURES]; /* which of those given */
    int place[BOOST_FEATURES]; /* and back */
    unsigned char *bins;       /* [row × features + feature]; 0 is missing */
    float (*cuts)[BINS];       /* cuts[feature][b]: bins up to b are not above it */
    unsigned char *bin_count;
    float (*now)[BOOST_OUTPUTS]; /* what is predicted so far, by row */
    float base[BOOST_OUTPUTS];
    sums *gradient;          /* by row */
    int *order, *spare;      /* rows of the sample, those of one node together */
    float *left;             /* room for a leaf's errors */
    sums *histograms[DEPTH]; /* [depth][feature × BINS + bin]; that of the node on the way down */
    sums *smaller;           /* room for one more */
    struct tree *trees;
    int tree_count;
    struct random random;
};

static int ascending(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

/* The k-th smallest (Hoare's selection), in place. */
static float select_kth(float *values, int count, int k)
{
    int low = 0, high = count - 1;
    while (low < high) {
        float pivot = values[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j) {
                float swap = values[i];
                values[i++] = values[j];
                values[j--] = swap;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return values[k];
}

/* Cuts at even shares of the values seen, each between two of them. Returns the number of bins, 1 if all are alike. */
static int find_cuts(float *sorted, int count, float cuts[BINS])
{
    int bins = 0;
    qsort(sorted, (size_t)count, sizeof *sorted, ascending);
    for (int b = 1; b < BINS - 1 && count > 1; b++) {
        int at = (int)((int64_t)b * count / (BINS - 1));
        while (at < count - 1 && (at < 1 || sorted[at - 1] == sorted[at]))
            at++;
        if (sorted[at - 1] == sorted[at])
            continue;
        float cut = sorted[at - 1] + (sorted[at] - sorted[at - 1]) / 2;
        if (bins == 0 || cut > cuts[bins])
            cuts[++bins] = cut;
    }
    cuts[0] = -INFINITY; /* left of it is only what is missing */
    return bins + 1;
}

static unsigned char bin_of(float value, const float *cuts, int bins)
{
    int low = 1, high = bins;
    while (low < high && !isnan(value)) {
        int middle = (low + high) / 2;
        if (value > cuts[middle])
            low = middle + 1;
        else
            high = middle;
    }
    return (unsigned char)(isnan(value) ? 0 : low);
}

static void choose_features(struct boost *boost, const float *x, int given)
{
    float *seen = boost->left;
    for (int feature = 0; feature < given; feature++) {
        int count = 0, at = boost->features;
        for (int row = 0; row < boost->rows; row++)
            if (!isnan(x[(size_t)row * given + feature]))
                seen[count++] = x[(size_t)row * given + feature];
        boost->bin_count[at] = (unsigned char)find_cuts(seen, count, boost->cuts[at]);
        if (boost->bin_count[at] == 1 && (count == 0 || count == boost->rows))
            continue;
        boost->given[at] = feature;
        boost->place[feature] = boost->features++;
    }
}

static void bin_rows(struct boost *boost, const float *x, int given)
{
    for (int row = 0; row < boost->rows; row++)
        for (int f = 0; f < boost->features; f++)
            boost->bins[(size_t)row * boost->features + f] = bin_of(x[(size_t)row * given + boost->given[f]],
                                                                    boost->cuts[f], boost->bin_count[f]);
}

static void set_base(struct boost *boost)
{
    double mean = 0;
    for (int row = 0; row < boost->rows; row++)
        mean += (boost->y[row] - mean) / (row + 1);
    boost->base[0] = (float)mean;
    for (int k = 0; k < BOOST_LEVELS && boost->rows > 0; k++) {
        memcpy(boost->left, boost->y, (size_t)boost->rows * sizeof *boost->left);
        boost->base[1 + k] = select_kth(boost->left, boost->rows, (int)(boost_levels[k] * (boost->rows - 1)));
    }
    for (int row = 0; row < boost->rows; row++)
        memcpy(boost->now[row], boost->base, sizeof boost->base);
}

struct boost *boost_new(struct arena *arena, const float *x, const float *y, int rows, int features, uint64_t seed)
{
    struct boost *boost = ARENA_NEW(arena, struct boost);
    size_t count = (size_t)rows + 1;
    boost->y = y;
    boost->rows = rows;
    boost->least_in_leaf = rows / 2000 > 8 ? rows / 2000 : 8;
    boost->bins = arena_room(arena, count * features);
    boost->cuts = arena_room(arena, (size_t)features * sizeof *boost->cuts);
    boost->bin_count = arena_room(arena, (size_t)features);
    boost->now = arena_room(arena, count * sizeof *boost->now);
    boost->gradient = arena_room(arena, count * sizeof *boost->gradient);
    boost->order = arena_room(arena, count * sizeof *boost->order);
    boost->spare = arena_room(arena, count * sizeof *boost->spare);
    boost->left = arena_room(arena, count * sizeof *boost->left);
    boost->trees = arena_room(arena, TREES_MOST * sizeof *boost->trees);
    random_seed(&boost->random, seed);
    choose_features(boost, x, features);
    bin_rows(boost, x, features);
    size_t bins = (size_t)boost->features * BINS + 1;
    for (int depth = 0; depth < DEPTH; depth++)
        boost->histograms[depth] = arena_room(arena, bins * sizeof(sums));
    boost->smaller = arena_room(arena, bins * sizeof(sums));
    set_base(boost);
    return boost;
}

/* Errors of the three outputs that shape a tree, each in units of its own spread. */
static void find_gradients(struct boost *boost)
{
    double squares = 0;
    for (int row = 0; row < boost->rows; row++) {
        double error = boost->y[row] - boost->now[row][0];
        squares += error * error;
    }
    float size = squares > 0 ? (float)(1 / sqrt(squares / boost->rows)) : 0, tail = 1 / 0.3f;
    for (int row = 0; row < boost->rows; row++) {
        const float *now = boost->now[row];
        float y = boost->y[row], low = (float)boost_levels[LOW], high = (float)boost_levels[HIGH];
        boost->gradient[row] = (sums){ (y - now[0]) * size, (low - (y < now[1 + LOW])) * tail,
                                       (high - (y < now[1 + HIGH])) * tail, 1 };
    }
}

static void add_up(const struct boost *boost, const int *rows, int count, sums *ret_histogram)
{
    int features = boost->features;
    memset(ret_histogram, 0, (size_t)features * BINS * sizeof *ret_histogram);
    for (int i = 0; i < count; i++) {
        const unsigned char *bins = boost->bins + (size_t)rows[i] * features;
        sums of = boost->gradient[rows[i]], *histogram = ret_histogram;
        for (int f = 0; f < features; f++, histogram += BINS)
            histogram[bins[f]] += of;
    }
}

static float score(sums of)
{
    return (of[0] * of[0] + of[1] * of[1] + of[2] * of[2]) / (of[3] + RIDGE);
}

struct split {
    int feature, bin; /* feature −1: none is worth it */
    float gain;
};

static struct split find_split(const struct boost *boost, const sums *histogram)
{
    struct split best = { -1, 0, LEAST_GAIN };
    sums whole = { 0 };
    for (int b = 0; b < BINS; b++)
        whole += histogram[b];
    float before = score(whole), least = (float)boost->least_in_leaf;
    for (int f = 0; f < boost->features; f++) {
        sums low = { 0 };
        for (int b = 0; b < boost->bin_count[f]; b++) {
            low += histogram[f * BINS + b];
            sums high = whole - low;
            if (low[3] < least || high[3] < least)
                continue;
            float gain = score(low) + score(high) - before;
            if (gain > best.gain)
                best = (struct split){ f, b, gain };
        }
    }
    return best;
}

static void fill_leaf(struct boost *boost, struct tree *tree, int node, const int *rows, int count)
{
    float *leaf = tree->leaf[node];
    double mean = 0;
    for (int i = 0; i < count; i++)
        mean += boost->y[rows[i]] - boost->now[rows[i]][0];
    leaf[0] = count ? (float)(mean / (count + RIDGE)) * RATE : 0;
    for (int k = 0; k < BOOST_LEVELS; k++) {
        for (int i = 0; i < count; i++)
            boost->left[i] = boost->y[rows[i]] - boost->now[rows[i]][1 + k];
        leaf[1 + k] = count ? RATE * select_kth(boost->left, count, (int)(boost_levels[k] * (count - 1) + 0.5)) : 0;
    }
}

/* Rows that go left first, both in the order in which they were. */
static int part(struct boost *boost, int *rows, int count, struct split split)
{
    int left = 0, right = 0;
    for (int i = 0; i < count; i++) {
        if (boost->bins[(size_t)rows[i] * boost->features + split.feature] <= split.bin)
            rows[left++] = rows[i];
        else
            boost->spare[right++] = rows[i];
    }
    memcpy(rows + left, boost->spare, (size_t)right * sizeof *rows);
    return left;
}

static void grow_node(struct boost *boost, struct tree *tree, int node, int depth, int *rows, int count);

/* The histogram of the smaller child is added up, that of the larger is what is left of their parent's. */
static void grow_children(struct boost *boost, struct tree *tree, int node, int depth, int *rows, int left, int right)
{
    if (depth + 1 == DEPTH) { /* leaves need none */
        grow_node(boost, tree, 2 * node + 1, depth + 1, rows, left);
        grow_node(boost, tree, 2 * node + 2, depth + 1, rows + left, right);
        return;
    }
    bool left_is_smaller = left < right;
    size_t bins = (size_t)boost->features * BINS;
    sums *parent = boost->histograms[depth], *child = boost->histograms[depth + 1], *smaller = boost->smaller;
    add_up(boost, left_is_smaller ? rows : rows + left, left_is_smaller ? left : right, smaller);
    for (size_t i = 0; i < bins; i++) {
        child[i] = parent[i] - smaller[i];
        parent[i] = smaller[i]; /* what the parent's is good for from now on */
    }
    int larger_node = left_is_smaller ? 2 * node + 2 : 2 * node + 1,
        smaller_node = left_is_smaller ? 2 * node + 1 : 2 * node + 2;
    grow_node(boost, tree, larger_node, depth + 1, left_is_smaller ? rows + left : rows,
              left_is_smaller ? right : left);
    memcpy(child, parent, bins * sizeof *child);
    grow_node(boost, tree, smaller_node, depth + 1, left_is_smaller ? rows : rows + left,
              left_is_smaller ? left : right);
}

/* The node's histogram stands in histograms[depth] already. */
static void grow_node(struct boost *boost, struct tree *tree, int node, int depth, int *rows, int count)
{
    struct split split = { -1, 0, 0 };
    if (depth < DEPTH && count >= 2 * boost->least_in_leaf && boost->features > 0)
        split = find_split(boost, boost->histograms[depth]);
    tree->feature[node] = (signed char)split.feature;
    if (split.feature < 0) {
        fill_leaf(boost, tree, node, rows, count);
        return;
    }
    tree->feature[node] = (signed char)boost->given[split.feature];
    tree->cut[node] = boost->cuts[split.feature][split.bin];
    int left = part(boost, rows, count, split);
    grow_children(boost, tree, node, depth, rows, left, count - left);
}

static int leaf_of_row(const struct boost *boost, const struct tree *tree, int row)
{
    const unsigned char *bins = boost->bins + (size_t)row * boost->features;
    int node = 0;
    while (tree->feature[node] >= 0) {
        int feature = boost->place[(int)tree->feature[node]];
        bool right = bins[feature] > 0 && boost->cuts[feature][bins[feature] - 1] >= tree->cut[node];
        node = 2 * node + 1 + right;
    }
    return node;
}

void boost_grow(struct boost *boost, int trees, const atomic_bool *cancelled)
{
    for (int turn = 0; turn < trees && boost->tree_count < TREES_MOST && boost->rows > 0; turn++) {
        if (numeric_cancelled(cancelled))
            return;
        struct tree *tree = &boost->trees[boost->tree_count++];
        int count = 0;
        for (int row = 0; row < boost->rows; row++)
            if (random_unit(&boost->random) < SAMPLE)
                boost->order[count++] = row;
        find_gradients(boost);
        add_up(boost, boost->order, count, boost->histograms[0]);
        grow_node(boost, tree, 0, 0, boost->order, count);
        for (int row = 0; row < boost->rows; row++) {
            const float *leaf = tree->leaf[leaf_of_row(boost, tree, row)];
            for (int k = 0; k < BOOST_OUTPUTS; k++)
                boost->now[row][k] += leaf[k];
        }
    }
}

void boost_predict(const struct boost *boost, const float *x, float ret_outputs[BOOST_OUTPUTS])
{
    memcpy(ret_outputs, boost->base, sizeof boost->base);
    for (int t = 0; t < boost->tree_count; t++) {
        const struct tree *tree = &boost->trees[t];
        int node = 0;
        while (tree->feature[node] >= 0)
            node = 2 * node + 1 + (x[(int)tree->feature[node]] > tree->cut[node]);
        for (int k = 0; k < BOOST_OUTPUTS; k++)
            ret_outputs[k] += tree->leaf[node][k];
    }
    for (int k = 2; k < BOOST_OUTPUTS; k++) /* quantiles learnt apart may cross: put them in order */
        for (int i = k; i > 1 && ret_outputs[i] < ret_outputs[i - 1]; i--) {
            float swap = ret_outputs[i];
            ret_outputs[i] = ret_outputs[i - 1];
            ret_outputs[i - 1] = swap;
        }
}

struct boost_level boost_level_of(double level)
{
    int below = 0;
    while (below < BOOST_LEVELS - 2 && level > boost_levels[below + 1])
        below++;
    double from = numeric_normal_quantile(boost_levels[below]), to = numeric_normal_quantile(boost_levels[below + 1]);
    return (struct boost_level){ below, (numeric_normal_quantile(level) - from) / (to - from) };
}

double boost_quantile(const float outputs[BOOST_OUTPUTS], struct boost_level level)
{
    double from = outputs[1 + level.below], to = outputs[2 + level.below];
    return from + level.part * (to - from);
}
