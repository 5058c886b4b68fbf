/* The live log of an event for the facilitator: what happened, to whom, in one line each. The last ones in memory; all of them
 * in the record (record.h), where one is kept. */
#ifndef GAME_CHRONICLE_H
#define GAME_CHRONICLE_H

#include "base/json.h"

struct game;
struct team;

#define CHRONICLE_KEPT  1000
#define CHRONICLE_SHOWN 200

struct chronicle {
    struct chronicled {
        uint64_t n;
        int64_t at_ms;
        const char *kind;
        char account[16];  /* "": the game itself */
        struct json *text; /* words */
    } * ring;              /* made with the first one */
    uint64_t last;
};

/* `kind` is a literal: "state", "score", "fault", "challenge", "team", "message", "question", "notice", "control". */
void chronicle_add(struct game *game, const char *kind, const struct team *team_or_null, cJSON *words_taken);
void chronicle_release(struct chronicle *chronicle);
cJSON *chronicle_view(const struct game *game, uint64_t before); /* newest first; 0: from the last one */

#endif
