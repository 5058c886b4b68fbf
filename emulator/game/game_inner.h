/* What the files of game/ share. Nobody else includes this, but for unit tests. */
#ifndef GAME_GAME_INNER_H
#define GAME_GAME_INNER_H

#include <stdio.h>

#include "aws/call.h"
#include "aws/cloud.h"
#include "base/map.h"
#include "base/web.h"
#include "game/challenge.h"
#include "game/chronicle.h"
#include "game/fault.h"
#include "game/game.h"
#include "game/notice.h"
#include "game/phase.h"
#include "game/probe.h"
#include "game/reaction.h"
#include "game/recent.h"
#include "game/scenario.h"
#include "game/score.h"
#include "game/session.h"
#include "game/team.h"
#include "game/timeline.h"
#include "script/script.h"
#include "world/bus.h"
#include "world/clock.h"
#include "world/store.h"
#include "world/world.h"

#define ROW_KEY_ROOM 320

struct game {
    struct world *world;
    struct cloud *cloud;
    struct script *script;
    struct scenario *scenario; /* of the version that plays */
    struct cloud_watcher watcher;
    struct web_feed feed; /* publish NULL: nobody listens */
    const char *token;
    struct web_site site;
    bool solo;
    double speed;      /* asked for at the start; 0: as it was */
    bool is_up;        /* the world has been recovered once */
    struct kept *kept; /* mark.c's, while a rewind goes on */

    struct phase phase;
    struct phase_plan plan;
    uint64_t revision;                                           /* of the pack */
    uint64_t last_score, last_message, last_mark, last_question; /* numbers given out */
    bool names_are_approved;                                     /* a chosen name waits for the facilitator's yes */
    struct notices notices;
    struct chronicle chronicle;
    struct record *record;       /* NULL: nothing is recorded */
    struct snapshots *snapshots; /* for it */
    struct attempts attempts;
    char *why_refused; /* the pack, while it is opened */
    char facilitator_cookie[TOKEN_HEX + 1];
    const char *support_token; /* NULL: nobody supports */
    char supporter_cookie[TOKEN_HEX + 1];
    struct web_endpoint *endpoints; /* all of them, for `site` */

    struct team **teams;
    struct map *by_account; /* the same */
    size_t team_count;
    struct team *leader; /* of several teams; NULL: not looked yet */
    struct timeline timeline;
    struct timer tick, board, roster;
    struct timer stepped; /* where a step of the standing clock ends: then pages are told */
    struct listener executions, pipelines, pipeline_steps;
    struct listener forecasts, monitors;
    const struct game_pictures *pictures; /* or NULL */
    struct listener turns;                /* chat.c's */
    struct list chats;
    bool board_stale;
};

extern const struct scope game_house;
extern const struct table_def game_games; /* "game.game", key "game" */

static inline int64_t game_now(const struct game *game)
{
    return clock_now(game->world->clock);
}

void game_save(struct game *game);
void game_begin(struct game *game);           /* is every account set up? Then the event goes on */
void game_fail(struct game *game);            /* an account could not be set up */
void game_score_moved(struct team *team);     /* what a score may set off */
void game_told_again(struct game *game);      /* what pages read once (view_game) has changed */
void game_rebuild(struct game *game);         /* timers and state from rows */
void game_run_teams(struct game *game);       /* it is played: what is under way goes on */
void game_open_challenges(struct game *game); /* those that open when it goes live */
void game_tell_challenges(struct game *game); /* whether they are scored has changed */
void game_has_ended(struct game *game);       /* for the last of its teams */

#endif
