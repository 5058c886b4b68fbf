/* A record that is played back: what everybody's page would show at a moment, folded out of the record's lines (record.h) as the page itself
 * folds what it is told. Only reads; knows neither sockets nor clocks. Game time that went back (a rewind) goes on here: a
 * moment of the tape never comes twice. */
#ifndef GAME_TAPE_H
#define GAME_TAPE_H

#include "base/json.h"
#include "base/map.h"

#define TAPE_SHOWN 200 /* of feeds and calls */

struct tape {
    char *path;
    void *file; /* stdio's */
    char *line;
    size_t room;
    int64_t from_ms, to_ms; /* its first and last moments */
    int64_t at_ms, shift_ms;
    cJSON *now;                         /* the line that was folded last */
    cJSON *next;                        /* the one that comes next, NULL: the end */
    int64_t next_ms;                    /* and its moment */
    cJSON *game, *board, *log, *review; /* views; NULL: not yet */
    struct map *teams;                  /* account ─▶ cJSON, the team's view */
    struct map *calls;                  /* account ─▶ cJSON, an array, newest first */
    struct map *executions, *chats;     /* likewise: EXECUTION as the API tells it; turns with bots, oldest first */
    struct map *pictures;               /* "ACCOUNT WHAT KEY" ─▶ cJSON, what the API answered then */
};

/* NULL: *reterr_why is one line, free() it. It stands before its first line. */
struct tape *tape_open(const char *path, char **reterr_why);
void tape_close(struct tape *tape_or_null);

/* Folds the next line; what pages are to be told of it, if anything. False: the end. */
struct told {
    const char *channel, *event; /* NULL: nothing */
    const cJSON *data;           /* borrowed until the next step */
    bool of_team;                /* the channel is a team's account alone */
};
bool tape_step(struct tape *tape, struct told *ret_told);
/* Folds all up to that moment, from the start if that is past. */
void tape_seek(struct tape *tape, int64_t at_ms);
const cJSON *tape_team(const struct tape *tape, struct str account); /* NULL: none of that account */
/* What was answered to who asked for "execution", "job", "forecasts", "forecast" or "monitors" of a team, or for a "guide" (which is
 * no team's); NULL: nothing of that name was told. */
const cJSON *tape_picture(const struct tape *tape, struct str account, const char *what, struct str key);

#endif
