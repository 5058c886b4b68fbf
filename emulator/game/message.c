#include "game/message.h"

#include "game/game_inner.h"
#include "game/news.h"

const struct table_def game_messages = { .name = "game.message", .append_only = true };

static cJSON *view_of(const cJSON *row)
{
    cJSON *view = json_thaw(row);
    json_set_bool(view, "to_all", json_get(row, "to") == NULL);
    json_set_string(view, "to", NULL);
    return view;
}

cJSON *message_post(struct game *game, struct team *team, cJSON *from_taken, cJSON *text_taken, const char *level)
{
    char key[32];
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "seq", (int64_t)++game->last_message);
    json_set_int64(row, "at", game_now(game));
    json_set(row, "from", from_taken);
    json_set(row, "text", text_taken);
    json_set_string(row, "level", level);
    json_set_string(row, "to", team ? team->account : NULL);
    cJSON *view = view_of(row);
    snprintf(key, sizeof key, "%012llu", (unsigned long long)game->last_message);
    store_put(game->world->store, game_house, &game_messages, str_of(key), json_seal(row));
    chronicle_add(game, "message", team, json_thaw(json_get(view, "text")));
    if (team)
        news_to_team(team, "message", json_thaw(view));
    else
        news_to_all(game, "message", json_thaw(view));
    return view;
}

/* "Ada, CTO" in each language that her name has. */
static cJSON *character(const struct game *game, const char *id)
{
    const cJSON *who = json_get(game->scenario->characters, id ? id : ""), *name = json_get(who, "name");
    const cJSON *title = json_get(who, "title"), *at;
    if (!name)
        return words_of(id ? id : "Unicorn.Rentals", NULL);
    cJSON *words = cJSON_CreateObject();
    cJSON_ArrayForEach(at, name)
    {
        struct buf text = BUF_EMPTY;
        const char *of_title = json_string(title, at->string);
        buf_add_text(&text, at->valuestring);
        if (of_title)
            buf_printf(&text, ", %s", of_title);
        json_set_string(words, at->string, text.at ? text.at : "");
        buf_release(&text);
    }
    return words;
}

void message_send(struct game *game, struct team *team, const cJSON *message)
{
    const char *level = json_string(message, "level");
    cJSON_Delete(message_post(game, team, character(game, json_string(message, "from")),
                              json_thaw(json_get(message, "text")), level ? level : "info"));
}

cJSON *messages_view(struct game *game, const struct team *team)
{
    cJSON *views = cJSON_CreateArray();
    int shown = 0;
    struct cursor at = store_seek(game->world->store, game_house, &game_messages, NULL, STR_NONE, true);
    while (shown < MESSAGES_SHOWN && store_next(&at)) {
        const char *to = json_string(json_root(at.row), "to");
        if (to && strcmp(to, team->account) != 0)
            continue;
        json_add(views, view_of(json_root(at.row)));
        shown++;
    }
    store_close(&at);
    return views;
}
