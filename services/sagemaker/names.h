/* Names, ARNs and keys. A resource's ARN spells its name in lower case ("arn:aws:sagemaker:R:A:training-job/my-job"), as AWS
 * does, and a row's key is what stands behind the type in the ARN: so names that differ in case alone are the same name. */
#ifndef SAGEMAKER_NAMES_H
#define SAGEMAKER_NAMES_H

#include "aws/call.h"

#define SAGEMAKER_KEY_MOST 72 /* bytes of a key with its NUL: names have 63 at most */

/* The name in lower case, in the arena. */
struct str sagemaker_key(struct arena *arena, struct str name);
char *sagemaker_arn(struct arena *arena, struct scope scope, const char *type, struct str key);

/* A copy of the call's input as a row and Describe keep it: what was given, without Tags. */
cJSON *sagemaker_kept_input(struct call *call);
/* Adds every member of `from` to the call's output. */
void sagemaker_output_members(struct call *call, const cJSON *from);
/* Sets `name` to the instant that a row keeps in milliseconds, where it has one. */
void sagemaker_set_time(cJSON *object, const char *name, const cJSON *row, const char *member);

/* The role's name behind the last '/' of its ARN. */
struct str sagemaker_role_name(struct str role_arn);

/* May SageMaker take on this role? False: the call was failed, in AWS's words (FAULTS SM4). */
bool sagemaker_role_check(struct call *call, struct str role_arn);

#endif
