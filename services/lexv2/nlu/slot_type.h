/* The slot types of a locale and what they recognise in a text. Custom types bring their values and synonyms, which may be
 * misspelt a little; built-in ones are AWS's. A match is a part of a folded text that a type takes for a value of its own. */
#ifndef NLU_SLOT_TYPE_H
#define NLU_SLOT_TYPE_H

#include "base/json.h"
#include "base/pattern.h"
#include "services/lexv2/nlu/lexicon.h"
#include "services/lexv2/nlu/nlu.h"

/* In order of who is believed where two of them recognise the same words. */
enum nlu_kind {
    KIND_CUSTOM,
    KIND_PATTERN, /* AMAZON.AlphaNumeric with a regular expression */
    KIND_DATE,
    KIND_TIME,
    KIND_DURATION,
    KIND_EMAIL,
    KIND_PHONE,
    KIND_POSTAL_CODE,
    KIND_PERCENTAGE,
    KIND_NUMBER,
    KIND_CITY,
    KIND_STATE,
    KIND_COUNTRY,
    KIND_FIRST_NAME,
    KIND_LAST_NAME,
    KIND_ALPHANUMERIC,
    KIND_CONFIRMATION,
    KIND_COMPOSITE,
    KIND_FREE, /* AMAZON.FreeFormInput, and what is not known here: takes what it is given */
};

struct nlu_type {
    enum nlu_kind kind;
    struct str id; /* of the slot type, or a built-in's name */
    const cJSON *node;
    bool keeps_original; /* what was said is the value, known or not */
    struct pattern *pattern;
};

struct nlu_types {
    struct nlu_type *all;
    size_t count;
    unsigned kinds;          /* a bit for each that is there */
    struct lexicon *lexicon; /* of the custom types */
};

struct nlu_match {
    uint16_t start, end, type;
    bool rough; /* spelt otherwise */
    struct str interpreted;
    const struct str *resolved;
    size_t resolved_count;
};

#define NLU_MOST_MATCHES 96
#define NLU_NO_TYPE      UINT16_MAX

void nlu_types_init(struct nlu_types *types, struct arena *arena, const cJSON *built);
void nlu_types_release(struct nlu_types *types);
uint16_t nlu_type_index(const struct nlu_types *types, struct str id); /* NLU_NO_TYPE: there is none */
/* How a sub-slot of a composite slot is typed; NLU_NO_TYPE: the slot has none of that name. */
uint16_t nlu_sub_type(const struct nlu_types *types, const cJSON *slot, struct str sub_slot);

/* All that any of them recognises, in order of start. */
size_t nlu_types_match(const struct nlu_types *types, struct arena *arena, const struct nlu_text *text, int64_t today,
                       struct nlu_match ret_matches[NLU_MOST_MATCHES]);
/* What one type makes of a text that answers its question: the best match in it, or all of it. */
bool nlu_type_answer(const struct nlu_types *types, uint16_t type, struct arena *arena, const struct nlu_text *text,
                     int64_t today, struct nlu_match *ret_match);
/* A part of a text as the value of a type that takes what it is given. */
struct nlu_match nlu_type_take(struct arena *arena, const struct nlu_text *text, uint16_t type, size_t start,
                               size_t end);
void nlu_forget_gazetteer(void);

#endif
