#include "game/news.h"

#include "game/game_inner.h"
#include "game/view.h"

#define BOARD_EVERY_MS 1000

/* ---- telling ---- */

static void tell(struct game *game, const char *channel, const char *event, const cJSON *view)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, view);
    game->feed.publish(game->feed.data, channel, event, buf_str(&text));
    buf_release(&text);
}

void news_to_team(struct team *team, const char *event, cJSON *view_taken)
{
    if (team->game->feed.publish)
        tell(team->game, team->channel, event, view_taken);
    cJSON_Delete(view_taken);
}

void news_to_all(struct game *game, const char *event, cJSON *view_taken)
{
    for (size_t i = 0; game->feed.publish && i < game->team_count; i++)
        tell(game, game->teams[i]->channel, event, view_taken);
    cJSON_Delete(view_taken);
}

/* Nobody listens while a pack is checked: then nothing is made to be told. */
static bool is_heard(const struct game *game)
{
    return game->feed.publish != NULL;
}

/* ---- what ---- */

static cJSON *standing_of(struct team *team)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "score", ledger_total(&team->ledger));
    json_set(view, "trend", view_trend(team, game_now(team->game)));
    json_set_int64(view, "rank", (int64_t)team_rank(team));
    return view;
}

static void remember_standing(struct team *team)
{
    int64_t now = game_now(team->game);
    team->told_trend[0] = ledger_trend(&team->ledger, now, MINUTE_MS);
    team->told_trend[1] = ledger_trend(&team->ledger, now, 5 * MINUTE_MS);
    team->told_rank = (int64_t)team_rank(team);
}

void news_score(struct team *team, const cJSON *row)
{
    if (!is_heard(team->game))
        return;
    cJSON *view = standing_of(team);
    json_set(view, "entry", score_view(row));
    remember_standing(team);
    news_to_team(team, "score", view);
}

void news_trend(struct team *team)
{
    int64_t minute = team->told_trend[0], five = team->told_trend[1], rank = team->told_rank;
    if (!is_heard(team->game))
        return;
    remember_standing(team);
    if (minute != team->told_trend[0] || five != team->told_trend[1] || rank != team->told_rank)
        news_to_team(team, "trend", standing_of(team));
}

void news_challenge(struct team *team, size_t challenge)
{
    if (is_heard(team->game))
        news_to_team(team, "challenge", challenge_view(team, challenge));
}

void news_call(struct team *team, const struct recent *recent)
{
    if (is_heard(team->game))
        news_to_team(team, "call", recent_view(recent));
}

void news_clock(struct game *game)
{
    cJSON *view = view_clock(game);
    if (is_heard(game))
        tell(game, BOARD_CHANNEL, "clock", view);
    news_to_all(game, "clock", view);
}

void news_board(struct game *game)
{
    game->board_stale = true;
    if (is_heard(game) && !timer_is_running(&game->board))
        timer_start(game->world->clock, &game->board,
                    game_now(game) + (int64_t)(BOARD_EVERY_MS * clock_speed(game->world->clock)));
}

void news_board_due(struct game *game)
{
    if (!game->board_stale)
        return;
    game->board_stale = false;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "rows", view_board_rows(game, game_now(game)));
    tell(game, BOARD_CHANNEL, "board", view);
    cJSON_Delete(view);
}
