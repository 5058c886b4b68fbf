#include "game/request.h"

#include "game/answer.h"
#include "game/game_inner.h"
#include "game/hint.h"
#include "game/message.h"
#include "game/news.h"

#define LONGEST_MEMORY (64 * 1024)
#define MEMORIES_MOST  1000 /* of a team */

const struct table_def game_memories = { .name = "game.memory" };

/* NULL: the asker was told. */
static struct team *team_or_deny(struct game *game, struct script_request *request, const char *account)
{
    struct team *team = team_of(game, str_of(account));
    if (!team)
        script_deny(request, "no team of this game has the account %s", account);
    return team;
}

/* For what adds rows: a pack must not fill the world, callback by callback. */
static struct team *team_with_room_or_deny(struct game *game, struct script_request *request, const char *account)
{
    struct team *team = team_or_deny(game, request, account);
    if (!team || !store_is_full(game->world->store))
        return team;
    script_deny(request, "this practice cloud holds as much as it can");
    return NULL;
}

static size_t fault_or_deny(struct game *game, struct script_request *request, const cJSON *with)
{
    struct str id = json_str(with, "fault");
    size_t fault = scenario_fault(game->scenario, id);
    if (fault == SIZE_MAX)
        script_deny(request, "there is no fault '%.*s'", STR_ARG(id));
    return fault;
}

static size_t challenge_or_deny(struct game *game, struct script_request *request, const cJSON *with)
{
    struct str id = json_str(with, "challenge");
    size_t challenge = scenario_challenge(game->scenario, id);
    if (challenge == SIZE_MAX)
        script_deny(request, "there is no challenge '%.*s'", STR_ARG(id));
    return challenge;
}

/* ---- the score and words ---- */

static void asked_score(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct game *game = data;
    struct team *team = team_with_room_or_deny(game, request, account);
    int64_t points = json_int64(with, "points", 0);
    const cJSON *reason = json_get(with, "reason");
    struct str challenge = json_str(with, "challenge");
    if (!team)
        return;
    if (!game_is_live(game)) {
        script_deny(request, "points are given while the game is live");
        return;
    }
    score_add(team, &(struct score_note){ .kind = points < 0 ? SCORE_PENALTY : SCORE_BONUS,
                                          .points = points,
                                          .reason_taken = cJSON_IsObject(reason)
                                                              ? json_thaw(reason)
                                                              : words_of("A decision of the house", "운영진의 결정"),
                                          .challenge = scenario_challenge(game->scenario, challenge),
                                          .by = script_request_callback(request) });
    script_answer(request, NULL);
}

static void asked_message(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_with_room_or_deny(data, request, account);
    if (!team)
        return;
    message_send(data, str_is(json_str(with, "to"), "all") ? NULL : team, with);
    script_answer(request, NULL);
}

/* ---- challenges and faults ---- */

static void asked_unlock(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    size_t challenge = team ? challenge_or_deny(data, request, with) : SIZE_MAX;
    if (challenge == SIZE_MAX)
        return;
    challenge_open(team, challenge);
    script_answer(request, NULL);
}

static void asked_solve(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    size_t challenge = team ? challenge_or_deny(data, request, with) : SIZE_MAX;
    if (challenge == SIZE_MAX)
        return;
    challenge_solve(team, challenge);
    script_answer(request, NULL);
}

static void asked_break(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    size_t fault = team ? fault_or_deny(data, request, with) : SIZE_MAX;
    if (fault == SIZE_MAX)
        return;
    fault_break(team, fault);
    script_answer(request, NULL);
}

static void asked_mend(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    size_t fault = team ? fault_or_deny(data, request, with) : SIZE_MAX;
    if (fault == SIZE_MAX)
        return;
    fault_withdraw(team, fault);
    script_answer(request, NULL);
}

static void asked_status(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct game *game = data;
    struct team *team = team_or_deny(game, request, account);
    if (!team)
        return;
    cJSON *status = cJSON_CreateObject(), *broken = cJSON_CreateArray(), *solved = cJSON_CreateArray();
    json_set_int64(status, "score", ledger_total(&team->ledger));
    json_set_int64(status, "elapsed_ms", game->started_ms ? game_now(game) - game->started_ms : 0);
    for (size_t i = 0; i < game->scenario->fault_count; i++)
        if (team->faults[i].state == FAULT_STANDING && !team->faults[i].mended_ms)
            json_add(broken, json_new_string(str_of(game->scenario->faults[i].id)));
    for (size_t i = 0; i < game->scenario->challenge_count; i++)
        if (team->challenges[i].state == CHALLENGE_SOLVED)
            json_add(solved, json_new_string(str_of(game->scenario->challenges[i].id)));
    json_set(status, "broken", broken);
    json_set(status, "solved", solved);
    script_answer(request, status);
}

static void asked_hint(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    size_t fault = team ? fault_or_deny(data, request, with) : SIZE_MAX;
    const char *why;
    if (fault == SIZE_MAX)
        return;
    if (hint_buy(team, fault, json_int64(with, "stage", 0), &why))
        script_answer(request, NULL);
    else
        script_deny(request, "%s", why);
}

static void answer_judged(void *data, bool right, const cJSON *reason, const char *refusal)
{
    if (refusal) {
        script_deny(data, "%s", refusal);
        return;
    }
    cJSON *answer = cJSON_CreateObject();
    json_set_bool(answer, "right", right);
    script_answer(data, answer);
}

static void asked_answer(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    size_t challenge = team ? challenge_or_deny(data, request, with) : SIZE_MAX;
    if (challenge != SIZE_MAX)
        answer_give(team, challenge, json_string(with, "answer"), json_str(with, "text"), answer_judged, request);
}

static void asked_name(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct team *team = team_or_deny(data, request, account);
    if (!team)
        return;
    const char *why = team_rename(team, json_str(with, "name"));
    if (why)
        script_deny(request, "%s", why);
    else
        script_answer(request, NULL);
}

/* ---- memory ---- */

static bool memory_key(const char *account, const cJSON *with, char ret_key[ROW_KEY_ROOM])
{
    struct str key = json_str(with, "key");
    if (!key.length || key.length > 200 || memchr(key.at, '\0', key.length))
        return false;
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%.*s", account, STR_ARG(key));
    return true;
}

static bool is_one_too_many(struct game *game, const char *account, const char *key)
{
    char prefix[ROW_KEY_ROOM];
    size_t count = 0;
    if (store_get(game->world->store, game_house, &game_memories, str_of(key)))
        return false;
    snprintf(prefix, sizeof prefix, "%s/", account);
    struct cursor at = store_seek_from(game->world->store, game_house, &game_memories, NULL, str_of(prefix));
    while (store_next_within(&at, str_of(prefix)))
        count++;
    return count >= MEMORIES_MOST;
}

static void asked_remember(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct game *game = data;
    const cJSON *value = json_get(with, "value");
    char key[ROW_KEY_ROOM];
    if (!memory_key(account, with, key) || json_weight(value, LONGEST_MEMORY) > LONGEST_MEMORY) {
        script_deny(request, "a memory has a key of 1 to 200 bytes and a value of at most 64 KiB");
        return;
    }
    if (!value || cJSON_IsNull(value)) {
        store_delete(game->world->store, game_house, &game_memories, str_of(key));
    } else if (is_one_too_many(game, account, key)) {
        script_deny(request, "a team has %d memories at most: forget some, or keep several in one", MEMORIES_MOST);
        return;
    } else {
        cJSON *row = cJSON_CreateObject();
        json_set(row, "value", json_thaw(value));
        store_put(game->world->store, game_house, &game_memories, str_of(key), json_seal(row));
    }
    script_answer(request, NULL);
}

static void asked_recall(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct game *game = data;
    char key[ROW_KEY_ROOM];
    struct json *row = memory_key(account, with, key)
                           ? store_get(game->world->store, game_house, &game_memories, str_of(key))
                           : NULL;
    script_answer(request, row ? json_thaw(json_get(json_root(row), "value")) : NULL);
}

const struct script_request_kind game_requests[] = {
    { "score", asked_score },
    { "message", asked_message },
    { "unlock", asked_unlock },
    { "solve", asked_solve },
    { "break_", asked_break },
    { "mend", asked_mend },
    { "status", asked_status },
    { "remember", asked_remember },
    { "recall", asked_recall },
    { "hint", asked_hint },
    { "answer", asked_answer },
    { "name_team", asked_name },
    { 0 },
};
