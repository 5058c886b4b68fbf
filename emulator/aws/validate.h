/* Checks a decoded input against its shape and says what AWS says, all violations at once:
 * "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or
 * equal to 1; Value null at 'roleArn' failed to satisfy constraint: Member must not be null". */
#ifndef AWS_VALIDATE_H
#define AWS_VALIDATE_H

#include "aws/model.h"
#include "base/arena.h"
#include "base/json.h"

/* NULL: it is valid; else the sentence, in the arena. Types were seen to when it was decoded. */
char *validate_input(struct arena *arena, const struct shape *shape, const cJSON *input);

/* The same of one member, NULL: it is absent. A blob that is a REST body stands in no tree and is never looked at. */
char *validate_member(struct arena *arena, const struct member *member, const cJSON *value_or_null);

#endif
