#include "services/lexv2runtime/lexv2runtime_model.h"
#include "services/lexv2runtime/session.h"
#include "services/lexv2runtime/turn.h"

/* A turn's way through an intent, each stage with its own response, next step, conditional and code hook (developer guide,
 * "Creating conversation paths"):
 *
 *      start ─▶ slots, each: elicit ─▶ captured ─┐ ─▶ confirm ─▶ yes ─▶ fulfil ─▶ fulfilled ─▶ close
 *                 ▲                 └▶ not captured after all retries ─▶ FallbackIntent
 *                 └───────────────────────────────┘        └▶ no ─▶ declined: Failed
 *
 * What leads in a circle without asking the customer anything ends after so many steps. */
#define MOST_STEPS      64
#define DEFAULT_RETRIES 2

static const struct follow_names initial_names = { "initialResponse", "nextStep", "conditional" },
                                 capture_names = { "captureResponse", "captureNextStep", "captureConditional" },
                                 failure_names = { "failureResponse", "failureNextStep", "failureConditional" },
                                 confirmed_names = { "confirmationResponse", "confirmationNextStep",
                                                     "confirmationConditional" },
                                 declined_names = { "declinationResponse", "declinationNextStep",
                                                    "declinationConditional" },
                                 closing_names = { "closingResponse", "nextStep", "conditional" },
                                 success_names = { "successResponse", "successNextStep", "successConditional" };

static struct next to(enum step step)
{
    return (struct next){ .step = step };
}

/* ---- the state ---- */

static cJSON *state_intent(const struct turn *turn)
{
    return (cJSON *)json_get(turn->state, "intent");
}

static void set_intent_state(struct turn *turn, const char *state)
{
    json_set_string(state_intent(turn), "state", state);
}

static void set_confirmation(struct turn *turn, const char *confirmation)
{
    json_set_string(state_intent(turn), "confirmationState", confirmation);
}

static void set_action(struct turn *turn, const char *type, const cJSON *slot, struct str sub_slot)
{
    cJSON *action = cJSON_CreateObject();
    json_set_string(action, "type", type);
    if (slot) {
        json_set_string(action, "slotToElicit", json_string(slot, "slotName"));
        if (sub_slot.length) {
            cJSON *part = cJSON_CreateObject();
            json_set_str(part, "name", sub_slot);
            json_set(action, "subSlotToElicit", part);
        }
    }
    json_set(turn->state, "dialogAction", action);
}

static void set_attempt(struct turn *turn, int64_t attempt)
{
    json_set_int64(turn->session, "attempt", attempt);
}

const cJSON *dialogue_intent(const struct turn *turn, struct str name)
{
    const cJSON *intent;
    cJSON_ArrayForEach(intent, json_get(json_root(turn->built.document), "intents"))
    {
        if (str_equal(json_str(intent, "intentName"), name))
            return intent;
    }
    return NULL;
}

static const cJSON *intent_signed(const struct turn *turn, const char *signature)
{
    const cJSON *intent;
    cJSON_ArrayForEach(intent, json_get(json_root(turn->built.document), "intents"))
    {
        if (str_is(json_str(intent, "parentIntentSignature"), signature))
            return intent;
    }
    return NULL;
}

void dialogue_take_intent(struct turn *turn, const cJSON *intent)
{
    cJSON *taken = cJSON_CreateObject();
    json_set_string(taken, "name", json_string(intent, "intentName"));
    json_set(taken, "slots", slots_empty(intent));
    json_set_string(taken, "state", "InProgress");
    json_set_string(taken, "confirmationState", "None");
    json_set(turn->state, "intent", taken);
    turn->intent = intent;
    set_attempt(turn, 0);
}

/* ---- what comes next by itself ---- */

/* Slots in order of their priorities: the document's own order (built.h). */
static const cJSON *missing_slot(const struct turn *turn, struct str *ret_sub_slot)
{
    const cJSON *slot;
    cJSON_ArrayForEach(slot, json_get(turn->intent, "slots"))
    {
        struct str constraint = json_str(slot_setting(slot), "slotConstraint");
        if (str_is(constraint, "Required") && !slot_is_filled(slots_of(turn), slot)) {
            *ret_sub_slot = slot_missing_part(slots_of(turn), slot);
            return slot;
        }
    }
    return NULL;
}

static bool wants_confirmation(const struct turn *turn)
{
    const cJSON *setting = json_get(turn->intent, "intentConfirmationSetting");
    struct str said = json_str(state_intent(turn), "confirmationState");
    return json_get(setting, "promptSpecification") && json_bool(setting, "active", true) &&
           !str_is(said, "Confirmed") && !str_is(said, "Denied");
}

struct next dialogue_default(struct turn *turn)
{
    struct next next = { 0 };
    next.slot = missing_slot(turn, &next.sub_slot);
    next.step = next.slot ? STEP_ELICIT_SLOT : wants_confirmation(turn) ? STEP_CONFIRM : STEP_FULFIL;
    return next;
}

/* ---- next steps as bots write them ---- */

static void take_slot_values(struct turn *turn, const cJSON *slots)
{
    const cJSON *override;
    cJSON_ArrayForEach(override, slots)
    {
        const cJSON *value = json_get(json_get(override, "value"), "interpretedValue");
        if (!slot_called(turn->intent, str_of(override->string)))
            continue;
        if (cJSON_IsString(value))
            slots_put_text((cJSON *)slots_of(turn), override->string, json_value(value));
        else
            json_set((cJSON *)slots_of(turn), override->string, cJSON_CreateNull());
    }
}

/* {"intent": {"name", "slots"}, "sessionAttributes"} of a next step: what is said of slots and attributes takes their place. */
static void take_overrides(struct turn *turn, const cJSON *next_step)
{
    const cJSON *attribute, *override = json_get(next_step, "intent");
    cJSON *attributes = (cJSON *)json_get(turn->state, "sessionAttributes");
    cJSON_ArrayForEach(attribute, json_get(next_step, "sessionAttributes"))
        json_set_str(attributes, attribute->string, json_value(attribute));
    struct str name = json_str(override, "name");
    const cJSON *intent = name.length ? dialogue_intent(turn, name) : NULL;
    if (intent && intent != turn->intent)
        dialogue_take_intent(turn, intent);
    take_slot_values(turn, json_get(override, "slots"));
}

static struct next elicit(const struct turn *turn, const cJSON *slot, bool quiet)
{
    return (struct next){ STEP_ELICIT_SLOT, slot, slot_missing_part(slots_of(turn), slot), quiet, NULL };
}

static struct next step_of(struct turn *turn, const cJSON *setting, const cJSON *next_step, struct next otherwise)
{
    const cJSON *action = json_get(next_step, "dialogAction");
    struct str type = json_str(action, "type");
    bool quiet = json_bool(action, "suppressNextMessage", false);
    take_overrides(turn, next_step);
    if (str_is(type, "ElicitSlot")) {
        const cJSON *slot = slot_called(turn->intent, json_str(action, "slotToElicit"));
        return slot ? elicit(turn, slot, quiet) : otherwise;
    }
    if (str_is(type, "InvokeDialogCodeHook"))
        return (struct next){ .step = STEP_HOOK, .code_hook = json_get(setting, "codeHook"), .quiet = quiet };
    static const struct {
        const char *type;
        enum step step;
    } steps[] = { { "ElicitIntent", STEP_ELICIT_INTENT }, { "StartIntent", STEP_START },
                  { "ConfirmIntent", STEP_CONFIRM },      { "FulfillIntent", STEP_FULFIL },
                  { "CloseIntent", STEP_CLOSE },          { "EndConversation", STEP_CLOSE } };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (str_is(type, steps[i].type))
            return (struct next){ .step = steps[i].step, .quiet = quiet };
    }
    return otherwise;
}

struct next dialogue_follow(struct turn *turn, const cJSON *setting, struct follow_names names, struct next otherwise)
{
    const cJSON *branch, *conditional = json_get(setting, names.conditional);
    if (conditional && json_bool(conditional, "active", true)) {
        const cJSON *taken = json_get(conditional, "defaultBranch");
        cJSON_ArrayForEach(branch, json_get(conditional, "conditionalBranches"))
        {
            if (condition_holds(turn, json_str(json_get(branch, "condition"), "expressionString"))) {
                taken = branch;
                break;
            }
        }
        if (taken) {
            message_add_response(turn, json_get(taken, "response"));
            return step_of(turn, setting, json_get(taken, "nextStep"), otherwise);
        }
    }
    message_add_response(turn, json_get(setting, names.response));
    return step_of(turn, setting, json_get(setting, names.next_step), otherwise);
}

/* A stage is left: what it says comes next; by itself the intent's dialogue code hook is asked first, where it is on. */
static struct next leave_stage(struct turn *turn, const cJSON *setting, struct follow_names names,
                               struct next otherwise)
{
    const cJSON *code_hook = json_get(setting, "codeHook");
    bool hooked = json_bool(json_get(turn->intent, "dialogCodeHook"), "enabled", false);
    if (code_hook)
        hooked = json_bool(code_hook, "enableCodeHookInvocation", false) && json_bool(code_hook, "active", true);
    struct next by_itself = hooked ? (struct next){ .step = STEP_HOOK, .code_hook = code_hook } : otherwise;
    return dialogue_follow(turn, setting, names, by_itself);
}

/* ---- the steps ---- */

/* "#context.attribute", "[attribute]" or the value itself; the first that is there. */
static void fill_defaults(struct turn *turn)
{
    const cJSON *slot, *one;
    cJSON_ArrayForEach(slot, json_get(turn->intent, "slots"))
    {
        if (slot_is_filled(slots_of(turn), slot))
            continue;
        cJSON_ArrayForEach(one, json_get(json_get(slot_setting(slot), "defaultValueSpecification"), "defaultValueList"))
        {
            struct str said = json_str(one, "defaultValue");
            bool refers = said.length && strchr("#[", said.at[0]);
            struct str value = refers ? condition_value(turn, said) : said;
            if (value.length) {
                slots_put_text((cJSON *)slots_of(turn), json_string(slot, "slotName"), value);
                break;
            }
        }
    }
}

static struct next start(struct turn *turn)
{
    fill_defaults(turn);
    return leave_stage(turn, json_get(turn->intent, "initialResponseSetting"), initial_names, to(STEP_DEFAULT));
}

static const cJSON *prompt_of(const cJSON *slot, struct str sub_slot)
{
    if (!sub_slot.length)
        return json_get(slot_setting(slot), "promptSpecification");
    const cJSON *part = json_get_str(json_get(json_get(slot, "subSlotSetting"), "slotSpecifications"), sub_slot);
    const cJSON *prompt = json_get(json_get(part, "valueElicitationSetting"), "promptSpecification");
    return prompt ? prompt : json_get(slot_setting(slot), "promptSpecification");
}

static struct next ask_slot(struct turn *turn, struct next next)
{
    set_intent_state(turn, "InProgress");
    set_action(turn, "ElicitSlot", next.slot, next.sub_slot);
    if (!next.quiet)
        message_add_prompt(turn, prompt_of(next.slot, next.sub_slot));
    return to(STEP_END);
}

static struct next ask_confirmation(struct turn *turn, struct next next)
{
    set_intent_state(turn, "InProgress");
    set_confirmation(turn, "None");
    set_action(turn, "ConfirmIntent", NULL, STR_NONE);
    if (!next.quiet)
        message_add_prompt(turn, json_get(json_get(turn->intent, "intentConfirmationSetting"), "promptSpecification"));
    return to(STEP_END);
}

/* "outputContexts": each carries the intent's slots as its attributes (developer guide, "Setting intent context"). */
void dialogue_give_contexts(struct turn *turn)
{
    const cJSON *given, *slot;
    cJSON_ArrayForEach(given, json_get(turn->intent, "outputContexts"))
    {
        cJSON *context = cJSON_CreateObject(), *left = cJSON_CreateObject(), *attributes = cJSON_CreateObject();
        json_set_int64(left, "timeToLiveInSeconds", json_int64(given, "timeToLiveInSeconds", 600));
        json_set_int64(left, "turnsToLive", json_int64(given, "turnsToLive", 5));
        cJSON_ArrayForEach(slot, slots_of(turn))
        {
            struct str value = slot_text(slot);
            if (value.length)
                json_set_str(attributes, slot->string, value);
        }
        json_set_string(context, "name", json_string(given, "name"));
        json_set(context, "timeToLive", left);
        json_set(context, "contextAttributes", attributes);
        session_activate(turn->state, context);
    }
}

/* Without a function the client fulfils: ReadyForFulfillment; unless the bot says itself what follows a success. */
static struct next fulfil(struct turn *turn)
{
    const cJSON *hook = json_get(turn->intent, "fulfillmentCodeHook");
    const cJSON *after = json_get(hook, "postFulfillmentStatusSpecification");
    bool active = json_bool(hook, "active", true);
    if (json_bool(hook, "enabled", false) && active)
        return hook_ask_function(turn, true, NULL, to(STEP_CLOSE));
    set_intent_state(turn, after && active ? "Fulfilled" : "ReadyForFulfillment");
    dialogue_give_contexts(turn);
    return after && active ? dialogue_follow(turn, after, success_names, to(STEP_CLOSE)) : to(STEP_CLOSE);
}

static struct next close_intent(struct turn *turn, struct next next)
{
    const cJSON *setting = json_get(turn->intent, "intentClosingSetting");
    bool failed = str_is(json_str(state_intent(turn), "state"), "Failed");
    if (str_is(json_str(state_intent(turn), "state"), "InProgress"))
        set_intent_state(turn, "Fulfilled");
    set_action(turn, "Close", NULL, STR_NONE);
    if (next.quiet || failed || !setting || !json_bool(setting, "active", true))
        return to(STEP_END);
    struct next after = dialogue_follow(turn, setting, closing_names, to(STEP_END));
    return after.step == STEP_CLOSE ? to(STEP_END) : after;
}

static struct next ask_intent(struct turn *turn)
{
    set_action(turn, "ElicitIntent", NULL, STR_NONE);
    return to(STEP_END);
}

static struct next confirmed(struct turn *turn)
{
    set_confirmation(turn, "Confirmed");
    return leave_stage(turn, json_get(turn->intent, "intentConfirmationSetting"), confirmed_names, to(STEP_FULFIL));
}

static struct next declined(struct turn *turn)
{
    set_confirmation(turn, "Denied");
    set_intent_state(turn, "Failed");
    return leave_stage(turn, json_get(turn->intent, "intentConfirmationSetting"), declined_names, to(STEP_CLOSE));
}

/* Ours: a bot whose next steps lead in a circle is not answered by AWS either. */
static struct next fail_endless(struct turn *turn)
{
    call_fail(turn->call, &LEXV2RUNTIME_VALIDATION_EXCEPTION,
              "The conversation flow of intent %s does not come to an end: its next steps lead in a circle.",
              json_string(turn->intent, "intentName"));
    return to(STEP_FAILED);
}

static struct next take_step(struct turn *turn, struct next next)
{
    if (++turn->steps > MOST_STEPS)
        return fail_endless(turn);
    switch (next.step) {
    case STEP_START:
        return start(turn);
    case STEP_ELICIT_SLOT:
        return ask_slot(turn, next);
    case STEP_CONFIRM:
        return ask_confirmation(turn, next);
    case STEP_CONFIRMED:
        return confirmed(turn);
    case STEP_FULFIL:
        return fulfil(turn);
    case STEP_CLOSE:
        return close_intent(turn, next);
    case STEP_ELICIT_INTENT:
        return ask_intent(turn);
    case STEP_HOOK:
        return hook_ask_function(turn, false, next.code_hook, to(STEP_DEFAULT));
    default:
        return dialogue_default(turn);
    }
}

enum outcome dialogue_go(struct turn *turn, struct next next)
{
    while (next.step != STEP_END && next.step != STEP_PARKED && next.step != STEP_FAILED)
        next = take_step(turn, next);
    return next.step == STEP_END ? CALL_DONE : next.step == STEP_PARKED ? CALL_PARKED : CALL_FAILED;
}

struct next dialogue_next_of(struct turn *turn)
{
    const cJSON *action = json_get(turn->state, "dialogAction");
    struct str type = json_str(action, "type");
    const cJSON *slot = turn->intent ? slot_called(turn->intent, json_str(action, "slotToElicit")) : NULL;
    if (str_is(type, "ElicitSlot") && slot) {
        struct next next = elicit(turn, slot, false);
        struct str part = json_str(json_get(action, "subSlotToElicit"), "name");
        if (part.length) /* the state's dialog action is about to change */
            next.sub_slot = arena_str(turn->call->arena, part);
        return next;
    }
    return to(str_is(type, "ConfirmIntent")  ? STEP_CONFIRM
              : str_is(type, "ElicitIntent") ? STEP_ELICIT_INTENT
              : str_is(type, "Close")        ? STEP_CLOSE
                                             : STEP_DEFAULT);
}

/* ---- what was said ---- */

/* An intent with input contexts is recognised only while all of them are active. */
static bool admits(const cJSON *intent, const void *data)
{
    const struct turn *turn = data;
    const cJSON *context;
    cJSON_ArrayForEach(context, json_get(intent, "inputContexts"))
    {
        if (!session_has_context(turn->state, json_str(context, "name")))
            return false;
    }
    return true;
}

static struct str zone_of(const struct turn *turn)
{
    struct str zone = json_str(json_get(turn->call->input, "requestAttributes"), "x-amz-lex:time-zone");
    return zone.length ? zone : json_str(json_get(turn->state, "sessionAttributes"), "x-amz-lex:time-zone");
}

static struct nlu_question question_of(const struct turn *turn)
{
    return (struct nlu_question){ turn->text, { clock_now(turn->call->world->clock), zone_of(turn) }, admits, turn };
}

struct heard {
    const struct nlu_model *model;
    struct nlu_question question;
    struct nlu_reading readings[NLU_MOST_READINGS];
    size_t count;
    double threshold;
};

static void listen(struct turn *turn, struct heard *heard)
{
    const cJSON *locale = json_get(json_root(turn->built.document), "locale");
    heard->model = nlu_model_of(turn->built.document);
    heard->question = question_of(turn);
    heard->threshold = json_number(locale, "nluIntentConfidenceThreshold", 0.4);
    heard->count = nlu_read(heard->model, turn->call->arena, &heard->question, heard->readings);
}

static const struct nlu_reading *best_of(const struct heard *heard)
{
    return heard->count && heard->readings[0].confidence >= heard->threshold ? &heard->readings[0] : NULL;
}

static const struct nlu_reading *reading_of(const struct heard *heard, const cJSON *intent)
{
    for (size_t i = 0; i < heard->count; i++) {
        if (heard->readings[i].intent == intent)
            return &heard->readings[i];
    }
    return NULL;
}

/* ---- interpretations ---- */

static cJSON *interpretation(cJSON *intent_taken, double confidence)
{
    cJSON *one = cJSON_CreateObject();
    if (confidence > 0) {
        cJSON *score = cJSON_CreateObject();
        json_set_number(score, "score", (double)(int64_t)(confidence * 100 + 0.5) / 100);
        json_set(one, "nluConfidence", score);
    }
    json_set(one, "intent", intent_taken);
    json_set_string(one, "interpretationSource", "Lex");
    return one;
}

static cJSON *bare_intent(const cJSON *intent)
{
    cJSON *bare = cJSON_CreateObject();
    json_set_string(bare, "name", json_string(intent, "intentName"));
    json_set(bare, "slots", slots_empty(intent));
    return bare;
}

/* The one that the dialogue goes on with first, with its slots as they stand when the turn ends (recognize.c puts them there);
 * FallbackIntent behind the others. */
static void interpret(struct turn *turn, const struct heard *heard)
{
    const struct nlu_reading *own = reading_of(heard, turn->intent);
    const cJSON *fallback = intent_signed(turn, "AMAZON.FallbackIntent");
    cJSON *all = turn->interpretations;
    json_add(all, interpretation(bare_intent(turn->intent), own ? own->confidence : 0));
    for (size_t i = 0; i < heard->count && cJSON_GetArraySize(all) < 4; i++) {
        const struct nlu_reading *reading = &heard->readings[i];
        if (reading->intent == turn->intent)
            continue;
        cJSON *intent = bare_intent(reading->intent);
        for (size_t j = 0; j < reading->slot_count; j++)
            slots_put((cJSON *)json_get(intent, "slots"), &reading->slots[j]);
        json_add(all, interpretation(intent, reading->confidence));
    }
    if (fallback && fallback != turn->intent)
        json_add(all, interpretation(bare_intent(fallback), 0));
}

/* ---- going on from it ---- */

static void take_slots(struct turn *turn, const struct nlu_reading *reading, bool overwrite)
{
    for (size_t i = 0; i < reading->slot_count; i++) {
        if (overwrite || !slot_is_filled(slots_of(turn), reading->slots[i].slot))
            slots_put((cJSON *)slots_of(turn), &reading->slots[i]);
    }
}

static enum outcome begin(struct turn *turn, const struct heard *heard, const struct nlu_reading *reading)
{
    dialogue_take_intent(turn, reading->intent);
    take_slots(turn, reading, true);
    interpret(turn, heard);
    return dialogue_go(turn, to(STEP_START));
}

/* KendraSearchIntent and its kin are asked on AWS before anything falls back; nobody is here who could answer. The sentence is ours. */
static bool refuse_search(struct turn *turn)
{
    static const char *const searches[] = { "AMAZON.KendraSearchIntent", "AMAZON.QnAIntent", "AMAZON.QInConnectIntent",
                                            "AMAZON.BedrockAgentIntent" };
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        if (intent_signed(turn, searches[i])) {
            call_fail(
                turn->call, &LEXV2RUNTIME_DEPENDENCY_FAILED_EXCEPTION,
                "This practice cloud has nobody to ask for %s: neither Amazon Kendra nor Amazon Bedrock is there.",
                searches[i]);
            return true;
        }
    }
    return false;
}

static enum outcome fall_back(struct turn *turn, const struct heard *heard)
{
    const cJSON *fallback = intent_signed(turn, "AMAZON.FallbackIntent");
    if (refuse_search(turn))
        return CALL_FAILED;
    if (!fallback) {
        set_action(turn, "ElicitIntent", NULL, STR_NONE);
        return CALL_DONE;
    }
    dialogue_take_intent(turn, fallback);
    interpret(turn, heard);
    return dialogue_go(turn, to(STEP_START));
}

static enum outcome hear_intent(struct turn *turn, const struct heard *heard)
{
    const struct nlu_reading *best = best_of(heard);
    return best ? begin(turn, heard, best) : fall_back(turn, heard);
}

/* Not understood: asked again, as often as the prompt says; then what the stage says of failure, then the fallback. */
static enum outcome ask_again(struct turn *turn, const struct heard *heard, const cJSON *prompt, const cJSON *setting,
                              struct next same)
{
    int64_t attempt = json_int64(turn->session, "attempt", 0) + 1;
    set_attempt(turn, attempt);
    if (attempt <= json_int64(prompt, "maxRetries", DEFAULT_RETRIES)) {
        interpret(turn, heard);
        bool hooked = json_bool(json_get(setting, "elicitationCodeHook"), "enableCodeHookInvocation", false);
        return dialogue_go(
            turn,
            hooked ? (struct next){ .step = STEP_HOOK, .code_hook = json_get(setting, "elicitationCodeHook") } : same);
    }
    set_attempt(turn, 0);
    if (json_get(setting, "failureNextStep") || json_get(setting, "failureResponse") ||
        json_get(setting, "failureConditional")) {
        interpret(turn, heard);
        set_intent_state(turn, "Failed");
        return dialogue_go(turn, dialogue_follow(turn, setting, failure_names, to(STEP_CLOSE)));
    }
    return fall_back(turn, heard);
}

/* A value that its type recognised, not only took as it takes everything. */
static bool is_known(const struct nlu_slot *value, const cJSON *slot)
{
    return value->values[0].resolved_count > 0 && !str_is(json_str(slot, "slotTypeId"), "AMAZON.FreeFormInput");
}

/* Is it rather another intent that the customer wants? An answer that is only part of what was said may stand in a new wish;
 * a type that takes everything is believed less than an utterance that another intent knows by heart. */
static bool is_other_wish(const struct turn *turn, const struct nlu_reading *best, const struct nlu_slot *value,
                          const cJSON *slot)
{
    if (!best || best->intent == turn->intent)
        return false;
    bool whole = 2 * value->values[0].original.length >= turn->text.length;
    return whole ? !is_known(value, slot) && best->confidence >= 0.95 : best->confidence >= 0.6;
}

/* The intent's own utterance once more: no answer, though the type would take it. */
static bool is_same_wish(const struct turn *turn, const struct nlu_reading *best, const struct nlu_slot *value,
                         const cJSON *slot)
{
    return best && best->intent == turn->intent && best->confidence >= 0.95 && !best->slot_count &&
           !is_known(value, slot);
}

static enum outcome captured(struct turn *turn, const struct heard *heard, const cJSON *slot)
{
    const cJSON *setting = json_get(slot_setting(slot), "slotCaptureSetting");
    struct next next = to(STEP_DEFAULT);
    struct str missing = slot_missing_part(slots_of(turn), slot);
    set_attempt(turn, 0);
    interpret(turn, heard);
    if (missing.length)
        return dialogue_go(turn, elicit(turn, slot, false));
    return dialogue_go(turn, leave_stage(turn, setting, capture_names, next));
}

static enum outcome hear_slot(struct turn *turn, const struct heard *heard, struct next asked)
{
    const struct nlu_reading *best = best_of(heard), *own = reading_of(heard, turn->intent);
    const cJSON *setting = json_get(slot_setting(asked.slot), "slotCaptureSetting");
    struct nlu_slot value;
    bool answered = nlu_read_slot(heard->model, turn->call->arena, &heard->question, turn->intent, asked.slot,
                                  asked.sub_slot, &value);
    if (answered && is_same_wish(turn, best, &value, asked.slot))
        answered = false;
    if (answered ? is_other_wish(turn, best, &value, asked.slot) : best && best->intent != turn->intent)
        return begin(turn, heard, best);
    if (!answered && !(best && own == best && own->slot_count))
        return ask_again(turn, heard, prompt_of(asked.slot, asked.sub_slot), setting, asked);
    if (own)
        take_slots(turn, own, false);
    if (answered && !(own == best && own && slot_is_filled(slots_of(turn), asked.slot)))
        slots_put((cJSON *)slots_of(turn), &value);
    return captured(turn, heard, asked.slot);
}

static enum outcome hear_confirmation(struct turn *turn, const struct heard *heard)
{
    const cJSON *setting = json_get(turn->intent, "intentConfirmationSetting");
    const struct nlu_reading *best = best_of(heard), *own = reading_of(heard, turn->intent);
    enum nlu_answer answer = nlu_read_answer(heard->model, turn->text);
    if (answer != NLU_NEITHER) {
        set_attempt(turn, 0);
        interpret(turn, heard);
        return dialogue_go(turn, answer == NLU_YES ? to(STEP_CONFIRMED) : declined(turn));
    }
    if (best && best->intent != turn->intent)
        return begin(turn, heard, best);
    if (own && own->slot_count && own == best) { /* "make it two nights" */
        take_slots(turn, own, true);
        interpret(turn, heard);
        return dialogue_go(turn, leave_stage(turn, NULL, capture_names, to(STEP_DEFAULT)));
    }
    return ask_again(turn, heard, json_get(setting, "promptSpecification"), setting, to(STEP_CONFIRM));
}

enum outcome dialogue_say(struct turn *turn)
{
    struct heard *heard = ARENA_NEW(turn->call->arena, struct heard);
    listen(turn, heard);
    struct next asked = turn->intent ? dialogue_next_of(turn) : to(STEP_ELICIT_INTENT);
    if (asked.step == STEP_ELICIT_SLOT)
        return hear_slot(turn, heard, asked);
    if (asked.step == STEP_CONFIRM)
        return hear_confirmation(turn, heard);
    return hear_intent(turn, heard);
}
