/* Chaos as the Chaos API knows it (what people already script against other emulators): rules by which calls fail, and a latency for
 * all. A list of rules {"region","service","operation","probability","error":{"statusCode","code"}}, every member optional; the
 * first that matches fails the call, with 503 ServiceUnavailable unless it says otherwise. {"latency": ms} is put before every
 * answer. They are wire faults (wire_fault.h) and stand in a row ("house.chaos"), so they outlast a restart; a reset takes them. Calls
 * that packs make for the game feel nothing of them. What may be asked over HTTP, and by whom, is net/house.c's business. */
#ifndef AWS_CHAOS_H
#define AWS_CHAOS_H

#include "base/json.h"
#include "world/store.h"

struct chaos;
struct cloud;

enum chaos_change { CHAOS_REPLACE, CHAOS_ADD, CHAOS_REMOVE /* rules that are equal to one of these */ };

struct chaos *chaos_new(struct cloud *cloud);
void chaos_free(struct chaos *chaos);
void chaos_recover(struct chaos *chaos); /* arms what the row says */

/* NULL: done; else one sentence that says why not, good until the next call: then nothing has changed. */
const char *chaos_change_rules(struct chaos *chaos, enum chaos_change change, const cJSON *rules);
const char *chaos_set_effects(struct chaos *chaos, const cJSON *effects);
cJSON *chaos_rules(const struct chaos *chaos); /* malloc'ed */
cJSON *chaos_effects(const struct chaos *chaos);

extern const struct table_def chaos_table; /* "house.chaos" */

#endif
