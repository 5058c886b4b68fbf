#include "game/question.h"

#include "game/game_inner.h"
#include "game/news.h"

const struct table_def game_questions = { .name = "game.question" };

static const char *const no_such = "There is no such question.";

static void key_of(int64_t seq, char ret_key[32])
{
    snprintf(ret_key, 32, "%012lld", (long long)seq);
}

/* A copy to edit; NULL: none. */
static cJSON *thaw(const struct game *game, int64_t seq)
{
    char key[32];
    key_of(seq, key);
    struct json *row = store_get(game->world->store, game_house, &game_questions, str_of(key));
    return row ? json_thaw(json_root(row)) : NULL;
}

static bool is_of(const cJSON *row, const struct team *team)
{
    return str_is(json_str(row, "team"), team->account);
}

/* ---- as pages see it ---- */

static void show(cJSON *view, const cJSON *row, const char *name, bool told)
{
    const cJSON *member = told ? json_get(row, name) : NULL;
    json_set(view, name, member ? json_thaw(member) : cJSON_CreateNull());
}

/* Whose it was is nobody's business but theirs and the staff's. */
static cJSON *view_of(const struct game *game, const cJSON *row, const struct team *reader_or_null)
{
    bool told = !reader_or_null || is_of(row, reader_or_null);
    const struct team *team = team_of(game, json_str(row, "team"));
    cJSON *view = cJSON_CreateObject();
    json_set(view, "seq", json_thaw(json_get(row, "seq")));
    json_set(view, "at", json_thaw(json_get(row, "at")));
    show(view, row, "team", told);
    json_set(view, "name", told && team ? json_new_string(str_of(team_name(team))) : cJSON_CreateNull());
    show(view, row, "by", told);
    show(view, row, "text", true);
    show(view, row, "challenge", true);
    show(view, row, "state", true);
    show(view, row, "taken_by", true);
    json_set_bool(view, "published", json_bool(row, "published", false));
    show(view, row, "answers", true);
    return view;
}

cJSON *questions_view(struct game *game, const struct team *team, uint64_t before)
{
    char from[32];
    int shown = 0;
    cJSON *views = cJSON_CreateArray();
    key_of((int64_t)before, from);
    struct cursor at = store_seek(game->world->store, game_house, &game_questions, NULL,
                                  before ? str_of(from) : STR_NONE, true);
    while (shown < QUESTIONS_SHOWN && store_next(&at)) {
        const cJSON *row = json_root(at.row);
        if (team && !is_of(row, team) && !json_bool(row, "published", false))
            continue;
        json_add(views, view_of(game, row, team));
        shown++;
    }
    store_close(&at);
    return views;
}

int64_t questions_open(struct game *game, const struct team *team)
{
    int64_t open = 0;
    struct cursor at = store_seek(game->world->store, game_house, &game_questions, NULL, STR_NONE, false);
    while (store_next(&at))
        open += !str_is(json_str(json_root(at.row), "state"), "answered") && (!team || is_of(json_root(at.row), team));
    return open;
}

/* ---- changing ---- */

static void tell(struct game *game, const cJSON *row)
{
    bool published = json_bool(row, "published", false);
    struct team *asker = team_of(game, json_str(row, "team"));
    for (size_t i = 0; i < game->team_count; i++)
        if (published || game->teams[i] == asker)
            news_to_team(game->teams[i], "question", view_of(game, row, game->teams[i]));
    news_to_support(game, "question", view_of(game, row, NULL));
    if (asker)
        news_roster(asker);
}

/* Writes it, tells it, returns its view for `reader`. */
static cJSON *put(struct game *game, cJSON *row_taken, const struct team *reader_or_null)
{
    char key[32];
    key_of(json_int64(row_taken, "seq", 0), key);
    cJSON *view = view_of(game, row_taken, reader_or_null);
    tell(game, row_taken);
    store_put(game->world->store, game_house, &game_questions, str_of(key), json_seal(row_taken));
    return view;
}

cJSON *question_ask(struct team *team, const char *by, struct str text, struct str challenge, const char **reterr_why)
{
    struct game *game = team->game;
    text = str_trim(text);
    *reterr_why = !text.length || text.length > LONGEST_QUESTION ? "A question has 1 to 2,000 bytes."
                  : challenge.length && scenario_challenge(game->scenario, challenge) == SIZE_MAX
                      ? "There is no such challenge."
                  : questions_open(game, team) >= QUESTIONS_OPEN
                      ? "Ten questions of yours are open: wait for their answers."
                      : NULL;
    if (*reterr_why)
        return NULL;
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "seq", (int64_t)++game->last_question);
    json_set_int64(row, "at", game_now(game));
    json_set_string(row, "team", team->account);
    json_set_string(row, "by", by);
    json_set_str(row, "text", text);
    if (challenge.length)
        json_set_str(row, "challenge", challenge);
    json_set_string(row, "state", "open");
    json_set(row, "answers", cJSON_CreateArray());
    chronicle_add(game, "question", team, words_of("asks something", "질문했습니다"));
    return put(game, row, team);
}

cJSON *question_take(struct game *game, int64_t seq, struct str by, const char **reterr_why)
{
    cJSON *row = thaw(game, seq);
    *reterr_why = !row                                         ? no_such
                  : !name_is_fit(by, LONGEST_NAME_OF)          ? "Say by whom, in 1 to 40 characters."
                  : str_is(json_str(row, "state"), "answered") ? "It has been answered."
                                                               : NULL;
    if (*reterr_why) {
        cJSON_Delete(row);
        return NULL;
    }
    json_set_string(row, "state", "taken");
    json_set_str(row, "taken_by", by);
    return put(game, row, NULL);
}

cJSON *question_answer(struct game *game, int64_t seq, struct str by, cJSON *words, bool publish,
                       const char **reterr_why)
{
    cJSON *row = thaw(game, seq), *answers = row ? cJSON_GetObjectItemCaseSensitive(row, "answers") : NULL;
    *reterr_why = !row                                                ? no_such
                  : !name_is_fit(by, LONGEST_NAME_OF)                 ? "Say by whom, in 1 to 40 characters."
                  : !words                                            ? "An answer has a text of 1 to 2,000 bytes."
                  : cJSON_GetArraySize(answers) >= ANSWERS_A_QUESTION ? "It has answers enough."
                                                                      : NULL;
    if (*reterr_why) {
        cJSON_Delete(row);
        cJSON_Delete(words);
        return NULL;
    }
    cJSON *answer = cJSON_CreateObject();
    json_set_int64(answer, "at", game_now(game));
    json_set_str(answer, "by", by);
    json_set(answer, "text", words);
    json_add(answers, answer);
    json_set_string(row, "state", "answered");
    json_set_str(row, "taken_by", by);
    json_set_bool(row, "published", publish || json_bool(row, "published", false));
    return put(game, row, NULL);
}
