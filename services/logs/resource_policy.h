/* Resource policies of an account: "logs.resource_policy" by name: {name, document, updated}. */
#ifndef LOGS_RESOURCE_POLICY_H
#define LOGS_RESOURCE_POLICY_H

#include "aws/call.h"

extern const struct table_def logs_resource_policy_table;

enum outcome put_resource_policy(struct call *call);
enum outcome delete_resource_policy(struct call *call);
enum outcome describe_resource_policies(struct call *call);

#endif
