/* The game as pages see it: JSON trees, malloc'ed, in the shapes that README.md beside this tells. */
#ifndef GAME_VIEW_H
#define GAME_VIEW_H

#include "base/json.h"
#include "base/str.h"

struct game;
struct ledger;
struct team;

#define MINUTE_MS  60000
#define FEED_SHOWN 50

cJSON *view_instant(int64_t at_ms); /* 0: null */
cJSON *view_trend(const struct team *team, int64_t at_ms);
cJSON *view_game(const struct game *game);
cJSON *view_team_name(const struct team *team); /* {"id","name"} */
cJSON *view_named(const struct team *team);     /* {"team","name_proposed"} */
/* All that a team's page shows at once; `host` is how its browser calls this machine. */
cJSON *view_team(struct team *team, struct str host, bool with_keys);
/* The guide of a challenge, or of the whole game where none is named, in the language asked for, else in English; NULL: there is none. */
cJSON *view_guide(const struct game *game, struct str challenge, struct str language);
cJSON *view_exports(const struct team *team, struct str host);
cJSON *view_series(const struct ledger *ledger);
cJSON *view_feed(struct team *team, uint64_t before); /* 0: the newest */
cJSON *view_calls(const struct team *team, uint64_t before, bool errors, struct str service, size_t most);
int64_t view_solved(const struct team *team, int64_t at_ms);                /* challenges, by then */
const struct team **view_standings(const struct game *game, int64_t at_ms); /* in order of the board then; free() it */
cJSON *view_board_rows(const struct game *game, int64_t at_ms);

#endif
