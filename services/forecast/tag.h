/* Tags stand in the row of what they are on, as "_tags": [{"Key","Value"}]. */
#ifndef FORECAST_TAG_H
#define FORECAST_TAG_H

#include "aws/call.h"

/* Would the input's Tags be good beside those that `row` (or NULL) has? False: the call has failed. */
bool forecast_tag_check(struct call *call, const cJSON *row_or_null);
void forecast_tag_keep(cJSON *row, const cJSON *tags_or_null);

enum outcome forecast_tag_resource(struct call *call);
enum outcome forecast_untag_resource(struct call *call);
enum outcome forecast_list_tags_for_resource(struct call *call);

#endif
