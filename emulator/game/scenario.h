/* A scenario: what a pack declares (script/script.h), read once into tables that the game walks. Nothing here changes while it
 * is played; an edited pack makes another one. Text is borrowed from the declaration, which is kept.
 *
 * Texts for people are nodes {"en":…,"ko":…} ("words"). Challenges, probes, faults stand in the pack's order. */
#ifndef GAME_SCENARIO_H
#define GAME_SCENARIO_H

#include "game/curve.h"
#include "game/reaction.h"

#define HINT_STAGES_MOST 3
#define OF_NO_CHALLENGE  SIZE_MAX

struct hint_def {
    const cJSON *text;
    struct curve price; /* it may fall with the time since the fault could be seen */
};

struct fault_def {
    const char *id;
    const cJSON *title, *brief, *learnt; /* brief and learnt may be NULL */
    size_t challenge;                    /* its place, or OF_NO_CHALLENGE */
    bool of_cloud, from_start, has_breaks, has_mended;
    struct curve detection, recovery;
    int64_t check_ms, during_ms; /* during 0: until it is repaired */
    const cJSON *needs;          /* ids, may be NULL */
    const cJSON *shown_by;       /* "states:GetExecutionHistory" … */
    const cJSON *takes;          /* names of parameters, may be NULL */
    struct hint_def hints[HINT_STAGES_MOST];
    size_t hint_count;
    char *breaks, *mended;  /* the callbacks' names */
    const cJSON *mended_at; /* file and line, NULL: it has none */
};

struct probe_def {
    const char *id;
    const cJSON *title; /* NULL: none */
    size_t challenge;
    int64_t every_ms, starts_ms, earns, costs;
    struct curve latency;  /* what is earned falls with how long the answer took */
    struct curve patience; /* nothing is taken until its full_ms of trouble, all of `costs` from its none_ms on */
    struct load_def {      /* so many come at a time, in waves */
        int64_t least, most, wave_ms;
        enum load_shape { LOAD_SINE, LOAD_RAMP, LOAD_SQUARE } shape;
    } load;
    const cJSON *on;   /* operations, may be NULL */
    const char *shows; /* NULL: not said */
    char *callback;
};

struct challenge_def {
    const char *id;
    const cJSON *title, *brief, *guide; /* brief and guide may be NULL */
    int64_t points;
    enum unlock_by { UNLOCK_START, UNLOCK_HAND, UNLOCK_AFTER, UNLOCK_AT, UNLOCK_SCORE } unlock;
    const cJSON *unlock_after; /* ids */
    int64_t unlock_at_ms, unlock_score;
    bool is_warm_up;                     /* open while the event warms up */
    int64_t scores_until_ms, expires_ms; /* since the start; 0: with the event */
    enum solved_when { SOLVED_FAULTS, SOLVED_ANSWERS, SOLVED_NAMED, SOLVED_HAND } solved_when;
    const cJSON *answers; /* an array, may be empty */
    char *setup;          /* NULL: none */
};

/* What happens at a time, or when a team reaches a score. */
struct beat_def {
    const char *key; /* what it does "@" when: it stays as long as these do */
    bool at_score;
    int64_t at, every_ms, until_ms; /* ms since the start, or points; every 0: once */
    int64_t window_ms;              /* it comes this much later at most, drawn by the seed */
    double chance;
    const char *story, *break_, *mend, *unlock, *deck; /* each may be NULL */
    const cJSON *message;
};

/* Faults that are drawn like cards: deck.h. */
struct deck_def {
    const char *id;
    const cJSON *cards; /* ids of faults */
    int64_t every_ms, window_ms, leader, ahead;
    bool again;
    bool solved; /* only what is of challenges that the team has solved and in which nothing stands */
};

struct step_def {
    const char *id;
    int64_t after_ms;
    const cJSON *message; /* NULL: none */
    char *callback;       /* NULL: nothing to run */
};

struct story_def {
    const char *id;
    struct step_def *steps;
    size_t step_count;
};

/* What is said to what a team does, one message each time until all are told. */
struct reaction_def {
    const char *id;
    enum reaction_to to;
    size_t challenge;        /* only there, or OF_NO_CHALLENGE */
    int64_t from_ms;         /* not before that long after the start */
    int64_t pause_ms;        /* nor that soon after the last time */
    int64_t after_ms, count; /* silence: so long; astray: so many changes */
    const cJSON *messages;
};

/* Rows that the pack wants to be told of. */
struct watch_def {
    const char *id, *key; /* key NULL: whichever */
    const cJSON *on;      /* kinds: "sagemaker:Endpoint" … */
    const cJSON *what;    /* "made", "changed", "gone"; NULL: all */
    size_t challenge;     /* while that is open, or OF_NO_CHALLENGE: all the time */
    char *callback;
};

struct scenario {
    struct json *declaration;
    struct arena *arena;
    const char *id, *currency;
    const cJSON *title, *guide, *characters, *durations, *solution, *opening; /* opening: stories told at the start */
    int64_t duration_ms, start_ms;
    int64_t warm_up_ms, lock_ms, freeze_ms; /* a warm-up so long; lock and freeze so long before the end; 0: none */
    struct challenge_def *challenges;
    struct probe_def *probes;
    struct fault_def *faults;
    struct beat_def *beats;
    struct story_def *stories;
    struct reaction_def *reactions;
    struct deck_def *decks;
    struct watch_def *watches;
    size_t challenge_count, probe_count, fault_count, beat_count, story_count, reaction_count, deck_count, watch_count;
};

struct scenario *scenario_new(struct json *declaration);
void scenario_free(struct scenario *scenario_or_null);

/* Places; SIZE_MAX: none of that id. */
size_t scenario_challenge(const struct scenario *scenario, struct str id);
size_t scenario_fault(const struct scenario *scenario, struct str id);
const struct story_def *scenario_story(const struct scenario *scenario, struct str id);

/* How many come at a time, so long after the first of them. */
int64_t load_now(const struct load_def *load, int64_t elapsed_ms);
/* Words of our own, malloc'ed; Korean NULL: what a pack or a person said in one language. */
cJSON *words_of(const char *english, const char *korean_or_null);
/* The same with one word of somebody's in the place of each text's "%s". */
cJSON *words_in(const char *english, const char *korean, const char *value);
/* Is `name` ("states:StartExecution") among these? They may have '*' and '?'. */
bool operations_name(const cJSON *operations, const char *name);

#endif
