#include "game/hint.h"

#include "game/game_inner.h"
#include "game/news.h"

const struct table_def game_hints = { .name = "game.hint" };

static const struct fault_def *def_of(const struct team *team, size_t fault)
{
    return &team->game->scenario->faults[fault];
}

static void key_of(const struct team *team, size_t fault, size_t stage, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%s/%zu", team->account, def_of(team, fault)->id, stage);
}

static const cJSON *row_of(const struct team *team, size_t fault, size_t stage)
{
    char key[ROW_KEY_ROOM];
    key_of(team, fault, stage, key);
    struct json *row = store_get(team->game->world->store, game_house, &game_hints, str_of(key));
    return row ? json_root(row) : NULL;
}

static size_t bought(const struct team *team, size_t fault)
{
    size_t stages = 0;
    while (stages < def_of(team, fault)->hint_count && row_of(team, fault, stages + 1))
        stages++;
    return stages;
}

static const char *refusal(const struct team *team, size_t fault, int64_t stage)
{
    size_t next = bought(team, fault) + 1;
    if (!team_plays(team) || !phase_scores(team, def_of(team, fault)->challenge))
        return "Hints are sold while points count.";
    if (stage > 0 && (size_t)stage < next)
        return "This hint has been bought already.";
    if (next > def_of(team, fault)->hint_count)
        return "There is no further hint.";
    return stage == (int64_t)next ? NULL : "Hints are bought one after the other.";
}

/* It may fall while the trouble can be seen. */
static int64_t price_now(const struct team *team, size_t fault, size_t stage)
{
    int64_t since = team->faults[fault].surfaced_ms, now = game_now(team->game);
    return curve_points(&def_of(team, fault)->hints[stage - 1].price, since ? now - since : 0);
}

size_t hints_bought(const struct team *team, size_t fault)
{
    return bought(team, fault);
}

bool hint_buy(struct team *team, size_t fault, int64_t stage, const char **reterr_why)
{
    const struct fault_def *def = def_of(team, fault);
    *reterr_why = refusal(team, fault, stage);
    if (*reterr_why)
        return false;
    char key[ROW_KEY_ROOM], english[64], korean[64];
    int64_t price = price_now(team, fault, (size_t)stage);
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "at", game_now(team->game));
    json_set_int64(row, "price", price);
    key_of(team, fault, (size_t)stage, key);
    store_put(team->game->world->store, game_house, &game_hints, str_of(key), json_seal(row));
    snprintf(english, sizeof english, "Hint %d of trouble %lld", (int)stage, (long long)team->faults[fault].number);
    snprintf(korean, sizeof korean, "문제 %lld의 힌트 %d", (long long)team->faults[fault].number, (int)stage);
    score_add(team, &(struct score_note){ .kind = SCORE_HINT,
                                          .points = -price,
                                          .reason_taken = words_of(english, korean),
                                          .challenge = def->challenge });
    if (def->challenge != OF_NO_CHALLENGE)
        news_challenge(team, def->challenge);
    return true;
}

cJSON *hint_view(const struct team *team, size_t fault, size_t stage)
{
    const struct hint_def *hint = &def_of(team, fault)->hints[stage - 1];
    const cJSON *row = row_of(team, fault, stage);
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "fault", team->faults[fault].number);
    json_set_int64(view, "stage", (int64_t)stage);
    json_set_int64(view, "stages", (int64_t)def_of(team, fault)->hint_count);
    json_set_int64(view, "price", row ? json_int64(row, "price", 0) : price_now(team, fault, stage));
    json_set(view, "text", row ? json_thaw(hint->text) : cJSON_CreateNull());
    json_set(view, "bought_at", row ? json_thaw(json_get(row, "at")) : cJSON_CreateNull());
    return view;
}

static void add_views(const struct team *team, size_t fault, cJSON *views)
{
    size_t stages = bought(team, fault);
    bool stands = team->faults[fault].state == FAULT_STANDING;
    for (size_t stage = 1; stage <= stages; stage++)
        json_add(views, hint_view(team, fault, stage));
    if (stands && stages < def_of(team, fault)->hint_count)
        json_add(views, hint_view(team, fault, stages + 1));
}

cJSON *hints_view(const struct team *team, size_t challenge)
{
    cJSON *views = cJSON_CreateArray();
    for (int64_t number = 1; number <= team->faults_broken; number++) {
        size_t fault = fault_of_number(team, number);
        if (fault != SIZE_MAX && def_of(team, fault)->challenge == challenge)
            add_views(team, fault, views);
    }
    return views;
}
