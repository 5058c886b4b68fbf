/* What a search expression says of a record, which is a tree as the API answers it. Pure: no rows, no calls.
 *
 * A property is a way of members ("OutputDataConfig.S3OutputPath"); through a list it leads to each of its elements. Tags.KEY
 * (a list of {Key, Value}), Metrics.NAME (of FinalMetricDataList, or of a trial component's Metrics, then with a statistic behind) and the keys of maps are ways too. */
#ifndef SAGEMAKER_SEARCH_FILTER_H
#define SAGEMAKER_SEARCH_FILTER_H

#include "aws/model.h"
#include "base/json.h"

/* Does the expression (SearchExpression of the input; NULL admits all) admit the record? */
bool search_admits(const cJSON *expression, const cJSON *record);
/* The first value that the property leads to; NULL: none. */
const cJSON *search_value(const cJSON *record, struct str property);
/* Is this a way that records of this shape can have? */
bool search_has_property(const struct shape *record, struct str property);
/* The first name in the expression that is none, or an operator without what it needs; NULL: it is good. *ret_name is borrowed. */
const char *search_check(const cJSON *expression, const struct shape *record, struct str *ret_name);

#endif
