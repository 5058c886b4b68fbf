/* A pack's watches (gameday.watch): told when a row of a kind was written in a team's account, one after the other.
 * What the pack's own callbacks write by their calls is not told: so a watch may write what it watches. Nothing is durable: what was not
 * told when the pack or the process was started anew never is. */
#ifndef GAME_ROW_WATCH_H
#define GAME_ROW_WATCH_H

#include "world/clock.h"
#include "world/written.h"

struct team;
struct watch_def;

struct row_watch {
    struct team *team;
    const struct watch_def *def;
    struct row_listener *listeners;
    size_t listener_count;
    struct list waiting; /* tidings, oldest first */
    size_t waiting_count;
    int64_t second; /* of the game: in which so many were noted */
    unsigned noted;
    bool is_flooded;    /* some were left out, and the facilitator knows */
    struct timer timer; /* the next one is told */
    uint64_t call;      /* under way; 0: none */
};

void row_watches_start(struct team *team);
void row_watches_stop(struct team *team);

#endif
