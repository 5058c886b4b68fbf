/* rehearse play: a pack rehearsed by hand. Commands are read a line each, from a terminal or a pipe; the clock stands still but for
 * what they let go by. What happened meanwhile is told behind each: faults and probes that changed, notices, messages. */
#ifndef GAME_PLAY_H
#define GAME_PLAY_H

#include <stdio.h>

#include "game/rehearsal.h"

/* Until `quit` or the end of the input. False: the pack cannot be played (*reterr_why is one line, free() it), or, where the input is
 * no terminal, a command was refused. */
bool play_pack(const struct rehearsal_options *options, FILE *input, char **reterr_why);

/* ---- what play.c and play_news.c share ---- */

struct play {
    struct rehearsal rehearsal;
    struct team *team;
    uint64_t revision; /* of the pack that `news` is about */
    struct news {
        int64_t *instants; /* of the faults, as they were told last */
        int *probes;       /* their states */
        uint64_t notice, message;
    } news;
    bool quits, refused;
};

#define PLAY_TIME 48 /* "00:02:06" */

void play_print_time(const struct play *play, int64_t at_ms, char ret_time[PLAY_TIME]);
/* What changed since it was told last, in order of time; after a reload, or for another team, from now on. */
void play_tell_news(struct play *play);
void play_forget_news(struct play *play);
const char *play_probe_state(int state);

#endif
