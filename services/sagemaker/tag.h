/* Tags of everything in SageMaker that has an ARN. Table "sagemaker.tag", key: the resource's ARN in lower case; row: {"Tags": [{"Key",
 * "Value"}]} in the order in which they came. A resource without tags has no row. Which resources there are is told by the
 * table in tag.c: the type in the ARN and the table whose rows are keyed by what stands behind it. */
#ifndef SAGEMAKER_TAG_H
#define SAGEMAKER_TAG_H

#include "aws/call.h"

extern const struct table_def sagemaker_tag_table;

/* May the call's input member "Tags" be put on this resource? False: the call was failed and nothing was changed. */
bool sagemaker_tag_check(struct call *call, struct str arn);
/* Puts them, checked before (none: nothing happens). */
void sagemaker_tag_put(struct call *call, struct str arn);
void sagemaker_tag_drop(struct world *world, struct scope scope, struct str arn); /* with the resource */
/* A copy of a resource's tags for an answer, an empty array where it has none; malloc'ed. */
cJSON *sagemaker_tag_list(struct world *world, struct scope scope, struct str arn);

enum outcome add_tags(struct call *call);
enum outcome delete_tags(struct call *call);
enum outcome sagemaker_list_tags(struct call *call); /* Lambda has another list_tags */

#endif
