/* The team's recent calls, for its page, and what the pack's calls did lately, for the aws lines that say what would show more.
 * In memory only: a restart begins with an empty list. */
#ifndef GAME_RECENT_H
#define GAME_RECENT_H

#include "aws/call.h"

struct team;

#define RECENT_CALLS 500

struct recent {
    uint64_t seq;
    int64_t at_ms, duration_ms;
    const char *service, *operation; /* the model's */
    enum origin origin;
    int status;
    char *code, *message; /* NULL: it went well */
};

struct recents {
    struct recent *ring; /* made with the first call */
    uint64_t last;       /* seq of the last one, 0: none */
    int64_t second;      /* of the machine's clock, and how many were told to the page in it */
    unsigned told;
};

#define LATELY_FAILED 8
#define LATELY_NAMED  16

/* The pack's calls: failing ones as aws lines, and the names that its calls gave or got ("executionArn"). */
struct lately {
    struct {
        const char *operation; /* "states:StartExecution" as a whole; malloc'ed */
        char *line;
    } failed[LATELY_FAILED];
    size_t next_failed;
    struct {
        char *member, *value;
    } named[LATELY_NAMED];
    size_t next_named;
};

void recent_add(struct team *team, const struct call *call, enum outcome outcome);
void recents_release(struct recents *recents);
/* The one before `before` (0: the last one); NULL: there is none any more. */
const struct recent *recent_before(const struct recents *recents, uint64_t before);
cJSON *recent_view(const struct recent *recent);

/* A call of the pack was answered. */
void lately_hear(struct team *team, const struct call *call, enum outcome outcome);
void lately_release(struct lately *lately);
/* The failing call of that operation as an aws line; NULL: not seen. */
const char *lately_failed(const struct lately *lately, const char *operation);
/* "aws stepfunctions describe-execution --execution-arn …" for "states:DescribeExecution"; or for the CLI's own words, in which
 * {executionArn} stands for what the pack's calls named so lately. malloc'ed; NULL: there is no such operation. */
char *lately_look(const struct team *team, const char *operation_or_words);

#endif
