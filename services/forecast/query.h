/* QueryForecast and QueryWhatIfForecast: one item's predictions out of a forecast's blob. Whole answers are kept in memory for who
 * asks again, up to a number of them. */
#ifndef FORECAST_QUERY_H
#define FORECAST_QUERY_H

#include "services/forecast/resource.h"

extern const struct table_def forecast_answer_table;

enum outcome forecast_query(struct call *call, const struct resource_kind *kind, const struct error_kind *not_found,
                            const struct error_kind *in_use, const struct error_kind *invalid,
                            const struct error_kind *bad_token);

/* "p10" of "0.1"; room for 8 */
void forecast_type_name(struct str type, char ret_name[8]);

#endif
