#include "game/trace.h"

#include "game/game_inner.h"
#include "game/hint.h"
#include "game/view.h"

#define BEFORE_MS 30000 /* what was called so long before it could be seen is told, too */

const struct table_def game_traces = { .name = "game.trace", .append_only = true };

static cJSON *calls_around(const struct team *team, int64_t from_ms, int64_t to_ms)
{
    const struct recent *recent, *shown[TRACE_CALLS];
    size_t count = 0;
    uint64_t before = 0;
    for (; count < TRACE_CALLS && (recent = recent_before(&team->recents, before)); before = recent->seq)
        if (recent->origin == ORIGIN_CLIENT && recent->at_ms >= from_ms && recent->at_ms <= to_ms)
            shown[count++] = recent;
    cJSON *calls = cJSON_CreateArray();
    while (count > 0)
        json_add(calls, recent_view(shown[--count]));
    return calls;
}

static const cJSON *learnt(const struct fault_def *def)
{
    return def->learnt ? def->learnt : def->hint_count ? def->hints[def->hint_count - 1].text : NULL;
}

static cJSON *view_of(const struct team *team, size_t place)
{
    const struct trouble *fault = &team->faults[place];
    const struct fault_def *def = &team->game->scenario->faults[place];
    int64_t since = fault->surfaced_ms ? fault->surfaced_ms : fault->broken_ms;
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "fault", def->id);
    json_set_int64(view, "number", fault->number);
    json_set(view, "title", json_thaw(def->title));
    json_set(view, "challenge",
             def->challenge == OF_NO_CHALLENGE
                 ? cJSON_CreateNull()
                 : json_new_string(str_of(team->game->scenario->challenges[def->challenge].id)));
    json_set(view, "broken_at", view_instant(fault->broken_ms));
    json_set(view, "surfaced_at", view_instant(fault->surfaced_ms));
    json_set(view, "detected_at", view_instant(fault->detected_ms));
    json_set(view, "mended_at", view_instant(fault->mended_ms));
    json_set(view, "recovered_at", view_instant(fault->recovered_ms));
    json_set(view, "gone_at", view_instant(fault->gone_ms));
    json_set_int64(view, "hints", (int64_t)hints_bought(team, place));
    json_set(view, "learnt", learnt(def) ? json_thaw(learnt(def)) : cJSON_CreateNull());
    json_set(view, "calls", calls_around(team, since - BEFORE_MS, game_now(team->game)));
    return view;
}

void trace_keep(struct team *team, size_t fault)
{
    char key[ROW_KEY_ROOM];
    snprintf(key, sizeof key, "%s/%06lld", team->account, (long long)team->faults[fault].number);
    store_put(team->game->world->store, game_house, &game_traces, str_of(key), json_seal(view_of(team, fault)));
}

static struct json *row_of(const struct team *team, int64_t number)
{
    char key[ROW_KEY_ROOM];
    snprintf(key, sizeof key, "%s/%06lld", team->account, (long long)number);
    return store_get(team->game->world->store, game_house, &game_traces, str_of(key));
}

static size_t standing_of(const struct team *team, int64_t number)
{
    for (size_t i = 0; team->faults && i < team->game->scenario->fault_count; i++)
        if (team->faults[i].number == number)
            return i;
    return SIZE_MAX;
}

cJSON *traces_view(const struct team *team)
{
    cJSON *views = cJSON_CreateArray();
    for (int64_t number = 1; number <= team->faults_broken; number++) {
        struct json *row = row_of(team, number);
        size_t fault = row ? SIZE_MAX : standing_of(team, number);
        if (row)
            json_add(views, json_thaw(json_root(row)));
        else if (fault != SIZE_MAX)
            json_add(views, view_of(team, fault));
    }
    return views;
}
