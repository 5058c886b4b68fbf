/* What pages are told as it happens: events of the team's channel and of the board's, in the shapes of the views. */
#ifndef GAME_NEWS_H
#define GAME_NEWS_H

#include "base/json.h"

struct game;
struct team;
struct recent;
struct notice;

#define BOARD_CHANNEL   "board"
#define STAFF_CHANNEL   "facilitator"
#define SUPPORT_CHANNEL "support"

void news_score(struct team *team, const cJSON *row);
void news_trend(struct team *team); /* where what it knows is not true any more */
void news_challenge(struct team *team, size_t challenge);
void news_call(struct team *team, const struct recent *recent);
void news_to_all(struct game *game, const char *event, cJSON *view_taken);
void news_to_team(struct team *team, const char *event, cJSON *view_taken);
void news_to_staff(struct game *game, const char *event, cJSON *view_taken);
void news_to_support(struct game *game, const char *event, cJSON *view_taken); /* the facilitator among them */
void news_clock(struct game *game);
void news_board(struct game *game); /* soon, at most once a second */
void news_board_due(struct game *game);
void news_board_again(struct game *game); /* at once: it is frozen, or revealed, or the last one */
void news_roster(struct team *team);      /* soon, at most once a second; something about the team has changed */
void news_roster_due(struct game *game);
void news_roster_wanted(struct game *game); /* somebody has come to look */

#endif
