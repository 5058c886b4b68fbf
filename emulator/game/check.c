#include "game/check.h"

#include <stdarg.h>
#include <stdlib.h>

#include "aws/road.h"
#include "base/digest.h"
#include "base/time.h"
#include "game/game_inner.h"

#define ACCOUNT     "100000000001"
#define FIXED_START INT64_C(1794301200000) /* 2026-11-10T09:00:00Z, until the pack has said another */
#define PULSE_MS    1000
#define SAMPLE_MS   (5 * 60 * 1000)
#define SETUP_MS    (60 * 60 * 1000)

/* What was seen of a fault. */
struct proof {
    bool came, visible, shown, mended, paid;
    int64_t broken_ms, visible_ms, detected_ms, mended_ms, recovered_ms;
};

/* A member of the team: challenges are done in parallel, the steps of one challenge one after the other, as what they mend
 * breaks. */
struct hand {
    struct play *play;
    size_t challenge;
    const cJSON *step;    /* of the solution: the one that runs, or ran last; NULL: none yet */
    uint64_t call;        /* it runs */
    int64_t step_over_ms; /* when the one before it ended */
};

/* One play of the pack. */
struct play {
    const struct check_options *options;
    struct world *world;
    struct cloud *cloud;
    struct game *game;
    struct team *team;
    struct timer pulse;
    struct proof *proofs; /* by fault */
    bool *played;         /* by step of the solution */
    struct hand *hands;   /* one a challenge, and one for what belongs to none */
    size_t hand_count;
    cJSON *problems; /* sentences */
    cJSON *samples;  /* [minute, score] */
    int64_t next_sample_ms;
    char log_digest[2 * SHA256_BYTES + 1];
};

__attribute__((format(printf, 2, 3))) static void complain(struct play *play, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    json_add(play->problems, json_new_string(buf_str(&text)));
    buf_release(&text);
}

static int64_t after_start(const struct play *play, int64_t at_ms)
{
    return at_ms ? at_ms - play->game->started_ms : 0;
}

/* ---- the solution ---- */

/* The fault that a step says it mends; SIZE_MAX: none. */
static size_t mends(const struct play *play, const cJSON *step)
{
    struct str fault = json_str(step, "mends");
    return fault.length ? scenario_fault(play->game->scenario, fault) : SIZE_MAX;
}

/* A step that mends nothing is done by who did the one before it. */
static size_t challenge_of(const struct play *play, const cJSON *step, size_t before)
{
    size_t fault = mends(play, step);
    return fault == SIZE_MAX ? before : play->game->scenario->faults[fault].challenge;
}

static void open_hands(struct play *play)
{
    play->hand_count = play->game->scenario->challenge_count + 1;
    play->hands = memory_alloc(play->hand_count * sizeof *play->hands);
    for (size_t i = 0; i < play->hand_count; i++) {
        struct hand *hand = &play->hands[i];
        *hand = (struct hand){ .play = play, .challenge = i ? i - 1 : OF_NO_CHALLENGE };
    }
}

static void step_ran(void *data, struct json *answer, const struct script_error *error)
{
    struct hand *hand = data;
    hand->call = 0;
    if (error) {
        char *text = notice_of_error(error);
        complain(hand->play, "the solution's step %s failed: %s", json_string(hand->step, "id"), text);
        free(text);
    }
    hand->step_over_ms = game_now(hand->play->game);
}

static bool can_be_seen(const struct play *play, size_t fault)
{
    size_t challenge = play->game->scenario->faults[fault].challenge;
    return challenge == OF_NO_CHALLENGE || play->team->faults[fault].mended_ms ||
           fault_in_front(play->team, challenge) == fault;
}

/* Behind the step before; one that mends something waits until that is what can be seen. */
static bool is_due(const struct hand *hand, const cJSON *step)
{
    const struct play *play = hand->play;
    size_t fault = mends(play, step);
    int64_t from = hand->step_over_ms;
    if (fault != SIZE_MAX) {
        const struct trouble *trouble = &play->team->faults[fault];
        if (trouble->state != FAULT_STANDING)
            return trouble->state == FAULT_RECOVERED || trouble->state == FAULT_GONE;
        if (!can_be_seen(play, fault))
            return false;
        from = trouble->broken_ms > from ? trouble->broken_ms : from;
    }
    return game_now(play->game) >= from + json_int64(step, "after_ms", 0);
}

/* The first that this hand can do now. One that mends nothing belongs to the one before it, and waits for that. */
static const cJSON *due_step(const struct hand *hand)
{
    const struct play *play = hand->play;
    const cJSON *step;
    size_t challenge = OF_NO_CHALLENGE, place = 0;
    bool before_is_done = true;
    cJSON_ArrayForEach(step, play->game->scenario->solution)
    {
        bool played = play->played[place++];
        challenge = challenge_of(play, step, challenge);
        if (challenge != hand->challenge)
            continue;
        if (!played && (before_is_done || mends(play, step) != SIZE_MAX) && is_due(hand, step)) {
            play->played[place - 1] = true;
            return step;
        }
        before_is_done = played;
    }
    return NULL;
}

static void run_step(struct hand *hand, const cJSON *step)
{
    struct play *play = hand->play;
    char callback[ROW_KEY_ROOM];
    size_t fault = mends(play, step);
    hand->step = step;
    if (fault != SIZE_MAX && play->team->faults[fault].mended_ms)
        complain(play, "%s was mended before the solution's step %s", play->game->scenario->faults[fault].id,
                 json_string(hand->step, "id"));
    snprintf(callback, sizeof callback, "solution/%s", json_string(hand->step, "id"));
    hand->call = script_call(play->game->script, callback, ACCOUNT, NULL, step_ran, hand);
}

/* ---- looking on ---- */

static bool any_probe_fails(const struct play *play, size_t challenge, int64_t since_ms)
{
    for (size_t i = 0; i < play->game->scenario->probe_count; i++) {
        const struct probe *probe = &play->team->probes[i];
        if ((challenge == OF_NO_CHALLENGE || play->game->scenario->probes[i].challenge == challenge) &&
            probe->state >= PROBE_WRONG && probe->at_ms >= since_ms)
            return true;
    }
    return false;
}

static void look_at(struct play *play, size_t place)
{
    const struct trouble *fault = &play->team->faults[place];
    size_t challenge = play->game->scenario->faults[place].challenge;
    struct proof *proof = &play->proofs[place];
    if (fault->state == FAULT_ASLEEP || fault->state == FAULT_BREAKING)
        return;
    proof->came = true;
    proof->broken_ms = fault->broken_ms;
    proof->detected_ms = fault->detected_ms;
    proof->mended_ms = fault->mended_ms;
    proof->recovered_ms = fault->recovered_ms;
    proof->shown = fault->detected_ms != 0;
    proof->mended = fault->mended_ms != 0;
    if (!proof->visible && fault->surfaced_ms && !fault->mended_ms &&
        any_probe_fails(play, challenge, fault->surfaced_ms)) {
        proof->visible = true;
        proof->visible_ms = game_now(play->game);
    }
    if (!proof->paid && fault->recovered_ms)
        proof->paid = challenge == OF_NO_CHALLENGE || probes_are_good(play->team, challenge, fault->mended_ms);
}

static void sample(struct play *play)
{
    int64_t elapsed = after_start(play, game_now(play->game));
    if (elapsed < play->next_sample_ms)
        return;
    play->next_sample_ms += SAMPLE_MS;
    cJSON *point = cJSON_CreateArray();
    json_add(point, json_new_int64(elapsed / 60000));
    json_add(point, json_new_int64(ledger_total(&play->team->ledger)));
    json_add(play->samples, point);
}

static void pulse(struct timer *timer, void *data)
{
    struct play *play = data;
    const cJSON *next;
    if (play->game->state == GAME_ENDED || play->game->state == GAME_FAILED)
        return;
    timer_start(play->world->clock, timer, timer_deadline(timer) + PULSE_MS);
    if (!game_is_live(play->game))
        return;
    sample(play);
    for (size_t i = 0; i < play->game->scenario->fault_count; i++)
        look_at(play, i);
    for (struct hand *hand = play->hands; hand < play->hands + play->hand_count; hand++)
        if (!hand->call && (next = due_step(hand)) != NULL)
            run_step(hand, next);
}

/* ---- one play ---- */

static bool open_world(struct play *play, char **reterr_why)
{
    struct world_options wanted = { .seed = play->options->seed,
                                    .start_ms = FIXED_START,
                                    .stepped = true,
                                    .speed = 1,
                                    .duration_factor = 1,
                                    .tables = play->options->tables,
                                    .recover = cloud_recover };
    play->world = world_new(&wanted, reterr_why);
    if (!play->world)
        return false;
    play->cloud = cloud_new(play->world, play->options->services, reterr_why);
    if (!play->cloud)
        return false;
    play->cloud->enforce = true;
    play->cloud->identities = play->options->identities;
    account_add(play->world, STR(ACCOUNT), STR("Player"));
    return true;
}

static bool open_play(struct play *play, char **reterr_why)
{
    if (!open_world(play, reterr_why))
        return false;
    const struct game_options wanted = { .cloud = play->cloud, .pack = play->options->pack, .solo = true };
    play->game = game_new(&wanted, reterr_why);
    if (!play->game)
        return false;
    const struct scenario *scenario = play->game->scenario;
    clock_set(play->world->clock, scenario->start_ms ? scenario->start_ms : FIXED_START);
    play->team = play->game->teams[0];
    play->proofs = memory_alloc((scenario->fault_count + 1) * sizeof *play->proofs);
    play->played = memory_alloc(((size_t)cJSON_GetArraySize(scenario->solution) + 1) * sizeof *play->played);
    open_hands(play);
    play->problems = cJSON_CreateArray();
    play->samples = cJSON_CreateArray();
    play->pulse = (struct timer){ .fire = pulse, .data = play };
    world_recover(play->world);
    timer_start(play->world->clock, &play->pulse, clock_now(play->world->clock) + PULSE_MS);
    return true;
}

static void digest_log(struct play *play)
{
    struct buf text = BUF_EMPTY;
    struct cursor at = store_seek(play->world->store, game_house, &game_scores, NULL, STR_NONE, false);
    while (store_next(&at)) {
        buf_add_str(&text, json_text(at.row));
        buf_add_byte(&text, '\n');
    }
    digest_sha256_hex(buf_str(&text), play->log_digest);
    buf_release(&text);
}

static bool goes_on(const struct play *play)
{
    return play->game->state == GAME_PREPARING || play->game->state == GAME_LIVE;
}

static void play_out(struct play *play)
{
    int64_t most_ms = SETUP_MS + play->game->scenario->duration_ms, before;
    do {
        before = clock_now(play->world->clock);
        world_settle(play->world, most_ms);
    } while (goes_on(play) && clock_now(play->world->clock) > before);
    timer_stop(play->world->clock, &play->pulse);
    for (size_t i = 0; i < play->hand_count; i++)
        if (play->hands[i].call)
            script_cancel(play->game->script, play->hands[i].call);
    if (play->game->state != GAME_ENDED)
        complain(play, "the game did not come to its end");
    digest_log(play);
}

static void close_play(struct play *play)
{
    game_free(play->game);
    if (play->cloud)
        cloud_free(play->cloud);
    if (play->world)
        world_free(play->world);
    free(play->proofs);
    free(play->played);
    free(play->hands);
    cJSON_Delete(play->problems);
    cJSON_Delete(play->samples);
}

/* ---- judging ---- */

static void judge_fault(struct play *play, size_t place)
{
    const struct fault_def *def = &play->game->scenario->faults[place];
    const struct proof *proof = &play->proofs[place];
    if (!proof->came)
        return; /* a matter of chance or of score: not in every game */
    if (!proof->visible)
        complain(play, "%s: no probe failed while it stood", def->id);
    if (!proof->shown)
        complain(play, "%s: the solution never made a call that shows it", def->id);
    if (!proof->mended)
        complain(play, "%s: the solution did not mend it", def->id);
    else if (!proof->paid)
        complain(play, "%s: it was mended, but its customers were never content again", def->id);
}

/* What did not come in this game needed no mending. */
static void judge_steps(struct play *play)
{
    const cJSON *step;
    size_t place = 0;
    cJSON_ArrayForEach(step, play->game->scenario->solution)
    {
        size_t fault = mends(play, step);
        if (!play->played[place++] && (fault == SIZE_MAX || play->proofs[fault].came))
            complain(play, "the solution's step %s was never played", json_string(step, "id"));
    }
}

static void judge(struct play *play)
{
    for (uint64_t seq = 1; seq <= play->game->notices.last; seq++) {
        const struct notice *notice = &play->game->notices.kept[seq % NOTICES_KEPT];
        if (notice->seq == seq && strcmp(notice->level, "info") != 0)
            complain(play, "%s", notice->text);
    }
    for (size_t i = 0; i < play->game->scenario->fault_count; i++)
        judge_fault(play, i);
    judge_steps(play);
}

/* ---- the report ---- */

static cJSON *time_view(const struct play *play, int64_t at_ms)
{
    return at_ms ? json_new_int64(after_start(play, at_ms)) : cJSON_CreateNull();
}

static cJSON *fault_report(const struct play *play, size_t place)
{
    const struct proof *proof = &play->proofs[place];
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", play->game->scenario->faults[place].id);
    json_set_bool(view, "came", proof->came);
    json_set_bool(view, "visible", proof->visible);
    json_set_bool(view, "shown", proof->shown);
    json_set_bool(view, "mended", proof->mended);
    json_set_bool(view, "paid", proof->paid);
    json_set(view, "broken_ms", time_view(play, proof->broken_ms));
    json_set(view, "visible_ms", time_view(play, proof->visible_ms));
    json_set(view, "detected_ms", time_view(play, proof->detected_ms));
    json_set(view, "mended_ms", time_view(play, proof->mended_ms));
    json_set(view, "recovered_ms", time_view(play, proof->recovered_ms));
    return view;
}

static void report_json(const struct play *play, bool repeats)
{
    cJSON *view = cJSON_CreateObject(), *faults = cJSON_CreateArray();
    struct buf text = BUF_EMPTY;
    json_set_string(view, "pack", play->game->scenario->id);
    json_set_int64(view, "seed", (int64_t)play->options->seed);
    json_set_bool(view, "good", cJSON_GetArraySize(play->problems) == 0);
    json_set_int64(view, "duration_ms", play->game->scenario->duration_ms);
    json_set_int64(view, "score", ledger_total(&play->team->ledger));
    json_set_bool(view, "repeats", repeats);
    for (size_t i = 0; i < play->game->scenario->fault_count; i++)
        json_add(faults, fault_report(play, i));
    json_set(view, "faults", faults);
    json_set(view, "scores", json_thaw(play->samples));
    json_set(view, "problems", json_thaw(play->problems));
    json_print(&text, view);
    printf("%.*s\n", (int)text.length, text.at);
    buf_release(&text);
    cJSON_Delete(view);
}

static void print_time(const struct play *play, bool there, int64_t at_ms)
{
    int64_t seconds = after_start(play, at_ms) / 1000;
    if (there && at_ms)
        printf("  %5lld:%02lld", (long long)(seconds / 60), (long long)(seconds % 60));
    else
        printf("  %8s", there ? "yes" : "no");
}

static void print_fault(const struct play *play, size_t place)
{
    const struct proof *proof = &play->proofs[place];
    printf("  %-28s", play->game->scenario->faults[place].id);
    if (!proof->came) {
        printf("  did not come in this game\n");
        return;
    }
    print_time(play, true, proof->broken_ms);
    print_time(play, proof->visible, proof->visible_ms);
    print_time(play, proof->shown, proof->detected_ms);
    print_time(play, proof->mended, proof->mended_ms);
    print_time(play, proof->paid, proof->recovered_ms);
    printf("\n");
}

static void report_plain(const struct play *play, bool repeats, uint64_t took_ns)
{
    const cJSON *at;
    printf("%s, seed %llu: %lld minutes in %.1f s\n\n", play->game->scenario->id,
           (unsigned long long)play->options->seed, (long long)(play->game->scenario->duration_ms / 60000),
           (double)took_ns / 1e9);
    printf("  %-28s  %8s  %8s  %8s  %8s  %8s\n", "fault", "breaks", "visible", "shown", "mended", "paid");
    for (size_t i = 0; i < play->game->scenario->fault_count; i++)
        print_fault(play, i);
    printf("\n  minute ");
    cJSON_ArrayForEach(at, play->samples)
    {
        printf("%7lld", (long long)json_to_int64(at->child));
    }
    printf("\n  score  ");
    cJSON_ArrayForEach(at, play->samples)
    {
        printf("%7lld", (long long)json_to_int64(at->child->next));
    }
    printf("\n\n  at the end: %lld %s\n  the same seed, the same game: %s\n",
           (long long)ledger_total(&play->team->ledger), play->game->scenario->currency, repeats ? "yes" : "no");
    cJSON_ArrayForEach(at, play->problems)
    {
        printf("  NOT SO: %s\n", at->valuestring);
    }
}

bool check_pack(const struct check_options *options, char **reterr_why)
{
    struct play first = { .options = options }, second = { .options = options };
    uint64_t began_ns = time_monotonic_ns();
    bool good = open_play(&first, reterr_why);
    if (good) {
        play_out(&first);
        judge(&first);
        good = open_play(&second, reterr_why);
    }
    if (good) {
        play_out(&second);
        bool repeats = strcmp(first.log_digest, second.log_digest) == 0;
        if (!repeats)
            complain(&first, "two games with the seed %llu came to different score logs",
                     (unsigned long long)options->seed);
        if (options->json)
            report_json(&first, repeats);
        else
            report_plain(&first, repeats, time_monotonic_ns() - began_ns);
        good = cJSON_GetArraySize(first.problems) == 0;
    }
    close_play(&second);
    close_play(&first);
    return good;
}
