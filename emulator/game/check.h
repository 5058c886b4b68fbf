/* rehearse check: is a pack what it says? What looks wrong in it as it is written is said first (lua/gameday/lint.lua). Then it is
 * rehearsed: one team plays the solution, one does nothing, one each is played by the pack's further players; and the same again in
 * another process, with the same seed. Of each fault that comes to the first team is proved:
 *
 *      visible    a probe of its challenge failed while it could be seen, or a call that shows it did
 *      shown      the solution made the call that the pack says shows it (that is the detection)
 *      mended     it was not mended before the solution's step, and was after it
 *      paid       it was recovered, and the customers were content again before the end
 *      alone      nothing else broke with it: no probe of a challenge of which nothing stood failed that had been content
 *
 * and that the team that does nothing loses, and that both games have the same log of scores and messages, to the byte. */
#ifndef GAME_CHECK_H
#define GAME_CHECK_H

#include "game/player.h"
#include "game/rehearsal.h"
#include "game/witness.h"

struct check_options {
    struct rehearsal_options rehearsal; /* teams 0: as many as there are parts to play */
    bool json;
};

/* Prints the report on stdout; false: something is not so. A pack that cannot be played: *reterr_why is one line, free() it. */
bool check_pack(const struct check_options *options, char **reterr_why);

/* ---- what the report is made of ---- */

/* A team of the rehearsal and the part that it plays. */
struct seat {
    char name[80]; /* "solution", "nobody", "clumsy", "solution 2" */
    struct player player;
    struct witness witness;
    struct check *check;
};

struct check {
    const struct check_options *options;
    struct rehearsal rehearsal;
    struct seat *seats; /* the first plays the solution */
    size_t seat_count;
    cJSON *findings; /* lint's */
    cJSON *problems; /* sentences */
    struct buf log;  /* of scores and messages, a line an entry */
    struct {
        bool differs;
        int64_t at_ms;
        char *first, *second; /* the entries at which the two games part */
    } twin;
    uint64_t took_ns;
};

void check_report_plain(const struct check *check);
void check_report_json(const struct check *check);

#endif
