#include "game/row_watch.h"

#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/row_kind.h"
#include "base/pattern.h"
#include "game/game_inner.h"

#define SHOWN_MOST   ((size_t)64 << 10) /* of a row */
#define SECOND_MOST  1000               /* tellings that one second of the game may bring: a circle ends there */
#define WAITING_MOST 1000

/* A table that the watch names. */
struct row_listener {
    struct written written;
    struct row_watch *watch;
    char kind[ROW_KIND_ROOM];
};

struct tidings {
    struct list link;
    const char *kind, *what;
    char *key;
    struct json *before, *after; /* NULL: was not there; is gone */
};

static struct clock *clock_of(const struct row_watch *watch)
{
    return watch->team->game->world->clock;
}

/* ---- what was written ---- */

static const char *what_of(const struct change *change)
{
    return !change->before ? "made" : change->after ? "changed" : "gone";
}

static bool names(const cJSON *words_or_null, const char *word)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, words_or_null)
    {
        if (str_is(json_value(one), word))
            return true;
    }
    return !words_or_null;
}

static bool is_made_by_pack(const struct game *game)
{
    const char *made_by = game->world->made_by;
    return made_by && strcmp(made_by, script_maker(game->script)) == 0;
}

static bool concerns(const struct row_watch *watch, const struct change *change)
{
    const struct watch_def *def = watch->def;
    return team_plays(watch->team) && !is_made_by_pack(watch->team->game) &&
           (def->challenge == OF_NO_CHALLENGE || challenge_is_open(watch->team, def->challenge)) &&
           names(def->what, what_of(change)) &&
           (!def->key || wildcard_matches(str_of(def->key), change->key, 0, false));
}

static bool has_room(struct row_watch *watch)
{
    int64_t second = clock_now(clock_of(watch)) / 1000;
    if (watch->second != second)
        watch->noted = 0;
    watch->second = second;
    if (watch->noted < SECOND_MOST && watch->waiting_count < WAITING_MOST)
        return true;
    if (!watch->is_flooded)
        notice_add(watch->team->game, "error",
                   "the watch %s: more rows were written than it can be told of (%d a second); some are left out",
                   watch->def->id, SECOND_MOST);
    watch->is_flooded = true;
    return false;
}

static void note(struct written *written, const struct change *change)
{
    struct row_listener *listener = LIST_ITEM(written, struct row_listener, written);
    struct row_watch *watch = listener->watch;
    if (!concerns(watch, change) || !has_room(watch))
        return;
    struct tidings *tidings = memory_alloc(sizeof *tidings);
    tidings->kind = listener->kind;
    tidings->what = what_of(change);
    tidings->key = memory_copy(change->key);
    tidings->before = json_ref(change->before);
    tidings->after = json_ref(change->after);
    list_append(&watch->waiting, &tidings->link);
    watch->waiting_count++;
    watch->noted++;
    if (!watch->call && !timer_is_running(&watch->timer))
        timer_start(clock_of(watch), &watch->timer, clock_now(clock_of(watch)));
}

/* ---- tidings ---- */

static struct tidings *take_tidings(struct row_watch *watch)
{
    struct list *link = list_take_first(&watch->waiting);
    watch->waiting_count -= link != NULL;
    return link ? LIST_ITEM(link, struct tidings, link) : NULL;
}

static void free_tidings(struct tidings *tidings)
{
    json_unref(tidings->before);
    json_unref(tidings->after);
    free(tidings->key);
    free(tidings);
}

static void show(cJSON *argument, const char *name, struct json *row)
{
    if (row && json_weight(json_root(row), SHOWN_MOST) <= SHOWN_MOST)
        json_set(argument, name, json_thaw(json_root(row)));
}

static void has_run(void *data, struct json *answer, const struct script_error *error)
{
    struct row_watch *watch = data;
    watch->call = 0;
    if (error && !error->interrupted) {
        char *text = notice_of_error(error);
        notice_add(watch->team->game, "error", "%s: %s", watch->def->callback, text);
        free(text);
    }
    if (watch->waiting_count && !timer_is_running(&watch->timer))
        timer_start(clock_of(watch), &watch->timer, clock_now(clock_of(watch)));
}

static void tell_next(struct timer *timer, void *data)
{
    struct row_watch *watch = data;
    struct team *team = watch->team;
    struct tidings *tidings = take_tidings(watch);
    if (!tidings)
        return;
    cJSON *argument = cJSON_CreateObject();
    json_set_string(argument, "kind", tidings->kind);
    json_set_string(argument, "what", tidings->what);
    json_set_string(argument, "key", tidings->key);
    show(argument, "before", tidings->before);
    show(argument, "after", tidings->after);
    free_tidings(tidings);
    watch->call = script_call(team->game->script, watch->def->callback, team->account, argument, has_run, watch);
    cJSON_Delete(argument);
}

/* ---- all of a team's ---- */

/* "stepfunctions:StateMachine" is "states:StateMachine" here. */
static bool is_named(const struct cloud *cloud, const cJSON *on, const char *kind)
{
    const cJSON *pattern;
    struct str noun, prefix = str_cut(str_of(kind), ':', &noun);
    cJSON_ArrayForEach(pattern, on)
    {
        struct str of_noun, of_service = str_cut(json_value(pattern), ':', &of_noun);
        const struct service *service = cloud_service(cloud, of_service);
        struct str wanted = service ? str_of(service->model->iam_prefix) : of_service;
        if (wildcard_matches(wanted, prefix, 0, false) && wildcard_matches(of_noun, noun, 0, false))
            return true;
    }
    return false;
}

static void listen(struct row_watch *watch, const struct table_def *table, const char *kind)
{
    struct row_listener *listener = &watch->listeners[watch->listener_count++];
    listener->watch = watch;
    listener->written = (struct written){ .account = watch->team->account, .table = table, .told = note };
    snprintf(listener->kind, sizeof listener->kind, "%s", kind);
    written_listen(watch->team->game->world, &listener->written);
}

static size_t count_tables(const struct cloud *cloud)
{
    size_t count = 0;
    for (const struct service *const *service = cloud->services; *service; service++)
        for (const struct table_def *const *table = (*service)->tables; table && *table; table++)
            count++;
    return count;
}

static bool listens_to(const struct row_watch *watch, const struct table_def *table)
{
    for (size_t i = 0; i < watch->listener_count; i++)
        if (watch->listeners[i].written.table == table)
            return true;
    return false;
}

/* Two services may share a table: it counts once. */
static void start(struct row_watch *watch)
{
    const struct cloud *cloud = watch->team->game->cloud;
    char kind[ROW_KIND_ROOM];
    watch->listeners = memory_alloc((count_tables(cloud) + 1) * sizeof *watch->listeners);
    for (const struct service *const *service = cloud->services; *service; service++)
        for (const struct table_def *const *table = (*service)->tables; table && *table; table++) {
            row_kind_of(*service, *table, kind);
            if (is_named(cloud, watch->def->on, kind) && !listens_to(watch, *table))
                listen(watch, *table, kind);
        }
}

void row_watches_start(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    team->row_watches = memory_alloc((scenario->watch_count + 1) * sizeof *team->row_watches);
    for (size_t i = 0; i < scenario->watch_count; i++) {
        struct row_watch *watch = &team->row_watches[team->row_watch_count++];
        watch->team = team;
        watch->def = &scenario->watches[i];
        watch->timer = (struct timer){ .fire = tell_next, .data = watch };
        list_init(&watch->waiting);
        start(watch);
    }
}

static void stop(struct row_watch *watch)
{
    struct tidings *tidings;
    for (size_t i = 0; i < watch->listener_count; i++)
        written_unlisten(&watch->listeners[i].written);
    while ((tidings = take_tidings(watch)))
        free_tidings(tidings);
    timer_stop(clock_of(watch), &watch->timer);
    if (watch->call)
        script_cancel(watch->team->game->script, watch->call);
    free(watch->listeners);
}

void row_watches_stop(struct team *team)
{
    for (size_t i = 0; i < team->row_watch_count; i++)
        stop(&team->row_watches[i]);
    free(team->row_watches);
    team->row_watches = NULL;
    team->row_watch_count = 0;
}
