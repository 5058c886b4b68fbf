/* A text as what can be counted in it. First its symbols: characters, and in the place of what slot types recognised the
 * types. Then features of those, each a hash with a weight: words and pairs of words, pieces of words (three to five letters,
 * one to three syllables of Hangul and their jamo, so that 빌려 and 빌릴 have something in common), types and what stands beside
 * them. A word weighs one, all its pieces together as much again. */
#ifndef NLU_FEATURE_H
#define NLU_FEATURE_H

#include "services/lexv2/nlu/slot_type.h"

#define NLU_MOST_SYMBOLS  1100
#define NLU_MOST_FEATURES 4096
#define NLU_TYPE_SYMBOL   0xF0000u /* and the type's index */

struct nlu_symbols {
    uint32_t at[NLU_MOST_SYMBOLS];
    size_t count;
};

struct nlu_feature {
    uint32_t hash;
    float weight;
};

struct nlu_features {
    struct nlu_feature at[NLU_MOST_FEATURES];
    size_t count;
};

void nlu_symbols_add_text(struct nlu_symbols *symbols, struct str folded);
void nlu_symbols_add_type(struct nlu_symbols *symbols, uint16_t type);
/* A text with the longest of its matches in their places; what is only roughly a value counts too. */
void nlu_symbols_of(struct nlu_symbols *symbols, const struct nlu_types *types, struct str folded,
                    const struct nlu_match *matches, size_t count);
uint64_t nlu_symbols_hash(const struct nlu_symbols *symbols); /* of all, without punctuation and spaces */
void nlu_features_of(struct nlu_features *features, const struct nlu_symbols *symbols);

#endif
