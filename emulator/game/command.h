/* Calls as lines of the aws CLI, to copy: "aws stepfunctions describe-execution --execution-arn arn:…". */
#ifndef GAME_COMMAND_H
#define GAME_COMMAND_H

#include "aws/service.h"

/* How the CLI calls a service; the folder's name where it is not known to be another. */
const char *command_service(const struct model *model);
/* "DescribeStateMachineForExecution" ─▶ "describe-state-machine-for-execution", as the CLI does: "listMFADevices" ─▶ "list-mfa-devices". */
void command_add_name(struct buf *line, struct str name);
/* A call as it was made. Long values are cut. */
void command_of_call(struct buf *line, const struct service *service, const struct operation *operation,
                     const cJSON *input);
/* An operation with its required members: `value_of` says one's value, NULL: it is left to the reader. */
void command_of_operation(struct buf *line, const struct service *service, const struct operation *operation,
                          const char *(*value_of)(const void *data, const char *member), const void *data);

#endif
