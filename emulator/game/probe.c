#include "game/probe.h"

#include <math.h>
#include <stdlib.h>

#include "game/game_inner.h"
#include "game/news.h"

#define SOON_MS  500
#define FIRST_MS 5000 /* until then what the setup made has settled, and what is broken from the start is broken */

const struct table_def game_probes = { .name = "game.probe" };

static const char *const states[] = { "unknown", "good", "wrong", "error" };

static const struct probe_def *def_of(const struct team *team, size_t place)
{
    return &team->game->scenario->probes[place];
}

static const struct challenge_def *challenge_of(const struct team *team, size_t place)
{
    return &team->game->scenario->challenges[def_of(team, place)->challenge];
}

/* ---- rows ---- */

static void key_of(const struct team *team, size_t place, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%s/%s", team->account, challenge_of(team, place)->id, def_of(team, place)->id);
}

static const cJSON *row_of(const struct team *team, size_t place)
{
    char key[ROW_KEY_ROOM];
    key_of(team, place, key);
    struct json *row = store_get(team->game->world->store, game_house, &game_probes, str_of(key));
    return row ? json_root(row) : NULL;
}

void probe_load(struct team *team, size_t place)
{
    struct probe *probe = &team->probes[place];
    *probe = (struct probe){ .team = team, .place = place };
    const cJSON *row = row_of(team, place);
    for (size_t i = 0; row && i < sizeof states / sizeof *states; i++)
        if (str_is(json_str(row, "state"), states[i]))
            probe->state = (enum probe_state)i;
    probe->at_ms = json_int64(row, "at", 0);
}

/* ---- what an answer comes to ---- */

/* What one run has found. */
struct finding {
    enum probe_state state;
    cJSON *why, *error;      /* NULL while good */
    const char *call, *look; /* aws lines; look is malloc'ed; or NULL */
    int64_t points;
};

static cJSON *error_view(const struct script_error *error)
{
    struct str operation, service = str_cut(str_of(error->operation), ':', &operation);
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "code", error->code);
    json_set_string(view, "message", error->message);
    json_set_str(view, "service", service);
    json_set_str(view, "operation", operation);
    return view;
}

/* The operation that says more: the probe's, else that of the fault that can be seen. */
static const char *shown_by(const struct team *team, size_t place)
{
    const struct probe_def *def = def_of(team, place);
    size_t fault = fault_in_front(team, def->challenge);
    if (def->shows || fault == SIZE_MAX)
        return def->shows;
    const cJSON *first = team->game->scenario->faults[fault].shown_by;
    first = first ? first->child : NULL;
    return first && !strpbrk(first->valuestring, "*?") ? first->valuestring : NULL;
}

static char *look_of(const struct team *team, size_t place)
{
    const char *operation = shown_by(team, place);
    return operation ? lately_look(team, operation) : NULL;
}

static struct finding find_in_answer(const struct team *team, size_t place, const cJSON *answer)
{
    const cJSON *reason = json_get(answer, "reason");
    if (json_bool(answer, "good", false))
        return (struct finding){
            .state = PROBE_GOOD, .points = llround((double)def_of(team, place)->earns * json_number(answer, "share", 1))
        };
    return (struct finding){ .state = PROBE_WRONG,
                             .why = cJSON_IsObject(reason) ? json_thaw(reason)
                                                           : words_of("The answer was wrong.", "답이 틀렸습니다."),
                             .look = look_of(team, place) };
}

static struct finding find_in_error(const struct team *team, size_t place, const struct script_error *error)
{
    struct str operation;
    (void)str_cut(str_of(error->operation), ':', &operation);
    struct buf english = BUF_EMPTY, korean = BUF_EMPTY;
    buf_printf(&english, "%.*s answered %s: %s", STR_ARG(operation), error->code, error->message);
    buf_printf(&korean, "%.*s의 응답은 %s: %s", STR_ARG(operation), error->code, error->message);
    struct finding finding = { .state = PROBE_ERROR,
                               .why = words_of(english.at, korean.at),
                               .error = error_view(error),
                               .call = lately_failed(&team->lately, error->operation),
                               .look = look_of(team, place),
                               .points = -def_of(team, place)->costs };
    buf_release(&english);
    buf_release(&korean);
    return finding;
}

static cJSON *title_of(const struct team *team, size_t place)
{
    const struct probe_def *def = def_of(team, place);
    return def->title ? json_thaw(def->title) : words_of(def->id, NULL);
}

static bool is_news(const struct probe *probe, const struct finding *finding)
{
    const cJSON *row = row_of(probe->team, probe->place);
    return !row || probe->state != finding->state || (finding->why && !json_equal(json_get(row, "why"), finding->why));
}

/* The same again says nothing new: it only keeps counting since when. */
static void save(struct probe *probe, const struct finding *finding)
{
    char key[ROW_KEY_ROOM];
    const cJSON *before = row_of(probe->team, probe->place);
    bool was_bad = before && probe->state != PROBE_GOOD && probe->state != PROBE_UNKNOWN;
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "state", states[finding->state]);
    json_set_int64(row, "at", probe->at_ms);
    json_set_int64(row, "since", was_bad && finding->why ? json_int64(before, "since", probe->at_ms) : probe->at_ms);
    if (finding->why)
        json_set(row, "why", json_thaw(finding->why));
    if (finding->error)
        json_set(row, "error", json_thaw(finding->error));
    json_set_string(row, "call", finding->call);
    json_set_string(row, "look", finding->look);
    key_of(probe->team, probe->place, key);
    store_put(probe->team->game->world->store, game_house, &game_probes, str_of(key), json_seal(row));
}

static void score(struct probe *probe, const struct finding *finding, bool news)
{
    static const enum score_kind kinds[] = {
        [PROBE_GOOD] = SCORE_EARNED, [PROBE_WRONG] = SCORE_MISSED, [PROBE_ERROR] = SCORE_COST
    };
    const struct probe_def *def = def_of(probe->team, probe->place);
    if (finding->points == 0 && !news)
        return;
    score_add(probe->team, &(struct score_note){ .kind = kinds[finding->state],
                                                 .points = finding->points,
                                                 .reason_taken = finding->why ? json_thaw(finding->why)
                                                                              : title_of(probe->team, probe->place),
                                                 .challenge = def->challenge,
                                                 .probe = def->id,
                                                 .error_taken = finding->error ? json_thaw(finding->error) : NULL });
}

static void note(struct probe *probe, struct finding *finding)
{
    struct team *team = probe->team;
    size_t challenge = def_of(team, probe->place)->challenge;
    bool news = is_news(probe, finding);
    if (news)
        save(probe, finding);
    probe->state = finding->state;
    score(probe, finding, news);
    cJSON_Delete(finding->why);
    cJSON_Delete(finding->error);
    free((char *)finding->look);
    if (news && probe->state == PROBE_GOOD)
        fault_hope(team, challenge);
    fault_consider(team, challenge);
    challenge_consider(team, challenge);
    if (news)
        news_challenge(team, challenge);
}

static void free_finding(struct finding *finding)
{
    if (!finding)
        return;
    cJSON_Delete(finding->why);
    cJSON_Delete(finding->error);
    free((char *)finding->look);
    free(finding);
}

/* The worst is what is told of them all. */
static void add_finding(struct probe *probe, struct finding *found_taken)
{
    struct finding *other = probe->worst;
    probe->told++;
    probe->worst = found_taken;
    if (!other)
        return;
    int64_t points = other->points + found_taken->points;
    if (found_taken->state <= other->state) {
        probe->worst = other;
        other = found_taken;
    }
    probe->worst->points = points;
    free_finding(other);
}

static void all_answered(struct probe *probe)
{
    struct finding *worst = probe->worst;
    if (!worst)
        return;
    worst->points = llround((double)worst->points / (double)probe->told);
    probe->worst = NULL;
    probe->at_ms = probe->asked_ms;
    note(probe, worst);
    free(worst);
}

/* NULL: the visit says nothing about the team. */
static struct finding *find(struct probe *probe, struct json *answer, const struct script_error *error)
{
    struct team *team = probe->team;
    if (error && error->interrupted)
        return NULL;
    if (error && !error->code[0]) { /* the pack's own mistake is nobody's cost */
        char *text = notice_of_error(error);
        notice_add(team->game, "error", "%s: %s", def_of(team, probe->place)->callback, text);
        free(text);
        return NULL;
    }
    struct finding *found = memory_alloc(sizeof *found);
    *found = error ? find_in_error(team, probe->place, error) : find_in_answer(team, probe->place, json_root(answer));
    return found;
}

static void answered(void *data, struct json *answer, const struct script_error *error)
{
    struct visit *visit = data;
    struct probe *probe = visit->probe;
    visit->call = 0;
    struct finding *found = find(probe, answer, error);
    if (found)
        add_finding(probe, found);
    if (--probe->waiting == 0)
        all_answered(probe);
}

/* ---- when it asks ---- */

/* Teams take turns, so that not all of them are asked in the same moment. */
static int64_t first_due(const struct team *team, size_t place)
{
    const struct probe_def *def = def_of(team, place);
    int64_t turn = def->every_ms * (int64_t)team->number / (int64_t)team->game->team_count;
    return team->challenges[def->challenge].opened_ms + (def->starts_ms ? def->starts_ms : FIRST_MS) + turn;
}

static size_t how_many_come(const struct probe *probe)
{
    const struct team *team = probe->team;
    const struct probe_def *def = def_of(team, probe->place);
    return (size_t)load_now(&def->load, game_now(team->game) - team->challenges[def->challenge].opened_ms);
}

static void ask(struct probe *probe)
{
    struct team *team = probe->team;
    const struct probe_def *def = def_of(team, probe->place);
    if (probe->waiting)
        return; /* for the last answers */
    if (!probe->visits)
        probe->visits = memory_alloc((size_t)def->load.most * sizeof *probe->visits);
    probe->asked_ms = game_now(team->game);
    probe->told = 0;
    probe->waiting = how_many_come(probe);
    for (size_t i = 0; i < probe->waiting; i++) {
        probe->visits[i].probe = probe;
        probe->visits[i].call = script_call(team->game->script, def->callback, team->account, NULL, answered,
                                            &probe->visits[i]);
    }
}

static void due(struct timer *timer, void *data)
{
    struct probe *probe = data;
    timer_start(probe->team->game->world->clock, timer,
                timer_deadline(timer) + def_of(probe->team, probe->place)->every_ms);
    ask(probe);
}

void probe_start(struct team *team, size_t place)
{
    struct probe *probe = &team->probes[place];
    int64_t every_ms = def_of(team, place)->every_ms, now = game_now(team->game), first = first_due(team, place);
    if (first < now)
        first += (now - first + every_ms - 1) / every_ms * every_ms;
    probe->timer.fire = due;
    probe->timer.data = probe;
    timer_start(team->game->world->clock, &probe->timer, first);
}

void probe_stop(struct team *team, size_t place)
{
    struct probe *probe = &team->probes[place];
    timer_stop(team->game->world->clock, &probe->timer);
    for (size_t i = 0; probe->visits && i < (size_t)def_of(team, place)->load.most; i++)
        if (probe->visits[i].call)
            script_cancel(team->game->script, probe->visits[i].call);
    free(probe->visits);
    free_finding(probe->worst);
    probe->visits = NULL;
    probe->worst = NULL;
    probe->waiting = 0;
}

void probe_run_soon(struct team *team, size_t place)
{
    struct probe *probe = &team->probes[place];
    int64_t soon = game_now(team->game) + SOON_MS;
    if (timer_is_running(&probe->timer) && timer_deadline(&probe->timer) > soon)
        timer_start(team->game->world->clock, &probe->timer, soon);
}

void probe_heard(struct team *team, const char *operation)
{
    for (size_t i = 0; i < team->game->scenario->probe_count; i++)
        if (timer_is_running(&team->probes[i].timer) && operations_name(def_of(team, i)->on, operation))
            ask(&team->probes[i]);
}

bool probes_are_good(const struct team *team, size_t challenge, int64_t since_ms)
{
    for (size_t i = 0; i < team->game->scenario->probe_count; i++) {
        const struct probe *probe = &team->probes[i];
        if (def_of(team, i)->challenge == challenge && (probe->state != PROBE_GOOD || probe->at_ms < since_ms))
            return false;
    }
    return true;
}

/* ---- as pages see it ---- */

static void copy_member(cJSON *view, const cJSON *row, const char *name)
{
    const cJSON *member = json_get(row, name);
    json_set(view, name, member ? json_thaw(member) : cJSON_CreateNull());
}

cJSON *probe_view(const struct team *team, size_t place)
{
    const struct probe_def *def = def_of(team, place);
    const struct probe *probe = &team->probes[place];
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", def->id);
    json_set(view, "title", def->title ? json_thaw(def->title) : cJSON_CreateNull());
    json_set_string(view, "state", states[probe->state]);
    json_set(view, "at", probe->at_ms ? json_new_int64(probe->at_ms) : cJSON_CreateNull());
    json_set_int64(view, "every_ms", def->every_ms);
    json_set_int64(view, "earns", def->earns);
    json_set_int64(view, "costs", def->costs);
    return view;
}

static size_t worst_probe(const struct team *team, size_t challenge)
{
    size_t worst = SIZE_MAX;
    for (size_t i = 0; i < team->game->scenario->probe_count; i++)
        if (def_of(team, i)->challenge == challenge && team->probes[i].state >= PROBE_WRONG &&
            (worst == SIZE_MAX || team->probes[i].state > team->probes[worst].state))
            worst = i;
    return worst;
}

cJSON *probe_trouble(const struct team *team, size_t challenge)
{
    static const char *const members[] = { "since", "why", "error", "call", "look" };
    size_t place = worst_probe(team, challenge);
    if (place == SIZE_MAX)
        return cJSON_CreateNull();
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "probe", def_of(team, place)->id);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        copy_member(view, row_of(team, place), members[i]);
    return view;
}
