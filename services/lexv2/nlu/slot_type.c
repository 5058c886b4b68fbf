#include "services/lexv2/nlu/slot_type.h"

#include "services/lexv2/nlu/answer.h"
#include "services/lexv2/nlu/builtin_type.h"
#include "services/lexv2/nlu/when.h"

#define MOST_TYPES  1000
#define MOST_ROUGH  1000 /* values that a text is compared with roughly; an answer to a question with any number */
#define LEAST_ROUGH 5    /* bytes of a word that can be misspelt */
#define ROUGH_WORDS 3

/* ---- the types of a locale ---- */

static bool keeps_original(const cJSON *node)
{
    const char *strategy = json_string(json_get(node, "valueSelectionSetting"), "resolutionStrategy");
    return strategy && strcmp(strategy, "OriginalValue") == 0;
}

static void add_type(struct nlu_types *types, struct nlu_type type)
{
    if (types->count < MOST_TYPES) {
        types->kinds |= 1u << type.kind;
        types->all[types->count++] = type;
    }
}

static void add_custom(struct nlu_types *types, const cJSON *node)
{
    struct str parent = json_str(node, "parentSlotTypeSignature");
    struct str expression = json_str(json_get(json_get(node, "valueSelectionSetting"), "regexFilter"), "pattern");
    struct nlu_type type = { KIND_CUSTOM, json_str(node, "slotTypeId"), node, keeps_original(node), NULL };
    if (json_get(json_get(node, "compositeSlotTypeSetting"), "subSlots")) {
        type.kind = KIND_COMPOSITE;
    } else if (parent.length) {
        type.pattern = expression.length ? pattern_compile(expression) : NULL;
        type.kind = type.pattern ? KIND_PATTERN : builtin_kind(parent);
        if (type.kind == KIND_COMPOSITE)
            type.kind = KIND_CUSTOM;
    } else if (cJSON_GetArraySize(json_get(node, "slotTypeValues")) == 0) {
        type.kind = KIND_FREE;
    }
    add_type(types, type);
}

static void add_builtin(struct nlu_types *types, struct str name)
{
    if (str_starts(name, STR("AMAZON.")) && nlu_type_index(types, name) == NLU_NO_TYPE)
        add_type(types, (struct nlu_type){ builtin_kind(name), name, NULL, false, NULL });
}

static void add_sub_types(struct nlu_types *types, const cJSON *holder)
{
    const cJSON *sub;
    cJSON_ArrayForEach(sub, holder) add_builtin(types, json_str(sub, "slotTypeId"));
}

static size_t count_values(const cJSON *built)
{
    size_t count = 0;
    const cJSON *type, *value;
    cJSON_ArrayForEach(type, json_get(built, "slotTypes"))
    {
        cJSON_ArrayForEach(value, json_get(type, "slotTypeValues"))
            count += 1 + (size_t)cJSON_GetArraySize(json_get(value, "synonyms"));
    }
    return count;
}

static void add_values(struct nlu_types *types, struct arena *arena, uint16_t index)
{
    const cJSON *value, *synonym;
    cJSON_ArrayForEach(value, json_get(types->all[index].node, "slotTypeValues"))
    {
        struct str canonical = json_str(json_get(value, "sampleValue"), "value");
        lexicon_add(types->lexicon, index, nlu_fold(arena, canonical), canonical);
        cJSON_ArrayForEach(synonym, json_get(value, "synonyms"))
            lexicon_add(types->lexicon, index, nlu_fold(arena, json_str(synonym, "value")), canonical);
    }
}

void nlu_types_init(struct nlu_types *types, struct arena *arena, const cJSON *built)
{
    const cJSON *type, *intent, *slot;
    *types = (struct nlu_types){ .all = ARENA_ARRAY(arena, struct nlu_type, MOST_TYPES) };
    cJSON_ArrayForEach(type, json_get(built, "slotTypes")) add_custom(types, type);
    cJSON_ArrayForEach(type, json_get(built, "slotTypes"))
        add_sub_types(types, json_get(json_get(type, "compositeSlotTypeSetting"), "subSlots"));
    cJSON_ArrayForEach(intent, json_get(built, "intents"))
    {
        cJSON_ArrayForEach(slot, json_get(intent, "slots"))
        {
            add_builtin(types, json_str(slot, "slotTypeId"));
            add_sub_types(types, json_get(json_get(slot, "subSlotSetting"), "slotSpecifications"));
        }
    }
    types->lexicon = lexicon_new(arena, count_values(built));
    for (size_t i = 0; i < types->count; i++) {
        if (types->all[i].kind == KIND_CUSTOM)
            add_values(types, arena, (uint16_t)i);
    }
}

void nlu_types_release(struct nlu_types *types)
{
    for (size_t i = 0; i < types->count; i++)
        pattern_free(types->all[i].pattern);
}

uint16_t nlu_type_index(const struct nlu_types *types, struct str id)
{
    for (size_t i = 0; i < types->count; i++) {
        if (str_equal(types->all[i].id, id))
            return (uint16_t)i;
    }
    return NLU_NO_TYPE;
}

uint16_t nlu_sub_type(const struct nlu_types *types, const cJSON *slot, struct str sub_slot)
{
    const cJSON *specifications = json_get(json_get(slot, "subSlotSetting"), "slotSpecifications");
    struct str id = json_str(json_get_str(specifications, sub_slot), "slotTypeId");
    uint16_t composite = nlu_type_index(types, json_str(slot, "slotTypeId"));
    if (!id.length && composite != NLU_NO_TYPE) {
        const cJSON *sub;
        cJSON_ArrayForEach(sub, json_get(json_get(types->all[composite].node, "compositeSlotTypeSetting"), "subSlots"))
        {
            if (str_equal(json_str(sub, "name"), sub_slot))
                id = json_str(sub, "slotTypeId");
        }
    }
    return id.length ? nlu_type_index(types, id) : NLU_NO_TYPE;
}

/* ---- what they recognise ---- */

struct search {
    const struct nlu_types *types;
    struct arena *arena;
    const struct nlu_text *text;
    struct nlu_match *matches;
    size_t count;
    size_t start;
};

static void add_match(struct search *search, struct nlu_match match)
{
    for (size_t i = 0; i < search->count; i++) {
        struct nlu_match *other = &search->matches[i];
        if (other->start != match.start || other->type != match.type)
            continue;
        if (match.end > other->end)
            *other = match;
        return;
    }
    if (search->count < NLU_MOST_MATCHES)
        search->matches[search->count++] = match;
}

static void resolve(struct search *search, struct nlu_match *match, struct str value)
{
    const struct nlu_type *type = &search->types->all[match->type];
    struct str *resolved = ARENA_NEW(search->arena, struct str);
    *resolved = value;
    match->resolved = resolved;
    match->resolved_count = 1;
    match->interpreted = type->keeps_original ? nlu_text_original(search->text, match->start, match->end) : value;
}

static void tell_value(const struct lexicon_entry *entry, size_t end, void *data)
{
    struct search *search = data;
    struct nlu_match match = { (uint16_t)search->start, (uint16_t)end, entry->type, false, STR_NONE, NULL, 0 };
    resolve(search, &match, entry->value);
    add_match(search, match);
}

/* Parts of the text of up to three words, held against the custom values. */
static void match_roughly(struct search *search, uint16_t only_type)
{
    struct str folded = search->text->folded;
    const struct lexicon *lexicon = search->types->lexicon;
    size_t count = lexicon_count(lexicon);
    if (count > MOST_ROUGH && only_type == NLU_NO_TYPE)
        return;
    for (size_t start = 0; start < folded.length; start = nlu_next(folded, start)) {
        if (!nlu_starts_word(folded, start))
            continue;
        int words = 0;
        for (size_t end = nlu_next(folded, start); words < ROUGH_WORDS && end - start <= 64;) {
            if (end - start >= LEAST_ROUGH && nlu_ends_word(folded, end)) {
                struct str part = { folded.at + start, end - start };
                for (size_t i = 0; i < count; i++) {
                    const struct lexicon_entry *entry = lexicon_at(lexicon, i);
                    if ((only_type != NLU_NO_TYPE && entry->type != only_type) || str_equal(entry->folded, part) ||
                        !lexicon_nearly(entry, part))
                        continue;
                    struct nlu_match match = { (uint16_t)start, (uint16_t)end, entry->type, true, STR_NONE, NULL, 0 };
                    resolve(search, &match, entry->value);
                    add_match(search, match);
                }
            }
            words += end >= folded.length || folded.at[end] == ' ';
            if (end >= folded.length)
                break;
            end = nlu_next(folded, end);
        }
    }
}

static void match_pattern(struct search *search, uint16_t type)
{
    struct str folded = search->text->folded;
    struct scan scan = { folded, search->start };
    if (!builtin_scan_code(&scan))
        return;
    struct str said = nlu_text_original(search->text, search->start, scan.at);
    if (pattern_matches_whole(search->types->all[type].pattern, said))
        add_match(search, nlu_type_take(search->arena, search->text, type, search->start, scan.at));
}

static void match_builtin(struct search *search, uint16_t type, int64_t today, bool alone)
{
    struct builtin_value value;
    size_t end;
    if (builtin_scan(search->types->all[type].kind, search->arena, search->text, search->start, today, alone, &end,
                     &value))
        add_match(search, (struct nlu_match){ (uint16_t)search->start, (uint16_t)end, type, false, value.interpreted,
                                              value.resolved, value.resolved_count });
}

/* Names and places, by the gazetteer. */
struct named {
    struct search *search;
    uint16_t type;
    enum nlu_kind kind;
};

static void tell_name(const struct lexicon_entry *entry, size_t end, void *data)
{
    struct named *named = data;
    if (entry->type != named->kind)
        return;
    struct nlu_match match = { (uint16_t)named->search->start, (uint16_t)end, named->type, false, STR_NONE, NULL, 0 };
    resolve(named->search, &match, entry->value);
    add_match(named->search, match);
}

static bool is_named(enum nlu_kind kind)
{
    return kind >= KIND_CITY && kind <= KIND_LAST_NAME;
}

static void match_here(struct search *search, uint16_t type, int64_t today, bool alone)
{
    enum nlu_kind kind = search->types->all[type].kind;
    if (kind == KIND_PATTERN) {
        match_pattern(search, type);
    } else if (is_named(kind)) {
        struct named named = { search, type, kind };
        lexicon_find(builtin_gazetteer(), search->text->folded, search->start, tell_name, &named);
    } else if (kind != KIND_CUSTOM) {
        match_builtin(search, type, today, alone);
    }
}

size_t nlu_types_match(const struct nlu_types *types, struct arena *arena, const struct nlu_text *text, int64_t today,
                       struct nlu_match ret_matches[NLU_MOST_MATCHES])
{
    struct search search = { types, arena, text, ret_matches, 0, 0 };
    for (size_t at = 0; at < text->folded.length; at = nlu_next(text->folded, at)) {
        if (!nlu_starts_word(text->folded, at))
            continue;
        search.start = at;
        lexicon_find(types->lexicon, text->folded, at, tell_value, &search);
        unsigned seen = 0; /* two types of one built-in kind recognise the same */
        for (size_t i = 0; i < types->count; i++) {
            unsigned bit = 1u << types->all[i].kind;
            if (types->all[i].kind != KIND_PATTERN && (seen & bit))
                continue;
            seen |= bit;
            match_here(&search, (uint16_t)i, today, false);
        }
    }
    match_roughly(&search, NLU_NO_TYPE);
    return search.count;
}

struct nlu_match nlu_type_take(struct arena *arena, const struct nlu_text *text, uint16_t type, size_t start,
                               size_t end)
{
    struct str *said = ARENA_NEW(arena, struct str);
    *said = nlu_text_original(text, start, end);
    return (struct nlu_match){ (uint16_t)start, (uint16_t)end, type, false, *said, said, 1 };
}

/* What is said around an answer: "uh, three please". The most of the text that is recognised counts. */
static bool best_of(const struct search *search, uint16_t type, struct nlu_match *ret_match)
{
    bool found = false;
    for (size_t i = 0; i < search->count; i++) {
        const struct nlu_match *match = &search->matches[i];
        if (match->type != type)
            continue;
        bool better = !found || (ret_match->rough && !match->rough) ||
                      (ret_match->rough == match->rough &&
                       match->end - match->start > ret_match->end - ret_match->start);
        if (better)
            *ret_match = *match;
        found = true;
    }
    return found;
}

/* Names of people and places that nobody has listed are taken at their word, if they look like a name. */
static bool could_be_name(struct str folded)
{
    size_t words = 1;
    for (size_t i = 0; i < folded.length; i++) {
        words += folded.at[i] == ' ';
        if ((folded.at[i] >= '0' && folded.at[i] <= '9') || strchr("?!@", folded.at[i]))
            return false;
    }
    return folded.length > 0 && words <= 3;
}

static bool takes_any(const struct nlu_type *type, struct str folded)
{
    return type->kind == KIND_FREE || (type->kind == KIND_CUSTOM && type->keeps_original) ||
           (is_named(type->kind) && could_be_name(folded));
}

bool nlu_type_answer(const struct nlu_types *types, uint16_t type, struct arena *arena, const struct nlu_text *text,
                     int64_t today, struct nlu_match *ret_match)
{
    struct nlu_match matches[NLU_MOST_MATCHES];
    struct search search = { types, arena, text, matches, 0, 0 };
    const struct nlu_type *asked = &types->all[type];
    struct str folded = text->folded;
    for (size_t at = 0; at < folded.length; at = nlu_next(folded, at)) {
        if (!nlu_starts_word(folded, at))
            continue;
        search.start = at;
        if (asked->kind == KIND_CUSTOM)
            lexicon_find(types->lexicon, folded, at, tell_value, &search);
        else
            match_here(&search, type, today, true);
    }
    if (asked->kind == KIND_CUSTOM)
        match_roughly(&search, type);
    if (best_of(&search, type, ret_match))
        return true;
    if (!takes_any(asked, folded) || !folded.length)
        return false;
    *ret_match = nlu_type_take(arena, text, type, 0, folded.length);
    if (asked->kind != KIND_FREE)
        ret_match->resolved_count = 0; /* nothing known was recognised */
    return true;
}

void nlu_forget_gazetteer(void)
{
    builtin_forget();
}
