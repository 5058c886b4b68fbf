/* Tasks that run a function, as bare ARNs and as lambda:invoke. Both are an Invoke; what a function returns is the result (of a
 * bare ARN) or stands parsed in it, and what it raised is the task's own error, by its class.
 *
 *     arn:aws:lambda:G:A:function:f        LambdaFunctionScheduled …     result: what f returned
 *     arn:aws:states:::lambda:invoke       TaskScheduled …               result: Invoke's answer, its Payload parsed */
#ifndef ASL_LAMBDA_TASK_H
#define ASL_LAMBDA_TASK_H

#include "services/stepfunctions/asl/engine.h"

bool lambda_task_is(const struct resource *resource); /* one of the two; not aws-sdk:lambda:invoke */
/* The input of the Invoke of a bare ARN. */
cJSON *lambda_task_input(const struct resource *resource, const cJSON *payload, struct arena *arena);
/* An optimised one sends its Payload as JSON, whatever it is: a text with its quotes. */
void lambda_task_encode_payload(cJSON *input, const cJSON *parameters, struct arena *arena);
const cJSON *lambda_task_result(const struct resource *resource, const struct call *call, struct arena *arena);
/* The call is done, but the function failed. */
bool lambda_task_failed(const struct resource *resource, const struct call *call, struct arena *arena,
                        struct failure *ret_failure);

#endif
