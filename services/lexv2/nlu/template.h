/* Where values stand: from "book a hotel in {City} for {Nights} nights" is learnt what stands to the left and to the right of a City
 * and of Nights, and so which of two dates is which, and where a value may stand that no type recognises. */
#ifndef NLU_TEMPLATE_H
#define NLU_TEMPLATE_H

#include "services/lexv2/nlu/slot_type.h"

/* Hashes of what stands beside a value: a word, what hangs on it in the same word, another value, the end; left and right. */
struct nlu_beside {
    uint32_t left, right;
};

struct nlu_place {
    const cJSON *slot;
    struct str sub_slot;
    uint16_t type;
    bool multiple;
    struct nlu_beside *beside;
    size_t beside_count, beside_room;
};

struct nlu_words { /* of all samples, sorted */
    uint32_t *at;
    size_t count, room;
};

/* One piece of a sample utterance: literal text, folded, or a slot. */
struct nlu_piece {
    struct str text; /* STR_NONE: a slot */
    struct str slot, sub_slot;
};
#define NLU_MOST_PIECES 64
size_t nlu_template_read(struct arena *arena, struct str utterance, struct nlu_piece ret_pieces[NLU_MOST_PIECES]);

/* Learns what a template says of places (find by slot and sub-slot name; others are passed over) and its words. */
void nlu_template_learn(struct nlu_place *places, size_t place_count, const struct nlu_piece *pieces, size_t count,
                        struct nlu_words *words);
void nlu_words_sort(struct nlu_words *words);

/* Which value of the text fills which place. `ret_chosen` has a match for each place, with `type` NLU_NO_TYPE where it has none;
 * further values of places that take many are added behind to `more` (place, match), up to `more_room`. */
struct nlu_more {
    size_t place;
    struct nlu_match match;
};
size_t nlu_template_fill(const struct nlu_types *types, const struct nlu_place *places, size_t place_count,
                         const struct nlu_words *words, struct arena *arena, const struct nlu_text *text,
                         const struct nlu_match *matches, size_t match_count, struct nlu_match *ret_chosen,
                         struct nlu_more *ret_more, size_t more_room);

#endif
