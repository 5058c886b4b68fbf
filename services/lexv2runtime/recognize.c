#include "aws/payload.h"
#include "aws/validate.h"
#include "services/lexv2runtime/handlers.h"
#include "services/lexv2runtime/lexv2runtime_model.h"
#include "services/lexv2runtime/packed.h"
#include "services/lexv2runtime/session.h"
#include "services/lexv2runtime/turn.h"
#include "world/bus.h"

#define DEFAULT_TTL     300
#define ATTRIBUTES_MOST (12 * 1024) /* "Quotas": session attributes */
#define PACKED_MOST     (64 * 1024)
#define TEXT_MOST       1024

/* Quotas, "Maximum number of concurrent text-mode conversations": the test alias, others. */
#define TEST_ALIAS_MOST  2
#define OTHER_ALIAS_MOST 25

static struct list under_way; /* turns that wait for a function, of every world */

/* ---- whom one talks to ---- */

static enum outcome fail_locale(struct call *call, enum built_why why)
{
    const char *locale = input_string(call, "localeId");
    switch (why) {
    case BUILT_DISABLED: /* the sentences of these two are ours */
        return call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                         "The bot locale %s is not enabled for the bot alias %s. Enable it in the alias' settings.",
                         locale, input_string(call, "botAliasId"));
    case BUILT_NOT_BUILT:
        return call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                         "The bot locale %s has not been built. Build the locale before you talk to the bot.", locale);
    default: /* as the models' half says it of what is gone */
        return call_fail(call, &LEXV2RUNTIME_RESOURCE_NOT_FOUND_EXCEPTION,
                         "Failed to retrieve resource since it does not exist");
    }
}

static bool find_locale(struct call *call, struct built *ret_built)
{
    enum built_why why = built_find(call->world, call_scope(call), input_str(call, "botId"),
                                    input_str(call, "botAliasId"), input_str(call, "localeId"), ret_built);
    if (why == BUILT_FOUND)
        return true;
    fail_locale(call, why);
    return false;
}

static int64_t ttl_of(const struct built *built)
{
    return json_int64(json_root(built->bot), "idleSessionTTLInSeconds", DEFAULT_TTL);
}

/* ---- several at once ---- */

static bool is_of(const struct turn *turn, const struct call *call, const char *member)
{
    return str_equal(input_str(turn->call, member), input_str(call, member));
}

/* "Two clients are using the same AWS account, Amazon Lex bot, and user ID": the runtime's API reference on ConflictException. */
static bool check_free(struct call *call)
{
    if (!under_way.next)
        list_init(&under_way);
    size_t talking = 0;
    for (struct list *at = under_way.next; at != &under_way; at = at->next) {
        struct turn *turn = LIST_ITEM(at, struct turn, link);
        if (turn->call->world != call->world || strcmp(call_scope(turn->call).account, call_scope(call).account) != 0 ||
            strcmp(call_scope(turn->call).region, call_scope(call).region) != 0 || !is_of(turn, call, "botId") ||
            !is_of(turn, call, "botAliasId"))
            continue;
        if (is_of(turn, call, "localeId") && is_of(turn, call, "sessionId")) {
            call_fail(call, &LEXV2RUNTIME_CONFLICT_EXCEPTION,
                      "Two clients are using the same AWS account, Amazon Lex bot, and session ID.");
            return false;
        }
        talking++;
    }
    bool test = str_is(input_str(call, "botAliasId"), LEXV2_TEST_ALIAS);
    if (talking < (test ? TEST_ALIAS_MOST : OTHER_ALIAS_MOST))
        return true;
    call_fail(call, &LEXV2RUNTIME_THROTTLING_EXCEPTION, "Rate exceeded");
    return false;
}

/* ---- a turn ---- */

static void free_tree(void *tree)
{
    cJSON_Delete(tree);
}

static void free_attributes(void *data)
{
    cJSON_Delete(((struct turn *)data)->request_attributes);
}

static void release_document(void *document)
{
    json_unref(document);
}

static void hold(struct call *call, struct json *document)
{
    if (document)
        arena_own(call->arena, release_document, json_ref(document));
}

static cJSON *owned(struct call *call, cJSON *tree)
{
    arena_own(call->arena, free_tree, tree);
    return tree;
}

static cJSON *new_session(void)
{
    cJSON *session = cJSON_CreateObject(), *state = cJSON_CreateObject();
    json_set(state, "sessionAttributes", cJSON_CreateObject());
    json_set(state, "activeContexts", cJSON_CreateArray());
    json_set(session, "sessionState", state);
    return session;
}

static const cJSON *intent_of_state(const struct turn *turn)
{
    return dialogue_intent(turn, json_str(json_get(turn->state, "intent"), "name"));
}

/* A slot of a new build that the session does not know yet has no value. */
static void complete_slots(struct turn *turn)
{
    const cJSON *slot;
    cJSON *intent = (cJSON *)json_get(turn->state, "intent");
    if (!turn->intent)
        return;
    if (!cJSON_IsObject(json_get(intent, "slots")))
        json_set(intent, "slots", cJSON_CreateObject());
    cJSON_ArrayForEach(slot, json_get(turn->intent, "slots"))
    {
        if (!json_get(slots_of(turn), json_string(slot, "slotName")))
            json_set((cJSON *)slots_of(turn), json_string(slot, "slotName"), cJSON_CreateNull());
    }
    if (!json_string(intent, "state"))
        json_set_string(intent, "state", "InProgress");
    if (!json_string(intent, "confirmationState"))
        json_set_string(intent, "confirmationState", "None");
}

static bool check_state(struct turn *turn, const cJSON *given)
{
    struct call *call = turn->call;
    struct str name = json_str(json_get(given, "intent"), "name");
    if (name.length && !dialogue_intent(turn, name)) {
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION, "The intent %.*s does not exist in the bot locale.",
                  STR_ARG(name)); /* ours */
        return false;
    }
    if (json_weight(json_get(given, "sessionAttributes"), ATTRIBUTES_MOST) > ATTRIBUTES_MOST) {
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                  "The size of the session attributes exceeds 12 KB."); /* ours */
        return false;
    }
    const cJSON *action = json_get(given, "dialogAction");
    const cJSON *intent = name.length ? dialogue_intent(turn, name) : turn->intent;
    bool wants_slot = str_is(json_str(action, "type"), "ElicitSlot");
    if (wants_slot && !slot_called(intent, json_str(action, "slotToElicit"))) {
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                  "The dialog action ElicitSlot needs an intent and one of its slots in slotToElicit."); /* ours */
        return false;
    }
    if (str_is(json_str(action, "type"), "ConfirmIntent") && !intent) {
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                  "The dialog action ConfirmIntent needs an intent."); /* ours */
        return false;
    }
    return true;
}

/* What a client says of the state takes the place of what it was, member by member. */
static bool take_state(struct turn *turn, const cJSON *given)
{
    const cJSON *member, *context;
    if (!check_state(turn, given))
        return false;
    cJSON_ArrayForEach(member, given)
    {
        if (strcmp(member->string, "activeContexts") == 0 || strcmp(member->string, "originatingRequestId") == 0)
            continue;
        json_set(turn->state, member->string, json_thaw(member));
    }
    if (json_get(given, "activeContexts")) {
        json_set(turn->state, "activeContexts", cJSON_CreateArray());
        cJSON_ArrayForEach(context, json_get(given, "activeContexts"))
            session_activate(turn->state, json_thaw(context));
    }
    if (json_get(given, "intent") || json_get(given, "dialogAction"))
        json_set_int64(turn->session, "attempt", 0);
    return true;
}

static struct turn *turn_new(struct call *call, enum outcome (*answer)(struct turn *))
{
    struct turn *turn = ARENA_NEW(call->arena, struct turn);
    *turn = (struct turn){ .call = call, .key = session_key(call), .answer = answer };
    list_init(&turn->link);
    if (!find_locale(call, &turn->built) || !check_free(call))
        return NULL;
    hold(call, turn->built.document);
    hold(call, turn->built.bot);
    hold(call, turn->built.alias);
    turn->session = session_load(call, turn->key);
    turn->session = owned(call, turn->session ? turn->session : new_session());
    turn->state = (cJSON *)json_get(turn->session, "sessionState");
    turn->messages = owned(call, cJSON_CreateArray());
    turn->interpretations = owned(call, cJSON_CreateArray());
    arena_own(call->arena, free_attributes, turn);
    turn->intent = intent_of_state(turn);
    return turn;
}

static bool turn_take(struct turn *turn, const cJSON *given_state)
{
    if (given_state && !take_state(turn, given_state))
        return false;
    if (!json_get(turn->state, "sessionAttributes"))
        json_set(turn->state, "sessionAttributes", cJSON_CreateObject());
    json_set_string(turn->state, "originatingRequestId", turn->call->request_id);
    turn->intent = intent_of_state(turn);
    complete_slots(turn);
    return true;
}

static void abandoned(struct call *call)
{
    struct turn *turn = call->parked;
    hook_drop(turn);
    list_remove(&turn->link);
    list_init(&turn->link);
    call->parked = NULL;
}

static enum outcome turn_end(struct turn *turn, enum outcome outcome)
{
    if (outcome == CALL_DONE)
        return turn->answer(turn);
    if (outcome == CALL_PARKED) {
        list_append(&under_way, &turn->link);
        turn->call->parked = turn;
        turn->call->abandoned = abandoned;
    }
    return outcome;
}

/* ---- the end of a turn ---- */

static bool goes_on_with(const struct turn *turn)
{
    const cJSON *first = turn->interpretations->child;
    return first &&
           str_equal(json_str(json_get(first, "intent"), "name"), json_str(json_get(turn->state, "intent"), "name"));
}

/* The page listens to this; nobody else needs to. */
static void tell(const struct turn *turn)
{
    cJSON *detail = cJSON_CreateObject();
    json_set_str(detail, "requestId", str_of(turn->call->request_id));
    if (turn->hook_ran) {
        json_set_string(detail, "hook", turn->hook_ran);
        json_set_int64(detail, "hookMs", turn->hook_ms);
    }
    bus_post(turn->call->world->bus, LEXV2_TOPIC_TURN, call_scope(turn->call), turn->key, json_seal(detail));
}

static void turn_save(struct turn *turn)
{
    if (goes_on_with(turn))
        json_set(turn->interpretations->child, "intent", json_thaw(json_get(turn->state, "intent")));
    cJSON *kept = json_thaw(turn->interpretations);
    if (goes_on_with(turn)) /* the state has it too */
        cJSON_DeleteItemFromObjectCaseSensitive(kept->child, "intent");
    json_set(turn->session, "interpretations", kept);
    json_set(turn->session, "messages", json_thaw(turn->messages));
    session_save(turn->call, turn->key, turn->session, ttl_of(&turn->built));
    tell(turn);
}

static cJSON *attributes_answered(const struct turn *turn)
{
    const cJSON *given = json_get(turn->call->input, "requestAttributes");
    const cJSON *answered = turn->request_attributes ? turn->request_attributes : given;
    return answered ? json_thaw(answered) : NULL;
}

static enum outcome answer_text(struct turn *turn)
{
    struct call *call = turn->call;
    turn_save(turn);
    if (turn->messages->child)
        output_json(call, "messages", json_thaw(turn->messages));
    output_json(call, "sessionState", session_shown(turn->state));
    output_json(call, "interpretations", json_thaw(turn->interpretations));
    cJSON *attributes = attributes_answered(turn);
    if (attributes)
        output_json(call, "requestAttributes", attributes);
    output_str(call, "sessionId", input_str(call, "sessionId"));
    return CALL_DONE;
}

enum outcome recognize_text(struct call *call)
{
    struct turn *turn = turn_new(call, answer_text);
    if (!turn)
        return CALL_FAILED;
    turn->text = input_str(call, "text");
    session_count_turn(turn->state);
    if (!turn_take(turn, json_get(call->input, "sessionState")))
        return CALL_FAILED;
    return turn_end(turn, dialogue_say(turn));
}

/* ---- in headers ---- */

static void output_packed(struct call *call, const char *name, cJSON *tree_taken)
{
    struct buf text = BUF_EMPTY, base64 = BUF_EMPTY;
    if (tree_taken) {
        json_print(&text, tree_taken);
        packed_write(buf_str(&text), &base64);
        output_str(call, name, buf_str(&base64));
    }
    buf_release(&text);
    buf_release(&base64);
    cJSON_Delete(tree_taken);
}

/* The body: what is said, a message a line. */
static void give_body(struct turn *turn)
{
    const cJSON *message;
    struct buf body = BUF_EMPTY;
    cJSON_ArrayForEach(message, turn->messages)
    {
        if (json_string(message, "content")) {
            if (body.length)
                buf_add_byte(&body, '\n');
            buf_add_str(&body, json_str(message, "content"));
        }
    }
    output_string(turn->call, "contentType", "text/plain; charset=utf-8");
    call_content_bytes(turn->call, &body);
}

static void answer_packed(struct turn *turn)
{
    struct call *call = turn->call;
    turn_save(turn);
    output_packed(call, "messages", turn->messages->child ? json_thaw(turn->messages) : NULL);
    output_packed(call, "sessionState", session_shown(turn->state));
    output_packed(call, "requestAttributes", attributes_answered(turn));
    output_str(call, "sessionId", input_str(call, "sessionId"));
    give_body(turn);
}

static enum outcome answer_utterance(struct turn *turn)
{
    answer_packed(turn);
    output_string(turn->call, "inputMode", "Text");
    output_packed(turn->call, "interpretations", json_thaw(turn->interpretations));
    output_packed(turn->call, "inputTranscript", json_new_string(turn->text));
    return CALL_DONE;
}

static bool is_text(struct str content_type)
{
    struct str rest;
    return str_equal_ignoring_case(str_trim(str_cut(content_type, ';', &rest)), STR("text/plain"));
}

/* Ours: on AWS audio is heard and spoken. */
static bool refuse_audio(struct call *call, const char *member)
{
    struct str type = input_str(call, member);
    if (!type.length || is_text(type))
        return false;
    if (str_starts(type, STR("audio/")))
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                  "This practice cloud neither hears nor speaks: %s must be text/plain; charset=utf-8, not %.*s.",
                  member, STR_ARG(type));
    else
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION, "Unsupported content type: %.*s", STR_ARG(type));
    return true;
}

/* A structure in a header, checked as it would be in a body. STR_NONE where the header is absent is no failure. */
static bool unpack(struct call *call, const char *member, const char *shape_name, const cJSON **ret_tree)
{
    struct str base64 = input_str(call, member);
    *ret_tree = NULL;
    if (!base64.length)
        return true;
    struct buf text = BUF_EMPTY;
    const cJSON *tree = packed_read(base64, PACKED_MOST, &text) ? json_parse_in(call->arena, buf_str(&text), NULL)
                                                                : NULL;
    buf_release(&text);
    if (!cJSON_IsObject(tree)) {
        call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                  "The header of %s must hold JSON that is compressed with gzip and encoded in base64.",
                  member); /* ours */
        return false;
    }
    const struct shape *shape = NULL;
    for (size_t i = 0; i < lexv2runtime_model.shape_count; i++) {
        if (strcmp(lexv2runtime_model.shapes[i].name, shape_name) == 0)
            shape = &lexv2runtime_model.shapes[i];
    }
    char *flaw = shape ? validate_input(call->arena, shape, tree) : NULL;
    if (flaw) {
        call_fail_with(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION, str_of(flaw));
        return false;
    }
    *ret_tree = tree;
    return true;
}

/* The rest of the road reads requestAttributes from the input: there they stand unpacked from now on. */
static void put_attributes(struct call *call, const cJSON *attributes_or_null)
{
    cJSON *input = owned(call, json_thaw(call->input));
    if (attributes_or_null)
        json_set(input, "requestAttributes", json_thaw(attributes_or_null));
    call->input = input;
}

enum outcome recognize_utterance(struct call *call)
{
    const cJSON *state, *attributes;
    if (refuse_audio(call, "requestContentType") || refuse_audio(call, "responseContentType") ||
        !unpack(call, "sessionState", "SessionState", &state) ||
        !unpack(call, "requestAttributes", "StringMap", &attributes))
        return CALL_FAILED;
    struct str text = call->body ? call->body->bytes : STR_NONE;
    if (!text.length || !str_is_utf8(text) || str_count_code_points(text) > TEXT_MOST)
        return call_fail(call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
                         "The text of inputStream must have between 1 and 1024 characters of UTF-8."); /* ours */
    put_attributes(call, attributes);
    struct turn *turn = turn_new(call, answer_utterance);
    if (!turn)
        return CALL_FAILED;
    turn->text = arena_str(call->arena, text);
    session_count_turn(turn->state);
    if (!turn_take(turn, state))
        return CALL_FAILED;
    return turn_end(turn, dialogue_say(turn));
}

/* ---- sessions ---- */

static enum outcome answer_put(struct turn *turn)
{
    answer_packed(turn);
    return CALL_DONE;
}

/* The state as it is given, and what its dialog action asks for; the caller's messages in the place of the bot's. */
enum outcome put_session(struct call *call)
{
    struct turn *turn = refuse_audio(call, "responseContentType") ? NULL : turn_new(call, answer_put);
    const cJSON *message, *given = json_get(call->input, "messages");
    if (!turn || !turn_take(turn, json_get(call->input, "sessionState")))
        return CALL_FAILED;
    cJSON_ArrayForEach(message, given) json_add(turn->messages, json_thaw(message));
    struct str type = json_str(json_get(turn->state, "dialogAction"), "type");
    if (!type.length || str_is(type, "None") || (!turn->intent && !str_is(type, "ElicitIntent")))
        return turn_end(turn, CALL_DONE);
    struct next next = dialogue_next_of(turn);
    next.quiet = given && given->child;
    return turn_end(turn, dialogue_go(turn, next));
}

static enum outcome fail_no_session(struct call *call)
{
    return call_fail(call, &LEXV2RUNTIME_RESOURCE_NOT_FOUND_EXCEPTION,
                     "No session was found for the session ID %s. It may have expired.",
                     input_string(call, "sessionId")); /* ours */
}

enum outcome get_session(struct call *call)
{
    struct built built;
    if (!find_locale(call, &built))
        return CALL_FAILED;
    cJSON *session = session_load(call, session_key(call));
    if (!session)
        return fail_no_session(call);
    owned(call, session);
    const cJSON *interpretations = json_get(session, "interpretations");
    if (interpretations && interpretations->child && !json_get(interpretations->child, "intent"))
        json_set(interpretations->child, "intent", json_thaw(json_get(json_get(session, "sessionState"), "intent")));
    output_str(call, "sessionId", input_str(call, "sessionId"));
    output_json(call, "messages", json_thaw(json_get(session, "messages")));
    output_json(call, "interpretations", json_thaw(interpretations));
    output_json(call, "sessionState", session_shown(json_get(session, "sessionState")));
    return CALL_DONE;
}

enum outcome delete_session(struct call *call)
{
    static const char *const members[] = { "botId", "botAliasId", "localeId", "sessionId" };
    struct built built;
    if (!find_locale(call, &built) || !check_free(call))
        return CALL_FAILED;
    if (!session_delete(call, session_key(call)))
        return fail_no_session(call);
    for (size_t i = 0; i < 4; i++)
        output_str(call, members[i], input_str(call, members[i]));
    return CALL_DONE;
}
