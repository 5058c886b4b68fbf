/* Metrics that users put to trial components (sagemakermetrics' BatchPutMetrics). Rows, COMPONENT being its name in lower case:
 *
 *     "sagemaker.trial_metric"  key: COMPONENT \x01 METRIC   {"name", "count", "sum", "squares", "min", "max", "last", "at"}: their summary
 *     "sagemaker.trial_point"   key: COMPONENT \x01 METRIC \x01 number   {"at": ms, "step", "value"} */
#ifndef SAGEMAKER_TRIAL_METRIC_H
#define SAGEMAKER_TRIAL_METRIC_H

#include "aws/call.h"

#define TRIAL_METRICS_MOST 300   /* of a component */
#define TRIAL_POINTS_MOST  10000 /* of a metric */

extern const struct table_def trial_metric_table, trial_point_table;

struct trial_point {
    int64_t at_ms, step; /* step -1: none */
    double value;
};

/* NULL: it was added; else a code of PutMetricsErrorCode. */
const char *trial_metric_add(struct world *world, struct scope scope, struct str component, struct str metric,
                             const struct trial_point *point);
/* Calls `visit` with each point of a metric, in the order of coming. */
void trial_metric_each(struct world *world, struct scope scope, struct str component, struct str metric,
                       void (*visit)(void *data, const struct trial_point *point), void *data);
/* As DescribeTrialComponent tells them; malloc'ed. */
cJSON *trial_metric_summaries(struct world *world, struct scope scope, struct str component_arn);
void trial_metric_drop(struct world *world, struct scope scope, struct str arn); /* nothing happens to others' ARNs */

#endif
