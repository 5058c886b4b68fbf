/* What the facilitator, or a player on their own machine, should know about the pack: errors, restarts, reloads. In memory. */
#ifndef GAME_NOTICE_H
#define GAME_NOTICE_H

#include "base/json.h"

struct game;
struct script_error;

#define NOTICES_KEPT 20

struct notices {
    struct notice {
        uint64_t seq;
        int64_t at_ms;
        const char *level; /* "info", "warning", "error" */
        char *text;
    } kept[NOTICES_KEPT];
    uint64_t last;
};

__attribute__((format(printf, 3, 4))) void notice_add(struct game *game, const char *level, const char *format, ...);
/* "pack.lua:12: what is wrong (did you mean …?)": malloc'ed. */
char *notice_of_error(const struct script_error *error);
void notices_release(struct notices *notices);
cJSON *notice_view(const struct notice *notice);
cJSON *notices_view(const struct notices *notices); /* newest first */

#endif
