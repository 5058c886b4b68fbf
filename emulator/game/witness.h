/* A witness looks on while a team plays a rehearsed game and keeps what it saw: of each fault, and of the score. */
#ifndef GAME_WITNESS_H
#define GAME_WITNESS_H

#include "base/json.h"

struct team;

/* What was seen of a fault; instants are 0 where it was not. */
struct proof {
    bool came;
    int64_t broken_ms;
    int64_t visible_ms;  /* a probe of its challenge failed while it could be seen, or a call that shows it did */
    int64_t detected_ms; /* the call that shows it was made */
    int64_t mended_ms;
    int64_t recovered_ms;
    int64_t paid_ms;   /* recovered, and its customers were content again */
    int64_t spread_ms; /* a probe of another challenge, of which nothing is broken, failed with it: */
    size_t spread_probe;
};

struct witness {
    const struct team *team;
    struct proof *proofs; /* by fault */
    cJSON *samples;       /* [minute, score] … */
    int64_t sample_ms, next_sample_ms;
    struct seen_probe {
        int64_t good_ms; /* when it was last asked that was content; 0: never */
    } * probes;
    int64_t *stood_ms; /* by challenge: when something of it last stood */
    uint64_t heard;    /* of the team's recent calls */
};

void witness_open(struct witness *witness, const struct team *team);
/* To be called every second or so of the game, so long after its start. */
void witness_look(struct witness *witness, int64_t elapsed_ms);
/* The game is over: the last sample. */
void witness_end(struct witness *witness);
void witness_close(struct witness *witness);

#endif
