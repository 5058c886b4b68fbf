/* The review after the event: for each team its way, its troubles with who found and repaired them when, the calls around each,
 * and what was to be learnt. As JSON for the page, and as a page of its own to keep. */
#ifndef GAME_REVIEW_H
#define GAME_REVIEW_H

#include "base/json.h"

struct game;

cJSON *review_view(struct game *game); /* REVIEW */
/* The same as HTML in one language ("ko", else English): one file, no script, nothing from elsewhere, good to print. */
void review_html(const cJSON *review, struct str language, struct buf *html);

#endif
