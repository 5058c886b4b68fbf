#include <stdlib.h>

#include "services/lexv2/nlu/answer.h"
#include "services/lexv2/nlu/builtin_type.h"
#include "services/lexv2/nlu/classifier.h"
#include "services/lexv2/nlu/nlu.h"
#include "services/lexv2/nlu/sample.h"
#include "services/lexv2/nlu/template.h"
#include "services/lexv2/nlu/when.h"

#define MOST_PLACES    256   /* slots and sub-slots of an intent */
#define MOST_SAMPLES   20000 /* of a locale: more have no say */
#define LEAST_PROBABLE 0.05f
#define MOST_MORE      32

struct intent {
    const cJSON *node;
    struct nlu_place *places;
    size_t place_count;
};

/* A sample's symbols, for texts that are one. */
struct exact {
    uint64_t hash;
    size_t intent;
};

struct nlu_model {
    struct json *built;
    struct arena *arena;
    struct nlu_types types;
    struct intent *intents; /* those that a text can mean */
    size_t intent_count;
    struct classifier *classifier;
    struct exact *exact;
    size_t exact_count;
    struct nlu_words words;
};

/* ---- training ---- */

static void add_place(struct nlu_model *model, struct intent *intent, const cJSON *slot, struct str sub_slot,
                      uint16_t type)
{
    if (intent->place_count == MOST_PLACES)
        return;
    intent->places[intent->place_count++] = (struct nlu_place){
        .slot = slot,
        .sub_slot = sub_slot,
        .type = type,
        .multiple = json_bool(json_get(slot, "multipleValuesSetting"), "allowMultipleValues", false),
    };
}

static void add_places(struct nlu_model *model, struct intent *intent)
{
    const cJSON *slot, *sub;
    size_t count = 0;
    cJSON_ArrayForEach(slot, json_get(intent->node, "slots"))
        count += 1 + (size_t)cJSON_GetArraySize(json_get(json_get(slot, "subSlotSetting"), "slotSpecifications"));
    intent->places = ARENA_ARRAY(model->arena, struct nlu_place, count < MOST_PLACES ? count + 1 : MOST_PLACES);
    cJSON_ArrayForEach(slot, json_get(intent->node, "slots"))
    {
        uint16_t type = nlu_type_index(&model->types, json_str(slot, "slotTypeId"));
        bool composite = type != NLU_NO_TYPE && model->types.all[type].kind == KIND_COMPOSITE;
        if (!composite)
            add_place(model, intent, slot, STR_NONE, type);
        cJSON_ArrayForEach(sub, json_get(json_get(slot, "subSlotSetting"), "slotSpecifications"))
            add_place(model, intent, slot, str_of(sub->string), nlu_sub_type(&model->types, slot, str_of(sub->string)));
    }
}

/* What training needs beside the model, and only then. */
struct training {
    struct nlu_model *model;
    struct arena *scratch; /* of one sample */
    size_t intent, samples;
    struct nlu_symbols symbols;
    struct nlu_features features;
};

static uint16_t type_of_piece(const struct intent *intent, const struct nlu_piece *piece)
{
    for (size_t i = 0; i < intent->place_count; i++) {
        if (str_equal(json_str(intent->places[i].slot, "slotName"), piece->slot) &&
            str_equal(intent->places[i].sub_slot, piece->sub_slot))
            return intent->places[i].type;
    }
    return NLU_NO_TYPE;
}

/* Literal text is read as a customer's would be: what types recognise in it stands there as those. */
static void add_literal(struct training *training, struct str literal)
{
    struct nlu_match matches[NLU_MOST_MATCHES];
    struct nlu_symbols part;
    struct nlu_text text = nlu_text_fold(training->scratch, literal);
    size_t count = nlu_types_match(&training->model->types, training->scratch, &text, 0, matches);
    size_t exact = 0;
    for (size_t i = 0; i < count; i++) {
        if (!matches[i].rough)
            matches[exact++] = matches[i];
    }
    nlu_symbols_of(&part, &training->model->types, text.folded, matches, exact);
    struct nlu_symbols *all = &training->symbols;
    if (literal.length && literal.at[0] == ' ')
        nlu_symbols_add_text(all, STR(" "));
    for (size_t i = 0; i < part.count && all->count < NLU_MOST_SYMBOLS; i++)
        all->at[all->count++] = part.at[i];
    if (literal.length > 1 && literal.at[literal.length - 1] == ' ')
        nlu_symbols_add_text(all, STR(" "));
}

static void learn_sample(struct str utterance, void *data)
{
    struct training *training = data;
    struct nlu_model *model = training->model;
    struct intent *intent = &model->intents[training->intent];
    struct nlu_piece pieces[NLU_MOST_PIECES];
    if (training->samples++ >= MOST_SAMPLES)
        return;
    arena_reset(training->scratch);
    size_t count = nlu_template_read(training->scratch, utterance, pieces);
    nlu_template_learn(intent->places, intent->place_count, pieces, count, &model->words);
    training->symbols.count = 0;
    for (size_t i = 0; i < count; i++) {
        uint16_t type = pieces[i].text.at ? NLU_NO_TYPE : type_of_piece(intent, &pieces[i]);
        if (pieces[i].text.at)
            add_literal(training, pieces[i].text);
        else if (type != NLU_NO_TYPE && model->types.all[type].kind != KIND_FREE)
            nlu_symbols_add_type(&training->symbols, type);
        else
            nlu_symbols_add_text(&training->symbols, STR(" "));
    }
    nlu_features_of(&training->features, &training->symbols);
    if (!training->features.count)
        return;
    classifier_add(model->classifier, training->intent, &training->features);
    model->exact = memory_resize(model->exact, (model->exact_count + 1) * sizeof *model->exact);
    model->exact[model->exact_count++] = (struct exact){ nlu_symbols_hash(&training->symbols), training->intent };
}

/* How a slot's own samples are put: they tell what stands beside its value, not what the intent is. */
static void learn_slot_samples(struct training *training, struct intent *intent)
{
    struct nlu_piece pieces[NLU_MOST_PIECES];
    for (size_t i = 0; i < intent->place_count; i++) {
        const cJSON *sample, *setting = json_get(intent->places[i].slot, "valueElicitationSetting");
        if (intent->places[i].sub_slot.length)
            continue;
        cJSON_ArrayForEach(sample, json_get(setting, "sampleUtterances"))
        {
            arena_reset(training->scratch);
            size_t count = nlu_template_read(training->scratch, json_str(sample, "utterance"), pieces);
            nlu_template_learn(intent->places, intent->place_count, pieces, count, &training->model->words);
        }
    }
}

static void learn_intent(struct training *training, struct str language)
{
    struct intent *intent = &training->model->intents[training->intent];
    const cJSON *sample;
    nlu_builtin_samples(json_str(intent->node, "parentIntentSignature"), language, learn_sample, training);
    cJSON_ArrayForEach(sample, json_get(intent->node, "sampleUtterances"))
        learn_sample(json_str(sample, "utterance"), training);
    learn_slot_samples(training, intent);
}

static int by_hash(const void *a, const void *b)
{
    const struct exact *left = a, *right = b;
    if (left->hash != right->hash)
        return left->hash < right->hash ? -1 : 1;
    return (left->intent > right->intent) - (left->intent < right->intent);
}

struct nlu_model *nlu_train(struct json *built)
{
    struct nlu_model *model = memory_alloc(sizeof *model);
    const cJSON *root = json_root(built), *intent;
    model->built = json_ref(built);
    model->arena = arena_new();
    nlu_types_init(&model->types, model->arena, root);
    model->intents = ARENA_ARRAY(model->arena, struct intent,
                                 (size_t)cJSON_GetArraySize(json_get(root, "intents")) + 1);
    cJSON_ArrayForEach(intent, json_get(root, "intents"))
    {
        if (nlu_is_read(intent))
            model->intents[model->intent_count++].node = intent;
    }
    model->classifier = classifier_new(model->intent_count);
    struct training *training = memory_alloc(sizeof *training);
    training->model = model;
    training->scratch = arena_new();
    struct str language = str_first(json_str(json_get(root, "locale"), "localeId"), 2);
    for (size_t i = 0; i < model->intent_count; i++) {
        training->intent = i;
        add_places(model, &model->intents[i]);
        learn_intent(training, language);
    }
    arena_free(training->scratch);
    free(training);
    classifier_train(model->classifier);
    nlu_words_sort(&model->words);
    if (model->exact_count)
        qsort(model->exact, model->exact_count, sizeof *model->exact, by_hash);
    return model;
}

void nlu_free(struct nlu_model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < model->intent_count; i++) {
        for (size_t j = 0; j < model->intents[i].place_count; j++)
            free(model->intents[i].places[j].beside);
    }
    nlu_types_release(&model->types);
    classifier_free(model->classifier);
    free(model->exact);
    free(model->words.at);
    arena_free(model->arena);
    json_unref(model->built);
    free(model);
}

/* ---- reading ---- */

static struct nlu_value value_of(const struct nlu_text *text, const struct nlu_match *match)
{
    return (struct nlu_value){ nlu_text_original(text, match->start, match->end), match->interpreted, match->resolved,
                               match->resolved_count };
}

static struct nlu_slot slot_of(struct arena *arena, const struct nlu_text *text, const struct nlu_place *place,
                               const struct nlu_match *first, const struct nlu_more *more, size_t more_count,
                               size_t index)
{
    struct nlu_slot slot = { place->slot, place->sub_slot, ARENA_ARRAY(arena, struct nlu_value, more_count + 1), 1 };
    slot.values[0] = value_of(text, first);
    for (size_t i = 0; i < more_count; i++) {
        if (more[i].place == index)
            slot.values[slot.count++] = value_of(text, &more[i].match);
    }
    return slot;
}

static void fill(const struct nlu_model *model, const struct intent *intent, struct arena *arena,
                 const struct nlu_text *text, const struct nlu_match *matches, size_t match_count,
                 struct nlu_reading *reading)
{
    struct nlu_match chosen[MOST_PLACES];
    struct nlu_more more[MOST_MORE];
    size_t more_count = nlu_template_fill(&model->types, intent->places, intent->place_count, &model->words, arena,
                                          text, matches, match_count, chosen, more, MOST_MORE);
    reading->slots = ARENA_ARRAY(arena, struct nlu_slot, intent->place_count + 1);
    for (size_t i = 0; i < intent->place_count; i++) {
        if (chosen[i].type != NLU_NO_TYPE)
            reading->slots[reading->slot_count++] = slot_of(arena, text, &intent->places[i], &chosen[i], more,
                                                            more_count, i);
    }
}

static void believe_exact(const struct nlu_model *model, uint64_t hash, float *probabilities)
{
    size_t low = 0, high = model->exact_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (model->exact[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < model->exact_count && model->exact[low].hash == hash; low++)
        probabilities[model->exact[low].intent] = 1;
}

/* The best that is left; SIZE_MAX: none is probable. */
static size_t take_best(const struct nlu_model *model, const struct nlu_question *question, float *probabilities)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < model->intent_count; i++) {
        if (probabilities[i] >= LEAST_PROBABLE && (best == SIZE_MAX || probabilities[i] > probabilities[best]) &&
            (!question->admits || question->admits(model->intents[i].node, question->data)))
            best = i;
    }
    return best;
}

size_t nlu_read(const struct nlu_model *model, struct arena *arena, const struct nlu_question *question,
                struct nlu_reading ret_readings[NLU_MOST_READINGS])
{
    struct nlu_match matches[NLU_MOST_MATCHES];
    struct nlu_symbols symbols;
    struct nlu_features features;
    struct nlu_text text = nlu_text_fold(arena, question->text);
    int64_t today = nlu_today(question->moment.now_ms, question->moment.zone);
    size_t match_count = nlu_types_match(&model->types, arena, &text, today, matches), count = 0;
    nlu_symbols_of(&symbols, &model->types, text.folded, matches, match_count);
    nlu_features_of(&features, &symbols);
    if (!features.count || !model->intent_count)
        return 0;
    float *probabilities = ARENA_ARRAY(arena, float, model->intent_count);
    classifier_read(model->classifier, &features, probabilities);
    believe_exact(model, nlu_symbols_hash(&symbols), probabilities);
    while (count < NLU_MOST_READINGS) {
        size_t best = take_best(model, question, probabilities);
        if (best == SIZE_MAX)
            break;
        ret_readings[count] = (struct nlu_reading){ .intent = model->intents[best].node,
                                                    .confidence = (double)probabilities[best] };
        fill(model, &model->intents[best], arena, &text, matches, match_count, &ret_readings[count++]);
        probabilities[best] = 0;
    }
    return count;
}

/* ---- an answer to a question ---- */

static bool read_more(const struct nlu_model *model, struct arena *arena, const struct nlu_text *text, int64_t today,
                      uint16_t type, const struct nlu_match *first, struct nlu_slot *slot)
{
    struct nlu_match matches[NLU_MOST_MATCHES];
    size_t count = nlu_types_match(&model->types, arena, text, today, matches), reached = 0, all = 0;
    slot->values = ARENA_ARRAY(arena, struct nlu_value, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (matches[i].type != type || matches[i].rough || matches[i].start < reached)
            continue;
        slot->values[all++] = value_of(text, &matches[i]);
        reached = matches[i].end;
    }
    if (!all)
        slot->values[all++] = value_of(text, first);
    slot->count = all;
    return true;
}

bool nlu_read_slot(const struct nlu_model *model, struct arena *arena, const struct nlu_question *question,
                   const cJSON *intent, const cJSON *slot, struct str sub_slot, struct nlu_slot *ret_slot)
{
    struct nlu_text text = nlu_text_fold(arena, question->text);
    int64_t today = nlu_today(question->moment.now_ms, question->moment.zone);
    struct nlu_match match;
    uint16_t type = sub_slot.length ? nlu_sub_type(&model->types, slot, sub_slot)
                                    : nlu_type_index(&model->types, json_str(slot, "slotTypeId"));
    if (type == NLU_NO_TYPE || model->types.all[type].kind == KIND_COMPOSITE ||
        !nlu_type_answer(&model->types, type, arena, &text, today, &match))
        return false;
    *ret_slot = (struct nlu_slot){ slot, sub_slot, ARENA_NEW(arena, struct nlu_value), 1 };
    ret_slot->values[0] = value_of(&text, &match);
    if (json_bool(json_get(slot, "multipleValuesSetting"), "allowMultipleValues", false) && !sub_slot.length)
        return read_more(model, arena, &text, today, type, &match, ret_slot);
    return true;
}

enum nlu_answer nlu_read_answer(const struct nlu_model *model, struct str text)
{
    struct arena *arena = arena_new();
    enum nlu_answer answer = answer_of(nlu_fold(arena, text));
    arena_free(arena);
    return answer;
}

/* ---- models that are kept ---- */

#define KEPT       64
#define KEPT_BYTES ((size_t)256 * 1024 * 1024)

static struct nlu_model *kept[KEPT]; /* asked for last first */

/* In front of the others, of which the last go where they are too much. */
static void put_first(struct nlu_model *model, size_t from)
{
    size_t bytes = 0;
    memmove(kept + 1, kept, from * sizeof *kept);
    kept[0] = model;
    for (size_t i = 0; i < KEPT; i++) { /* once it is too much, all behind go */
        bytes += kept[i] ? classifier_bytes(kept[i]->classifier) : 0;
        if (i == 0 || bytes <= KEPT_BYTES)
            continue;
        nlu_free(kept[i]);
        kept[i] = NULL;
    }
}

void nlu_keep(struct nlu_model *model)
{
    nlu_free(kept[KEPT - 1]);
    put_first(model, KEPT - 1);
}

void nlu_prepare(void)
{
    builtin_gazetteer();
}

const struct nlu_model *nlu_model_of(struct json *built)
{
    size_t at = 0;
    while (at < KEPT - 1 && kept[at] && kept[at]->built != built)
        at++;
    struct nlu_model *model = kept[at];
    if (!model || model->built != built) {
        nlu_free(model);
        model = nlu_train(built);
    }
    put_first(model, at);
    return model;
}

void nlu_forget_models(void)
{
    for (size_t i = 0; i < KEPT; i++) {
        nlu_free(kept[i]);
        kept[i] = NULL;
    }
    nlu_forget_gazetteer();
}
