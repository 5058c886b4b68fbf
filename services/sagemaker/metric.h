/* What SageMaker reads from a container's log by MetricDefinitions: the first group of each match is a value. */
#ifndef SAGEMAKER_METRIC_H
#define SAGEMAKER_METRIC_H

#include "services/sagemaker/algorithm.h"

/* A list of {"Name", "Regex"} as DescribeTrainingJob tells it, for an algorithm's own metrics; malloc'ed. */
cJSON *metric_definitions_of(const struct algorithm *algorithm);
/* Can each expression be used? NULL: yes; else the one that cannot. */
const char *metric_bad_regex(const cJSON *definitions);
/* The last value of each in the log: a list of {"MetricName", "Value"}; malloc'ed. On any thread, for at most a few seconds. */
cJSON *metric_read(const cJSON *definitions, struct str log);
/* The values of one, in order: {"values": [{"Value", "ends": where its line ends in the log}], at most so many, "rounds": how many there
 * are}; malloc'ed. On any thread. */
cJSON *metric_course(const cJSON *definitions, struct str name, struct str log, int64_t most);

#endif
