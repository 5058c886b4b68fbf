/* What account.c and account_teams.c share. Nobody else includes this. */
#ifndef WORLD_ACCOUNT_INNER_H
#define WORLD_ACCOUNT_INNER_H

#include "world/account.h"
#include "world/world.h"

/* Where the rows of teams and keys stand. */
extern const struct scope account_house;

/* Members of an account.team row, whose key is the account's id. */
#define TEAM_NAME    "name"
#define TEAM_NUMBER  "number" /* its place in the list, from 0; TEAM_AWAY: struck off */
#define TEAM_KEY     "access_key_id"
#define TEAM_SECRET  "secret_access_key"
#define TEAM_CODE    "code"
#define TEAM_MEMBERS "members"
#define TEAM_ROTATED "rotated" /* its key is another than the list's */
#define TEAM_AWAY    (-1)

#endif
