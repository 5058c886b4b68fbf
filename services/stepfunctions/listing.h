/* The service's lists: maxResults and nextToken in, one page of items and the next token out. */
#ifndef STEPFUNCTIONS_LISTING_H
#define STEPFUNCTIONS_LISTING_H

#include "aws/call.h"

struct listing {
    const struct table_def *table;
    const struct index_def *index; /* NULL: by key */
    struct str prefix;             /* only places that begin with it; empty: all */
    const char *member;            /* "stateMachines" */
    cJSON *(*item)(const cJSON *row);
    bool (*wanted)(const cJSON *row, const void *data); /* NULL: every row */
    const void *data;
};

/* Answers the call; fails it with InvalidToken. */
enum outcome listing_answer(struct call *call, const struct listing *listing);

#endif
