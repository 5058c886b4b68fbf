/* The game: a scenario played by teams in the cloud. It watches what the teams do, breaks what the scenario says when its time
 * has come, asks the probes, keeps the score and tells the pages. Everything that counts is in rows ("game.*", in the house's
 * own scope), so a restart, a rewind and a crash are the same thing to it: recover() builds timers and state anew.
 *
 *      scenario   what the pack declares          score     the log and its folds
 *      team       who plays                       probe     the customers: what pays and what costs
 *      challenge  locked, open, solved            fault     broken, detected, mended, recovered
 *      timeline   what happens when; stories      hint message mark recent   as they are called
 *      news       what pages are told             session view api           the page's API
 *
 * Life of a game:   preparing ─setups done─▶ live ─its time is over─▶ ended         (a setup that fails: failed)
 *
 * The facilitator's token and the web feed are given after the gateway is open. */
#ifndef GAME_GAME_H
#define GAME_GAME_H

#include "aws/cloud.h"
#include "base/web.h"

struct game;
struct uv_loop_s;

/* What the page shows of services beyond what their operations tell. The game knows no service: main.c brings them. */
struct game_pictures {
    cJSON *(*forecasts)(struct world *world, struct scope scope);
    cJSON *(*forecast)(struct world *world, struct scope scope, struct str arn,
                       struct str key); /* NULL: there is none */
    const char *forecast_topic;         /* bus: one of them has moved */
    cJSON *(*monitors)(struct world *world, struct scope scope);
    const char *monitor_topic; /* bus: an execution has ended, or an alert has changed */
};

struct game_options {
    struct cloud *cloud;                  /* teams are loaded; world_recover() has not been called yet */
    const char *pack;                     /* a name in lua/packs, or a folder */
    struct uv_loop_s *loop;               /* NULL: a stepped clock drives everything */
    double speed;                         /* of the clock from now on; 0: as it was */
    const struct game_pictures *pictures; /* NULL: none */
    bool solo; /* one player on this machine: no login, the clock and marks are the player's */
};

/* Opens the pack and waits until it is loaded. NULL: *reterr_why is one line, or what is wrong with the pack (file, line, what
 * was expected); free() it. */
struct game *game_new(const struct game_options *options, char **reterr_why);
/* Before cloud_free(). */
void game_free(struct game *game_or_null);

void game_set_feed(struct game *game, const struct web_feed *feed);
/* The facilitator's; kept by the caller. */
void game_set_token(struct game *game, const char *token);
const struct web_site *game_site(struct game *game); /* the API's endpoints */

const char *game_pack(const struct game *game);
bool game_is_over(const struct game *game); /* its time is up; what was built stands */
/* A team's token for its page; NULL: no team has that account. */
const char *game_page_token(const struct game *game, const char *account);

extern const struct table_def *const game_tables[]; /* NULL-terminated, for world_options */

#endif
