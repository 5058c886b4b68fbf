/* A team in the game: an account (world/account.h keeps its keys) and where it stands. Row "game.team" (account): token, the
 * 256 random bits that open its page; code, by which members join; name, where it has chosen one (the account's own stays, it finds
 * the team at the next start); proposed, a name that waits for the facilitator's yes; refused, names that got a no; extra, its
 * extension in ms. */
#ifndef GAME_TEAM_H
#define GAME_TEAM_H

#include "game/challenge.h"
#include "game/fault.h"
#include "game/limit.h"
#include "game/member.h"
#include "game/probe.h"
#include "game/reaction.h"
#include "game/recent.h"
#include "game/row_watch.h"
#include "game/score.h"
#include "game/watch.h"
#include "world/account.h"

struct call;
struct game;

#define LONGEST_CODE 33

struct team {
    struct game *game;
    size_t number; /* its place */
    char account[ACCOUNT_ID_LENGTH + 1];
    char token[TOKEN_HEX + 1];
    char cookie[TOKEN_HEX + 1]; /* made of the token: its page's session */
    char code[LONGEST_CODE];    /* members join by it */
    char *chosen_name;          /* NULL: the account's */
    char *proposed_name;        /* NULL: none waits */
    cJSON *refused_names;       /* an array, or NULL */
    struct members members;
    int64_t extra_ms;     /* longer than the others */
    bool is_over;         /* its time is over, though others may still play */
    int64_t last_call_ms; /* of a client's; 0: none yet */
    bool roster_is_stale; /* what the facilitator's page knows of it */
    char channel[32];     /* its page's */
    struct ledger ledger;
    struct challenge *challenges;
    struct probe *probes;
    struct trouble *faults;
    struct watch *watches; /* while the game is live */
    size_t watch_count;
    struct row_watch *row_watches; /* likewise */
    size_t row_watch_count;
    int64_t faults_broken; /* so many, the last one's number */
    int64_t changed_ms;    /* when its own client last changed something; 0: never, or before a restart */
    size_t preparing;      /* the challenge whose setup runs */
    uint64_t call;         /* the setup under way */
    struct recents recents;
    struct lately lately;
    int64_t told_trend[2], told_rank; /* what its pages know */
    struct limits limits;
    struct doings doings;
};

struct team *team_new(struct game *game, const struct account *account, size_t number);
void team_free(struct team *team);
/* State from rows, nothing runs yet; and what runs, stopped. */
void team_load(struct team *team);
void team_unload(struct team *team);
/* Runs the challenges' setups that are not done yet, one after the other; before the game is live, in an account that is empty. Then
 * game_begin(). */
void team_prepare(struct team *team);
bool team_is_prepared(const struct team *team);
/* The game is live: challenges open, what was under way goes on. */
void team_start(struct team *team);
void team_stop(struct team *team);

bool team_plays(const struct team *team); /* the game goes on, for this team */
void team_consider(struct team *team);    /* its challenges: what can be opened, what is solved */
void team_ends(struct team *team);        /* its time is over */
void team_extend(struct team *team, int64_t ms);

const char *team_name(const struct team *team);
/* The team wants a name; where names are approved it is proposed. NULL: done; else one sentence why not. */
const char *team_rename(struct team *team, struct str name);
/* The facilitator gives one, or says yes to a proposed one. */
const char *team_give_name(struct team *team, struct str name);
/* No to the chosen or proposed one: the list's again, and that one cannot be chosen again. */
void team_refuse_name(struct team *team);
/* Other keys, page token and code, and every session of the team ends. */
void team_rotate(struct team *team);
/* A successful call that tags anything of the account with TeamName names the team. */
void team_hear_tags(struct team *team, const struct call *call);
bool team_stands_before(const struct team *a, const struct team *b, int64_t at_ms);
size_t team_rank(const struct team *team, int64_t at_ms);          /* from 1 */
struct team *team_of(const struct game *game, struct str account); /* NULL: none */

extern const struct table_def game_teams; /* "game.team" */

#endif
