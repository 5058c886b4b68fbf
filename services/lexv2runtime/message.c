#include "services/lexv2runtime/turn.h"

#define MOST_MESSAGES   10 /* of an answer: the model's limit */
#define MOST_CHARACTERS 1024

/* ---- {Slot}, [attribute] and #context.attribute inside of a text ---- */

static size_t reference_end(struct str text, size_t at)
{
    char opens = text.at[at], closes = opens == '{' ? '}' : ']';
    for (size_t end = at + 1; end < text.length && end - at <= 202; end++) {
        if (text.at[end] == closes)
            return end + 1;
        if (text.at[end] == opens || text.at[end] == '\n')
            return 0;
    }
    return 0;
}

/* A reference without a value stays empty; what looks like none ("[1]" of no attribute, JSON's braces) stays as it is. */
static struct str filled_in(struct turn *turn, struct str text)
{
    struct buf out = BUF_EMPTY;
    for (size_t at = 0; at < text.length;) {
        bool opens = text.at[at] == '{' || text.at[at] == '[';
        size_t end = opens ? reference_end(text, at) : 0;
        struct str reference = { text.at + at, end ? end - at : 0 };
        struct str value = end ? condition_value(turn, reference) : STR_NONE;
        struct str rest,
            name = end ? str_cut((struct str){ reference.at + 1, reference.length - 2 }, '.', &rest) : STR_NONE;
        bool is_slot = end && text.at[at] == '{' && slot_called(turn->intent, name);
        if (value.at || is_slot) {
            buf_add_str(&out, value);
            at = end;
        } else {
            buf_add_byte(&out, text.at[at++]);
        }
    }
    struct str result = arena_str(turn->call->arena, buf_str(&out));
    buf_release(&out);
    while (str_count_code_points(result) > MOST_CHARACTERS)
        result.length--;
    while (result.length && !str_is_utf8(result))
        result.length--;
    return result;
}

/* ---- messages ---- */

static void add_text(struct turn *turn, const char *type, struct str text)
{
    cJSON *message = cJSON_CreateObject();
    json_set_str(message, "content", filled_in(turn, text));
    json_set_string(message, "contentType", type);
    json_add(turn->messages, message);
}

static cJSON *card_of(struct turn *turn, const cJSON *said)
{
    static const char *const texts[] = { "title", "subtitle", "imageUrl" };
    cJSON *card = cJSON_CreateObject();
    for (size_t i = 0; i < 3; i++) {
        if (json_string(said, texts[i]))
            json_set_str(card, texts[i], filled_in(turn, json_str(said, texts[i])));
    }
    const cJSON *button, *buttons = json_get(said, "buttons");
    if (buttons && buttons->child) {
        cJSON *shown = cJSON_CreateArray();
        cJSON_ArrayForEach(button, buttons)
        {
            cJSON *one = cJSON_CreateObject();
            json_set_str(one, "text", filled_in(turn, json_str(button, "text")));
            json_set_str(one, "value", filled_in(turn, json_str(button, "value")));
            json_add(shown, one);
        }
        json_set(card, "buttons", shown);
    }
    return card;
}

static void add_message(struct turn *turn, const cJSON *said)
{
    static const struct {
        const char *member, *type;
    } kinds[] = { { "plainTextMessage", "PlainText" },
                  { "customPayload", "CustomPayload" },
                  { "ssmlMessage", "SSML" } };
    if (cJSON_GetArraySize(turn->messages) >= MOST_MESSAGES)
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct str value = json_str(json_get(said, kinds[i].member), "value");
        if (value.length) {
            add_text(turn, kinds[i].type, value);
            return;
        }
    }
    const cJSON *card = json_get(said, "imageResponseCard");
    if (!cJSON_IsObject(card))
        return;
    cJSON *message = cJSON_CreateObject();
    json_set_string(message, "contentType", "ImageResponseCard");
    json_set(message, "imageResponseCard", card_of(turn, card));
    json_add(turn->messages, message);
}

void message_add_groups(struct turn *turn, const cJSON *groups, const char *strategy, int64_t attempt)
{
    const cJSON *group;
    bool ordered = strategy && strcmp(strategy, "Ordered") == 0;
    cJSON_ArrayForEach(group, groups)
    {
        const cJSON *variations = json_get(group, "variations");
        int64_t count = 1 + cJSON_GetArraySize(variations);
        int64_t chosen = count == 1 ? 0
                         : ordered  ? attempt % count
                                    : random_between(&turn->call->world->random, 0, count - 1);
        add_message(turn, chosen ? cJSON_GetArrayItem(variations, (int)chosen - 1) : json_get(group, "message"));
    }
}

void message_add_response(struct turn *turn, const cJSON *response)
{
    message_add_groups(turn, json_get(response, "messageGroups"), NULL, 0);
}

void message_add_prompt(struct turn *turn, const cJSON *prompt)
{
    message_add_groups(turn, json_get(prompt, "messageGroups"), json_string(prompt, "messageSelectionStrategy"),
                       json_int64(turn->session, "attempt", 0));
}
