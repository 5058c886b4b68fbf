/* The two pictures that the file of the review has of each team, as SVG in HTML: how its score went beside another's, with a mark for
 * each thing that happened to it; and a timeline of faults, from breaking to finding to repair, the other's under its own. All
 * teams' pictures have one scale of time, and of scores. */
#ifndef GAME_REVIEW_PICTURE_H
#define GAME_REVIEW_PICTURE_H

#include "base/buf.h"
#include "base/json.h"

struct review_scale {
    struct str language;
    int64_t started_ms, ended_ms;
    int64_t low, high; /* scores */
};

/* A fault as one team met it and as the other did; NULL: it did not come. */
struct review_pair {
    const cJSON *own, *other;
};

struct review_scale review_scale_of(const cJSON *review, struct str language);
void review_chart(struct buf *html, const struct review_scale *scale, const cJSON *team, const cJSON *other_or_null);
void review_timeline(struct buf *html, const struct review_scale *scale, const struct review_pair *pairs, size_t count);

#endif
