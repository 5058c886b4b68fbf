/* Mocked results of tasks, held against what the operation answers on AWS (fieldValidationMode). Services that this cloud
 * does not serve are known by what they answer only, and just some of them: results/NAME_results; a task of any other may be
 * mocked with anything. */
#ifndef ASL_MOCK_RESULT_H
#define ASL_MOCK_RESULT_H

#include "aws/cloud.h"
#include "services/stepfunctions/asl/machine.h"

/* `strict`: what the operation always answers must be there. NULL: it conforms; else "Field 'StatusCode' must be a number". */
const char *mock_result_check(const struct cloud *cloud, const struct resource *resource, const cJSON *result,
                              bool strict, struct arena *arena);

#endif
