/* ListX of every kind of resource: filters, MaxResults and NextToken in, summaries as the model's shapes have them out. */
#ifndef FORECAST_LISTING_H
#define FORECAST_LISTING_H

#include "services/forecast/resource.h"

/* Which kind it is tells the name of the member that an item's shape has for its ARN. */
enum outcome list_resources(struct call *call);
enum outcome list_monitor_evaluations(struct call *call);

#endif
