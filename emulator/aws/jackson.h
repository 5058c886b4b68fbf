/* Why a text is no JSON, in Jackson's words, which is what AWS tells its customers: "Unexpected character (''' (code
 * 39)): was expecting double-quote to start field name". */
#ifndef AWS_JACKSON_H
#define AWS_JACKSON_H

#include "base/json.h"

/* In the arena; without the place at which it went wrong, as InvalidExecutionInput has it. The text that was parsed
 * must still be there, since the error points into it. */
char *jackson_sentence(struct arena *arena, const struct json_error *error);

#endif
