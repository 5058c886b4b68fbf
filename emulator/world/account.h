/* Accounts and the keys that open them. A key is a row ("account.key"), so it works again after a restart; keys of teams
 * come from the command line, keys of users and sessions from IAM and STS. Both kinds of rows stand in the house's own scope
 * (no account, no region): a key is looked up before anybody knows whose it is, and emptying an account leaves them. */
#ifndef WORLD_ACCOUNT_H
#define WORLD_ACCOUNT_H

#include "base/json.h"
#include "world/store.h"

struct world;
struct accounts;

#define ACCOUNT_ID_LENGTH 12

struct account {
    char id[ACCOUNT_ID_LENGTH + 1];
    char *name; /* the team's name, or the id */
};

struct access_key {
    const char *id, *secret;
    const char *session_token; /* "" for long-lived keys */
    const char *account;
    const char *principal_arn;   /* who it is: …:root, …:user/X, …:assumed-role/R/S */
    const char *user_id;         /* "AROA…:session", "AIDA…", the account's id for root */
    const char *session_policy;  /* "" or JSON that narrows what the session may do */
    int64_t expires_ms;          /* virtual; INT64_MAX: never */
    bool of_team;                /* set by account_load_teams() alone; all other keys go when the cloud is reset */
    const char *session_tags;    /* "" or JSON, [{"Key","Value"}] */
    const char *transitive_tags; /* "" or JSON, the keys of those that go along from session to session */
    const char *federated_by;    /* a federated user's: the ARN of the user or root who asked for it; else "" */
};

/* NULL: not known. Lives until the next change of rows. An expired key is found too: who asks compares expires_ms. */
const struct access_key *account_find_key(struct world *world, struct str access_key_id);
/* Copies; NULL text is "". Sweeps sessions that expired over twelve hours ago. */
void account_put_key(struct world *world, const struct access_key *key);
bool account_delete_key(struct world *world, struct str access_key_id);
/* When, where and for what a key was last used. Each use is noted in memory, and in a row not more than once an hour of the
 * clock, so a restart may tell of an earlier use: AWS too is late. */
struct key_use {
    int64_t at_ms;
    char service[32], region[64];
};
void account_note_use(struct world *world, struct str access_key_id, const char *service, const char *region);
bool account_last_use(struct world *world, struct str access_key_id, struct key_use *ret_use); /* false: never */
/* The key was deleted for good. */
void account_forget_use(struct world *world, struct str access_key_id);

/* The rows of an account go, and every key of it that is not its team's: starting one team afresh. */
void account_empty(struct world *world, const char *account);

const struct account *account_get(struct world *world, struct str id); /* NULL: no team has it */
const struct account *account_add(struct world *world, struct str id, struct str name);
size_t account_count(const struct world *world);
const struct account *account_at(const struct world *world, size_t index);

/* Teams from CSV with a header (name; where given account, access_key_id, secret_access_key, code, members; other columns are
 * not looked at; keys that are missing are made from the kernel's randomness) or a plain number of teams ("Team 1" …). What was made stays in
 * rows: the same command resumes the same keys. The list is the whole truth: a team that is not in it any more keeps its
 * account and rows, but its key opens nothing until it is back. At most 1,000 teams.
 * False: *reterr_why is one line with the CSV's line number, free() it; nothing was changed. */
bool account_load_teams(struct world *world, const char *number_or_csv_path, char **reterr_why);

/* The key of a team; NULL: no team has that account. Lives as account_find_key() says. */
const struct access_key *account_team_key(struct world *world, struct str account_id);
/* What the list says beside: "code", by which a team is joined, "members" ("Ada:captain; Ben"). STR_NONE: nothing. */
struct str account_team_note(struct world *world, struct str account_id, const char *what);
/* Another key in the place of the team's, from now on: the list's, if it names one, counts no more. False: no such team. */
bool account_rotate_team_key(struct world *world, struct str account_id);

extern const struct table_def account_keys;  /* "account.key" */
extern const struct table_def account_uses;  /* "account.use" by the key's id: {at_ms, service, region} */
extern const struct table_def account_teams; /* "account.team" */

/* For world/. */
struct accounts *accounts_new(struct world *world);
void accounts_free(struct accounts *accounts);
void accounts_refresh(struct accounts *accounts); /* rows changed behind its back: reset, rewind, reload */
bool account_outlives_reset(const struct table_def *table, struct str key, struct json *row);

#endif
