#include "game/review.h"

#include <stdlib.h>

#include "game/game_inner.h"
#include "game/trace.h"
#include "game/view.h"

/* ---- marks on the score's chart ---- */

static void add_mark(cJSON *marks, int64_t at_ms, const char *kind, cJSON *label_taken)
{
    cJSON *mark = cJSON_CreateObject();
    json_set_int64(mark, "at", at_ms);
    json_set_string(mark, "kind", kind);
    json_set(mark, "label", label_taken);
    json_add(marks, mark);
}

static void mark_fault(cJSON *marks, const cJSON *fault)
{
    static const struct {
        const char *member, *kind;
    } moments[] = {
        { "broken_at", "broken" }, { "detected_at", "detected" }, { "recovered_at", "recovered" }, { "gone_at", "gone" }
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        int64_t at = json_int64(fault, moments[i].member, 0);
        if (at)
            add_mark(marks, at, moments[i].kind, json_thaw(json_get(fault, "title")));
    }
}

/* What the score log says that no fault does. */
static void mark_log(const struct team *team, cJSON *marks)
{
    char prefix[ACCOUNT_ID_LENGTH + 2];
    snprintf(prefix, sizeof prefix, "%s/", team->account);
    struct cursor at = store_seek_from(team->game->world->store, game_house, &game_scores, NULL, str_of(prefix));
    while (store_next_within(&at, str_of(prefix))) {
        const cJSON *row = json_root(at.row);
        struct str kind = json_str(row, "kind");
        if (str_is(kind, "solved") || str_is(kind, "hint"))
            add_mark(marks, json_int64(row, "at", 0), kind.at, json_thaw(json_get(row, "reason")));
    }
}

static int by_time(const void *a, const void *b)
{
    int64_t mine = json_int64(*(const cJSON *const *)a, "at", 0),
            theirs = json_int64(*(const cJSON *const *)b, "at", 0);
    return mine < theirs ? -1 : mine > theirs;
}

static cJSON *sorted(cJSON *marks_taken)
{
    size_t count = (size_t)cJSON_GetArraySize(marks_taken), i = 0;
    cJSON **list = memory_alloc((count + 1) * sizeof *list), *at, *marks = cJSON_CreateArray();
    cJSON_ArrayForEach(at, marks_taken)
    {
        list[i++] = at;
    }
    qsort(list, count, sizeof *list, by_time);
    for (i = 0; i < count; i++)
        json_add(marks, json_thaw(list[i]));
    free(list);
    cJSON_Delete(marks_taken);
    return marks;
}

static cJSON *marks_of(const struct team *team, const cJSON *faults)
{
    const cJSON *fault;
    cJSON *marks = cJSON_CreateArray();
    cJSON_ArrayForEach(fault, faults)
    {
        mark_fault(marks, fault);
    }
    mark_log(team, marks);
    return sorted(marks);
}

/* ---- teams ---- */

static cJSON *solved_of(const struct team *team)
{
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; team->challenges && i < team->game->scenario->challenge_count; i++) {
        if (!team->challenges[i].solved_ms)
            continue;
        cJSON *view = cJSON_CreateObject();
        json_set_string(view, "challenge", team->game->scenario->challenges[i].id);
        json_set_int64(view, "at", team->challenges[i].solved_ms);
        json_add(views, view);
    }
    return views;
}

static cJSON *team_view(const struct team *team, size_t rank)
{
    cJSON *view = cJSON_CreateObject(), *faults = traces_view(team);
    json_set_string(view, "team", team->account);
    json_set_string(view, "name", team_name(team));
    json_set_int64(view, "rank", (int64_t)rank);
    json_set_int64(view, "score", ledger_total(&team->ledger));
    json_set(view, "solved", solved_of(team));
    json_set(view, "series", view_series(&team->ledger));
    json_set(view, "marks", marks_of(team, faults));
    json_set(view, "faults", faults);
    return view;
}

cJSON *review_view(struct game *game)
{
    const struct phase *phase = &game->phase;
    cJSON *view = cJSON_CreateObject(), *teams = cJSON_CreateArray();
    const struct team **standings = view_standings(game, INT64_MAX);
    json_set_string(view, "pack", game->scenario->id);
    json_set(view, "title", json_thaw(game->scenario->title));
    json_set_string(view, "currency", game->scenario->currency);
    json_set(view, "started_at", view_instant(phase->started_ms));
    json_set(view, "ended_at", view_instant(phase->state == GAME_ENDED ? phase->ends_ms : 0));
    json_set(view, "winner", game->team_count ? json_new_string(str_of(standings[0]->account)) : cJSON_CreateNull());
    for (size_t i = 0; i < game->team_count; i++)
        json_add(teams, team_view(standings[i], i + 1));
    json_set(view, "teams", teams);
    free(standings);
    return view;
}
