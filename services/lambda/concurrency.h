/* How many runs of functions may be under way at once: of an account, and of a function that has some of them reserved. */
#ifndef LAMBDA_CONCURRENCY_H
#define LAMBDA_CONCURRENCY_H

#include "aws/call.h"

#define CONCURRENCY_MOST       1000 /* of an account in a region: "Lambda quotas" */
#define CONCURRENCY_UNRESERVED 100  /* that must be left to functions without a reservation */

/* Why another run cannot begin: the "Reason" of TooManyRequestsException; NULL: it can. `running` are those of the function,
 * `running_at_all` those of the account's functions without reservation. */
const char *concurrency_refusal(struct world *world, struct scope scope, const cJSON *function, size_t running,
                                size_t running_at_all);

#endif
