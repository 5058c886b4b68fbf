#include "game/snapshot.h"

#include <stdlib.h>

#include "game/execution.h"
#include "game/forecast.h"
#include "game/game_inner.h"
#include "game/monitor.h"
#include "game/pipeline.h"
#include "game/record.h"

#define WAITING_MOST  4096
#define SOON_MS       500 /* most executions begin and end within that: they are written once */
#define FORECAST_KEYS 12  /* items that are kept of a forecast */

struct snapshots {
    struct game *game;
    struct timer timer;
    struct list waiting;
    size_t count;
    bool busy; /* what waits behind the one that was written follows at once */
};

struct wanted {
    struct list link;
    size_t kind;
    char account[ACCOUNT_ID_LENGTH + 1];
    char *key; /* an ARN, "" */
};

static struct wanted *wanted_at(struct list *link)
{
    return LIST_ITEM(link, struct wanted, link);
}

/* ---- each kind ---- */

static void keep(struct team *team, const char *what, struct str key, cJSON *view_taken)
{
    if (view_taken)
        record_view(team->game, what, team->account, key, view_taken);
}

static cJSON *listed(const char *name, cJSON *list_taken)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, name, list_taken);
    return view;
}

/* A pipeline's steps have jobs, whose logs can be looked at from its picture. */
static void keep_jobs(struct team *team, const cJSON *steps)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, steps)
    {
        struct str made = json_str(step, "made");
        if (made.length && cJSON_IsNumber(json_get(step, "stopped_at")))
            keep(team, "job", made, pipeline_job_view(team, made));
    }
}

static void keep_execution(struct team *team, struct str arn)
{
    cJSON *view = execution_view_one(team, arn);
    if (view && cJSON_IsNumber(json_get(json_get(view, "execution"), "stopped_at")))
        keep_jobs(team, json_get(view, "steps"));
    keep(team, "execution", arn, view);
}

static void keep_forecasts(struct team *team, struct str arn)
{
    keep(team, "forecasts", STR(""), listed("forecasts", forecasts_view(team)));
}

/* "ARN KEY", as it is asked for; the one without a key is the first item's. */
static void keep_item(struct team *team, struct str arn, struct str key)
{
    struct buf name = BUF_EMPTY;
    buf_add_str(&name, arn);
    buf_add_byte(&name, ' ');
    buf_add_str(&name, key);
    keep(team, "forecast", buf_str(&name), forecast_view_one(team, arn, key));
    buf_release(&name);
}

static void keep_forecast(struct team *team, struct str arn)
{
    cJSON *first = forecast_view_one(team, arn, STR(""));
    const cJSON *key;
    int count = 0;
    keep_forecasts(team, arn);
    if (!first)
        return;
    keep_item(team, arn, STR(""));
    cJSON_ArrayForEach(key, json_get(first, "keys"))
    {
        if (count++ < FORECAST_KEYS)
            keep_item(team, arn, json_value(key));
    }
    cJSON_Delete(first);
}

static void keep_monitors(struct team *team, struct str arn)
{
    keep(team, "monitors", STR(""), listed("monitors", monitors_view(team)));
}

enum kind { EXECUTION, FORECAST, MONITORS, KINDS };

static const struct {
    const char *event;
    void (*keep)(struct team *team, struct str key);
    bool of_all; /* whatever it was that moved, all of them are written */
} kinds[KINDS] = {
    [EXECUTION] = { "execution", keep_execution, false },
    [FORECAST] = { "forecast", keep_forecast, false },
    [MONITORS] = { "monitor", keep_monitors, true },
};

/* ---- soon ---- */

static void forget(struct snapshots *snapshots, struct wanted *wanted)
{
    list_remove(&wanted->link);
    snapshots->count--;
    free(wanted->key);
    free(wanted);
}

static void arm(struct snapshots *snapshots)
{
    struct clock *clock = snapshots->game->world->clock;
    if (!list_is_empty(&snapshots->waiting) && !timer_is_running(&snapshots->timer))
        timer_start(clock, &snapshots->timer, clock_now(clock) + (snapshots->busy ? 0 : SOON_MS));
}

static void write_next(struct timer *timer, void *data)
{
    struct snapshots *snapshots = data;
    struct wanted *wanted = wanted_at(snapshots->waiting.next);
    struct team *team = team_of(snapshots->game, str_of(wanted->account));
    if (team)
        kinds[wanted->kind].keep(team, str_of(wanted->key));
    forget(snapshots, wanted);
    snapshots->busy = true;
    arm(snapshots);
    snapshots->busy = false;
}

static bool is_wanted(const struct snapshots *snapshots, const struct team *team, size_t kind, struct str key)
{
    for (struct list *at = snapshots->waiting.next; at != &snapshots->waiting; at = at->next) {
        const struct wanted *wanted = wanted_at(at);
        if (wanted->kind == kind && strcmp(wanted->account, team->account) == 0 && str_is(key, wanted->key))
            return true;
    }
    return false;
}

static void want(struct team *team, size_t kind, struct str key)
{
    struct snapshots *snapshots = team->game->snapshots;
    if (kinds[kind].of_all)
        key = STR("");
    if (snapshots->count >= WAITING_MOST || is_wanted(snapshots, team, kind, key))
        return;
    struct wanted *wanted = memory_alloc(sizeof *wanted);
    wanted->kind = kind;
    wanted->key = memory_copy(key);
    snprintf(wanted->account, sizeof wanted->account, "%s", team->account);
    list_append(&snapshots->waiting, &wanted->link);
    snapshots->count++;
    arm(snapshots);
}

void snapshots_hear(struct team *team, const char *event, const cJSON *data)
{
    for (size_t kind = 0; team->game->snapshots && kind < KINDS; kind++)
        if (strcmp(kinds[kind].event, event) == 0)
            want(team, kind, json_str(data, "arn"));
}

static void want_each(struct team *team, size_t kind, cJSON *list_taken)
{
    const cJSON *one = list_taken && list_taken->child ? list_taken->child->prev : NULL; /* the oldest first */
    for (int left = cJSON_GetArraySize(list_taken); left > 0; left--, one = one->prev)
        want(team, kind, json_str(one, "arn"));
    cJSON_Delete(list_taken);
}

void snapshots_of_all(struct team *team)
{
    if (!team->game->snapshots)
        return;
    want_each(team, EXECUTION, executions_view(team));
    want_each(team, FORECAST, forecasts_view(team));
    want(team, MONITORS, STR(""));
}

/* ---- life ---- */

struct snapshots *snapshots_new(struct game *game)
{
    struct snapshots *snapshots = memory_alloc(sizeof *snapshots);
    snapshots->game = game;
    snapshots->timer = (struct timer){ .fire = write_next, .data = snapshots };
    list_init(&snapshots->waiting);
    return snapshots;
}

void snapshots_free(struct snapshots *snapshots)
{
    if (!snapshots)
        return;
    timer_stop(snapshots->game->world->clock, &snapshots->timer);
    while (!list_is_empty(&snapshots->waiting))
        forget(snapshots, wanted_at(snapshots->waiting.next));
    free(snapshots);
}
