/* A build: the whole locale is gathered into one document (built.h), looked through for what cannot work, and kept. */
#ifndef LEXV2_BUILD_H
#define LEXV2_BUILD_H

#include "services/lexv2/bot.h"

/* What stands in the locale now, as built.h draws it, without a revision; `locale` is its row. Delete or seal it. */
cJSON *lexv2_gather(struct world *world, struct scope scope, const struct lexv2_key *key, const cJSON *locale);
/* Why it cannot be built, each a sentence; an empty array: it can. Delete it. */
cJSON *lexv2_build_failures(const cJSON *gathered);
/* When the build ends: puts what was built; false: failureReasons stand in `row`, and what was built before stays. */
bool lexv2_build(struct world *world, struct scope scope, const struct lexv2_key *key, cJSON *row);

#endif
