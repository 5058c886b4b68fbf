/* A function's code on its way out: where GetFunction says that it can be fetched, and the fetching. */
#ifndef LAMBDA_FUNCTION_CODE_H
#define LAMBDA_FUNCTION_CODE_H

#include "services/lambda/names.h"

/* The "Code" of GetFunction: a URL for ten minutes. A call that no client made gets none. */
cJSON *function_code_location(struct call *call, const struct function_name *name);

#endif
