#include "game/news.h"

#include "game/game_inner.h"
#include "game/record.h"
#include "game/roster.h"
#include "game/snapshot.h"
#include "game/view.h"

#define BOARD_EVERY_MS  1000
#define ROSTER_EVERY_MS 1000

/* ---- telling ---- */

static void tell(struct game *game, const char *channel, const char *event, const cJSON *view)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, view);
    game->feed.publish(game->feed.data, channel, event, buf_str(&text));
    record_told(game, channel, event, buf_str(&text));
    buf_release(&text);
}

void news_to_staff(struct game *game, const char *event, cJSON *view_taken)
{
    if (game->feed.publish)
        tell(game, STAFF_CHANNEL, event, view_taken);
    cJSON_Delete(view_taken);
}

void news_to_support(struct game *game, const char *event, cJSON *view_taken)
{
    if (game->feed.publish)
        tell(game, SUPPORT_CHANNEL, event, view_taken);
    news_to_staff(game, event, view_taken);
}

void news_to_team(struct team *team, const char *event, cJSON *view_taken)
{
    if (team->game->feed.publish) {
        tell(team->game, team->channel, event, view_taken);
        snapshots_hear(team, event, view_taken);
    }
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
    json_set_int64(view, "rank", (int64_t)team_rank(team, phase_board_at(team->game)));
    return view;
}

static void remember_standing(struct team *team)
{
    int64_t now = game_now(team->game);
    team->told_trend[0] = ledger_trend(&team->ledger, now, MINUTE_MS);
    team->told_trend[1] = ledger_trend(&team->ledger, now, 5 * MINUTE_MS);
    team->told_rank = (int64_t)team_rank(team, phase_board_at(team->game));
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

/* Each team has its own: its time may be longer. */
void news_clock(struct game *game)
{
    if (!is_heard(game))
        return;
    cJSON *view = phase_view(game, NULL);
    tell(game, BOARD_CHANNEL, "clock", view);
    news_to_support(game, "clock", view);
    for (size_t i = 0; i < game->team_count; i++)
        news_to_team(game->teams[i], "clock", phase_view(game, game->teams[i]));
}

/* A clock that stands fires no timer. */
void news_board(struct game *game)
{
    game->board_stale = true;
    if (!is_heard(game) || timer_is_running(&game->board))
        return;
    if (clock_is_paused(game->world->clock))
        news_board_due(game);
    else
        timer_start(game->world->clock, &game->board,
                    game_now(game) + (int64_t)(BOARD_EVERY_MS * clock_speed(game->world->clock)));
}

static cJSON *board_view(const struct game *game, int64_t at_ms)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, "rows", view_board_rows(game, at_ms));
    json_set(view, "frozen_at", view_instant(game->phase.frozen_ms));
    return view;
}

static void tell_public_board(struct game *game)
{
    cJSON *view = board_view(game, phase_board_at(game));
    tell(game, BOARD_CHANNEL, "board", view);
    cJSON_Delete(view);
}

/* A frozen board says nothing, not even that something has moved. */
void news_board_due(struct game *game)
{
    if (!game->board_stale)
        return;
    game->board_stale = false;
    if (!game->phase.frozen_ms)
        tell_public_board(game);
    news_to_staff(game, "board", board_view(game, game_now(game)));
}

void news_board_again(struct game *game)
{
    if (!is_heard(game))
        return;
    game->board_stale = true;
    if (game->phase.frozen_ms)
        tell_public_board(game);
    news_board_due(game);
    for (size_t i = 0; i < game->team_count; i++)
        news_trend(game->teams[i]);
}

/* ---- the facilitator's roster ---- */

static bool staff_is_here(const struct game *game)
{
    return game->feed.readers && game->feed.readers(game->feed.data, STAFF_CHANNEL) > 0;
}

/* Only while somebody looks: what is stale stays so until then. */
void news_roster(struct team *team)
{
    struct game *game = team->game;
    team->roster_is_stale = true;
    if (is_heard(game) && staff_is_here(game))
        news_roster_wanted(game);
}

void news_roster_wanted(struct game *game)
{
    if (is_heard(game) && !timer_is_running(&game->roster))
        timer_start(game->world->clock, &game->roster,
                    game_now(game) + (int64_t)(ROSTER_EVERY_MS * clock_speed(game->world->clock)));
}

void news_roster_due(struct game *game)
{
    if (!is_heard(game) || !staff_is_here(game))
        return;
    for (size_t i = 0; i < game->team_count; i++) {
        struct team *team = game->teams[i];
        if (!team->roster_is_stale)
            continue;
        team->roster_is_stale = false;
        news_to_staff(game, "roster", roster_row(team));
    }
}
