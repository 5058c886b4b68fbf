/* What the file of the review says by itself, in both languages; what a pack says comes with the review. Shared by review_html.c and
 * review_picture.c alone. */
#ifndef GAME_REVIEW_WORDS_H
#define GAME_REVIEW_WORDS_H

#include "base/buf.h"
#include "base/json.h"

enum review_word {
    WORD_REVIEW,
    WORD_WON,
    WORD_LASTED,
    WORD_TEAMS,
    WORD_RANK,
    WORD_TEAM,
    WORD_SCORE,
    WORD_SOLVED_COUNT,
    WORD_REPAIRED_COUNT,
    WORD_FOUND_AFTER,
    WORD_REPAIRED_AFTER,
    WORD_MEAN,
    WORD_HINTS,
    WORD_LESSONS,
    WORD_REPAIRED_BY,
    WORD_FASTEST,
    WORD_WINNER,
    WORD_BESIDE,
    WORD_CHART,
    WORD_TIMELINE,
    WORD_FAULTS,
    WORD_FAULT,
    WORD_BROKE_AT,
    WORD_CALLS,
    WORD_NEVER_CAME,
    WORD_NO_FAULTS,
    WORD_UNSEEN,
    WORD_IN_WORK,
    WORD_REPAIRED,
    WORD_BROKEN,
    WORD_DETECTED,
    WORD_RECOVERED,
    WORD_GONE,
    WORD_SOLVED,
    WORD_HINT,
    WORD_COUNT
};

/* A language's code is "en" or "ko"; whatever else is asked for is English. */
const char *review_word(struct str language, enum review_word word);
/* A pack's text in the language, else in English, else in any that there is. */
struct str review_pick(const cJSON *words, struct str language);
/* 75 s: 1:15, 3675 s: 1:01:15 */
void review_add_span(struct buf *html, int64_t ms);

#endif
