/* Filters of transform jobs over records of CSV: "$", "$[1:]", "$[0]", "$[0,2,-1]" ("Associate prediction results with input records").
 * Any thread. */
#ifndef SAGEMAKER_RECORD_FILTER_H
#define SAGEMAKER_RECORD_FILTER_H

#include "base/buf.h"

bool record_filter_is_fit(struct str filter); /* empty: everything */
/* Adds the fields of the record that it picks. */
void record_filter_apply(struct str filter, struct str record, struct buf *ret_fields);

#endif
