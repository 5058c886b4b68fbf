#include "services/lexv2/nlu/feature.h"

#include <math.h>

/* ---- symbols ---- */

static void add_symbol(struct nlu_symbols *symbols, uint32_t symbol)
{
    if (symbols->count < NLU_MOST_SYMBOLS)
        symbols->at[symbols->count++] = symbol;
}

void nlu_symbols_add_text(struct nlu_symbols *symbols, struct str folded)
{
    for (size_t at = 0; at < folded.length; at = nlu_next(folded, at)) {
        size_t length = utf8_length(folded.at + at, folded.length - at);
        uint32_t c = length ? utf8_decode(folded.at + at, length) : ' ';
        if (c == '\'')
            continue;
        add_symbol(symbols, nlu_script_of(c) == SCRIPT_PUNCTUATION ? ' ' : c);
    }
}

void nlu_symbols_add_type(struct nlu_symbols *symbols, uint16_t type)
{
    add_symbol(symbols, NLU_TYPE_SYMBOL + type);
}

static const struct nlu_match *best_from(const struct nlu_types *types, const struct nlu_match *matches, size_t count,
                                         size_t start)
{
    const struct nlu_match *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct nlu_match *match = &matches[i];
        if (match->start != start)
            continue;
        if (!best || (best->rough && !match->rough) ||
            (best->rough == match->rough &&
             (match->end > best->end ||
              (match->end == best->end && types->all[match->type].kind < types->all[best->type].kind))))
            best = match;
    }
    return best;
}

void nlu_symbols_of(struct nlu_symbols *symbols, const struct nlu_types *types, struct str folded,
                    const struct nlu_match *matches, size_t count)
{
    size_t from = 0;
    symbols->count = 0;
    for (size_t at = 0; at < folded.length;) {
        const struct nlu_match *match = best_from(types, matches, count, at);
        if (!match) {
            at = nlu_next(folded, at);
            continue;
        }
        nlu_symbols_add_text(symbols, (struct str){ folded.at + from, at - from });
        nlu_symbols_add_type(symbols, match->type);
        from = at = match->end;
    }
    nlu_symbols_add_text(symbols, str_from(folded, from));
}

/* ---- hashes ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

uint64_t nlu_symbols_hash(const struct nlu_symbols *symbols)
{
    uint64_t hash = 1;
    for (size_t i = 0; i < symbols->count; i++) {
        if (symbols->at[i] != ' ')
            hash = mix(hash, symbols->at[i]);
    }
    return hash;
}

static uint32_t hash_of(uint64_t kind, const uint32_t *symbols, size_t count)
{
    uint64_t hash = kind;
    for (size_t i = 0; i < count; i++)
        hash = mix(hash, symbols[i]);
    return (uint32_t)(hash ^ hash >> 32);
}

static void add(struct nlu_features *features, uint32_t hash, float weight)
{
    if (features->count < NLU_MOST_FEATURES)
        features->at[features->count++] = (struct nlu_feature){ hash, weight };
}

/* ---- features ---- */

enum { FEATURE_WORD = 11, FEATURE_PAIR, FEATURE_PIECE, FEATURE_JAMO, FEATURE_TYPE, FEATURE_NEXT };

#define PIECE_WEIGHT 1.0f
#define PAIR_WEIGHT  0.6f
#define TYPE_WEIGHT  0.6f
#define MOST_WORD    48

/* What every English sentence is made of says little of what this one is about. Korean and Japanese hang theirs on the words. */
#define COMMON_WEIGHT 0.35f
#define MOST_COMMON   7

static bool is_common(const uint32_t *word, size_t count)
{
    static const char *const common[] = {
        "a",    "an",   "the",    "i",     "im",   "id",    "we",    "you",  "my",    "me",    "us",
        "our",  "your", "it",     "its",   "this", "that",  "is",    "are",  "am",    "be",    "was",
        "were", "do",   "does",   "did",   "can",  "could", "would", "will", "like",  "want",  "need",
        "have", "has",  "had",    "to",    "of",   "in",    "on",    "at",   "for",   "from",  "with",
        "and",  "or",   "what",   "whats", "how",  "who",   "why",   "when", "where", "which", "there",
        "any",  "some", "please", "get",   "give", "tell",  "about", "so",   "if",    "as",    NULL,
    };
    char text[MOST_COMMON];
    if (count >= MOST_COMMON)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (word[i] < 'a' || word[i] > 'z')
            return false;
        text[i] = (char)word[i];
    }
    text[count] = '\0';
    for (const char *const *one = common; *one; one++) {
        if ((*one)[0] == text[0] && strcmp(*one, text) == 0)
            return true;
    }
    return false;
}

static bool is_type(uint32_t symbol)
{
    return symbol >= NLU_TYPE_SYMBOL;
}

static size_t jamo_of(const uint32_t *word, size_t count, uint32_t ret_jamo[3 * MOST_WORD])
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (nlu_script_of(word[i]) != SCRIPT_HANGUL || word[i] < 0xAC00) {
            ret_jamo[length++] = word[i];
            continue;
        }
        uint32_t index = word[i] - 0xAC00;
        ret_jamo[length++] = 0x1100 + index / 588;
        ret_jamo[length++] = 0x1161 + index / 28 % 21;
        if (index % 28)
            ret_jamo[length++] = 0x11A7 + index % 28;
    }
    return length;
}

static void add_grams(struct nlu_features *features, uint64_t kind, const uint32_t *symbols, size_t count, size_t least,
                      size_t most, float weight)
{
    for (size_t size = least; size <= most && size <= count; size++) {
        for (size_t i = 0; i + size <= count; i++)
            add(features, hash_of(kind + size * 16, symbols + i, size), weight);
    }
}

static size_t count_grams(size_t count, size_t least, size_t most)
{
    size_t grams = 0;
    for (size_t size = least; size <= most && size <= count; size++)
        grams += count - size + 1;
    return grams;
}

/* The pieces of a word with its beginning and end marked. */
static void add_pieces(struct nlu_features *features, const uint32_t *word, size_t count, float of_word)
{
    uint32_t marked[MOST_WORD + 2], jamo[3 * MOST_WORD];
    bool eastern = nlu_script_of(word[0]) == SCRIPT_HANGUL || nlu_script_of(word[0]) == SCRIPT_CJK;
    if (eastern) {
        size_t length = jamo_of(word, count, jamo);
        bool spelt = length > count;
        size_t pieces = count_grams(count, 1, 3) + (spelt ? count_grams(length, 3, 6) : 0);
        float weight = PIECE_WEIGHT * sqrtf((float)count) / sqrtf((float)pieces);
        add_grams(features, FEATURE_PIECE, word, count, 1, 3, weight);
        if (spelt)
            add_grams(features, FEATURE_JAMO, jamo, length, 3, 6, weight);
        return;
    }
    marked[0] = 1;
    memcpy(marked + 1, word, count * sizeof *word);
    marked[count + 1] = 2;
    size_t pieces = count_grams(count + 2, 3, 5);
    if (pieces)
        add_grams(features, FEATURE_PIECE, marked, count + 2, 3, 5, of_word * PIECE_WEIGHT / sqrtf((float)pieces));
}

/* How much it says. */
static float add_unit(struct nlu_features *features, const uint32_t *unit, size_t count)
{
    if (is_type(*unit)) {
        add(features, hash_of(FEATURE_TYPE, unit, 1), TYPE_WEIGHT);
        return 1;
    }
    float weight = is_common(unit, count) ? COMMON_WEIGHT : 1;
    add(features, hash_of(FEATURE_WORD, unit, count), weight);
    add_pieces(features, unit, count, weight);
    return weight;
}

void nlu_features_of(struct nlu_features *features, const struct nlu_symbols *symbols)
{
    uint32_t previous = 3; /* the beginning */
    float before = COMMON_WEIGHT;
    features->count = 0;
    for (size_t at = 0; at < symbols->count;) {
        if (symbols->at[at] == ' ') {
            at++;
            continue;
        }
        size_t end = at + 1;
        while (!is_type(symbols->at[at]) && end < symbols->count && symbols->at[end] != ' ' &&
               !is_type(symbols->at[end]) && end - at < MOST_WORD)
            end++;
        float weight = add_unit(features, symbols->at + at, end - at);
        uint32_t pair[2] = { previous, hash_of(FEATURE_NEXT, symbols->at + at, end - at) };
        add(features, hash_of(FEATURE_PAIR, pair, 2), PAIR_WEIGHT * sqrtf(before * weight));
        previous = pair[1];
        before = weight;
        at = end;
    }
}
