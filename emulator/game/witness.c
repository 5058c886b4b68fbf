#include "game/witness.h"

#include <stdlib.h>

#include "game/game_inner.h"

#define ROWS_MOST 36 /* of the table of scores */

/* So long between two samples that a table of them can be read. */
static int64_t sample_of(int64_t duration_ms)
{
    static const int64_t minutes[] = { 1, 2, 5, 10, 15, 30, 60 };
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++)
        if (duration_ms <= ROWS_MOST * minutes[i] * 60000)
            return minutes[i] * 60000;
    return duration_ms / ROWS_MOST;
}

void witness_open(struct witness *witness, const struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    *witness = (struct witness){ .team = team, .sample_ms = sample_of(scenario->duration_ms) };
    witness->proofs = memory_alloc((scenario->fault_count + 1) * sizeof *witness->proofs);
    witness->probes = memory_alloc((scenario->probe_count + 1) * sizeof *witness->probes);
    witness->stood_ms = memory_alloc((scenario->challenge_count + 1) * sizeof *witness->stood_ms);
    witness->samples = cJSON_CreateArray();
}

void witness_close(struct witness *witness)
{
    free(witness->proofs);
    free(witness->probes);
    free(witness->stood_ms);
    cJSON_Delete(witness->samples);
    *witness = (struct witness){ 0 };
}

static const struct scenario *scenario_of(const struct witness *witness)
{
    return witness->team->game->scenario;
}

static int64_t now_of(const struct witness *witness)
{
    return game_now(witness->team->game);
}

/* ---- the score ---- */

static void sample(struct witness *witness, int64_t elapsed_ms)
{
    cJSON *point = cJSON_CreateArray();
    json_add(point, json_new_int64(elapsed_ms / 60000));
    json_add(point, json_new_int64(ledger_total(&witness->team->ledger)));
    json_add(witness->samples, point);
}

static void sample_if_due(struct witness *witness, int64_t elapsed_ms)
{
    if (elapsed_ms < witness->next_sample_ms)
        return;
    witness->next_sample_ms += witness->sample_ms;
    sample(witness, elapsed_ms);
}

void witness_end(struct witness *witness)
{
    sample(witness, scenario_of(witness)->duration_ms);
}

/* ---- a fault ---- */

static bool any_probe_fails(const struct witness *witness, size_t challenge, int64_t since_ms)
{
    for (size_t i = 0; i < scenario_of(witness)->probe_count; i++) {
        const struct probe *probe = &witness->team->probes[i];
        if ((challenge == OF_NO_CHALLENGE || scenario_of(witness)->probes[i].challenge == challenge) &&
            probe->state >= PROBE_WRONG && probe->at_ms >= since_ms)
            return true;
    }
    return false;
}

static bool can_be_seen(const struct trouble *fault)
{
    return fault->surfaced_ms && !fault->mended_ms;
}

static void look_at(struct witness *witness, size_t place)
{
    const struct trouble *fault = &witness->team->faults[place];
    size_t challenge = scenario_of(witness)->faults[place].challenge;
    struct proof *proof = &witness->proofs[place];
    if (fault->state == FAULT_ASLEEP || fault->state == FAULT_BREAKING)
        return;
    proof->came = true;
    proof->broken_ms = fault->broken_ms;
    proof->detected_ms = fault->detected_ms;
    proof->mended_ms = fault->mended_ms;
    proof->recovered_ms = fault->recovered_ms;
    if (!proof->visible_ms && can_be_seen(fault) && any_probe_fails(witness, challenge, fault->surfaced_ms))
        proof->visible_ms = now_of(witness);
    if (!proof->paid_ms && fault->recovered_ms &&
        (challenge == OF_NO_CHALLENGE || probes_are_good(witness->team, challenge, fault->mended_ms)))
        proof->paid_ms = now_of(witness);
}

/* A call that shows a fault has failed: that is to see it, too. */
static void hear_failure(struct witness *witness, const struct recent *call)
{
    char operation[128];
    snprintf(operation, sizeof operation, "%s:%s", call->service, call->operation);
    for (size_t i = 0; i < scenario_of(witness)->fault_count; i++) {
        const struct trouble *fault = &witness->team->faults[i];
        if (!witness->proofs[i].visible_ms && can_be_seen(fault) && call->at_ms >= fault->surfaced_ms &&
            operations_name(scenario_of(witness)->faults[i].shown_by, operation))
            witness->proofs[i].visible_ms = call->at_ms;
    }
}

static void hear_calls(struct witness *witness)
{
    const struct recents *recents = &witness->team->recents;
    while (witness->heard < recents->last) {
        const struct recent *call = recent_before(recents, ++witness->heard + 1); /* NULL: gone already */
        if (call && call->code)
            hear_failure(witness, call);
    }
}

/* ---- what else broke ---- */

static bool stands(const struct trouble *fault)
{
    return fault->state == FAULT_BREAKING || fault->state == FAULT_STANDING;
}

/* A fault of no challenge is of all. */
static void note_standing(struct witness *witness)
{
    for (size_t i = 0; i < scenario_of(witness)->fault_count; i++) {
        size_t of = scenario_of(witness)->faults[i].challenge;
        if (!stands(&witness->team->faults[i]))
            continue;
        for (size_t challenge = 0; challenge < scenario_of(witness)->challenge_count; challenge++)
            if (of == challenge || of == OF_NO_CHALLENGE)
                witness->stood_ms[challenge] = now_of(witness);
    }
}

/* The last that broke since the probe was content, of those that stand; SIZE_MAX: none. */
static size_t to_blame(const struct witness *witness, size_t probe)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < scenario_of(witness)->fault_count; i++) {
        const struct trouble *fault = &witness->team->faults[i];
        if (fault->state == FAULT_STANDING && fault->broken_ms > witness->probes[probe].good_ms &&
            (last == SIZE_MAX || fault->broken_ms > witness->team->faults[last].broken_ms))
            last = i;
    }
    return last;
}

static void look_beyond(struct witness *witness, size_t place)
{
    const struct probe *probe = &witness->team->probes[place];
    struct seen_probe *seen = &witness->probes[place];
    if (probe->state == PROBE_GOOD)
        seen->good_ms = probe->at_ms;
    if (probe->state < PROBE_WRONG || !seen->good_ms ||
        probe->at_ms <= witness->stood_ms[scenario_of(witness)->probes[place].challenge])
        return;
    size_t fault = to_blame(witness, place);
    if (fault == SIZE_MAX || witness->proofs[fault].spread_ms)
        return;
    witness->proofs[fault].spread_ms = probe->at_ms;
    witness->proofs[fault].spread_probe = place;
}

void witness_look(struct witness *witness, int64_t elapsed_ms)
{
    sample_if_due(witness, elapsed_ms);
    for (size_t i = 0; i < scenario_of(witness)->fault_count; i++)
        look_at(witness, i);
    hear_calls(witness);
    note_standing(witness);
    for (size_t i = 0; i < scenario_of(witness)->probe_count; i++)
        look_beyond(witness, i);
}
