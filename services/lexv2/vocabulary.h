/* Custom vocabulary of a locale: kept, exported and imported; it concerns speech alone, which is not spoken here. One row a
 * locale: {"items": [{"itemId", "phrase", "weight", "displayAs"}], "creationDateTime", "lastUpdatedDateTime"} */
#ifndef LEXV2_VOCABULARY_H
#define LEXV2_VOCABULARY_H

#include "services/lexv2/bot.h"

/* Items without ids get new ones; false: one of them is no item, or they are too many. */
bool lexv2_vocabulary_put(struct world *world, struct scope scope, const struct lexv2_key *locale, const cJSON *items);

#endif
