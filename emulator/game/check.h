/* rehearse check: is a pack what it says? Its solution is played in memory on a stepped clock from the pack's fixed start date,
 * by one team, twice with the same seed. For each fault that comes is proved:
 *
 *      visible    a probe of its challenge failed while it could be seen
 *      shown      the solution made the call that the pack says shows it (that is the detection)
 *      mended     it was not mended before the solution's step, and was after it
 *      paid       it was recovered, and the customers were content again before the end
 *
 * and that both games have the same score log, to the byte. */
#ifndef GAME_CHECK_H
#define GAME_CHECK_H

#include "aws/cloud.h"

struct check_options {
    const char *pack;
    uint64_t seed;
    bool json;
    const struct service *const *services;
    const struct identity_source *identities;
    const struct table_def *const *tables; /* of services and game, NULL-terminated */
};

/* Prints the report on stdout; false: something is not so. A pack that cannot be played: *reterr_why is one line, free() it. */
bool check_pack(const struct check_options *options, char **reterr_why);

#endif
