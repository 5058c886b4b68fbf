/* Lists of pipelines, versions, executions and steps: rows in an order that an index has, within a prefix, a page at a time. */
#ifndef SAGEMAKER_PIPELINE_LIST_H
#define SAGEMAKER_PIPELINE_LIST_H

#include "aws/call.h"

struct pipeline_list {
    const struct table_def *table;
    const struct index_def *index; /* NULL: by key */
    struct str prefix;             /* only places that begin with it */
    const char *member;            /* "PipelineSummaries" */
    cJSON *(*item)(struct call *call, const cJSON *row);
    bool (*wanted)(struct call *call, const cJSON *row); /* NULL: all */
    bool ascending;                                      /* where the call has no SortOrder */
};

enum outcome pipeline_list_answer(struct call *call, const struct pipeline_list *list);

/* {"IamIdentity": …} of who made or changed something, as rows keep it: {"arn","id"}. */
cJSON *pipeline_user(const cJSON *who);
cJSON *pipeline_who(const struct call *call);
void pipeline_set_time(cJSON *object, const char *name, const cJSON *row,
                       const char *member); /* where the row has it */
void pipeline_set_text(cJSON *object, const char *name, const cJSON *row, const char *member);
/* Copies the members of a new object into the call's output. */
void pipeline_output(struct call *call, cJSON *object_taken);
bool pipeline_created_within(struct call *call, const cJSON *row); /* CreatedAfter, CreatedBefore */

#endif
