/* Members of a team: who joined by its code, and what they may. Row "game.member" (account/id): name, role, token, joined_at.
 *
 *      captain    all that a team may, its name and its members' roles too
 *      member     plays: hints, answers, the chat, questions
 *      observer   looks on, and sees no keys
 *
 * Where the teams' list names members, those stand in rows from the start and nobody else joins; else the first is captain. */
#ifndef GAME_MEMBER_H
#define GAME_MEMBER_H

#include "base/json.h"
#include "world/store.h"

struct team;

#define TOKEN_HEX       64
#define MEMBERS_A_TEAM  32
#define LONGEST_NAME_OF 40 /* of a member or of who answers */
#define CODE_LETTERS    8

enum member_role { ROLE_CAPTAIN, ROLE_MEMBER, ROLE_OBSERVER };

struct person {
    char id[8];
    char *name;
    enum member_role role;
    char token[TOKEN_HEX + 1]; /* what the cookie is made of; another session for each start of the team's keys */
    char cookie[TOKEN_HEX + 1];
    int64_t joined_ms; /* 0: listed, not here yet */
};

struct members {
    struct person *list;
    size_t count;
    int64_t last; /* number given out */
};

void members_load(struct team *team);
void members_release(struct members *members);
/* NULL: refused, *reterr_why is one sentence. */
const struct person *member_join(struct team *team, struct str name, const char **reterr_why);
const char *member_set_role(struct team *team, struct str id, struct str role); /* NULL: done; else why not */
const char *member_remove(struct team *team, struct str id);
void members_end_sessions(struct team *team); /* everybody joins anew */

cJSON *member_view(const struct person *member);
cJSON *members_view(const struct team *team);
cJSON *members_names(const struct team *team); /* as an array of texts */
bool members_are_listed(const struct team *team);

/* "k7qf3mzp" and "K7QF-3MZP" are one code. */
bool code_matches(const char *code, struct str given);

/* One line of 1 to `most` characters, nothing invisible among them (controls, marks of direction, joiners of no width). */
bool name_is_fit(struct str name, size_t most);

extern const struct table_def game_members; /* "game.member" */

#endif
