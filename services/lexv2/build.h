/* What a build makes of a locale: gathered into one document (built.h), looked through for what cannot work. */
#ifndef LEXV2_BUILD_H
#define LEXV2_BUILD_H

#include "services/lexv2/bot.h"

/* What stands in the locale now, as built.h draws it, without a revision; `locale` is its row. Delete or seal it. */
cJSON *lexv2_gather(struct world *world, struct scope scope, const struct lexv2_key *key, const cJSON *locale);
/* Why it cannot be built, each a sentence; an empty array: it can. Delete it. On any thread. */
cJSON *lexv2_build_failures(const cJSON *gathered);
/* The text of what is to be built, with a revision of its own. A locale that is too large is not gathered: {"tooLarge": true}. */
void lexv2_build_text(struct world *world, struct scope scope, const struct lexv2_key *key, struct buf *ret_text);

#endif
