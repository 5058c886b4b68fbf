/* Understanding: what a customer's text means to a built locale. The model of a locale is made of its built document
 * (services/lexv2/built.h) alone: pure computation, no world, no clock; it never changes afterwards. Training is
 * for any thread (after nlu_prepare()), a model and its document are one thread's at a time.
 *
 *      built document ──nlu_train──▶ model          text ──nlu_read──▶ intents, best first, each with its confidence
 *                                                                      and the slots that the text fills
 *
 * Intents are told by logistic functions over words and pieces of words of the sample utterances; what a slot type recognises
 * (a city, "next friday", "세 명") stands in an utterance as its type, as {Slot} does in a sample. A confidence of 0.5 means
 * that about half of such readings are right. Built-in intents bring utterances of their own; FallbackIntent, KendraSearchIntent, QnAIntent and
 * those of Bedrock are never read out of a text.
 *
 * Texts are at most 1,024 characters; what is behind that is not read. Everything in a reading is borrowed from the model's
 * document or stands in the arena. */
#ifndef LEXV2_NLU_H
#define LEXV2_NLU_H

#include "base/arena.h"
#include "base/json.h"

struct nlu_model;

#define NLU_MOST_READINGS 5

/* Takes a reference to the document. Never fails: a locale without utterances understands nothing. */
struct nlu_model *nlu_train(struct json *built);
void nlu_free(struct nlu_model *model_or_null);
/* The same kept: trained when it is first asked for, forgotten when many others were asked for since. Borrowed until the next
 * call. What BuildBotLocale has trained is kept already (nlu_keep), so that the first customer does not wait. */
const struct nlu_model *nlu_model_of(struct json *built);
/* A model that was trained elsewhere is that of its document from now. */
void nlu_keep(struct nlu_model *model_taken);
/* Before others than the loop's thread train: what all models share is made now. */
void nlu_prepare(void);
void nlu_forget_models(void); /* the end, and tests */

/* What relative words ("tomorrow", "내일") start from, and who may be meant. */
struct nlu_moment {
    int64_t now_ms;
    struct str zone; /* "Asia/Seoul"; STR_NONE or unknown: UTC */
};
struct nlu_question {
    struct str text;
    struct nlu_moment moment;
    /* Whether an intent may be read now (its input contexts are active); NULL: all may. */
    bool (*admits)(const cJSON *intent, const void *data);
    const void *data;
};

struct nlu_value {
    struct str original, interpreted;
    const struct str *resolved;
    size_t resolved_count;
};
struct nlu_slot {
    const cJSON *slot;   /* of the intent's slots in the document */
    struct str sub_slot; /* of a composite slot; STR_NONE */
    struct nlu_value *values;
    size_t count; /* ≥ 1; more only for a slot of multiple values */
};
struct nlu_reading {
    const cJSON *intent; /* of the document's intents */
    double confidence;   /* 0 to 1 */
    struct nlu_slot *slots;
    size_t slot_count;
};

/* How many readings; those of a confidence near 0 are left out. */
size_t nlu_read(const struct nlu_model *model, struct arena *arena, const struct nlu_question *question,
                struct nlu_reading ret_readings[NLU_MOST_READINGS]);

/* An answer to "which one?": the slot's own sample utterances are tried, then what its type recognises in the text, then all
 * of it where the type takes what it is given. False: this is no value of that slot. */
bool nlu_read_slot(const struct nlu_model *model, struct arena *arena, const struct nlu_question *question,
                   const cJSON *intent, const cJSON *slot, struct str sub_slot, struct nlu_slot *ret_slot);

enum nlu_answer { NLU_NEITHER, NLU_YES, NLU_NO };
/* An answer to "shall I?", in the locale's language. */
enum nlu_answer nlu_read_answer(const struct nlu_model *model, struct str text);

#endif
