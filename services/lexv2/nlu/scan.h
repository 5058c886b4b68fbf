/* Reading on from a place in a folded text: each function takes what it names and moves on, or leaves the place alone. */
#ifndef NLU_SCAN_H
#define NLU_SCAN_H

#include "services/lexv2/nlu/text.h"

struct scan {
    struct str text;
    size_t at;
};

/* A literal as a whole word: nothing of the same word may follow (a Korean particle may). */
bool scan_word(struct scan *scan, const char *literal);
/* A literal, whatever follows. */
bool scan_text(struct scan *scan, const char *literal);
/* The index of the word that stands here out of a static table ("monday|mon|월요일", NULL at its end), the longest spelling counts; -1. */
int scan_one_of(struct scan *scan, const char *const *table);
/* The longest of a literal's spellings ("day|days"). */
bool scan_any(struct scan *scan, const char *words);
void scan_space(struct scan *scan);
/* Decimal digits, at least `least` and at most `most` of them. */
bool scan_digits(struct scan *scan, size_t least, size_t most, int64_t *ret_value);
bool scan_ends(const struct scan *scan); /* a word may end here */

#endif
