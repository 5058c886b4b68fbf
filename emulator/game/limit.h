/* What one team may take of the machine in a game (TRUST 3), so that its slips do not become everybody's: requests a second
 * from its clients, executions that run at a time, whoever starts them. */
#ifndef GAME_LIMIT_H
#define GAME_LIMIT_H

#include "aws/call.h"

struct team;

#define REQUESTS_A_SECOND  200
#define EXECUTIONS_RUNNING 1000

struct limits {
    double requests;      /* that its clients may make now */
    uint64_t requests_ns; /* when that was so; the machine's clock */
    size_t executions;    /* that run at most: counted, and started since then */
    uint64_t counted_ns;  /* when, by the machine and by the game */
    int64_t counted_ms;
};

/* DONE, or the call has failed as AWS's would. */
enum outcome limit_admit(struct team *team, struct call *call);
/* A call of the team was answered. */
void limit_hear(struct team *team, const struct call *call, enum outcome outcome);

#endif
