#include "game/member.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/random.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/view.h"

const struct table_def game_members = { .name = "game.member" };

static const char *const roles[] = {
    [ROLE_CAPTAIN] = "captain", [ROLE_MEMBER] = "member", [ROLE_OBSERVER] = "observer"
};

static bool read_role(struct str name, enum member_role *ret_role)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (!str_is(name, roles[i]))
            continue;
        *ret_role = (enum member_role)i;
        return true;
    }
    return false;
}

/* ---- names and codes ---- */

/* Unicode's general categories Cc and Cf, as far as they hide in a line: TR36 says what they are abused for. */
static bool is_invisible(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = { { 0x00, 0x1F },     { 0x7F, 0x9F },     { 0xAD, 0xAD },     { 0x61C, 0x61C },    { 0x115F, 0x1160 },
                   { 0x180E, 0x180E }, { 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F },  { 0x3164, 0x3164 },
                   { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE0FFF } };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

bool name_is_fit(struct str name, size_t most)
{
    if (!name.length || !str_is_utf8(name) || str_count_code_points(name) > most)
        return false;
    for (size_t i = 0; i < name.length;) {
        size_t length = utf8_length(name.at + i, name.length - i);
        if (is_invisible(utf8_decode(name.at + i, length)))
            return false;
        i += length;
    }
    return true;
}

static char upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

bool code_matches(const char *code, struct str given)
{
    const char *at = code;
    for (size_t i = 0; i < given.length; i++) {
        if (given.at[i] == '-' || given.at[i] == ' ')
            continue;
        while (*at == '-')
            at++;
        if (!*at || upper(*at) != upper(given.at[i]))
            return false;
        at++;
    }
    while (*at == '-')
        at++;
    return *at == '\0' && given.length > 0;
}

/* ---- rows ---- */

static void key_of(const struct team *team, const char *id, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%s", team->account, id);
}

static void save(const struct team *team, const struct person *member)
{
    char key[ROW_KEY_ROOM];
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "name", member->name);
    json_set_string(row, "role", roles[member->role]);
    json_set_string(row, "token", member->token);
    json_set_int64(row, "joined_at", member->joined_ms);
    key_of(team, member->id, key);
    store_put(team->game->world->store, game_house, &game_members, str_of(key), json_seal(row));
}

static void tell(struct team *team)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, "members", members_view(team));
    news_to_team(team, "members", view);
    news_roster(team);
}

static struct person *add(struct members *members)
{
    members->list = memory_resize(members->list, (members->count + 1) * sizeof *members->list);
    struct person *member = &members->list[members->count++];
    *member = (struct person){ 0 };
    return member;
}

static void make_token(struct person *member)
{
    unsigned char secret[TOKEN_HEX / 2];
    random_secret(secret, sizeof secret);
    hex_encode(secret, sizeof secret, member->token);
    session_cookie(member->token, member->cookie);
}

static struct person *create(struct team *team, struct str name, enum member_role role)
{
    struct person *member = add(&team->members);
    snprintf(member->id, sizeof member->id, "m%d", (int)(++team->members.last % 100000));
    member->name = memory_copy(name);
    member->role = role;
    make_token(member);
    return member;
}

static struct person *find(const struct members *members, struct str name)
{
    for (size_t i = 0; i < members->count; i++)
        if (str_equal_ignoring_case(name, str_of(members->list[i].name)))
            return &members->list[i];
    return NULL;
}

static void load_row(struct team *team, struct str id, const cJSON *row)
{
    int64_t number = 0;
    struct person *member = add(&team->members);
    snprintf(member->id, sizeof member->id, "%.*s", STR_ARG(id));
    member->name = memory_copy(json_str(row, "name"));
    read_role(json_str(row, "role"), &member->role);
    snprintf(member->token, sizeof member->token, "%.*s", STR_ARG(json_str(row, "token")));
    session_cookie(member->token, member->cookie);
    member->joined_ms = json_int64(row, "joined_at", 0);
    if (str_to_int64(str_from(id, 1), &number) && number > team->members.last)
        team->members.last = number;
}

static struct str list_of(const struct team *team)
{
    return account_team_note(team->game->world, str_of(team->account), "members");
}

bool members_are_listed(const struct team *team)
{
    return list_of(team).length > 0;
}

/* Those whom the list names and no row does yet. */
static void take_list(struct team *team)
{
    char *list = memory_copy(list_of(team));
    for (struct str rest = str_of(list); rest.length > 0;) {
        struct str role_name, name = str_trim(str_cut(str_cut(rest, ';', &rest), ':', &role_name));
        enum member_role role = ROLE_MEMBER;
        read_role(str_trim(role_name), &role);
        if (name.length && !find(&team->members, name))
            save(team, create(team, name, role));
    }
    free(list);
}

void members_load(struct team *team)
{
    char prefix[ACCOUNT_ID_LENGTH + 2];
    members_release(&team->members);
    snprintf(prefix, sizeof prefix, "%s/", team->account);
    struct cursor at = store_seek_from(team->game->world->store, game_house, &game_members, NULL, str_of(prefix));
    while (store_next_within(&at, str_of(prefix)))
        load_row(team, str_from(at.key, strlen(prefix)), json_root(at.row));
    take_list(team);
}

void members_release(struct members *members)
{
    for (size_t i = 0; i < members->count; i++)
        free(members->list[i].name);
    free(members->list);
    *members = (struct members){ 0 };
}

/* ---- joining, and what they may ---- */

static struct person *join_new(struct team *team, struct str name, const char **reterr_why)
{
    bool has_captain = false;
    for (size_t i = 0; i < team->members.count; i++)
        has_captain = has_captain || team->members.list[i].role == ROLE_CAPTAIN;
    if (members_are_listed(team))
        *reterr_why = "The team's list has nobody of this name.";
    else if (!name_is_fit(name, LONGEST_NAME_OF))
        *reterr_why = "A name is one line of 1 to 40 characters.";
    else if (team->members.count >= MEMBERS_A_TEAM)
        *reterr_why = "The team is full.";
    else
        return create(team, name, has_captain ? ROLE_MEMBER : ROLE_CAPTAIN);
    return NULL;
}

const struct person *member_join(struct team *team, struct str name, const char **reterr_why)
{
    name = str_trim(name);
    struct person *member = find(&team->members, name);
    if (!member && !(member = join_new(team, name, reterr_why)))
        return NULL;
    if (member->joined_ms)
        return member;
    member->joined_ms = game_now(team->game);
    save(team, member);
    chronicle_add(team->game, "team", team, words_in("%s joined", "%s님이 합류했습니다", member->name));
    tell(team);
    return member;
}

static struct person *by_id(const struct team *team, struct str id)
{
    for (size_t i = 0; i < team->members.count; i++)
        if (str_is(id, team->members.list[i].id))
            return &team->members.list[i];
    return NULL;
}

const char *member_set_role(struct team *team, struct str id, struct str role)
{
    struct person *member = by_id(team, id);
    enum member_role wanted;
    if (!member)
        return "The team has no such member.";
    if (!read_role(role, &wanted))
        return "A role is captain, member or observer.";
    member->role = wanted;
    save(team, member);
    tell(team);
    return NULL;
}

const char *member_remove(struct team *team, struct str id)
{
    char key[ROW_KEY_ROOM];
    struct person *member = by_id(team, id);
    if (!member)
        return "The team has no such member.";
    key_of(team, member->id, key);
    store_delete(team->game->world->store, game_house, &game_members, str_of(key));
    free(member->name);
    *member = team->members.list[--team->members.count];
    tell(team);
    return NULL;
}

void members_end_sessions(struct team *team)
{
    for (size_t i = 0; i < team->members.count; i++) {
        make_token(&team->members.list[i]);
        save(team, &team->members.list[i]);
    }
}

/* ---- as pages see them ---- */

cJSON *member_view(const struct person *member)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", member->id);
    json_set_string(view, "name", member->name);
    json_set_string(view, "role", roles[member->role]);
    json_set(view, "joined_at", view_instant(member->joined_ms));
    return view;
}

cJSON *members_view(const struct team *team)
{
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; i < team->members.count; i++)
        json_add(views, member_view(&team->members.list[i]));
    return views;
}

cJSON *members_names(const struct team *team)
{
    cJSON *names = cJSON_CreateArray();
    for (size_t i = 0; i < team->members.count; i++)
        json_add(names, json_new_string(str_of(team->members.list[i].name)));
    return names;
}
