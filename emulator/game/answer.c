#include "game/answer.h"

#include <math.h>
#include <stdlib.h>

#include "game/game_inner.h"
#include "game/news.h"

#define LONGEST_ANSWER 2048

const struct table_def game_answers = { .name = "game.answer" };

static const struct challenge_def *challenge_of(const struct team *team, size_t challenge)
{
    return &team->game->scenario->challenges[challenge];
}

/* Without an id: the only one. */
static const cJSON *def_of(const struct team *team, size_t challenge, const char *id)
{
    const cJSON *answers = challenge_of(team, challenge)->answers, *at;
    if (!id)
        return cJSON_GetArraySize(answers) == 1 ? answers->child : NULL;
    cJSON_ArrayForEach(at, answers)
    {
        if (str_is(json_str(at, "id"), id))
            return at;
    }
    return NULL;
}

/* ---- rows ---- */

static void key_of(const struct team *team, size_t challenge, const char *id, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%s/%s", team->account, challenge_of(team, challenge)->id, id);
}

static const cJSON *row_of(const struct team *team, size_t challenge, const char *id)
{
    char key[ROW_KEY_ROOM];
    key_of(team, challenge, id, key);
    struct json *row = store_get(team->game->world->store, game_house, &game_answers, str_of(key));
    return row ? json_root(row) : NULL;
}

bool answer_is_right(const struct team *team, size_t challenge, const char *id)
{
    return json_bool(row_of(team, challenge, id), "right", false);
}

int64_t answer_tries_left(const struct team *team, size_t challenge, const char *id)
{
    int64_t most = json_int64(def_of(team, challenge, id), "tries", -1);
    return most < 0 ? -1 : most - json_int64(row_of(team, challenge, id), "tries", 0);
}

static void save(struct team *team, size_t challenge, const char *id, bool right, int64_t counts)
{
    char key[ROW_KEY_ROOM];
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "tries", json_int64(row_of(team, challenge, id), "tries", 0) + counts);
    json_set_bool(row, "right", right);
    key_of(team, challenge, id, key);
    store_put(team->game->world->store, game_house, &game_answers, str_of(key), json_seal(row));
}

/* ---- judging ---- */

/* Two that are judged at the same time are paid once. */
static void judged(struct team *team, size_t challenge, const cJSON *def, bool right, int64_t counts)
{
    bool was_right = answer_is_right(team, challenge, json_string(def, "id"));
    save(team, challenge, json_string(def, "id"), right || was_right, counts);
    if (right && !was_right)
        score_add(team, &(struct score_note){ .kind = SCORE_BONUS,
                                              .points = json_int64(def, "points", 0),
                                              .reason_taken = json_thaw(json_get(def, "title")),
                                              .challenge = challenge });
    challenge_consider(team, challenge);
    news_challenge(team, challenge);
}

void answer_found_right(struct team *team, size_t challenge, const char *id)
{
    const cJSON *def = def_of(team, challenge, id);
    if (def && !answer_is_right(team, challenge, id))
        judged(team, challenge, def, true, 0);
}

static bool is_number(struct str text, double *ret_number)
{
    char digits[64], *end;
    if (!text.length || text.length >= sizeof digits)
        return false;
    memcpy(digits, text.at, text.length);
    digits[text.length] = '\0';
    *ret_number = strtod(digits, &end);
    return *end == '\0' && isfinite(*ret_number);
}

static bool fits(const cJSON *def, struct str text)
{
    const cJSON *value = json_get(def, "value");
    struct str kind = json_str(def, "kind");
    double number;
    if (str_is(kind, "number"))
        return is_number(text, &number) &&
               fabs(number - json_to_double(value)) <= json_number(def, "tolerance", 0) + 1e-9;
    return str_is(kind, "arn") ? str_equal(text, json_value(value)) : str_equal_ignoring_case(text, json_value(value));
}

struct asking {
    struct team *team;
    size_t challenge;
    char *id;
    answer_told *told;
    void *data;
};

/* The pack may have been edited meanwhile. */
static void lua_judged(void *data, struct json *answer, const struct script_error *error)
{
    struct asking *asking = data;
    const cJSON *def = asking->challenge < asking->team->game->scenario->challenge_count
                           ? def_of(asking->team, asking->challenge, asking->id)
                           : NULL;
    bool right = answer && json_bool(json_root(answer), "right", false);
    if (error && !error->interrupted) {
        char *text = notice_of_error(error);
        notice_add(asking->team->game, "error", "answer %s: %s", asking->id, text);
        free(text);
    }
    if (def && answer)
        judged(asking->team, asking->challenge, def, right, 0);
    else if (def) /* a try that nobody judged was none */
        save(asking->team, asking->challenge, asking->id, answer_is_right(asking->team, asking->challenge, asking->id),
             -1);
    asking->told(asking->data, right, answer ? json_get(json_root(answer), "reason") : NULL,
                 answer ? NULL : "The answer could not be judged. Try again.");
    free(asking->id);
    free(asking);
}

static void ask_lua(struct team *team, size_t challenge, const char *id, struct str text, answer_told *told, void *data)
{
    char callback[ROW_KEY_ROOM];
    struct asking *asking = memory_alloc(sizeof *asking);
    *asking = (struct asking){ team, challenge, memory_copy(str_of(id)), told, data };
    cJSON *argument = cJSON_CreateObject();
    save(team, challenge, id, false,
         1); /* counted before it is judged: as many as are sent at once, no more than there are */
    json_set_str(argument, "answer", text);
    snprintf(callback, sizeof callback, "answer/%s/%s", challenge_of(team, challenge)->id, id);
    script_call(team->game->script, callback, team->account, argument, lua_judged, asking);
    cJSON_Delete(argument);
}

static bool is_of_state(const cJSON *def)
{
    return str_is(json_str(def, "kind"), "state");
}

static const char *refusal(const struct team *team, size_t challenge, const cJSON *def, struct str text)
{
    if (!def)
        return "There is no such question.";
    if (!team_plays(team) || !challenge_is_open(team, challenge))
        return "Answers are taken while the challenge is open.";
    if (answer_is_right(team, challenge, json_string(def, "id")))
        return "This has been answered already.";
    if (answer_tries_left(team, challenge, json_string(def, "id")) == 0)
        return "There are no tries left.";
    if (is_of_state(def))
        return "Nothing is to be typed here: it is right as soon as your account is as it should be.";
    return text.length == 0 || text.length > LONGEST_ANSWER ? "An answer is one to 2048 characters." : NULL;
}

void answer_give(struct team *team, size_t challenge, const char *id, struct str text, answer_told *told, void *data)
{
    const cJSON *def = def_of(team, challenge, id);
    struct str given = str_trim(text);
    const char *refused = refusal(team, challenge, def, given);
    if (refused) {
        told(data, false, NULL, refused);
        return;
    }
    if (str_is(json_str(def, "kind"), "lua")) {
        ask_lua(team, challenge, json_string(def, "id"), given, told, data);
        return;
    }
    bool right = fits(def, given);
    judged(team, challenge, def, right, 1);
    told(data, right, NULL, NULL);
}

bool answers_are_right(const struct team *team, size_t challenge)
{
    const cJSON *answers = challenge_of(team, challenge)->answers, *at;
    cJSON_ArrayForEach(at, answers)
    {
        if (!answer_is_right(team, challenge, json_string(at, "id")))
            return false;
    }
    return cJSON_GetArraySize(answers) > 0;
}

cJSON *answers_view(const struct team *team, size_t challenge)
{
    const cJSON *at;
    cJSON *views = cJSON_CreateArray();
    cJSON_ArrayForEach(at, challenge_of(team, challenge)->answers)
    {
        const char *id = json_string(at, "id");
        int64_t left = answer_tries_left(team, challenge, id);
        cJSON *view = cJSON_CreateObject();
        json_set_string(view, "id", id);
        json_set(view, "title", json_thaw(json_get(at, "title")));
        json_set_int64(view, "points", json_int64(at, "points", 0));
        json_set(view, "tries_left", left < 0 ? cJSON_CreateNull() : json_new_int64(left));
        json_set_bool(view, "right", answer_is_right(team, challenge, id));
        json_set_bool(view, "typed", !is_of_state(at));
        json_add(views, view);
    }
    return views;
}
