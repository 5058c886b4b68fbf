#include <stdlib.h>

#include "base/file.h"
#include "base/random.h"
#include "world/account_inner.h"

#define MOST_TEAMS      1000
#define MOST_FILE_BYTES ((size_t)1 << 20)
#define MOST_COLUMNS    64
#define MOST_NAME       64
#define MOST_MEMBERS    32
#define MOST_MEMBER     40
#define LEAST_CODE      6
#define MOST_CODE       32
#define SECRET_LENGTH   40
#define KEY_ALPHABET    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define SECRET_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* A team as the list wants it; what is not given is empty until resolve() fills it in. */
struct wanted {
    size_t line; /* 0: a plain number was given */
    struct str name, account, key, secret, code, members;
    bool is_rotated;
};

struct list_of_teams {
    struct world *world;
    struct arena *arena;
    struct wanted *teams;
    size_t count;
    struct map *names, *accounts, *keys, *codes; /* those taken, to struct wanted */
    char **reterr_why;
};

/* One line, false: for `return refuse(…)`. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct list_of_teams *list, size_t line, const char *format,
                                                         ...)
{
    struct buf why = BUF_EMPTY;
    buf_add_text(&why, "teams: ");
    if (line > 0)
        buf_printf(&why, "line %zu: ", line);
    va_list args;
    va_start(args, format);
    buf_vprintf(&why, format, args);
    va_end(args);
    *list->reterr_why = buf_take(&why);
    return false;
}

/* ---- CSV ---- */

/* RFC 4180 as spreadsheets write it: CRLF or LF, quotes doubled inside quotes, line ends inside quotes. */
struct csv {
    struct str rest;
    size_t line; /* of the row that was read last */
    size_t next_line;
    struct str cells[MOST_COLUMNS];
    size_t count;
};

static bool read_quoted_cell(struct list_of_teams *list, struct csv *csv, struct buf *cell)
{
    csv->rest = str_from(csv->rest, 1);
    while (csv->rest.length > 0) {
        char byte = csv->rest.at[0];
        csv->rest = str_from(csv->rest, 1);
        if (byte == '"' && (csv->rest.length == 0 || csv->rest.at[0] != '"'))
            return true;
        if (byte == '"')
            csv->rest = str_from(csv->rest, 1);
        csv->next_line += byte == '\n';
        buf_add_byte(cell, byte);
    }
    return refuse(list, csv->line, "a quote is not closed");
}

static bool ends_cell(struct str rest)
{
    return rest.length == 0 || rest.at[0] == ',' || rest.at[0] == '\n' || str_starts(rest, STR("\r\n"));
}

static bool read_cell(struct list_of_teams *list, struct csv *csv, struct buf *cell)
{
    if (csv->rest.length > 0 && csv->rest.at[0] == '"') {
        if (!read_quoted_cell(list, csv, cell))
            return false;
        return ends_cell(csv->rest) || refuse(list, csv->line, "text behind a closing quote");
    }
    while (!ends_cell(csv->rest)) {
        buf_add_byte(cell, csv->rest.at[0]);
        csv->rest = str_from(csv->rest, 1);
    }
    return true;
}

static bool keep_cell(struct list_of_teams *list, struct csv *csv, struct str cell)
{
    if (csv->count == MOST_COLUMNS)
        return refuse(list, csv->line, "more than %d columns", MOST_COLUMNS);
    if (memchr(cell.at, '\0', cell.length) || !str_is_utf8(cell))
        return refuse(list, csv->line, "the file is not UTF-8 text");
    csv->cells[csv->count++] = arena_str(list->arena, str_trim(cell));
    return true;
}

/* One row; there must be something left to read. */
static bool read_row(struct list_of_teams *list, struct csv *csv)
{
    csv->line = csv->next_line;
    csv->count = 0;
    struct buf cell = BUF_EMPTY;
    bool good = true, more = true;
    while (good && more) {
        buf_clear(&cell);
        good = read_cell(list, csv, &cell) && keep_cell(list, csv, buf_str(&cell));
        more = csv->rest.length > 0 && csv->rest.at[0] == ',';
        if (more)
            csv->rest = str_from(csv->rest, 1);
    }
    buf_release(&cell);
    csv->rest = str_from(csv->rest, str_starts(csv->rest, STR("\r\n")) ? 2 : 1);
    csv->next_line++;
    return good;
}

static bool is_blank(const struct csv *csv)
{
    return csv->count == 1 && csv->cells[0].length == 0;
}

/* ---- from the list to what is wanted ---- */

enum column { COLUMN_NAME, COLUMN_ACCOUNT, COLUMN_KEY, COLUMN_SECRET, COLUMN_CODE, COLUMN_MEMBERS, COLUMNS };

static const char *const column_names[COLUMNS] = { "name",    "account",   "access_key_id", "secret_access_key",
                                                   TEAM_CODE, TEAM_MEMBERS };

static bool read_header(struct list_of_teams *list, const struct csv *csv, size_t ret_places[COLUMNS])
{
    for (int column = 0; column < COLUMNS; column++) {
        ret_places[column] = SIZE_MAX;
        for (size_t i = 0; i < csv->count; i++) {
            if (!str_is(csv->cells[i], column_names[column]))
                continue;
            if (ret_places[column] != SIZE_MAX)
                return refuse(list, csv->line, "two columns are called %s", column_names[column]);
            ret_places[column] = i;
        }
    }
    return ret_places[COLUMN_NAME] != SIZE_MAX || refuse(list, csv->line, "the header has no column called name");
}

static struct wanted *add_wanted(struct list_of_teams *list)
{
    list->teams = memory_resize(list->teams, (list->count + 1) * sizeof *list->teams);
    list->teams[list->count] = (struct wanted){ 0 };
    return &list->teams[list->count++];
}

static bool want_row(struct list_of_teams *list, const struct csv *csv, const size_t places[COLUMNS], size_t columns)
{
    if (csv->count != columns)
        return refuse(list, csv->line, "%zu cells where the header has %zu", csv->count, columns);
    if (list->count == MOST_TEAMS)
        return refuse(list, csv->line, "more than %d teams", MOST_TEAMS);
    struct str cells[COLUMNS] = { 0 };
    for (int column = 0; column < COLUMNS; column++)
        if (places[column] != SIZE_MAX)
            cells[column] = csv->cells[places[column]];
    *add_wanted(list) = (struct wanted){
        csv->line,          cells[COLUMN_NAME],   cells[COLUMN_ACCOUNT], cells[COLUMN_KEY], cells[COLUMN_SECRET],
        cells[COLUMN_CODE], cells[COLUMN_MEMBERS]
    };
    return true;
}

static bool want_csv(struct list_of_teams *list, struct str text)
{
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_from(text, 3);
    struct csv csv = { .rest = text, .next_line = 1 };
    size_t places[COLUMNS], columns = 0;
    while (csv.rest.length > 0) {
        if (!read_row(list, &csv))
            return false;
        if (is_blank(&csv))
            continue;
        if (columns == 0) {
            if (!read_header(list, &csv, places))
                return false;
            columns = csv.count;
        } else if (!want_row(list, &csv, places, columns)) {
            return false;
        }
    }
    if (columns == 0)
        return refuse(list, 0, "the file is empty");
    return list->count > 0 || refuse(list, 0, "the file names no team");
}

static bool want_file(struct list_of_teams *list, const char *path)
{
    struct buf text;
    const char *why = file_read(path, MOST_FILE_BYTES, &text);
    bool good = why ? refuse(list, 0, "%s cannot be read: %s", path, why) : want_csv(list, buf_str(&text));
    buf_release(&text);
    return good;
}

static bool want_number(struct list_of_teams *list, int64_t number)
{
    if (number < 1 || number > MOST_TEAMS)
        return refuse(list, 0, "their number is from 1 to %d", MOST_TEAMS);
    for (int64_t i = 1; i <= number; i++)
        add_wanted(list)->name = str_of(arena_printf(list->arena, "Team %lld", (long long)i));
    return true;
}

/* ---- checks ---- */

static bool is_made_of(struct str text, bool (*allowed)(char byte))
{
    size_t i = 0;
    while (i < text.length && allowed(text.at[i]))
        i++;
    return i == text.length;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_of_key(char byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_';
}

static bool is_of_secret(char byte)
{
    return byte > ' ' && byte < 0x7F;
}

static bool is_of_name(char byte)
{
    return (unsigned char)byte >= ' ' && byte != 0x7F;
}

static bool is_of_code(char byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '-';
}

static bool check_member(struct list_of_teams *list, const struct wanted *team, struct str member)
{
    struct str role, name = str_trim(str_cut(member, ':', &role));
    role = str_trim(role);
    if (!name.length || str_count_code_points(name) > MOST_MEMBER || !is_made_of(name, is_of_name))
        return refuse(list, team->line, "a member's name is one line of 1 to %d characters", MOST_MEMBER);
    if (role.length && !str_is(role, "captain") && !str_is(role, "member") && !str_is(role, "observer"))
        return refuse(list, team->line, "the role of '%.*s' is captain, member or observer, not '%.*s'", STR_ARG(name),
                      STR_ARG(role));
    return true;
}

static bool check_members(struct list_of_teams *list, const struct wanted *team)
{
    size_t count = 0;
    for (struct str rest = team->members; rest.length > 0;) {
        struct str member = str_cut(rest, ';', &rest);
        if (!str_trim(member).length)
            continue;
        if (++count > MOST_MEMBERS)
            return refuse(list, team->line, "more than %d members", MOST_MEMBERS);
        if (!check_member(list, team, member))
            return false;
    }
    return true;
}

static bool check_wanted(struct list_of_teams *list, const struct wanted *team)
{
    if (team->name.length == 0)
        return refuse(list, team->line, "the team has no name");
    if (str_count_code_points(team->name) > MOST_NAME || !is_made_of(team->name, is_of_name))
        return refuse(list, team->line, "a name is one line of at most %d characters", MOST_NAME);
    if (team->account.length > 0 && (team->account.length != ACCOUNT_ID_LENGTH || !is_made_of(team->account, is_digit)))
        return refuse(list, team->line, "account '%.*s' is not 12 digits", STR_ARG(team->account));
    if (team->key.length > 128 || !is_made_of(team->key, is_of_key))
        return refuse(list, team->line, "an access_key_id is at most 128 letters and digits");
    if (team->secret.length > 128 || !is_made_of(team->secret, is_of_secret))
        return refuse(list, team->line, "a secret_access_key is at most 128 visible ASCII characters");
    if (team->code.length &&
        (team->code.length < LEAST_CODE || team->code.length > MOST_CODE || !is_made_of(team->code, is_of_code)))
        return refuse(list, team->line, "a code is %d to %d letters, digits and dashes", LEAST_CODE, MOST_CODE);
    return check_members(list, team);
}

static bool take(struct list_of_teams *list, struct map *taken, struct wanted *team, struct str value, const char *what)
{
    struct wanted *other = map_put(taken, value, team);
    return !other ||
           refuse(list, team->line, "%s '%.*s' comes twice (team '%.*s')", what, STR_ARG(value), STR_ARG(other->name));
}

/* ---- what was made before, and what is made now ---- */

static struct json *find_team_called(struct list_of_teams *list, struct str name, struct str *ret_account)
{
    struct json *found = NULL;
    struct cursor at = store_seek(list->world->store, account_house, &account_teams, NULL, STR_NONE, false);
    while (!found && store_next(&at)) {
        if (!str_equal(json_str(json_root(at.row), TEAM_NAME), name))
            continue;
        found = at.row;
        *ret_account = arena_str(list->arena, at.key);
    }
    store_close(&at);
    return found;
}

static struct str fill_in(struct list_of_teams *list, struct str given, const cJSON *before, const char *name)
{
    return given.length > 0 || !before ? given : arena_str(list->arena, json_str(before, name));
}

/* A team that was here before keeps what the list does not change. */
static void resume(struct list_of_teams *list, struct wanted *team)
{
    struct str account = STR_NONE;
    struct json *before = team->account.length > 0
                              ? store_get(list->world->store, account_house, &account_teams, team->account)
                              : find_team_called(list, team->name, &account);
    if (!before)
        return;
    const cJSON *row = json_root(before);
    if (team->account.length == 0)
        team->account = account;
    team->is_rotated = json_bool(row, TEAM_ROTATED, false);
    if (team->is_rotated)
        team->key = team->secret = STR_NONE;
    bool same_key = team->key.length == 0 || str_equal(team->key, json_str(row, TEAM_KEY));
    team->key = fill_in(list, team->key, row, TEAM_KEY);
    if (same_key)
        team->secret = fill_in(list, team->secret, row, TEAM_SECRET);
}

static struct str secret_text(struct list_of_teams *list, const char *prefix, const char *alphabet, size_t length)
{
    char *text = arena_alloc(list->arena, strlen(prefix) + length + 1);
    memcpy(text, prefix, strlen(prefix));
    random_secret_text(alphabet, length, text + strlen(prefix));
    return str_of(text);
}

static struct str new_account(struct list_of_teams *list)
{
    for (;;) {
        struct str id = secret_text(list, "", "0123456789", ACCOUNT_ID_LENGTH);
        if (!str_is(id, "000000000000") && !map_get(list->accounts, id) &&
            !store_get(list->world->store, account_house, &account_teams, id))
            return id;
    }
}

static bool resolve(struct list_of_teams *list, struct wanted *team)
{
    if (team->account.length == 0) {
        team->account = new_account(list);
        map_put(list->accounts, team->account, team);
    }
    if (team->key.length == 0)
        team->key = secret_text(list, "AKIA", KEY_ALPHABET, 16);
    if (team->secret.length == 0)
        team->secret = secret_text(list, "", SECRET_ALPHABET, SECRET_LENGTH);
    const struct access_key *other = account_find_key(list->world, team->key);
    if (other && !other->of_team)
        return refuse(list, team->line, "access_key_id '%.*s' is in use", STR_ARG(team->key));
    return take(list, list->keys, team, team->key, "access_key_id");
}

static bool resolve_all(struct list_of_teams *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct wanted *team = &list->teams[i];
        if (!check_wanted(list, team) || !take(list, list->names, team, team->name, "name"))
            return false;
        if (team->code.length > 0 && !take(list, list->codes, team, team->code, "code"))
            return false;
        resume(list, team);
        if (team->account.length > 0 && !take(list, list->accounts, team, team->account, "account"))
            return false;
    }
    for (size_t i = 0; i < list->count; i++)
        if (!resolve(list, &list->teams[i]))
            return false;
    return true;
}

/* ---- putting it into rows ---- */

static void put_team_row(struct world *world, struct str account, cJSON *row_taken)
{
    struct json *before = store_get(world->store, account_house, &account_teams, account);
    if (before && json_equal(json_root(before), row_taken))
        cJSON_Delete(row_taken);
    else
        store_put(world->store, account_house, &account_teams, account, json_seal(row_taken));
}

static void strike_off(struct world *world, struct str account, const cJSON *row)
{
    account_delete_key(world, json_str(row, TEAM_KEY));
    cJSON *away = json_thaw(row);
    json_set_int64(away, TEAM_NUMBER, TEAM_AWAY);
    put_team_row(world, account, away);
}

/* Those who are not in the list, and keys that were replaced. */
static void strike_off_others(struct list_of_teams *list)
{
    struct world *world = list->world;
    struct cursor at = store_seek(world->store, account_house, &account_teams, NULL, STR_NONE, false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        struct wanted *team = map_get(list->accounts, at.key);
        if (!team)
            strike_off(world, at.key, row);
        else if (!str_equal(json_str(row, TEAM_KEY), team->key))
            account_delete_key(world, json_str(row, TEAM_KEY));
    }
}

static void put_key(struct list_of_teams *list, const struct wanted *team)
{
    const struct access_key *before = account_find_key(list->world, team->key);
    if (before && str_is(team->secret, before->secret) && str_is(team->account, before->account))
        return;
    struct access_key key = { .id = team->key.at,
                              .secret = team->secret.at,
                              .account = team->account.at,
                              .principal_arn = arena_printf(list->arena, "arn:aws:iam::%s:root", team->account.at),
                              .user_id = team->account.at,
                              .expires_ms = INT64_MAX,
                              .of_team = true };
    account_put_key(list->world, &key);
}

static void put_team(struct list_of_teams *list, const struct wanted *team, size_t number)
{
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, TEAM_NAME, team->name);
    json_set_int64(row, TEAM_NUMBER, (int64_t)number);
    json_set_str(row, TEAM_KEY, team->key);
    json_set_str(row, TEAM_SECRET, team->secret);
    if (team->code.length)
        json_set_str(row, TEAM_CODE, team->code);
    if (team->members.length)
        json_set_str(row, TEAM_MEMBERS, team->members);
    if (team->is_rotated)
        json_set_bool(row, TEAM_ROTATED, true);
    put_team_row(list->world, team->account, row);
    put_key(list, team);
}

static void put_all(struct list_of_teams *list)
{
    strike_off_others(list);
    for (size_t i = 0; i < list->count; i++)
        put_team(list, &list->teams[i], i);
    accounts_refresh(list->world->accounts);
}

bool account_load_teams(struct world *world, const char *number_or_csv_path, char **reterr_why)
{
    struct list_of_teams list = { .world = world,
                                  .arena = arena_new(),
                                  .names = map_new(),
                                  .accounts = map_new(),
                                  .keys = map_new(),
                                  .codes = map_new(),
                                  .reterr_why = reterr_why };
    int64_t number;
    bool good = str_to_int64(str_of(number_or_csv_path), &number) ? want_number(&list, number)
                                                                  : want_file(&list, number_or_csv_path);
    good = good && resolve_all(&list);
    if (good)
        put_all(&list);
    map_free(list.names, NULL);
    map_free(list.accounts, NULL);
    map_free(list.keys, NULL);
    map_free(list.codes, NULL);
    free(list.teams);
    arena_free(list.arena);
    return good;
}

const struct access_key *account_team_key(struct world *world, struct str account_id)
{
    struct json *row = store_get(world->store, account_house, &account_teams, account_id);
    return row ? account_find_key(world, json_str(json_root(row), TEAM_KEY)) : NULL;
}

struct str account_team_note(struct world *world, struct str account_id, const char *what)
{
    struct json *row = store_get(world->store, account_house, &account_teams, account_id);
    return row ? json_str(json_root(row), what) : STR_NONE;
}

bool account_rotate_team_key(struct world *world, struct str account_id)
{
    struct json *before = store_get(world->store, account_house, &account_teams, account_id);
    if (!before)
        return false;
    struct list_of_teams list = { .world = world, .arena = arena_new() };
    struct wanted team = { .account = arena_str(list.arena, account_id) };
    team.key = secret_text(&list, "AKIA", KEY_ALPHABET, 16);
    team.secret = secret_text(&list, "", SECRET_ALPHABET, SECRET_LENGTH);
    cJSON *row = json_thaw(json_root(before));
    account_delete_key(world, json_str(row, TEAM_KEY));
    json_set_str(row, TEAM_KEY, team.key);
    json_set_str(row, TEAM_SECRET, team.secret);
    json_set_bool(row, TEAM_ROTATED, true);
    put_team_row(world, account_id, row);
    put_key(&list, &team);
    arena_free(list.arena);
    return true;
}
