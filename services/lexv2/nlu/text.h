/* A text made ready for reading: folded (lower case, full-width forms as ASCII, one space between words, none at the ends), with the
 * way back to the customer's own bytes. Words are found by what stands beside them: spaces and punctuation, where writing
 * changes (8일, UR4821을), and in Korean what may hang on a noun (서울에서, 장미를). Japanese and Chinese begin and end
 * words anywhere. */
#ifndef NLU_TEXT_H
#define NLU_TEXT_H

#include "base/arena.h"

#define NLU_MOST_BYTES 4096 /* 1,024 characters */

struct nlu_text {
    struct str original, folded;
    const uint16_t *place; /* where each folded byte's character stands in the original; one more for the end */
};

enum nlu_script {
    SCRIPT_NONE,
    SCRIPT_SPACE,
    SCRIPT_PUNCTUATION,
    SCRIPT_DIGIT,
    SCRIPT_LETTER,
    SCRIPT_HANGUL,
    SCRIPT_CJK
};

struct nlu_text nlu_text_fold(struct arena *arena, struct str original);
/* The customer's own words for a part of the folded text, without spaces at its ends. */
struct str nlu_text_original(const struct nlu_text *text, size_t start, size_t end);
struct str nlu_fold(struct arena *arena, struct str text);

enum nlu_script nlu_script_of(uint32_t code_point);
/* The script of the character that starts at `at`, that ends before `at`; SCRIPT_NONE outside. */
enum nlu_script nlu_script_at(struct str folded, size_t at);
enum nlu_script nlu_script_before(struct str folded, size_t at);
bool nlu_starts_word(struct str folded, size_t at);
bool nlu_ends_word(struct str folded, size_t at);
size_t nlu_next(struct str folded, size_t at); /* the next character; at most the length */
size_t nlu_previous(struct str folded, size_t at);

#endif
