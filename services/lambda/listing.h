/* Lists in pages, as all of Lambda's lists go: Marker, NextMarker, MaxItems. */
#ifndef LAMBDA_LISTING_H
#define LAMBDA_LISTING_H

#include "aws/call.h"

struct listing {
    const struct table_def *table;
    struct str prefix; /* of the rows' keys; STR_NONE: all of the table */
    const char *member;
    cJSON *(*item)(struct call *call, const cJSON *row);
    bool (*wanted)(struct call *call, const cJSON *row); /* NULL: every row */
    cJSON *(*first)(struct call *call);                  /* stands before all rows on the first page; NULL: nothing */
};

enum outcome lambda_list(struct call *call, const struct listing *listing);

#endif
