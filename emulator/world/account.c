#include "world/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "world/account_inner.h"
#include "world/clock.h"

#define SWEEP_AFTER_MS ((int64_t)12 * 3600 * 1000) /* until then ExpiredToken is the better answer */
#define SWEEP_MOST     16                          /* at a time */
#define USE_EVERY_MS   ((int64_t)3600 * 1000)      /* that a row is written of it */

const struct scope account_house = { "", "" };

/* By the time they expire; long-lived ones are not in it. */
static bool key_expiry(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    int64_t expires_ms = json_int64(row, "expires_ms", INT64_MAX);
    if (expires_ms < 0 || expires_ms == INT64_MAX)
        return false;
    buf_printf(ret_key, "%020" PRId64, expires_ms);
    return true;
}

static const struct index_def by_expiry = { "expiry", key_expiry };
static const struct index_def *const key_indexes[] = { &by_expiry, NULL };

const struct table_def account_keys = { .name = "account.key", .indexes = key_indexes };
const struct table_def account_uses = { .name = "account.use" };
const struct table_def account_teams = { .name = "account.team" };

/* A key as it is handed out: its text stands in the row. */
struct kept_key {
    struct access_key key;
    struct json *row;
    struct key_use use; /* at_ms 0: not known yet */
    int64_t written_ms; /* the use that its row tells */
};

struct team {
    struct account account;
    int64_t number;
};

struct accounts {
    struct world *world;
    struct map *keys;  /* struct kept_key by id: those that were asked for */
    struct map *teams; /* struct team by account, those that are away too: callers keep pointers */
    struct team **list;
    size_t count;
};

/* ---- keys ---- */

static void release_kept(void *value)
{
    struct kept_key *kept = value;
    json_unref(kept->row);
    free(kept);
}

static const char *text_of(const cJSON *row, const char *name)
{
    const char *text = json_string(row, name);
    return text ? text : "";
}

static struct kept_key *keep_key(struct json *row)
{
    const cJSON *root = json_root(row);
    struct kept_key *kept = memory_alloc(sizeof *kept);
    kept->row = json_ref(row);
    kept->key = (struct access_key){ .id = text_of(root, "id"),
                                     .secret = text_of(root, "secret"),
                                     .session_token = text_of(root, "session_token"),
                                     .account = text_of(root, "account"),
                                     .principal_arn = text_of(root, "principal_arn"),
                                     .user_id = text_of(root, "user_id"),
                                     .session_policy = text_of(root, "session_policy"),
                                     .session_tags = text_of(root, "session_tags"),
                                     .transitive_tags = text_of(root, "transitive_tags"),
                                     .federated_by = text_of(root, "federated_by"),
                                     .expires_ms = json_int64(root, "expires_ms", INT64_MAX),
                                     .of_team = json_bool(root, "of_team", false) };
    return kept;
}

static void forget_key(struct accounts *accounts, struct str access_key_id)
{
    struct kept_key *kept = map_remove(accounts->keys, access_key_id);
    if (kept)
        release_kept(kept);
}

const struct access_key *account_find_key(struct world *world, struct str access_key_id)
{
    struct accounts *accounts = world->accounts;
    struct json *row = store_get(world->store, account_house, &account_keys, access_key_id);
    if (!row) {
        forget_key(accounts, access_key_id);
        return NULL;
    }
    struct kept_key *kept = map_get(accounts->keys, access_key_id);
    if (kept && kept->row == row)
        return &kept->key;
    forget_key(accounts, access_key_id);
    kept = keep_key(row);
    map_put(accounts->keys, access_key_id, kept);
    return &kept->key;
}

/* ---- uses of keys ---- */

static struct kept_key *kept_of(struct world *world, struct str access_key_id)
{
    return account_find_key(world, access_key_id) ? map_get(world->accounts->keys, access_key_id) : NULL;
}

static void read_use(struct world *world, struct str access_key_id, struct key_use *ret_use)
{
    struct json *row = store_get(world->store, account_house, &account_uses, access_key_id);
    const cJSON *root = row ? json_root(row) : NULL;
    ret_use->at_ms = json_int64(root, "at_ms", 0);
    snprintf(ret_use->service, sizeof ret_use->service, "%s", text_of(root, "service"));
    snprintf(ret_use->region, sizeof ret_use->region, "%s", text_of(root, "region"));
}

static void write_use(struct world *world, struct kept_key *kept)
{
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "at_ms", kept->use.at_ms);
    json_set_string(row, "service", kept->use.service);
    json_set_string(row, "region", kept->use.region);
    kept->written_ms = kept->use.at_ms;
    store_put(world->store, account_house, &account_uses, str_of(kept->key.id), json_seal(row));
}

void account_note_use(struct world *world, struct str access_key_id, const char *service, const char *region)
{
    struct kept_key *kept = kept_of(world, access_key_id);
    if (!kept || kept->key.of_team || kept->key.expires_ms != INT64_MAX)
        return;
    if (!kept->written_ms) {
        read_use(world, access_key_id, &kept->use);
        kept->written_ms = kept->use.at_ms;
    }
    kept->use.at_ms = clock_now(world->clock);
    snprintf(kept->use.service, sizeof kept->use.service, "%s", service);
    snprintf(kept->use.region, sizeof kept->use.region, "%s", region);
    if (kept->use.at_ms - kept->written_ms >= USE_EVERY_MS)
        write_use(world, kept);
}

/* What memory knows better than the row. */
static void keep_use(struct world *world, struct str access_key_id)
{
    struct kept_key *kept = kept_of(world, access_key_id);
    if (kept && kept->use.at_ms > kept->written_ms)
        write_use(world, kept);
}

bool account_last_use(struct world *world, struct str access_key_id, struct key_use *ret_use)
{
    struct kept_key *kept = kept_of(world, access_key_id);
    if (kept && kept->use.at_ms)
        *ret_use = kept->use;
    else
        read_use(world, access_key_id, ret_use);
    return ret_use->at_ms > 0;
}

void account_forget_use(struct world *world, struct str access_key_id)
{
    store_delete(world->store, account_house, &account_uses, access_key_id);
}

/* ---- making and deleting them ---- */

static void sweep(struct world *world)
{
    int64_t latest_ms = clock_now(world->clock) - SWEEP_AFTER_MS;
    struct cursor at = store_seek(world->store, account_house, &account_keys, &by_expiry, STR_NONE, false);
    for (int swept = 0; swept < SWEEP_MOST && store_next(&at); swept++) {
        if (json_int64(json_root(at.row), "expires_ms", INT64_MAX) > latest_ms)
            break;
        account_delete_key(world, at.key);
    }
    store_close(&at);
}

static void set_unless_empty(cJSON *row, const char *name, const char *text_or_null)
{
    if (text_or_null && text_or_null[0])
        json_set_string(row, name, text_or_null);
}

void account_put_key(struct world *world, const struct access_key *key)
{
    sweep(world);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "id", key->id);
    json_set_string(row, "secret", key->secret);
    json_set_string(row, "account", key->account);
    set_unless_empty(row, "session_token", key->session_token);
    set_unless_empty(row, "principal_arn", key->principal_arn);
    set_unless_empty(row, "user_id", key->user_id);
    set_unless_empty(row, "session_policy", key->session_policy);
    set_unless_empty(row, "session_tags", key->session_tags);
    set_unless_empty(row, "transitive_tags", key->transitive_tags);
    set_unless_empty(row, "federated_by", key->federated_by);
    if (key->expires_ms != INT64_MAX)
        json_set_int64(row, "expires_ms", key->expires_ms);
    if (key->of_team)
        json_set_bool(row, "of_team", true);
    store_put(world->store, account_house, &account_keys, str_of(key->id), json_seal(row));
}

bool account_delete_key(struct world *world, struct str access_key_id)
{
    keep_use(world, access_key_id);
    bool deleted = store_delete(world->store, account_house, &account_keys, access_key_id);
    forget_key(world->accounts, access_key_id);
    return deleted;
}

void account_empty(struct world *world, const char *account)
{
    store_empty_account(world->store, account);
    struct cursor at = store_seek(world->store, account_house, &account_keys, NULL, STR_NONE, false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        if (strcmp(text_of(row, "account"), account) == 0 && !json_bool(row, "of_team", false)) {
            account_forget_use(world, at.key);
            account_delete_key(world, at.key);
        }
    }
}

bool account_outlives_reset(const struct table_def *table, struct str key, struct json *row)
{
    return table == &account_teams || (table == &account_keys && json_bool(json_root(row), "of_team", false));
}

/* ---- accounts ---- */

static struct team *team_for(struct accounts *accounts, struct str id)
{
    struct team *team = map_get(accounts->teams, id);
    if (team)
        return team;
    team = memory_alloc(sizeof *team);
    memcpy(team->account.id, id.at, id.length < ACCOUNT_ID_LENGTH ? id.length : ACCOUNT_ID_LENGTH);
    team->number = TEAM_AWAY;
    map_put(accounts->teams, id, team);
    return team;
}

static void read_team(struct accounts *accounts, struct str id, const cJSON *row)
{
    struct team *team = team_for(accounts, id);
    const char *name = text_of(row, TEAM_NAME);
    if (!team->account.name || strcmp(team->account.name, name) != 0) {
        free(team->account.name);
        team->account.name = memory_copy(str_of(name));
    }
    team->number = json_int64(row, TEAM_NUMBER, TEAM_AWAY);
    if (team->number == TEAM_AWAY)
        return;
    accounts->list = memory_resize(accounts->list, (accounts->count + 1) * sizeof(struct team *));
    accounts->list[accounts->count++] = team;
}

static int by_number(const void *a, const void *b)
{
    const struct team *left = *(struct team *const *)a, *right = *(struct team *const *)b;
    return left->number < right->number ? -1 : left->number > right->number;
}

void accounts_refresh(struct accounts *accounts)
{
    map_free(accounts->keys, release_kept);
    accounts->keys = map_new();
    for (struct map_entry *entry = map_first(accounts->teams); entry; entry = map_next(entry))
        ((struct team *)map_value(entry))->number = TEAM_AWAY;
    accounts->count = 0;
    struct cursor at = store_seek(accounts->world->store, account_house, &account_teams, NULL, STR_NONE, false);
    while (store_next(&at))
        read_team(accounts, at.key, json_root(at.row));
    if (accounts->count > 0)
        qsort(accounts->list, accounts->count, sizeof(struct team *), by_number);
}

const struct account *account_get(struct world *world, struct str id)
{
    struct team *team = map_get(world->accounts->teams, id);
    return team && team->number != TEAM_AWAY ? &team->account : NULL;
}

const struct account *account_add(struct world *world, struct str id, struct str name)
{
    struct json *old = store_get(world->store, account_house, &account_teams, id);
    cJSON *row = old ? json_thaw(json_root(old)) : cJSON_CreateObject();
    json_set_str(row, TEAM_NAME, name);
    if (!account_get(world, id))
        json_set_int64(row, TEAM_NUMBER, (int64_t)world->accounts->count);
    store_put(world->store, account_house, &account_teams, id, json_seal(row));
    accounts_refresh(world->accounts);
    return account_get(world, id);
}

size_t account_count(const struct world *world)
{
    return world->accounts->count;
}

const struct account *account_at(const struct world *world, size_t index)
{
    return index < world->accounts->count ? &world->accounts->list[index]->account : NULL;
}

struct accounts *accounts_new(struct world *world)
{
    struct accounts *accounts = memory_alloc(sizeof *accounts);
    accounts->world = world;
    accounts->teams = map_new();
    accounts_refresh(accounts);
    return accounts;
}

static void release_team(void *value)
{
    struct team *team = value;
    free(team->account.name);
    free(team);
}

void accounts_free(struct accounts *accounts)
{
    map_free(accounts->keys, release_kept);
    map_free(accounts->teams, release_team);
    free(accounts->list);
    free(accounts);
}
