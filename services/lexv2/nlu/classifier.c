#include "services/lexv2/nlu/classifier.h"

#include <math.h>
#include <stdlib.h>

/* Chosen with other bots' sentences and with held-back samples, never with the held-out set (fixtures/bots/understanding). */
#define EPOCHS  12
#define RATE    3.0f /* of the first epoch; it falls with each */
#define SLOWING 0.25f
#define UNKNOWN                                                                                                        \
    -2.0f /* what is made of a text that has nothing known: the same for every class, however many its samples */
#define SETTLED   0.004f /* what is so little wrong is left as it is */
#define POSITIVE  2.0f   /* what a sample of the class weighs against the many that are not */
#define LANES     8
#define SHARPNESS 2.0f
#define SHIFT     0.7f

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

struct known {
    uint32_t hash, index; /* index plus one; 0: free */
    uint32_t samples;     /* how many have it */
};

struct sample {
    size_t class_index, first, count;
};

struct entry {
    uint32_t index;
    float value;
};

struct classifier {
    size_t classes, blocks; /* blocks of lanes a feature */
    struct known *table;
    size_t mask, features;
    float *rarity, unknown_rarity;
    lanes *weights;
    /* Only until it is trained: */
    struct sample *samples;
    size_t sample_count, sample_room;
    struct entry *entries;
    size_t entry_count, entry_room;
};

struct classifier *classifier_new(size_t classes)
{
    struct classifier *classifier = memory_alloc(sizeof *classifier);
    classifier->classes = classes;
    classifier->blocks = (classes + LANES - 1) / LANES;
    classifier->mask = 1023;
    classifier->table = memory_alloc((classifier->mask + 1) * sizeof *classifier->table);
    return classifier;
}

void classifier_free(struct classifier *classifier)
{
    if (!classifier)
        return;
    free(classifier->table);
    free(classifier->rarity);
    free(classifier->weights);
    free(classifier->samples);
    free(classifier->entries);
    free(classifier);
}

size_t classifier_bytes(const struct classifier *classifier)
{
    return sizeof *classifier + (classifier->mask + 1) * sizeof *classifier->table +
           classifier->features * (sizeof(float) + classifier->blocks * sizeof(lanes));
}

/* ---- the features that samples have ---- */

static struct known *place_of(const struct classifier *classifier, uint32_t hash)
{
    size_t at = hash & classifier->mask;
    while (classifier->table[at].index && classifier->table[at].hash != hash)
        at = (at + 1) & classifier->mask;
    return &classifier->table[at];
}

static void grow(struct classifier *classifier)
{
    struct known *old = classifier->table;
    size_t count = classifier->mask + 1;
    classifier->mask = 2 * count - 1;
    classifier->table = memory_alloc(2 * count * sizeof *classifier->table);
    for (size_t i = 0; i < count; i++) {
        if (old[i].index)
            *place_of(classifier, old[i].hash) = old[i];
    }
    free(old);
}

static struct known *learn(struct classifier *classifier, uint32_t hash)
{
    if (2 * classifier->features > classifier->mask)
        grow(classifier);
    struct known *known = place_of(classifier, hash);
    if (!known->index)
        *known = (struct known){ hash, (uint32_t)++classifier->features, 0 };
    return known;
}

#define MERGE_PLACES (2 * NLU_MOST_FEATURES)

/* Each feature once, with all its weight, in the order of their first coming. */
static size_t merge(const struct nlu_features *features, struct nlu_feature ret_merged[NLU_MOST_FEATURES])
{
    uint16_t places[MERGE_PLACES]; /* indexes plus one */
    size_t count = 0, mask = 15;
    while (mask < 2 * features->count && mask + 1 < MERGE_PLACES)
        mask = 2 * mask + 1;
    memset(places, 0, (mask + 1) * sizeof *places);
    for (size_t i = 0; i < features->count; i++) {
        size_t at = features->at[i].hash & mask;
        while (places[at] && ret_merged[places[at] - 1].hash != features->at[i].hash)
            at = (at + 1) & mask;
        if (places[at]) {
            ret_merged[places[at] - 1].weight += features->at[i].weight;
        } else {
            ret_merged[count++] = features->at[i];
            places[at] = (uint16_t)count;
        }
    }
    return count;
}

void classifier_add(struct classifier *classifier, size_t class_index, const struct nlu_features *features)
{
    struct nlu_feature merged[NLU_MOST_FEATURES];
    size_t count = merge(features, merged);
    if (classifier->sample_count == classifier->sample_room) {
        classifier->sample_room = classifier->sample_room ? 2 * classifier->sample_room : 64;
        classifier->samples = memory_resize(classifier->samples, classifier->sample_room * sizeof *classifier->samples);
    }
    if (classifier->entry_count + count > classifier->entry_room) {
        classifier->entry_room = 2 * classifier->entry_room + count + 1024;
        classifier->entries = memory_resize(classifier->entries, classifier->entry_room * sizeof *classifier->entries);
    }
    classifier->samples[classifier->sample_count++] = (struct sample){ class_index, classifier->entry_count, count };
    for (size_t i = 0; i < count; i++) {
        struct known *known = learn(classifier, merged[i].hash);
        known->samples++;
        classifier->entries[classifier->entry_count++] = (struct entry){ known->index - 1, merged[i].weight };
    }
}

/* ---- training ---- */

static float rarity_of(size_t samples, uint32_t with)
{
    return 1 + logf((1 + (float)samples) / (1 + (float)with));
}

static void weigh(struct classifier *classifier)
{
    classifier->rarity = memory_alloc((classifier->features + 1) * sizeof(float));
    classifier->unknown_rarity = rarity_of(classifier->sample_count, 0);
    for (size_t i = 0; i <= classifier->mask; i++) {
        if (classifier->table[i].index)
            classifier->rarity[classifier->table[i].index - 1] = rarity_of(classifier->sample_count,
                                                                           classifier->table[i].samples);
    }
    for (size_t i = 0; i < classifier->sample_count; i++) {
        struct entry *entries = classifier->entries + classifier->samples[i].first;
        float length = 0;
        for (size_t j = 0; j < classifier->samples[i].count; j++) {
            entries[j].value *= classifier->rarity[entries[j].index];
            length += entries[j].value * entries[j].value;
        }
        for (size_t j = 0; j < classifier->samples[i].count && length > 0; j++)
            entries[j].value /= sqrtf(length);
    }
}

static lanes *new_lanes(size_t count)
{
    lanes *block = aligned_alloc(sizeof(lanes), (count + 1) * sizeof(lanes));
    if (!block)
        memory_exhausted();
    memset(block, 0, (count + 1) * sizeof(lanes));
    return block;
}

static float logistic(float x)
{
    return 1 / (1 + expf(-x));
}

/* How wrong each class is about a sample, in `sums`. */
static void judge(const struct classifier *classifier, const struct sample *sample, lanes *sums)
{
    const struct entry *entries = classifier->entries + sample->first;
    size_t blocks = classifier->blocks;
    for (size_t c = 0; c < blocks * LANES; c++)
        ((float *)sums)[c] = UNKNOWN;
    for (size_t j = 0; j < sample->count; j++) {
        const lanes *weights = classifier->weights + entries[j].index * blocks;
        for (size_t b = 0; b < blocks; b++)
            sums[b] += weights[b] * entries[j].value;
    }
    float *sum = (float *)sums;
    for (size_t c = 0; c < blocks * LANES; c++) {
        bool is = c == sample->class_index;
        float wrong = c < classifier->classes ? logistic(sum[c]) - (is ? 1 : 0) : 0;
        sum[c] = fabsf(wrong) < SETTLED ? 0 : wrong * (is ? POSITIVE : 1);
    }
}

static bool is_settled(const lanes *block)
{
    float wrong = 0;
    for (int k = 0; k < LANES; k++)
        wrong += fabsf((*block)[k]);
    return wrong == 0;
}

static void step(struct classifier *classifier, const struct sample *sample, lanes *sums, float rate)
{
    const struct entry *entries = classifier->entries + sample->first;
    size_t blocks = classifier->blocks;
    judge(classifier, sample, sums);
    for (size_t b = 0; b < blocks; b++) {
        if (is_settled(&sums[b]))
            continue;
        lanes along = sums[b] * rate;
        lanes *weights = classifier->weights + b;
        for (size_t j = 0; j < sample->count; j++)
            weights[entries[j].index * blocks] -= along * entries[j].value;
    }
}

/* The order is one of a fixed stride, so that a locale always makes the same model. */
void classifier_train(struct classifier *classifier)
{
    weigh(classifier);
    size_t count = classifier->sample_count, stride = 1;
    for (size_t wanted = count * 5 / 8; wanted > 1 && stride == 1; wanted--) {
        size_t a = wanted, b = count;
        while (b) {
            size_t rest = a % b;
            a = b;
            b = rest;
        }
        stride = a == 1 ? wanted : 1;
    }
    classifier->weights = new_lanes(classifier->features * classifier->blocks);
    lanes *sums = new_lanes(classifier->blocks);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        float rate = RATE / (1 + SLOWING * (float)epoch);
        for (size_t i = 0; i < count; i++)
            step(classifier, &classifier->samples[(i * stride + (size_t)epoch) % count], sums, rate);
    }
    free(sums);
    free(classifier->samples);
    free(classifier->entries);
    classifier->samples = NULL;
    classifier->entries = NULL;
}

/* ---- reading ---- */

void classifier_read(const struct classifier *classifier, const struct nlu_features *features, float *ret_probabilities)
{
    struct nlu_feature merged[NLU_MOST_FEATURES];
    size_t count = merge(features, merged), blocks = classifier->blocks;
    lanes *sums = new_lanes(blocks);
    float length = 0;
    for (size_t i = 0; i < count; i++) {
        const struct known *known = place_of(classifier, merged[i].hash);
        float value = merged[i].weight *
                      (known->index ? classifier->rarity[known->index - 1] : classifier->unknown_rarity);
        length += value * value;
        if (!known->index)
            continue;
        const lanes *weights = classifier->weights + (known->index - 1) * blocks;
        for (size_t b = 0; b < blocks; b++)
            sums[b] += weights[b] * value;
    }
    float scale = length > 0 ? 1 / sqrtf(length) : 0;
    for (size_t c = 0; c < classifier->classes; c++) {
        float sum = ((float *)sums)[c] * scale + UNKNOWN;
        ret_probabilities[c] = logistic(SHARPNESS * (sum + SHIFT));
    }
    free(sums);
}
