#include "aws/jackson.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "services/lexv2runtime/lexv2runtime_model.h"
#include "services/lexv2runtime/session.h"
#include "services/lexv2runtime/turn.h"

/* A function is asked by an internal call of the service's own on behalf of the bot's alias: the function's resource policy must
 * let it in. Event and response: developer guide, "Lambda input event format", "Lambda response format"; limits: "Quotas". */
#define EVENT_MOST      (12 * 1024)
#define RESPONSE_MOST   (25 * 1024)
#define ATTRIBUTES_MOST (12 * 1024)
#define PATIENCE_MS     (30 * 1000)
#define MOST_MESSAGES   10

static const struct follow_names success_names = { "successResponse", "successNextStep", "successConditional" },
                                 failed_names = { "failureResponse", "failureNextStep", "failureConditional" },
                                 timeout_names = { "timeoutResponse", "timeoutNextStep", "timeoutConditional" };

static struct next to(enum step step)
{
    return (struct next){ .step = step };
}

static const char *alias_arn(const struct turn *turn)
{
    struct scope scope = call_scope(turn->call);
    return arena_printf(turn->call->arena, "arn:aws:lex:%s:%s:bot-alias/%s/%s", scope.region, scope.account,
                        input_string(turn->call, "botId"), input_string(turn->call, "botAliasId"));
}

/* ---- the event ---- */

static cJSON *bot_of(const struct turn *turn)
{
    cJSON *bot = cJSON_CreateObject();
    json_set_str(bot, "id", input_str(turn->call, "botId"));
    json_set_str(bot, "name", json_str(json_root(turn->built.bot), "botName"));
    json_set_str(bot, "aliasId", input_str(turn->call, "botAliasId"));
    json_set_str(bot, "aliasName",
                 turn->built.alias ? json_str(json_root(turn->built.alias), "botAliasName") : STR(""));
    json_set_str(bot, "localeId", input_str(turn->call, "localeId"));
    json_set_str(bot, "version", turn->built.version);
    return bot;
}

static cJSON *attributes_or_empty(const cJSON *attributes)
{
    return attributes ? json_thaw(attributes) : cJSON_CreateObject();
}

/* As interpretations of the answer, but that the confidence is a number and the first intent is the state's. */
static cJSON *interpretations_of(const struct turn *turn)
{
    cJSON *one, *all = json_thaw(turn->interpretations);
    bool first = true;
    if (!all->child) {
        one = cJSON_CreateObject();
        json_set_string(one, "interpretationSource", "Lex");
        json_add(all, one);
    }
    cJSON_ArrayForEach(one, all)
    {
        const cJSON *score = json_get(json_get(one, "nluConfidence"), "score");
        if (score)
            json_set_number(one, "nluConfidence", json_to_double(score));
        if (first)
            json_set(one, "intent", json_thaw(json_get(turn->state, "intent")));
        first = false;
    }
    return all;
}

static cJSON *session_state_of(const struct turn *turn)
{
    cJSON *state = session_shown(turn->state);
    cJSON_DeleteItemFromObjectCaseSensitive(state, "dialogAction");
    cJSON_DeleteItemFromObjectCaseSensitive(state, "runtimeHints");
    return state;
}

static cJSON *proposed_of(struct turn *turn)
{
    struct next next = turn->hook_next.step == STEP_DEFAULT ? dialogue_default(turn) : turn->hook_next;
    cJSON *proposed = cJSON_CreateObject(), *action = cJSON_CreateObject(), *prompt = cJSON_CreateObject();
    bool asks = next.step == STEP_ELICIT_SLOT || next.step == STEP_CONFIRM;
    json_set_string(action, "type",
                    next.step == STEP_ELICIT_SLOT ? "ElicitSlot"
                    : next.step == STEP_CONFIRM   ? "ConfirmIntent"
                    : next.step == STEP_CLOSE     ? "Close"
                                                  : "Delegate");
    if (next.step == STEP_ELICIT_SLOT)
        json_set_string(action, "slotToElicit", json_string(next.slot, "slotName"));
    json_set(proposed, "dialogAction", action);
    json_set(proposed, "intent", json_thaw(json_get(turn->state, "intent")));
    int64_t attempt = json_int64(turn->session, "attempt", 0);
    json_set_string(prompt, "attempt",
                    attempt ? arena_printf(turn->call->arena, "Retry%lld", (long long)attempt) : "Initial");
    if (asks)
        json_set(proposed, "prompt", prompt);
    else
        cJSON_Delete(prompt);
    return proposed;
}

static cJSON *transcriptions_of(const struct turn *turn)
{
    cJSON *all = cJSON_CreateArray(), *one = cJSON_CreateObject(), *context = cJSON_CreateObject(),
          *slots = cJSON_CreateObject();
    const cJSON *slot;
    json_set_str(one, "transcription", turn->text.at ? turn->text : STR(""));
    json_set_number(one, "transcriptionConfidence", 1);
    json_set_string(context, "intent", json_string(turn->intent, "intentName"));
    json_set(one, "resolvedContext", context);
    cJSON_ArrayForEach(slot, slots_of(turn))
    {
        if (cJSON_IsObject(slot))
            json_set(slots, slot->string, json_thaw(slot));
    }
    json_set(one, "resolvedSlots", slots);
    json_add(all, one);
    return all;
}

static cJSON *event_of(struct turn *turn, bool fulfils, const cJSON *code_hook)
{
    cJSON *event = cJSON_CreateObject();
    json_set_string(event, "messageVersion", "1.0");
    json_set_string(event, "invocationSource", fulfils ? "FulfillmentCodeHook" : "DialogCodeHook");
    json_set_string(event, "inputMode", "Text");
    json_set_string(event, "responseContentType", "text/plain; charset=utf-8");
    json_set_str(event, "sessionId", input_str(turn->call, "sessionId"));
    json_set_str(event, "inputTranscript", turn->text.at ? turn->text : STR(""));
    if (json_string(code_hook, "invocationLabel"))
        json_set_str(event, "invocationLabel", json_str(code_hook, "invocationLabel"));
    json_set(event, "bot", bot_of(turn));
    json_set(event, "interpretations", interpretations_of(turn));
    if (!fulfils)
        json_set(event, "proposedNextState", proposed_of(turn));
    json_set(event, "requestAttributes", attributes_or_empty(json_get(turn->call->input, "requestAttributes")));
    json_set(event, "sessionState", session_state_of(turn));
    json_set(event, "transcriptions", transcriptions_of(turn));
    return event;
}

/* ---- failing ---- */

static struct next fail(struct turn *turn, const char *sentence)
{
    call_fail_with(turn->call, &LEXV2RUNTIME_DEPENDENCY_FAILED_EXCEPTION, str_of(sentence));
    return to(STEP_FAILED);
}

/* What the bot says of a function that failed or took too long; where it says nothing the turn fails. */
static struct next fail_or_follow(struct turn *turn, bool timed_out, const char *sentence)
{
    struct follow_names names = timed_out ? timeout_names : failed_names;
    const cJSON *setting = turn->hook_setting;
    if (!json_get(setting, names.response) && !json_get(setting, names.next_step) &&
        !json_get(setting, names.conditional))
        return fail(turn, sentence);
    json_set_string((cJSON *)json_get(turn->state, "intent"), "state", "Failed");
    return dialogue_follow(turn, setting, names, to(STEP_CLOSE));
}

/* ---- the response ---- */

struct response {
    const cJSON *root;
    struct str text;
    const char *why; /* what is wrong with it */
};

static const char *source_at(const struct turn *turn, const struct response *response, const cJSON *node)
{
    /* Nodes do not keep their places: a text is searched for, and the column is that of its quote. */
    size_t column = 1,
           at = cJSON_IsString(node) && node->valuestring[0] ? str_find(response->text, json_value(node)) : 0;
    if (at != SIZE_MAX && at > 0)
        column = at;
    return arena_printf(turn->call->arena, " at [Source: %.*s; line: 1, column: %zu]",
                        (int)(response->text.length < 4096 ? response->text.length : 4096), response->text.at, column);
}

/* LX3 of the catalogue: text where an object belongs. The names of classes are those of AWS's own. */
static bool is_object(struct turn *turn, struct response *response, const cJSON *node, const char *class_name)
{
    if (!node || cJSON_IsNull(node) || cJSON_IsObject(node))
        return true;
    const char *source = source_at(turn, response, node);
    if (cJSON_IsString(node))
        response->why = arena_printf(
            turn->call->arena,
            "Can not construct instance of %s: no String-argument constructor/factory method to "
            "deserialize from String value ('%s')%s",
            class_name, node->valuestring, source);
    else
        response->why = arena_printf(turn->call->arena, "Can not deserialize instance of %s out of %s token%s",
                                     class_name,
                                     cJSON_IsArray(node)    ? "START_ARRAY"
                                     : cJSON_IsNumber(node) ? "VALUE_NUMBER_INT"
                                     : cJSON_IsTrue(node)   ? "VALUE_TRUE"
                                                            : "VALUE_FALSE",
                                     source);
    return false;
}

static bool refuse(struct turn *turn, struct response *response, const char *sentence)
{
    response->why = sentence;
    return false;
}

static bool check_messages(struct turn *turn, struct response *response)
{
    static const char *const types[] = { "PlainText", "CustomPayload", "SSML", "ImageResponseCard" };
    const cJSON *message, *messages = json_get(response->root, "messages");
    if (messages && !cJSON_IsNull(messages) && !cJSON_IsArray(messages))
        return is_object(turn, response, messages, "java.util.ArrayList");
    if (cJSON_GetArraySize(messages) > MOST_MESSAGES)
        return refuse(turn, response, "messages: a response has at most 10 messages"); /* ours */
    cJSON_ArrayForEach(message, messages)
    {
        if (!is_object(turn, response, message, "AutoValue_Message$Builder"))
            return false;
        bool known = false;
        for (size_t i = 0; i < 4; i++)
            known |= str_is(json_str(message, "contentType"), types[i]);
        bool card = str_is(json_str(message, "contentType"), "ImageResponseCard");
        if (!known)
            return refuse(
                turn, response,
                "messages: contentType must be PlainText, CustomPayload, SSML or ImageResponseCard"); /* ours */
        if (card ? !cJSON_IsObject(json_get(message, "imageResponseCard")) : !json_string(message, "content"))
            return refuse(turn, response,
                          card ? "messages: an ImageResponseCard has an imageResponseCard"
                               : "messages: content is missing"); /* ours */
    }
    return true;
}

static bool check_intent(struct turn *turn, struct response *response, const cJSON *state)
{
    const cJSON *intent = json_get(state, "intent"), *slots = json_get(intent, "slots");
    if (!is_object(turn, response, intent, "AutoValue_Intent$Builder") ||
        !is_object(turn, response, slots, "java.util.LinkedHashMap"))
        return false;
    if (cJSON_IsObject(intent) && !dialogue_intent(turn, json_str(intent, "name")))
        return refuse(turn, response,
                      arena_printf(turn->call->arena, "The intent %s does not exist in the bot locale",
                                   json_string(intent, "name") ? json_string(intent, "name") : "null"));
    const cJSON *slot;
    cJSON_ArrayForEach(slot, slots)
    {
        if (!is_object(turn, response, slot, "AutoValue_Slot$Builder") ||
            !is_object(turn, response, json_get(slot, "value"), "AutoValue_Value$Builder"))
            return false;
    }
    return true;
}

/* "Lambda response format": type always, slotToElicit with ElicitSlot, messages with ElicitIntent. The sentences are ours. */
static bool check_action(struct turn *turn, struct response *response, const cJSON *state)
{
    static const char *const types[] = { "Close", "ConfirmIntent", "Delegate", "ElicitIntent", "ElicitSlot" };
    const cJSON *action = json_get(state, "dialogAction"), *messages = json_get(response->root, "messages");
    if (!is_object(turn, response, action, "AutoValue_DialogAction$Builder"))
        return false;
    if (!cJSON_IsObject(action))
        return refuse(turn, response, "dialogAction: the validated object is null");
    struct str type = json_str(action, "type");
    bool known = false;
    for (size_t i = 0; i < 5; i++)
        known |= str_is(type, types[i]);
    if (!known)
        return refuse(turn, response,
                      "dialogAction: type must be one of Close, ConfirmIntent, Delegate, ElicitIntent, ElicitSlot");
    if (str_is(type, "ElicitIntent") && cJSON_GetArraySize(messages) == 0)
        return refuse(turn, response, "dialogAction: ElicitIntent needs messages");
    struct str name = json_str(json_get(state, "intent"), "name");
    const cJSON *intent = name.length ? dialogue_intent(turn, name) : turn->intent;
    if (str_is(type, "ElicitSlot") && !slot_called(intent, json_str(action, "slotToElicit")))
        return refuse(turn, response, "dialogAction: slotToElicit must be a slot of the intent");
    return true;
}

static bool check_response(struct turn *turn, struct response *response)
{
    const cJSON *state = json_get(response->root, "sessionState");
    if (!is_object(turn, response, response->root, "IntentResponse") ||
        !is_object(turn, response, state, "AutoValue_SessionState$Builder"))
        return false;
    /* As users of AWS report it of shapes that are not V2's: no sessionState is read as nothing at all. */
    if (!cJSON_IsObject(state))
        return refuse(turn, response,
                      arena_printf(turn->call->arena,
                                   "Can not construct instance of IntentResponse, problem: The validated "
                                   "object is null%s",
                                   source_at(turn, response, NULL)));
    if (!is_object(turn, response, json_get(state, "sessionAttributes"), "java.util.LinkedHashMap") ||
        !check_intent(turn, response, state) || !check_action(turn, response, state) || !check_messages(turn, response))
        return false;
    if (json_weight(json_get(state, "sessionAttributes"), ATTRIBUTES_MOST) > ATTRIBUTES_MOST)
        return refuse(turn, response, "sessionAttributes: the size exceeds 12 KB");
    return true;
}

/* ---- taking it over ---- */

static void take_slots(struct turn *turn, const cJSON *slots)
{
    const cJSON *slot;
    cJSON_ArrayForEach(slot, slots)
    {
        if (slot_called(turn->intent, str_of(slot->string)))
            json_set((cJSON *)slots_of(turn), slot->string, json_thaw(slot));
    }
}

static void take_attributes(struct turn *turn, const cJSON *attributes)
{
    if (!cJSON_IsObject(attributes))
        return;
    const cJSON *one;
    cJSON *taken = cJSON_CreateObject();
    cJSON_ArrayForEach(one, attributes)
    {
        if (!cJSON_IsNull(one))
            json_set_str(taken, one->string, json_print_in(turn->call->arena, one));
    }
    json_set(turn->state, "sessionAttributes", taken);
}

static void take_contexts(struct turn *turn, const cJSON *contexts)
{
    const cJSON *context;
    json_set(turn->state, "activeContexts", cJSON_CreateArray());
    cJSON_ArrayForEach(context, contexts)
    {
        if (json_string(context, "name"))
            session_activate(turn->state, json_thaw(context));
    }
}

static void take_intent(struct turn *turn, const cJSON *said)
{
    static const char *const members[] = { "state", "confirmationState" };
    const cJSON *intent = cJSON_IsObject(said) ? dialogue_intent(turn, json_str(said, "name")) : NULL;
    if (!intent)
        return;
    if (intent != turn->intent)
        dialogue_take_intent(turn, intent);
    take_slots(turn, json_get(said, "slots"));
    cJSON *taken = (cJSON *)json_get(turn->state, "intent");
    for (size_t i = 0; i < 2; i++) {
        if (json_string(said, members[i]))
            json_set_str(taken, members[i], json_str(said, members[i]));
    }
}

/* A response's own messages stand behind what the dialogue has said before it was asked. */
static bool take_messages(struct turn *turn, const cJSON *messages)
{
    const cJSON *message;
    cJSON_ArrayForEach(message, messages)
    {
        if (cJSON_GetArraySize(turn->messages) < MOST_MESSAGES)
            json_add(turn->messages, json_thaw(message));
    }
    return cJSON_GetArraySize(messages) > 0;
}

static struct next go_on(struct turn *turn, const cJSON *action, bool said_something)
{
    const cJSON *intent = json_get(turn->state, "intent");
    struct str type = json_str(action, "type");
    json_set(turn->state, "dialogAction", json_thaw(action));
    if (str_is(type, "Delegate")) {
        if (!turn->hook_fulfils)
            return dialogue_follow(turn, turn->hook_setting, success_names, turn->hook_next);
        if (str_is(json_str(intent, "state"), "Failed"))
            return fail_or_follow(turn, false, "");
        json_set_string((cJSON *)intent, "state", "Fulfilled");
        return dialogue_follow(turn, turn->hook_setting, success_names, turn->hook_next);
    }
    struct next next = dialogue_next_of(turn);
    next.quiet = said_something;
    if (str_is(type, "ElicitSlot") || str_is(type, "ConfirmIntent"))
        json_set_int64(turn->session, "attempt", 0);
    if (!str_is(type, "Close") || !turn->hook_fulfils)
        return next;
    bool failed = str_is(json_str(intent, "state"), "Failed");
    if (str_is(json_str(intent, "state"), "InProgress"))
        json_set_string((cJSON *)intent, "state", "Fulfilled");
    if (said_something)
        return next;
    return dialogue_follow(turn, turn->hook_setting, failed ? failed_names : success_names, next);
}

static struct next take_response(struct turn *turn, struct str text)
{
    struct arena *arena = turn->call->arena;
    struct json_error flaw;
    struct response response = { json_parse_in(arena, text, &flaw), text, NULL };
    if (text.length > RESPONSE_MOST)
        return fail(turn, "Invalid Lambda Response: The size of the response exceeds 25 KB"); /* ours */
    if (!response.root)
        return fail(turn, arena_printf(arena, "Invalid Lambda Response: Received invalid response from Lambda: %s%s",
                                       jackson_sentence(arena, &flaw), source_at(turn, &response, NULL)));
    if (!check_response(turn, &response))
        return fail(turn, arena_printf(arena, "Invalid Lambda Response: Received invalid response from Lambda: %s",
                                       response.why));
    const cJSON *state = json_get(response.root, "sessionState");
    take_attributes(turn, json_get(state, "sessionAttributes"));
    take_intent(turn, json_get(state, "intent"));
    if (cJSON_IsArray(json_get(state, "activeContexts")))
        take_contexts(turn, json_get(state, "activeContexts"));
    else if (turn->hook_fulfils && !str_is(json_str(json_get(state, "intent"), "state"), "Failed"))
        dialogue_give_contexts(turn);
    if (cJSON_IsObject(json_get(response.root, "requestAttributes"))) {
        cJSON_Delete(turn->request_attributes);
        turn->request_attributes = json_thaw(json_get(response.root, "requestAttributes"));
    }
    bool said_something = take_messages(turn, json_get(response.root, "messages"));
    return go_on(turn, json_get(state, "dialogAction"), said_something);
}

/* ---- the call ---- */

static struct next take_failure(struct turn *turn, const struct call *hook)
{
    struct arena *arena = turn->call->arena;
    const char *function = json_string(turn->built.code_hook, "lambdaARN"), *code = hook->error.kind->code;
    if (strcmp(code, "AccessDeniedException") == 0)
        return fail(turn,
                    arena_printf(arena,
                                 "Invalid Bot Configuration: Access denied while invoking lambda function %s from %s. "
                                 "Please check the policy on this function.",
                                 function, alias_arn(turn)));
    return fail_or_follow(turn, false,
                          arena_printf(arena, "Invalid Bot Configuration: Error while invoking lambda function %s: %s",
                                       function, hook->error.message ? hook->error.message : code)); /* ours */
}

/* "Task timed out after 3.00 seconds" is an error like others to Lambda, but Lex tells it by its own path. */
static bool timed_out(struct str payload)
{
    return str_find(payload, STR("Task timed out")) != SIZE_MAX ||
           str_find(payload, STR("Sandbox.Timedout")) != SIZE_MAX;
}

static struct next take_answer(struct turn *turn, enum outcome outcome)
{
    struct call *hook = turn->hook;
    struct buf bytes = BUF_EMPTY;
    turn->hook_ms += clock_now(turn->call->world->clock) - turn->hook_began_ms;
    if (outcome == CALL_FAILED)
        return take_failure(turn, hook);
    bool read = call_content_read(hook, INT32_MAX, &bytes);
    struct str text = arena_str(turn->call->arena, read ? buf_str(&bytes) : STR(""));
    buf_release(&bytes);
    const char *error = json_string(hook->output, "FunctionError");
    if (error)
        return fail_or_follow(
            turn, timed_out(text),
            arena_printf(turn->call->arena, "Invalid Lambda Response: Received error response from Lambda: %s", error));
    return take_response(turn, text);
}

void hook_drop(struct turn *turn)
{
    timer_stop(turn->call->world->clock, &turn->hook_deadline);
    if (turn->hook)
        call_free(turn->hook);
    turn->hook = NULL;
}

static void go_on_after(struct turn *turn, struct next next)
{
    hook_drop(turn);
    enum outcome outcome = dialogue_go(turn, next);
    if (outcome == CALL_PARKED)
        return;
    outcome = outcome == CALL_DONE ? turn->answer(turn) : outcome;
    list_remove(&turn->link);
    list_init(&turn->link);
    turn->call->parked = NULL;
    turn->call->abandoned = NULL;
    call_resume(turn->call, outcome);
}

static void answered(struct call *hook)
{
    struct turn *turn = hook->owner;
    go_on_after(turn, take_answer(turn, hook->error.kind ? CALL_FAILED : CALL_DONE));
}

/* "a Lambda function takes longer than 30 seconds to execute": DependencyFailedException. */
static void out_of_patience(struct timer *timer, void *data)
{
    struct turn *turn = data;
    turn->hook_ms += PATIENCE_MS;
    go_on_after(turn,
                fail_or_follow(turn, true,
                               "Invalid Lambda Response: The Lambda function took longer than 30 seconds")); /* ours */
}

static const cJSON *setting_of(const struct turn *turn, bool fulfils, const cJSON *code_hook)
{
    return fulfils ? json_get(json_get(turn->intent, "fulfillmentCodeHook"), "postFulfillmentStatusSpecification")
                   : json_get(code_hook, "postCodeHookSpecification");
}

static void free_tree(void *tree)
{
    cJSON_Delete(tree);
}

static struct call *invocation_of(struct turn *turn, cJSON *event_taken)
{
    const char *why;
    struct buf text = BUF_EMPTY;
    json_print(&text, event_taken);
    cJSON_Delete(event_taken);
    bool fits = text.length <= EVENT_MOST;
    struct call *hook = fits ? call_new(turn->call->cloud, STR("lambda"), STR("Invoke"), &why) : NULL;
    if (hook) {
        cJSON *input = cJSON_CreateObject();
        json_set_str(input, "FunctionName", json_str(turn->built.code_hook, "lambdaARN"));
        arena_own(hook->arena, free_tree, input);
        hook->input = input;
        call_give_body(hook, buf_str(&text));
        hook->caller = (struct principal){ .kind = PRINCIPAL_SERVICE,
                                           .account = call_scope(turn->call).account,
                                           .arn = "lexv2.amazonaws.com",
                                           .user_id = "",
                                           .role = "",
                                           .session_policy = "",
                                           .access_key_id = "",
                                           .source_arn = alias_arn(turn) };
        hook->region = call_scope(turn->call).region;
        hook->origin = turn->call->origin;
        hook->made_by = turn->call->made_by;
        hook->owner = turn;
        hook->finished = answered;
    }
    buf_release(&text);
    return hook;
}

struct next hook_ask_function(struct turn *turn, bool fulfils, const cJSON *code_hook, struct next otherwise)
{
    /* No function for this alias and locale: LX17. By itself the dialogue goes on; what must be fulfilled is the client's. */
    if (!turn->built.code_hook) {
        if (fulfils)
            json_set_string((cJSON *)json_get(turn->state, "intent"), "state", "ReadyForFulfillment");
        return otherwise;
    }
    turn->hook_fulfils = fulfils;
    turn->hook_next = otherwise;
    turn->hook_setting = setting_of(turn, fulfils, code_hook);
    turn->hook_ran = fulfils ? "FulfillmentCodeHook" : "DialogCodeHook";
    turn->hook_began_ms = clock_now(turn->call->world->clock);
    turn->hook = invocation_of(turn, event_of(turn, fulfils, code_hook));
    if (!turn->hook)
        return fail(turn, "The input to the Lambda function exceeds 12 KB"); /* ours */
    enum outcome outcome = road_run(turn->hook);
    if (outcome == CALL_PARKED) {
        turn->hook_deadline.fire = out_of_patience;
        turn->hook_deadline.data = turn;
        timer_start(turn->call->world->clock, &turn->hook_deadline, turn->hook_began_ms + PATIENCE_MS);
        return to(STEP_PARKED);
    }
    struct next next = take_answer(turn, outcome);
    hook_drop(turn);
    return next;
}
