/* A build under way: the locale is gathered when it is submitted, looked through and taught on a worker thread (world/work.h),
 * and stands built or failed when its time has come. The row keeps that time ("buildDue"), so that a restart builds anew. */
#ifndef LEXV2_BUILDING_H
#define LEXV2_BUILDING_H

#include "services/lexv2/bot.h"

/* The locale's row is "Building" from now. */
void lexv2_building_begin(struct world *world, struct scope scope, const struct lexv2_key *key);
void lexv2_building_recover(struct world *world);

#endif
