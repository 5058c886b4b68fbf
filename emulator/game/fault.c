#include "game/fault.h"

#include <stdlib.h>

#include "aws/arn.h"
#include "aws/road.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/trace.h"

#define SETTLED_MS   500 /* after a change of the team's: it seldom comes alone */
#define TOUCHED_MOST 16
#define LATE_MOST                                                                                                      \
    10 /* a repair is seen this part of the time since the team last changed something too late, at most */

const struct table_def game_faults = { .name = "game.fault" };

static const char *const states[] = { "asleep", "breaking", "standing", "recovered", "gone" };

static void ask_mended(struct timer *timer, void *data);
static void time_is_over(struct timer *timer, void *data);

static const struct fault_def *def_of(const struct trouble *fault)
{
    return &fault->team->game->scenario->faults[fault->place];
}

static int64_t now_of(const struct trouble *fault)
{
    return game_now(fault->team->game);
}

/* ---- rows ---- */

static void key_of(const struct trouble *fault, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%s", fault->team->account, def_of(fault)->id);
}

/* Its instants as rows and pages name them; 0 is: not yet. */
static const struct {
    const char *name;
    size_t offset;
    bool is_shown;
} instants[] = {
    { "broken_at", offsetof(struct trouble, broken_ms), true },
    { "surfaced_at", offsetof(struct trouble, surfaced_ms), false },
    { "detected_at", offsetof(struct trouble, detected_ms), true },
    { "mended_at", offsetof(struct trouble, mended_ms), true },
    { "recovered_at", offsetof(struct trouble, recovered_ms), true },
    { "gone_at", offsetof(struct trouble, gone_ms), true },
};
#define INSTANTS (sizeof instants / sizeof *instants)

static int64_t *instant_of(struct trouble *fault, size_t i)
{
    return (int64_t *)(void *)((char *)fault + instants[i].offset);
}

void fault_load(struct team *team, size_t place)
{
    char key[ROW_KEY_ROOM];
    struct trouble *fault = &team->faults[place];
    *fault = (struct trouble){ .team = team, .place = place };
    fault->check = (struct timer){ .fire = ask_mended, .data = fault };
    fault->leave = (struct timer){ .fire = time_is_over, .data = fault };
    key_of(fault, key);
    struct json *row = store_get(team->game->world->store, game_house, &game_faults, str_of(key));
    if (!row)
        return;
    const cJSON *root = json_root(row);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (str_is(json_str(root, "state"), states[i]))
            fault->state = (enum fault_state)i;
    for (size_t i = 0; i < INSTANTS; i++)
        *instant_of(fault, i) = json_int64(root, instants[i].name, 0);
    fault->number = json_int64(root, "number", 0);
    fault->touched = json_get(root, "touched") ? json_thaw(json_get(root, "touched")) : NULL;
    fault->parameters = json_get(root, "parameters") ? json_thaw(json_get(root, "parameters")) : NULL;
    if (team->faults_broken < fault->number)
        team->faults_broken = fault->number;
}

static void save(struct trouble *fault)
{
    char key[ROW_KEY_ROOM];
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "state", states[fault->state]);
    json_set_int64(row, "number", fault->number);
    for (size_t i = 0; i < INSTANTS; i++)
        json_set_int64(row, instants[i].name, *instant_of(fault, i));
    if (fault->touched)
        json_set(row, "touched", json_thaw(fault->touched));
    if (fault->parameters)
        json_set(row, "parameters", json_thaw(fault->parameters));
    key_of(fault, key);
    store_put(fault->team->game->world->store, game_house, &game_faults, str_of(key), json_seal(row));
    if (def_of(fault)->challenge != OF_NO_CHALLENGE)
        news_challenge(fault->team, def_of(fault)->challenge);
    news_roster(fault->team);
}

/* For the facilitator's log, which names it before the team may know. */
static void chronicle(const struct trouble *fault, const char *english, const char *korean)
{
    chronicle_add(fault->team->game, "fault", fault->team, words_in(english, korean, def_of(fault)->id));
}

/* ---- which one can be seen ---- */

/* One that is about to break stands in its place already. */
static bool hides_others(const struct trouble *fault)
{
    return fault->state == FAULT_BREAKING || (fault->state == FAULT_STANDING && !fault->mended_ms);
}

static size_t first_unmended(const struct team *team, size_t challenge)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        if (team->game->scenario->faults[i].challenge == challenge && hides_others(&team->faults[i]) &&
            (first == SIZE_MAX || team->faults[i].number < team->faults[first].number))
            first = i;
    return first;
}

size_t fault_in_front(const struct team *team, size_t challenge)
{
    size_t first = first_unmended(team, challenge);
    return first != SIZE_MAX && team->faults[first].state == FAULT_STANDING ? first : SIZE_MAX;
}

/* Those of no challenge hide nothing. */
static bool can_be_seen(const struct trouble *fault)
{
    size_t challenge = def_of(fault)->challenge;
    return fault->state == FAULT_STANDING && !fault->mended_ms &&
           (challenge == OF_NO_CHALLENGE || fault_in_front(fault->team, challenge) == fault->place);
}

static void surface(struct team *team, size_t challenge)
{
    size_t front = challenge == OF_NO_CHALLENGE ? SIZE_MAX : fault_in_front(team, challenge);
    if (front == SIZE_MAX || team->faults[front].surfaced_ms)
        return;
    team->faults[front].surfaced_ms = game_now(team->game);
    save(&team->faults[front]);
}

size_t fault_of_number(const struct team *team, int64_t number)
{
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        if (team->faults[i].number == number && team->faults[i].surfaced_ms)
            return i;
    return SIZE_MAX;
}

bool faults_are_over(const struct team *team, size_t challenge)
{
    bool any = false;
    for (size_t i = 0; i < team->game->scenario->fault_count; i++) {
        const struct trouble *fault = &team->faults[i];
        if (def_of(fault)->challenge != challenge || fault->state == FAULT_ASLEEP)
            continue;
        if (fault->state == FAULT_BREAKING || fault->state == FAULT_STANDING)
            return false;
        any = any || fault->state == FAULT_RECOVERED;
    }
    return any;
}

/* ---- breaking ---- */

static void stand(struct trouble *fault)
{
    const struct fault_def *def = def_of(fault);
    struct clock *clock = fault->team->game->world->clock;
    if (def->of_cloud)
        script_arm(fault->team->game->script, def->id, fault->team->account);
    if (def->has_mended)
        timer_start(clock, &fault->check, now_of(fault) + def->check_ms);
    if (def->during_ms)
        timer_start(clock, &fault->leave, fault->broken_ms + def->during_ms);
}

static void leave(struct trouble *fault)
{
    struct game *game = fault->team->game;
    fault_stop(fault->team, fault->place);
    if (def_of(fault)->of_cloud)
        script_disarm(game->script, def_of(fault)->id, fault->team->account);
    if (fault->state == FAULT_STANDING || fault->state == FAULT_BREAKING) {
        fault->state = FAULT_GONE;
        fault->gone_ms = now_of(fault);
        chronicle(fault, "%s has gone", "%s 사라짐");
        trace_keep(fault->team, fault->place);
    }
    save(fault);
    surface(fault->team, def_of(fault)->challenge);
}

static void broke(void *data, struct json *answer, const struct script_error *error);

static void run_breaks(struct trouble *fault)
{
    fault->call = script_call(fault->team->game->script, def_of(fault)->breaks, fault->team->account, fault->parameters,
                              broke, fault);
}

static void broken(struct trouble *fault)
{
    fault->state = FAULT_STANDING;
    fault->broken_ms = now_of(fault);
    if (def_of(fault)->challenge == OF_NO_CHALLENGE)
        fault->surfaced_ms = fault->broken_ms;
    save(fault);
    chronicle(fault, "%s broke", "%s 고장");
    stand(fault);
    surface(fault->team, def_of(fault)->challenge);
}

static void broke(void *data, struct json *answer, const struct script_error *error)
{
    struct trouble *fault = data;
    fault->call = 0;
    if (!error) {
        broken(fault);
        return;
    }
    if (error->interrupted) { /* the child was started anew: so is this */
        run_breaks(fault);
        return;
    }
    char *text = notice_of_error(error);
    notice_add(fault->team->game, "error", "%s: %s", def_of(fault)->breaks, text);
    free(text);
    leave(fault);
}

static bool is_under_way(const struct trouble *fault)
{
    return fault->state == FAULT_BREAKING || fault->state == FAULT_STANDING;
}

void fault_break(struct team *team, size_t place)
{
    fault_inject(team, place, NULL);
}

bool fault_stands(const struct team *team, size_t place)
{
    return is_under_way(&team->faults[place]);
}

bool fault_inject(struct team *team, size_t place, const cJSON *parameters)
{
    struct trouble *fault = &team->faults[place];
    if (is_under_way(fault))
        return false;
    cJSON_Delete(fault->touched);
    cJSON_Delete(fault->parameters);
    json_unref(fault->answer);
    fault->answer = NULL;
    fault->touched = NULL;
    fault->parameters = parameters ? json_thaw(parameters) : NULL;
    for (size_t i = 0; i < INSTANTS; i++)
        *instant_of(fault, i) = 0;
    fault->state = FAULT_BREAKING;
    fault->number = ++team->faults_broken;
    fault->broken_ms = now_of(fault);
    if (!def_of(fault)->has_breaks) {
        broken(fault);
        return true;
    }
    save(fault);
    run_breaks(fault);
    return true;
}

void fault_withdraw(struct team *team, size_t place)
{
    struct trouble *fault = &team->faults[place];
    if (is_under_way(fault))
        leave(fault);
}

static void time_is_over(struct timer *timer, void *data)
{
    leave(data);
}

/* A fault of the cloud goes on to its end, repaired or not. */
void fault_resume(struct team *team, size_t place)
{
    struct trouble *fault = &team->faults[place];
    const struct fault_def *def = def_of(fault);
    if (fault->state == FAULT_BREAKING) {
        run_breaks(fault);
    } else if (fault->state == FAULT_STANDING) {
        stand(fault);
    } else if (fault->state == FAULT_RECOVERED && def->of_cloud && def->during_ms &&
               fault->broken_ms + def->during_ms > now_of(fault)) {
        script_arm(team->game->script, def->id, team->account);
        timer_start(team->game->world->clock, &fault->leave, fault->broken_ms + def->during_ms);
    }
}

void fault_stop(struct team *team, size_t place)
{
    struct trouble *fault = &team->faults[place];
    timer_stop(team->game->world->clock, &fault->check);
    timer_stop(team->game->world->clock, &fault->leave);
    if (fault->call)
        script_cancel(team->game->script, fault->call);
    fault->call = 0;
}

/* ---- recovery ---- */

static void ask_probes(struct trouble *fault)
{
    const struct scenario *scenario = fault->team->game->scenario;
    for (size_t i = 0; i < scenario->probe_count; i++)
        if (scenario->probes[i].challenge == def_of(fault)->challenge)
            probe_run_soon(fault->team, i);
}

static cJSON *reason_of(const struct trouble *fault)
{
    return json_thaw(def_of(fault)->title);
}

/* The repair itself is what counts, not when the customers noticed. */
static void recover(struct trouble *fault)
{
    const struct fault_def *def = def_of(fault);
    int64_t since = fault->surfaced_ms ? fault->surfaced_ms : fault->mended_ms;
    fault->state = FAULT_RECOVERED;
    fault->recovered_ms = now_of(fault);
    if (!fault->surfaced_ms)
        fault->surfaced_ms = fault->mended_ms;
    timer_stop(fault->team->game->world->clock, &fault->check);
    if (def->of_cloud && !def->during_ms)
        script_disarm(fault->team->game->script, def->id, fault->team->account);
    save(fault);
    trace_keep(fault->team, fault->place);
    score_add(fault->team, &(struct score_note){ .kind = SCORE_RECOVERED,
                                                 .points = curve_points(&def->recovery, fault->mended_ms - since),
                                                 .reason_taken = reason_of(fault),
                                                 .challenge = def->challenge });
}

/* Another fault of the challenge explains why the customers are still not content. */
static bool stands_before_another(const struct trouble *fault)
{
    return first_unmended(fault->team, def_of(fault)->challenge) != SIZE_MAX;
}

static void consider(struct trouble *fault)
{
    const struct fault_def *def = def_of(fault);
    if (fault->state != FAULT_STANDING || !team_plays(fault->team))
        return;
    if (!def->has_mended && !fault->mended_ms && probes_are_good(fault->team, def->challenge, fault->broken_ms + 1)) {
        fault->mended_ms = now_of(fault);
        surface(fault->team, def->challenge);
    }
    if (!fault->mended_ms)
        return;
    if (def->challenge == OF_NO_CHALLENGE || stands_before_another(fault) ||
        probes_are_good(fault->team, def->challenge, fault->mended_ms))
        recover(fault);
}

void fault_consider(struct team *team, size_t challenge)
{
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        if (team->game->scenario->faults[i].challenge == challenge)
            consider(&team->faults[i]);
}

static bool needs_are_met(const struct trouble *fault)
{
    const struct team *team = fault->team;
    const cJSON *id;
    cJSON_ArrayForEach(id, def_of(fault)->needs)
    {
        size_t other = scenario_fault(team->game->scenario, json_value(id));
        if (other != SIZE_MAX && hides_others(&team->faults[other]))
            return false;
    }
    return true;
}

static void set_mended(struct trouble *fault, bool mended)
{
    if (mended == (fault->mended_ms != 0))
        return;
    fault->mended_ms = mended ? now_of(fault) : 0;
    save(fault);
    if (!mended) {
        reaction_heard(fault->team, REACT_RELAPSE, def_of(fault)->challenge);
        return;
    }
    surface(fault->team, def_of(fault)->challenge);
    ask_probes(fault);
    consider(fault);
}

static void mended_answered(void *data, struct json *answer, const struct script_error *error)
{
    struct trouble *fault = data;
    fault->call = 0;
    if (error && !error->interrupted && !error->code[0]) {
        char *text = notice_of_error(error);
        notice_add(fault->team->game, "error", "%s: %s", def_of(fault)->mended, text);
        free(text);
    }
    if (!answer || fault->state != FAULT_STANDING)
        return;
    json_unref(fault->answer);
    fault->answer = json_ref(answer);
    set_mended(fault, json_bool(json_root(answer), "mended", false) && needs_are_met(fault));
}

/* Repairs follow from what the team does. Who does nothing for long is asked less and less often: most of a game's callbacks would ask
 * after faults that nobody touches. */
static int64_t pause_of(const struct trouble *fault)
{
    int64_t since_ms = fault->surfaced_ms > fault->broken_ms ? fault->surfaced_ms : fault->broken_ms;
    if (since_ms < fault->team->changed_ms)
        since_ms = fault->team->changed_ms;
    int64_t pause_ms = (now_of(fault) - since_ms) / LATE_MOST;
    return pause_ms > def_of(fault)->check_ms ? pause_ms : def_of(fault)->check_ms;
}

static void ask_mended(struct timer *timer, void *data)
{
    struct trouble *fault = data;
    timer_start(fault->team->game->world->clock, timer, now_of(fault) + pause_of(fault));
    if (!fault->call)
        fault->call = script_call(fault->team->game->script, def_of(fault)->mended, fault->team->account, NULL,
                                  mended_answered, fault);
}

/* ---- what the team does ---- */

static void ask_soon(struct trouble *fault)
{
    int64_t soon = now_of(fault) + SETTLED_MS;
    if (timer_is_running(&fault->check) && timer_deadline(&fault->check) > soon)
        timer_start(fault->team->game->world->clock, &fault->check, soon);
}

/* "stateMachine:order-flow" and "execution:order-flow:7" are both about order-flow; so are "role/X" and "policy/X". */
static struct str name_in(struct str arn_text)
{
    struct arn arn = { 0 };
    struct str rest, name;
    if (!arn_parse(arn_text, &arn))
        return arn_text;
    size_t colon = str_find_byte(arn.resource, ':'), slash = str_find_byte(arn.resource, '/');
    size_t first = colon < slash ? colon : slash;
    name = first == SIZE_MAX ? arn.resource : str_from(arn.resource, first + 1);
    name = str_cut(name, ':', &rest);
    return str_is(arn.service, "s3") ? str_cut(arn.resource, '/', &rest) : name;
}

static bool is_about(struct str resource, const cJSON *touched)
{
    struct arn mine = { 0 }, theirs = { 0 };
    const cJSON *at;
    cJSON_ArrayForEach(at, touched)
    {
        struct str other = json_value(at);
        if (arn_parse(resource, &mine) && arn_parse(other, &theirs) && str_equal(mine.service, theirs.service) &&
            str_equal(name_in(resource), name_in(other)))
            return true;
    }
    return false;
}

/* What the pack says shows it; where it says nothing, any look at what its breaking touched. */
static bool shows(const struct trouble *fault, struct call *call, const char *operation)
{
    const struct fault_def *def = def_of(fault);
    if (def->shown_by && def->shown_by->child)
        return operations_name(def->shown_by, operation);
    return call->operation->reads_only && is_about(road_resource(call), fault->touched);
}

static void detect(struct trouble *fault)
{
    const struct fault_def *def = def_of(fault);
    fault->detected_ms = now_of(fault);
    save(fault);
    score_add(fault->team,
              &(struct score_note){
                  .kind = SCORE_DETECTED,
                  .points = curve_points(&def->detection, fault->detected_ms - fault->surfaced_ms),
                  .reason_taken = words_of("You looked where it shows", "문제가 드러나는 곳을 찾아보았습니다"),
                  .challenge = def->challenge });
}

void fault_hope(struct team *team, size_t challenge)
{
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        if (team->game->scenario->faults[i].challenge == challenge)
            ask_soon(&team->faults[i]);
}

void fault_heard(struct team *team, struct call *call, enum outcome outcome)
{
    char operation[128];
    bool changes = !call->operation->reads_only && outcome == CALL_DONE;
    if (changes)
        team->changed_ms = game_now(team->game);
    snprintf(operation, sizeof operation, "%s:%s", call->service->model->iam_prefix, call->operation->name);
    for (size_t i = 0; i < team->game->scenario->fault_count; i++) {
        struct trouble *fault = &team->faults[i];
        if (fault->state != FAULT_STANDING)
            continue;
        if (!fault->detected_ms && can_be_seen(fault) && outcome == CALL_DONE && shows(fault, call, operation))
            detect(fault);
        if (changes)
            ask_soon(fault);
    }
}

void fault_touched(struct team *team, struct call *call)
{
    struct str resource = road_resource(call);
    for (size_t i = 0; i < team->game->scenario->fault_count; i++) {
        struct trouble *fault = &team->faults[i];
        if (fault->state != FAULT_BREAKING || !fault->call || call->operation->reads_only || str_is(resource, "*") ||
            cJSON_GetArraySize(fault->touched) >= TOUCHED_MOST)
            continue;
        if (!fault->touched)
            fault->touched = cJSON_CreateArray();
        json_add(fault->touched, json_new_string(resource));
    }
}

/* ---- as pages see it ---- */

/* What it was is told when it is over. */
cJSON *fault_view(const struct team *team, size_t place)
{
    struct trouble *fault = &team->faults[place];
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "number", fault->number);
    for (size_t i = 0; i < INSTANTS; i++) {
        int64_t at = *instant_of(fault, i);
        if (instants[i].is_shown)
            json_set(view, instants[i].name, at ? json_new_int64(at) : cJSON_CreateNull());
    }
    json_set(view, "title", fault->state == FAULT_RECOVERED ? json_thaw(def_of(fault)->title) : cJSON_CreateNull());
    return view;
}
