/* How the SDKs behind service integrations spell what the wire spells otherwise: members in PascalCase, dates as ISO 8601
 * (Java's SDK 2) or as milliseconds (SDK 1), exceptions by the names of Java's clients. */
#ifndef ASL_DIALECT_H
#define ASL_DIALECT_H

#include "aws/model.h"
#include "base/buf.h"
#include "services/stepfunctions/asl/environment.h"

enum dialect { DIALECT_SDK, DIALECT_OPTIMISED };

/* A task's parameters as the operation's input. What does not fit is told in *ret_problems, ", " between them; a text member
 * that is given an object or an array takes its JSON. */
cJSON *dialect_input(struct arena *arena, const struct shape *shape, const cJSON *payload, struct buf *ret_problems);
/* An operation's output as the task sees it; `output` may be NULL. */
cJSON *dialect_output(struct arena *arena, const struct shape *shape_or_null, const cJSON *output,
                      enum dialect dialect);
/* The same members by name. */
cJSON *dialect_sorted(struct arena *arena, const cJSON *object);
void dialect_capitalise(struct buf *name);                   /* "startExecution": "StartExecution" */
char *dialect_pascal(struct arena *arena, const char *name); /* likewise */
/* The member that the SDKs call so; NULL: there is none. */
const struct member *dialect_member(const struct shape *shape, const char *pascal);
/* "SFN": "Sfn", "DynamoDB": "DynamoDb", "Lex Models V2": "LexModelsV2". */
char *dialect_java_name(struct arena *arena, const char *sdk_id);

#endif
