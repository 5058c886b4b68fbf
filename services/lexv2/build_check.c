/* What keeps a locale from being built. */
#include <stdlib.h>

#include "base/map.h"
#include "services/lexv2/build.h"
#include "services/lexv2/builtin.h"

#define REASONS_MOST    50
#define CHARACTERS_MOST 200000
#define MODEL_MOST      (20 * 1000 * 1000)

struct check {
    struct arena *arena;
    const cJSON *intents, *slot_types;
    struct map *names, *types,
        *started; /* intents by name, slot types by id, intents that a step of another goes on to */
    cJSON *reasons;
};

__attribute__((format(printf, 2, 3))) static void tell(struct check *check, const char *format, ...)
{
    if (cJSON_GetArraySize(check->reasons) >= REASONS_MOST)
        return;
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    json_add(check->reasons, json_new_string(buf_str(&text)));
    buf_release(&text);
}

static const cJSON *find(const cJSON *items, const char *member, struct str text)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        if (str_equal(json_str(item, member), text))
            return item;
    }
    return NULL;
}

static const cJSON *slots_of(const cJSON *intent)
{
    return json_get(intent, "slots");
}

static const char *name_of(const cJSON *intent)
{
    return json_string(intent, "intentName");
}

/* ---- priorities ---- */

static void add_name(struct buf *names, const char *name)
{
    buf_printf(names, "%s%s", names->length ? ", " : "", name);
}

/* The first sentence is AWS's (terraform-provider-aws issue 39948), which prints names where it says ids; the second is ours
 * in its shape. */
static void check_priorities(struct check *check, const cJSON *intent)
{
    struct buf lacking = BUF_EMPTY, gone = BUF_EMPTY;
    const cJSON *slot, *priority, *priorities = json_get(intent, "slotPriorities");
    cJSON_ArrayForEach(slot, slots_of(intent))
    {
        if (!find(priorities, "slotId", json_str(slot, "slotId")))
            add_name(&lacking, json_string(slot, "slotName"));
    }
    cJSON_ArrayForEach(priority, priorities)
    {
        if (!find(slots_of(intent), "slotId", json_str(priority, "slotId")))
            add_name(&gone, json_string(priority, "slotId"));
    }
    if (lacking.length)
        tell(check,
             "Slot ids [%.*s] in intent %s don't define a slot priority. Update the intent to add a priority to these "
             "slots.",
             STR_ARG(buf_str(&lacking)), name_of(intent));
    if (gone.length)
        tell(check,
             "Slot ids [%.*s] in the slot priorities of intent %s don't exist. Update the intent to remove the "
             "priority of "
             "these slots.",
             STR_ARG(buf_str(&gone)), name_of(intent));
    buf_release(&lacking);
    buf_release(&gone);
}

/* ---- slots; the sentences from here on are ours ---- */

static bool is_type(struct check *check, struct str id)
{
    return str_starts(id, STR("AMAZON.")) ? lexv2_builtin_slot_type(id) : map_get(check->types, id) != NULL;
}

static void check_type(struct check *check, const cJSON *intent, const char *slot, struct str type)
{
    if (!type.length)
        tell(check, "Slot %s in intent %s has no slot type. Update the slot to choose one.", slot, name_of(intent));
    else if (!is_type(check, type))
        tell(check,
             "Slot %s in intent %s uses the slot type %.*s, which doesn't exist. Update the slot to use another.", slot,
             name_of(intent), STR_ARG(type));
}

static bool is_composite(struct check *check, struct str type)
{
    return json_get(map_get(check->types, type), "compositeSlotTypeSetting");
}

/* The slots of a composite one are elicited one by one. */
static void check_sub_slots(struct check *check, const cJSON *intent, const cJSON *slot)
{
    const cJSON *sub;
    cJSON_ArrayForEach(sub, json_get(json_get(slot, "subSlotSetting"), "slotSpecifications"))
    {
        char *name = arena_printf(check->arena, "%s.%s", json_string(slot, "slotName"), sub->string);
        check_type(check, intent, name, json_str(sub, "slotTypeId"));
    }
}

static void check_slot(struct check *check, const cJSON *intent, const cJSON *slot)
{
    const cJSON *setting = json_get(slot, "valueElicitationSetting");
    const char *name = json_string(slot, "slotName");
    struct str type = json_str(slot, "slotTypeId");
    check_type(check, intent, name, type);
    check_sub_slots(check, intent, slot);
    if (str_is(json_str(setting, "slotConstraint"), "Required") && !json_get(setting, "promptSpecification") &&
        !is_composite(check, type))
        tell(check, "Slot %s in intent %s is required but has no prompt. Update the slot to add a prompt.", name,
             name_of(intent));
}

static void check_slots(struct check *check, const cJSON *intent)
{
    const cJSON *slot;
    cJSON_ArrayForEach(slot, slots_of(intent))
    {
        check_slot(check, intent, slot);
    }
}

static void check_slot_types(struct check *check)
{
    const cJSON *type, *sub;
    cJSON_ArrayForEach(type, check->slot_types)
    {
        cJSON_ArrayForEach(sub, json_get(json_get(type, "compositeSlotTypeSetting"), "subSlots"))
        {
            if (!is_type(check, json_str(sub, "slotTypeId")))
                tell(check, "Sub-slot %s of slot type %s uses the slot type %s, which doesn't exist.",
                     json_string(sub, "name"), json_string(type, "slotTypeName"), json_string(sub, "slotTypeId"));
        }
        const cJSON *setting = json_get(type, "valueSelectionSetting");
        bool bare = !json_get(type, "parentSlotTypeSignature") && !json_get(type, "externalSourceSetting") &&
                    !json_get(type, "compositeSlotTypeSetting") && !json_get(setting, "regexFilter");
        const cJSON *values = json_get(type, "slotTypeValues");
        if (bare && !(values && values->child))
            tell(check, "Slot type %s has no values. Update the slot type to add at least one value.",
                 json_string(type, "slotTypeName"));
    }
}

/* ---- utterances ---- */

/* "{Slot}" or, of a composite one, "{Slot.sub}". */
static bool is_slot_named(const cJSON *intent, struct str name)
{
    struct str sub, first = str_cut(name, '.', &sub);
    const cJSON *slot = find(slots_of(intent), "slotName", first);
    return slot && (!sub.length || json_get_str(json_get(json_get(slot, "subSlotSetting"), "slotSpecifications"), sub));
}

static void check_utterance(struct check *check, const cJSON *intent, struct str utterance)
{
    struct str rest = utterance;
    for (;;) {
        size_t open = str_find_byte(rest, '{');
        if (open == SIZE_MAX)
            return;
        rest = str_from(rest, open + 1);
        size_t close = str_find_byte(rest, '}');
        if (close == SIZE_MAX) {
            tell(check, "Sample utterance '%.*s' in intent %s has a brace that isn't closed.", STR_ARG(utterance),
                 name_of(intent));
            return;
        }
        struct str name = str_trim(str_first(rest, close));
        if (!is_slot_named(intent, name))
            tell(check,
                 "Sample utterance '%.*s' in intent %s refers to the slot %.*s, which doesn't exist. Add the slot or "
                 "change "
                 "the utterance.",
                 STR_ARG(utterance), name_of(intent), STR_ARG(name));
        rest = str_from(rest, close + 1);
    }
}

static void check_utterances(struct check *check, const cJSON *intent)
{
    const cJSON *sample, *slot;
    cJSON_ArrayForEach(sample, json_get(intent, "sampleUtterances"))
    {
        check_utterance(check, intent, json_str(sample, "utterance"));
    }
    cJSON_ArrayForEach(slot, slots_of(intent))
    {
        cJSON_ArrayForEach(sample, json_get(json_get(slot, "valueElicitationSetting"), "sampleUtterances"))
        {
            check_utterance(check, intent, json_str(sample, "utterance"));
        }
    }
}

/* ---- one utterance, two intents ---- */

struct said {
    struct str text; /* lower case, white space as one space */
    const cJSON *intent;
    struct str utterance;
};

static struct str normal(struct arena *arena, struct str text)
{
    char *at = arena_alloc(arena, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (space && (!length || at[length - 1] == ' '))
            continue;
        at[length++] = space ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return str_trim((struct str){ at, length });
}

static int compare_said(const void *one, const void *other)
{
    const struct said *a = one, *b = other;
    return str_compare(a->text, b->text);
}

/* "Amazon Lex uses input contexts to decide between intents that share utterances" (Setting intent context, developer guide). */
static bool share_contexts(const cJSON *one, const cJSON *other)
{
    const cJSON *a = json_get(one, "inputContexts"), *b = json_get(other, "inputContexts");
    bool none_a = !a || !a->child, none_b = !b || !b->child;
    return none_a || none_b ? none_a == none_b : json_equal(a, b);
}

static size_t count_utterances(const cJSON *intents)
{
    size_t count = 0;
    const cJSON *intent;
    cJSON_ArrayForEach(intent, intents)
    {
        count += (size_t)cJSON_GetArraySize(json_get(intent, "sampleUtterances"));
    }
    return count;
}

static void check_twins(struct check *check)
{
    size_t count = 0;
    struct said *said = ARENA_ARRAY(check->arena, struct said, count_utterances(check->intents) + 1);
    const cJSON *intent, *sample;
    cJSON_ArrayForEach(intent, check->intents)
    {
        cJSON_ArrayForEach(sample, json_get(intent, "sampleUtterances"))
        {
            struct str utterance = json_str(sample, "utterance");
            said[count++] = (struct said){ normal(check->arena, utterance), intent, utterance };
        }
    }
    qsort(said, count, sizeof *said, compare_said);
    for (size_t i = 1; i < count; i++)
        if (str_equal(said[i - 1].text, said[i].text) && said[i - 1].intent != said[i].intent &&
            share_contexts(said[i - 1].intent, said[i].intent))
            tell(check,
                 "Sample utterance '%.*s' is in the intents %s and %s. Remove it from one of them, or give them "
                 "different "
                 "input contexts.",
                 STR_ARG(said[i].utterance), name_of(said[i - 1].intent), name_of(said[i].intent));
}

/* ---- where a conversation goes ---- */

static bool is_state(const cJSON *node, const char *type)
{
    return str_is(json_str(json_get(node, "dialogAction"), "type"), type);
}

/* Every place below that says where to go next. Depth: the input's, at most JSON_MAX_DEPTH. */
static void check_steps(struct check *check, const cJSON *intent, const cJSON *node)
{
    const cJSON *child;
    struct str next = json_str(json_get(node, "intent"), "name"),
               slot = json_str(json_get(node, "dialogAction"), "slotToElicit");
    if (is_state(node, "StartIntent") && !map_get(check->names, next))
        tell(check, "Intent %s goes on to the intent %.*s, which doesn't exist.", name_of(intent),
             STR_ARG(next.at ? next : STR("")));
    if (is_state(node, "ElicitSlot") && !next.length && !is_slot_named(intent, slot))
        tell(check, "Intent %s goes on to elicit the slot %.*s, which doesn't exist.", name_of(intent),
             STR_ARG(slot.at ? slot : STR("")));
    cJSON_ArrayForEach(child, node)
    {
        if (cJSON_IsObject(child) || cJSON_IsArray(child))
            check_steps(check, intent, child);
    }
}

/* Intents that a step leads to, wherever it stands. */
static void note_started(struct check *check, const cJSON *intent, const cJSON *node)
{
    const cJSON *child;
    struct str name = json_str(json_get(node, "intent"), "name");
    if (name.length && !str_equal(name, json_str(intent, "intentName")))
        map_put(check->started, name, check);
    cJSON_ArrayForEach(child, node)
    {
        if (cJSON_IsObject(child) || cJSON_IsArray(child))
            note_started(check, intent, child);
    }
}

/* An intent of one's own is entered by what a customer says, or by a step of another. */
static void check_entrance(struct check *check, const cJSON *intent)
{
    const cJSON *samples = json_get(intent, "sampleUtterances");
    if ((samples && samples->child) || json_get(intent, "parentIntentSignature") ||
        map_get(check->started, json_str(intent, "intentName")))
        return;
    tell(check, "Intent %s has no sample utterances. Update the intent to add at least one.", name_of(intent));
}

static void check_is_any(struct check *check)
{
    const cJSON *intent;
    cJSON_ArrayForEach(intent, check->intents)
    {
        if (!str_is(json_str(intent, "parentIntentSignature"), "AMAZON.FallbackIntent"))
            return;
    }
    tell(check, "The locale has no intent but the fallback intent. Add at least one intent with sample utterances.");
}

static void note(struct check *check)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, check->intents)
    {
        map_put(check->names, json_str(item, "intentName"), (void *)item);
        note_started(check, item, item);
    }
    cJSON_ArrayForEach(item, check->slot_types)
    {
        map_put(check->types, json_str(item, "slotTypeId"), (void *)item);
    }
}

/* "Sample utterances: 200,000 characters a locale" ("Amazon Lex V2 quotas"). The product with the intents bounds what a model
 * weighs (about 4 bytes each) and is ours. */
static void check_size(struct check *check, const cJSON *gathered)
{
    const cJSON *intent, *sample;
    int64_t characters = 0, intents = cJSON_GetArraySize(check->intents);
    cJSON_ArrayForEach(intent, check->intents)
    {
        cJSON_ArrayForEach(sample, json_get(intent, "sampleUtterances"))
        {
            characters += (int64_t)str_count_code_points(json_str(sample, "utterance"));
        }
    }
    if (characters > CHARACTERS_MOST)
        tell(check, "The sample utterances of the locale have %lld characters, and at most %d are allowed.",
             (long long)characters, CHARACTERS_MOST);
    if (json_bool(gathered, "tooLarge", false) || intents * characters > MODEL_MOST)
        tell(check, "The locale is larger than what this practice cloud can build.");
}

cJSON *lexv2_build_failures(const cJSON *gathered)
{
    struct check check = { .arena = arena_new(),
                           .intents = json_get(gathered, "intents"),
                           .slot_types = json_get(gathered, "slotTypes"),
                           .names = map_new(),
                           .types = map_new(),
                           .started = map_new(),
                           .reasons = cJSON_CreateArray() };
    const cJSON *intent;
    note(&check);
    check_size(&check, gathered);
    if (!json_bool(gathered, "tooLarge", false))
        check_is_any(&check);
    check_slot_types(&check);
    cJSON_ArrayForEach(intent, check.intents)
    {
        check_entrance(&check, intent);
        check_priorities(&check, intent);
        check_slots(&check, intent);
        check_utterances(&check, intent);
        check_steps(&check, intent, intent);
    }
    check_twins(&check);
    map_free(check.names, NULL);
    map_free(check.types, NULL);
    map_free(check.started, NULL);
    arena_free(check.arena);
    return check.reasons;
}
