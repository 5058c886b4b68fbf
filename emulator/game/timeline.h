/* What happens when: the timeline's beats and the stories. Rows "game.beat" (beat.h, deck.h); "game.story" (id):
 * step, due_at. Windows and chances are drawn from the world's randomness
 * when a beat is set, so a seed repeats them. */
#ifndef GAME_TIMELINE_H
#define GAME_TIMELINE_H

#include "base/json.h"
#include "world/clock.h"
#include "world/store.h"

struct game;
struct team;
struct beat_def;

struct beat {
    struct game *game;
    size_t place;
    struct timer timer;
};

/* A story under way: its step runs for every team, then the next one's time begins. */
struct telling {
    struct game *game;
    size_t story, step;
    struct timer timer;
    size_t waiting; /* for the step's callbacks of so many teams */
    struct step_call {
        struct telling *telling;
        struct team *team;
        uint64_t number; /* 0: not under way */
    } * calls;           /* by team */
};

/* A challenge that opens at a time. */
struct opening {
    struct game *game;
    size_t challenge;
    struct timer timer;
};

struct timeline {
    struct opening *openings; /* by challenge */
    struct beat *beats;
    struct telling *stories;
    struct deck *decks;
};

void timeline_begin(struct game *game);  /* a new game is live: the first rows */
void timeline_resume(struct game *game); /* from rows */
void timeline_stop(struct game *game);
void timeline_score_moved(struct team *team);
void story_tell(struct game *game, const char *id);

extern const struct table_def game_beats, game_stories;

#endif
