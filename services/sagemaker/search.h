/* Search: resources of a type that an expression admits. What it looks at is the record: what the type's Describe operation answers,
 * with the members that SearchRecord has for it, and its tags. Which types there are is told by the table in search_kinds.c.
 *
 *     rows, the latest SEARCH_ROWS_MOST ─▶ record ─▶ search_filter.h ─▶ in order of SortBy ─▶ the page's records */
#ifndef SAGEMAKER_SEARCH_H
#define SAGEMAKER_SEARCH_H

#include "aws/call.h"

/* A call looks at that many resources, those that were made last: a few milliseconds' work for each thousand. */
#define SEARCH_ROWS_MOST 5000

struct search_kind {
    const char *resource; /* "ExperimentTrial": what the input says */
    const char *record;   /* "Trial": SearchRecord's member; NULL: it has none, a record is empty */
    const char *inside;   /* the record's member that holds what is told ("Model" of Model); or NULL */
    const struct table_def *table;
    const char *prefix;       /* of the keys, and of an index's, where a table has several types; or NULL */
    const char *describe;     /* the operation that tells one, asked by … */
    const char *asked, *from; /* … this member, which holds the row's; NULL: the row's members of the same names */
    const char *parts,
        *part; /* the row's list whose elements are the records, and what their names are called; or NULL */
    /* Members that Describe does not answer; where `describe` is NULL, all of them. Or NULL. */
    void (*tell)(struct call *call, struct str key, const cJSON *row, cJSON *record);
};

extern const struct search_kind search_kinds[]; /* ends with an empty one */

enum outcome sagemaker_search(struct call *call);
enum outcome get_search_suggestions(struct call *call);

#endif
