/* Faults that data tell, so that no Lua runs when they strike: what a pack's fault says in `wire` and `life` (lua/gameday/wire.lua) and
 * what the Chaos API is given (net/chaos.h). One effect, armed, is a hook or two:
 *
 *     wire   HOOK_BEFORE_CALL: throttle ─ fail ─ reset ─ latency, slow, truncated, stale     HOOK_SIGNATURE: skew
 *     life   HOOK_LIFECYCLE: stuck ─ delay ─ fail
 *
 * { "chance": 0…1, "latency_ms", "jitter_ms", "throttle": {"rate","burst","by":"operation"|"team"}, "fail": {"code","message"?,"status"?},
 *   "reset": "before"|"after", "slow_ms", "keep": 0…1, "stale_ms", "skew_ms" }                      all but chance optional
 * { "chance", "from"?, "to"?, "delay_ms"?, "stuck"?, "fails"? }
 *
 * Dice are the world's: same seed, same game. Token buckets are full when a fault is armed; nothing of it is in a row. */
#ifndef AWS_WIRE_FAULT_H
#define AWS_WIRE_FAULT_H

#include "aws/call.h"

struct wire_fault;

/* Whom it concerns: hook.h's filters, with text that lives as long as the fault. */
struct wire_place {
    const char *pack, *account, *region, *service, *operation, *role, *resource;
    double chance; /* beside the effect's own */
    int order;
};

/* Armed from now on. `effect` is read and need not stay; *hits grows each time that it does something. */
struct wire_fault *wire_fault_arm(struct world *world, const cJSON *effect, const struct wire_place *place,
                                  uint64_t *hits);
struct wire_fault *life_fault_arm(struct world *world, const cJSON *effect, const struct wire_place *place,
                                  uint64_t *hits);
void wire_fault_disarm(struct wire_fault *fault);

/* What a caller without a connection has in the place of an answer that is lost or cut: SdkClientException, as Step Functions names
 * what its SDK for Java meets by itself. */
extern const struct error_kind ERROR_NO_ANSWER;

/* The question's call fails as one that came too often does: with its service's own error. */
enum verdict wire_throttle(struct question *question);

#endif
