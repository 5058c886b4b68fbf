/* SageMaker's lists: NextToken, MaxResults, SortBy (Name, CreationTime, Status and whatever else a list has an index for),
 * SortOrder, NameContains, StatusEquals and the four bounds of time. All lists of the service are answered here.
 *
 * A row has "created" and, where it changes, "modified" (milliseconds), "name" and "status"; a list that tells otherwise has
 * a `wanted` of its own. Orders other than by name are indexes of the table: listing_by_creation and listing_by_status. */
#ifndef SAGEMAKER_LISTING_H
#define SAGEMAKER_LISTING_H

#include "aws/call.h"

extern const struct index_def listing_by_creation, listing_by_status;
extern const struct index_def *const listing_indexes[]; /* both: for table_def.indexes */

struct listing {
    const struct table_def *table; /* keyed by the name in lower case */
    struct str prefix;             /* of the rows' keys; then only the order by key is there; STR_NONE: all */
    const char *member;            /* "TrainingJobSummaries" */
    const char *status;            /* the row's member that StatusEquals is about; NULL: "status" */
    bool descending, by_name;      /* where the call says nothing of order; else ascending, by creation */
    cJSON *(*item)(struct call *call, const cJSON *row);
    bool (*wanted)(struct call *call, const cJSON *row); /* further filters; NULL: none */
};

/* Answers the call; a NextToken of another list fails it. */
enum outcome sagemaker_list(struct call *call, const struct listing *listing);

/* Answers with a page of what stands in order in an array; for what is part of one resource. */
enum outcome sagemaker_list_array(struct call *call, const char *member, cJSON *all_taken);

/* For lists that are walked otherwise: what must be the same on every page (the arena's); whether a text has this part in any case. */
struct str sagemaker_list_filter(struct call *call);
bool sagemaker_contains(struct str text, struct str part);

#endif
