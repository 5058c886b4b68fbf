/* A turn of a conversation: what was said, what it means, what is answered. It lives in its call's arena from the request to the
 * answer, and changes a copy of its session, which is written when the turn ends: a turn that fails has changed nothing.
 *
 *      recognize.c ─▶ dialogue.c (what comes next) ─▶ hook.c (a function is asked) ─▶ dialogue.c ─▶ recognize.c (the answer)
 *                        │  message.c, condition.c, slots.c
 *
 * The built locale is held by reference, so that what is built meanwhile waits for the next turn. */
#ifndef LEXV2RUNTIME_TURN_H
#define LEXV2RUNTIME_TURN_H

#include "aws/call.h"
#include "services/lexv2/built.h"
#include "services/lexv2/nlu/nlu.h"

/* What comes next in a dialogue. */
enum step {
    STEP_DEFAULT, /* the next slot without a value, confirmation, fulfilment */
    STEP_START,   /* state.intent begins */
    STEP_ELICIT_SLOT,
    STEP_CONFIRM,
    STEP_CONFIRMED,
    STEP_FULFIL,
    STEP_CLOSE, /* the intent is over: its closing setting */
    STEP_ELICIT_INTENT,
    STEP_END,  /* the turn is over: dialogAction stands */
    STEP_HOOK, /* a dialogue code hook */
    STEP_PARKED,
    STEP_FAILED, /* the call's error is set */
};

struct next {
    enum step step;
    const cJSON *slot; /* of STEP_ELICIT_SLOT */
    struct str sub_slot;
    bool quiet;             /* suppressNextMessage */
    const cJSON *code_hook; /* of STEP_HOOK: the stage's codeHook; may be NULL */
};

struct turn {
    struct call *call;
    struct str key; /* of the session's row */
    struct built built;
    struct str text; /* STR_NONE: nothing was said (PutSession) */
    cJSON *session;  /* malloc'ed, freed with the arena */
    cJSON *state;    /* its sessionState */
    cJSON *messages; /* an array; malloc'ed, likewise */
    cJSON *interpretations;
    cJSON *request_attributes; /* what a hook answered; NULL: the request's */
    const cJSON *intent;       /* of the built locale: the one that the state names */
    unsigned steps;
    /* What the page shows beside the answer. */
    const char *hook_ran; /* "DialogCodeHook", "FulfillmentCodeHook"; NULL: none did */
    int64_t hook_ms;
    /* A function under way: */
    struct call *hook;
    bool hook_fulfils;
    struct next hook_next; /* what comes after it by itself */
    const cJSON *hook_setting;
    int64_t hook_began_ms;
    struct timer hook_deadline;
    struct list link;
    enum outcome (*answer)(struct turn *turn); /* the operation's: makes the output of a turn that is over */
};

/* ---- dialogue.c ---- */
/* Reads the text and goes on with the dialogue. DONE, FAILED, or PARKED at a function. */
enum outcome dialogue_say(struct turn *turn);
/* Goes on from a step. */
enum outcome dialogue_go(struct turn *turn, struct next next);
/* Begins with an intent of the locale; its slots are empty. */
void dialogue_take_intent(struct turn *turn, const cJSON *intent);
const cJSON *dialogue_intent(const struct turn *turn, struct str name); /* NULL: the locale has none of that name */
/* What the state's dialogAction asks for, as a client or a function has set it. */
struct next dialogue_next_of(struct turn *turn);
/* The intent is fulfilled: its output contexts become active. */
void dialogue_give_contexts(struct turn *turn);
/* What would come next by itself: proposedNextState. */
struct next dialogue_default(struct turn *turn);
/* Follows a setting: its conditional, or its response and next step; `otherwise` where it has neither. Names are those of the
 * members: "captureResponse", "captureNextStep", "captureConditional". */
struct follow_names {
    const char *response, *next_step, *conditional;
};
struct next dialogue_follow(struct turn *turn, const cJSON *setting, struct follow_names names, struct next otherwise);

/* ---- hook.c ---- */
/* Asks the alias' function. The turn is parked, or the step that comes next. */
struct next hook_ask_function(struct turn *turn, bool fulfils, const cJSON *code_hook, struct next otherwise);
/* The function that the turn waits for is forgotten. */
void hook_drop(struct turn *turn);

/* ---- message.c ---- */
/* Adds a message group's messages, one of each group's variants. `attempt` picks it where they come in order. */
void message_add_groups(struct turn *turn, const cJSON *groups, const char *strategy, int64_t attempt);
void message_add_response(struct turn *turn, const cJSON *response); /* ResponseSpecification */
void message_add_prompt(struct turn *turn, const cJSON *prompt);     /* PromptSpecification, by the session's attempt */

/* ---- condition.c ---- */
bool condition_holds(const struct turn *turn, struct str expression);
/* What {Slot}, {Slot.Sub}, [attribute] and #context.attribute stand for; STR_NONE: nothing. In the arena or borrowed. */
struct str condition_value(const struct turn *turn, struct str reference);

/* ---- slots.c ---- */
const cJSON *slots_of(const struct turn *turn); /* of the state's intent */
const cJSON *slot_setting(const cJSON *slot);   /* valueElicitationSetting */
const cJSON *slot_called(const cJSON *intent, struct str name);
bool slot_is_filled(const cJSON *slots, const cJSON *slot);
/* The first of its sub-slots without a value; STR_NONE: the slot is no composite, or all have one. */
struct str slot_missing_part(const cJSON *slots, const cJSON *slot);
/* Puts what was understood into an object of slots. */
void slots_put(cJSON *slots, const struct nlu_slot *value);
cJSON *slots_empty(const cJSON *intent);                               /* every slot of the intent, null */
void slots_put_text(cJSON *slots, const char *name, struct str value); /* a value that nobody said: a default */
struct str slot_text(const cJSON *slot_value);                         /* interpretedValue, else originalValue */

#endif
