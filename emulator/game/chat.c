#include "game/chat.h"

#include <stdlib.h>

#include "aws/road.h"
#include "game/ask.h"
#include "game/game_inner.h"
#include "game/news.h"

#define BOTS_SHOWN    20
#define ALIASES_SHOWN 10
#define LONGEST_ID    100
#define MOST_AT_ONCE  8 /* turns of a team */

/* ---- the bots ---- */

static cJSON *locales_view(struct team *team, struct str bot, struct str version)
{
    const cJSON *at;
    cJSON *input = ask_with("botId", bot), *view = cJSON_CreateArray();
    json_set_str(input, "botVersion", version.length ? version : STR("DRAFT"));
    cJSON *answer = team_ask(team, "lexv2", "ListBotLocales", input);
    cJSON_ArrayForEach(at, json_get(answer, "botLocaleSummaries"))
        json_add(view, json_new_string(json_str(at, "localeId")));
    cJSON_Delete(answer);
    return view;
}

static cJSON *aliases_view(struct team *team, struct str bot)
{
    const cJSON *at;
    cJSON *input = ask_with("botId", bot), *view = cJSON_CreateArray();
    json_set_int64(input, "maxResults", ALIASES_SHOWN);
    cJSON *answer = team_ask(team, "lexv2", "ListBotAliases", input);
    cJSON_ArrayForEach(at, json_get(answer, "botAliasSummaries"))
    {
        cJSON *alias = cJSON_CreateObject();
        json_set_str(alias, "id", json_str(at, "botAliasId"));
        json_set_str(alias, "name", json_str(at, "botAliasName"));
        json_set(alias, "locales", locales_view(team, bot, json_str(at, "botVersion")));
        json_add(view, alias);
    }
    cJSON_Delete(answer);
    return view;
}

cJSON *chat_bots_view(struct team *team)
{
    const cJSON *at;
    cJSON *input = cJSON_CreateObject(), *view = cJSON_CreateArray();
    json_set_int64(input, "maxResults", BOTS_SHOWN);
    cJSON *answer = team_ask(team, "lexv2", "ListBots", input);
    cJSON_ArrayForEach(at, json_get(answer, "botSummaries"))
    {
        cJSON *bot = cJSON_CreateObject();
        json_set_str(bot, "id", json_str(at, "botId"));
        json_set_str(bot, "name", json_str(at, "botName"));
        json_set(bot, "aliases", aliases_view(team, json_str(at, "botId")));
        json_add(view, bot);
    }
    cJSON_Delete(answer);
    return view;
}

/* ---- a turn ---- */

struct chat {
    struct team *team;
    struct call *call;
    char *id, *session;
    int64_t began_ms, took_ms;
    struct list link; /* of the game's */
};

static void chat_free(struct chat *chat)
{
    list_remove(&chat->link);
    call_free(chat->call);
    free(chat->id);
    free(chat->session);
    free(chat);
}

static cJSON *error_view(const struct call *call)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "code", call->error.kind->code);
    json_set_string(view, "message", call->error.message ? call->error.message : "");
    return view;
}

/* `turn` is what the service told of it; NULL where it told nothing, since it failed. */
static void publish(struct chat *chat, const cJSON *turn)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", chat->id);
    json_set_string(view, "session", chat->session);
    json_set_str(view, "text", json_str(chat->call->input, "text"));
    json_set_int64(view, "ms", chat->took_ms);
    json_set(view, "hook", text_or_null(json_string(turn, "hook")));
    json_set_int64(view, "hook_ms", json_int64(turn, "hookMs", 0));
    if (chat->call->error.kind)
        json_set(view, "error", error_view(chat->call));
    else
        json_set(view, "answer", json_thaw(call_output(chat->call)));
    news_to_team(chat->team, "chat", view);
}

static void chat_answered(struct call *call)
{
    struct chat *chat = call->owner;
    chat->took_ms = game_now(chat->team->game) - chat->began_ms;
    if (!call->error.kind)
        return; /* the service tells of its turn: chat_told() */
    publish(chat, NULL);
    chat_free(chat);
}

void chat_told(struct listener *listener, const struct event *event)
{
    struct game *game = listener->data;
    const cJSON *turn = event->detail ? json_root(event->detail) : NULL;
    for (struct list *at = game->chats.next; at != &game->chats; at = at->next) {
        struct chat *chat = LIST_ITEM(at, struct chat, link);
        if (!str_is(json_str(turn, "requestId"), chat->call->request_id))
            continue;
        publish(chat, turn);
        chat_free(chat);
        return;
    }
}

void chat_forget_all(struct game *game)
{
    while (!list_is_empty(&game->chats))
        chat_free(LIST_ITEM(game->chats.next, struct chat, link));
}

static bool is_busy(const struct team *team)
{
    size_t count = 0;
    const struct list *chats = &team->game->chats;
    for (const struct list *at = chats->next; at != chats; at = at->next)
        count += LIST_ITEM(at, struct chat, link)->team == team;
    return count >= MOST_AT_ONCE;
}

static void free_tree(void *tree)
{
    cJSON_Delete(tree);
}

static cJSON *input_of(const cJSON *turn)
{
    static const char *const members[][2] = { { "bot", "botId" },
                                              { "alias", "botAliasId" },
                                              { "locale", "localeId" },
                                              { "session", "sessionId" },
                                              { "text", "text" } };
    cJSON *input = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_set_str(input, members[i][1], json_str(turn, members[i][0]));
    return input;
}

const char *chat_say(struct team *team, const cJSON *turn)
{
    struct str id = json_str(turn, "id"), session = json_str(turn, "session");
    const char *why = NULL;
    if (!id.length || id.length > LONGEST_ID || !session.length || session.length > LONGEST_ID)
        return "A turn has an id and a session of 1 to 100 characters.";
    if (is_busy(team))
        return "The bot has not answered yet.";
    struct call *call = call_new(team->game->cloud, STR("lexv2runtime"), STR("RecognizeText"), &why);
    if (!call)
        return why;
    struct chat *chat = memory_alloc(sizeof *chat);
    *chat = (struct chat){ team, call, memory_copy(id), memory_copy(session), game_now(team->game), 0, { 0 } };
    list_append(&team->game->chats, &chat->link);
    cJSON *input = input_of(turn);
    arena_own(call->arena, free_tree, input);
    call->input = input;
    call->caller = principal_of_root(call->arena, str_of(team->account));
    call->origin = ORIGIN_HOUSE;
    call->owner = chat;
    call->finished = chat_answered;
    if (road_run(call) != CALL_PARKED)
        chat_answered(call);
    return NULL;
}
