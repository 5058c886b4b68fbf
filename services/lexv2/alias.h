/* Aliases of bots: what clients talk to. TSTALIASID, the test alias, leads to the draft for ever. */
#ifndef LEXV2_ALIAS_H
#define LEXV2_ALIAS_H

#include "services/lexv2/bot.h"

extern const struct lifecycle_def lexv2_alias_lifecycle;

void lexv2_alias_make_test(struct world *world, struct scope scope, struct str bot_id);
/* Does an alias of the bot lead to this version? */
bool lexv2_alias_leads_to(struct world *world, struct scope scope, struct str bot_id, struct str version);

#endif
