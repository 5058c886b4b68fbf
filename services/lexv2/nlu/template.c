#include "services/lexv2/nlu/template.h"

#include <stdlib.h>

enum { BESIDE_END = 1, BESIDE_SLOT = 2 };

static uint32_t hash_word(uint32_t kind, struct str word)
{
    uint64_t hash = 14695981039346656037u ^ kind;
    for (size_t i = 0; i < word.length; i++)
        hash = (hash ^ (unsigned char)word.at[i]) * 1099511628211u;
    return (uint32_t)(hash ^ hash >> 32) | 4;
}

/* ---- samples ---- */

size_t nlu_template_read(struct arena *arena, struct str utterance, struct nlu_piece ret_pieces[NLU_MOST_PIECES])
{
    size_t count = 0;
    struct str rest = utterance;
    while (rest.length && count + 2 <= NLU_MOST_PIECES) {
        struct str literal = str_cut(rest, '{', &rest);
        if (literal.length) {
            /* A space at either end tells that the value is a word by itself, so it must survive the folding. */
            bool before = count > 0 && literal.at[0] == ' ', behind = literal.at[literal.length - 1] == ' ';
            struct str folded = nlu_fold(arena, literal);
            ret_pieces[count++] = (struct nlu_piece){ str_of(arena_printf(arena, "%s%.*s%s", before ? " " : "",
                                                                          STR_ARG(folded), behind ? " " : "")),
                                                      STR_NONE, STR_NONE };
        }
        if (!rest.length)
            break;
        struct str sub, name = str_cut(str_cut(rest, '}', &rest), '.', &sub);
        ret_pieces[count++] = (struct nlu_piece){ STR_NONE, str_trim(name), str_trim(sub) };
    }
    return count;
}

/* ---- what stands beside ---- */

/* The word before `at`, behind which a value begins. */
static uint32_t left_of(struct str folded, size_t at)
{
    size_t end = at;
    bool hangs = end > 0 && folded.at[end - 1] != ' ';
    while (end > 0 && folded.at[end - 1] == ' ')
        end--;
    size_t start = end;
    while (start > 0 && folded.at[start - 1] != ' ')
        start--;
    return end == 0 ? BESIDE_END : hash_word(hangs ? 8 : 16, (struct str){ folded.at + start, end - start });
}

/* What hangs on the value that ends at `at` (에서), else the word behind it. */
static uint32_t right_of(struct str folded, size_t at)
{
    size_t start = at;
    bool hangs = start < folded.length && folded.at[start] != ' ';
    while (start < folded.length && folded.at[start] == ' ')
        start++;
    size_t end = start;
    while (end < folded.length && folded.at[end] != ' ' && (end == start || !strchr(".,!?", folded.at[end])))
        end++;
    if (end == start || (end == start + 1 && strchr(".,!?", folded.at[start])))
        return BESIDE_END;
    return hash_word(hangs ? 8 : 16, (struct str){ folded.at + start, end - start });
}

static struct nlu_place *place_called(struct nlu_place *places, size_t count, const struct nlu_piece *piece)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(json_str(places[i].slot, "slotName"), piece->slot) &&
            str_equal(places[i].sub_slot, piece->sub_slot))
            return &places[i];
    }
    return NULL;
}

static void add_beside(struct nlu_place *place, struct nlu_beside beside)
{
    if (place->beside_count == place->beside_room) {
        place->beside_room = place->beside_room ? 2 * place->beside_room : 8;
        place->beside = memory_resize(place->beside, place->beside_room * sizeof *place->beside);
    }
    place->beside[place->beside_count++] = beside;
}

static void add_words(struct nlu_words *words, struct str text)
{
    while (text.length) {
        struct str word = str_cut(text, ' ', &text);
        if (!word.length)
            continue;
        if (words->count == words->room) {
            words->room = words->room ? 2 * words->room : 64;
            words->at = memory_resize(words->at, words->room * sizeof *words->at);
        }
        words->at[words->count++] = hash_word(0, word);
    }
}

void nlu_template_learn(struct nlu_place *places, size_t place_count, const struct nlu_piece *pieces, size_t count,
                        struct nlu_words *words)
{
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].text.at) {
            add_words(words, pieces[i].text);
            continue;
        }
        struct nlu_place *place = place_called(places, place_count, &pieces[i]);
        if (!place)
            continue;
        struct nlu_beside beside = { BESIDE_END, BESIDE_END };
        if (i > 0) {
            bool blank = pieces[i - 1].text.at && str_is(pieces[i - 1].text, " ");
            beside.left = pieces[i - 1].text.at && !blank ? left_of(pieces[i - 1].text, pieces[i - 1].text.length)
                                                          : BESIDE_SLOT;
        }
        if (i + 1 < count) {
            bool blank = pieces[i + 1].text.at && str_is(pieces[i + 1].text, " ");
            beside.right = pieces[i + 1].text.at && !blank ? right_of(pieces[i + 1].text, 0) : BESIDE_SLOT;
            if (blank && i + 2 == count)
                beside.right = BESIDE_END;
        }
        add_beside(place, beside);
    }
}

static int by_value(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

void nlu_words_sort(struct nlu_words *words)
{
    if (words->count)
        qsort(words->at, words->count, sizeof *words->at, by_value);
}

static bool knows_word(const struct nlu_words *words, struct str word)
{
    uint32_t hash = hash_word(0, word);
    return words->count && bsearch(&hash, words->at, words->count, sizeof hash, by_value);
}

/* ---- filling ---- */

struct filling {
    const struct nlu_types *types;
    const struct nlu_place *places;
    size_t place_count;
    const struct nlu_words *words;
    struct arena *arena;
    const struct nlu_text *text;
    const struct nlu_match *matches;
    size_t match_count;
    struct nlu_match *chosen;
};

static bool overlaps(const struct nlu_match *a, size_t start, size_t end)
{
    return a->start < end && start < a->end;
}

static bool is_taken(const struct filling *filling, size_t start, size_t end)
{
    for (size_t i = 0; i < filling->place_count; i++) {
        if (filling->chosen[i].type != NLU_NO_TYPE && overlaps(&filling->chosen[i], start, end))
            return true;
    }
    return false;
}

static bool value_beside(const struct filling *filling, size_t at, bool left)
{
    for (size_t i = 0; i < filling->match_count; i++) {
        size_t edge = left ? filling->matches[i].end : filling->matches[i].start;
        if (edge == at || (left ? edge + 1 == at : edge == at + 1))
            return true;
    }
    return false;
}

/* How well a place fits what stands beside a part of the text: 0 to 4. */
static double fit(const struct filling *filling, const struct nlu_place *place, size_t start, size_t end)
{
    struct str folded = filling->text->folded;
    uint32_t left = left_of(folded, start), right = right_of(folded, end);
    bool slot_left = value_beside(filling, start, true), slot_right = value_beside(filling, end, false);
    size_t lefts = 0, rights = 0, both = 0;
    for (size_t i = 0; i < place->beside_count; i++) {
        bool l = place->beside[i].left == left || (slot_left && place->beside[i].left == BESIDE_SLOT);
        bool r = place->beside[i].right == right || (slot_right && place->beside[i].right == BESIDE_SLOT);
        lefts += l;
        rights += r;
        both += l && r;
    }
    double count = place->beside_count ? (double)place->beside_count : 1;
    return (lefts ? 1 : 0) + 0.5 * (double)lefts / count + (rights ? 1 : 0) + 0.5 * (double)rights / count +
           (both ? 1 : 0);
}

/* Types of one built-in kind recognise the same, so a match of one is one of the other. */
static bool same_type(const struct filling *filling, uint16_t a, uint16_t b)
{
    enum nlu_kind kind = filling->types->all[a].kind;
    return a == b || (kind == filling->types->all[b].kind && kind != KIND_CUSTOM && kind != KIND_PATTERN);
}

/* "9" in "march 9" is no number, though it looks like one, if the text has a date there. */
static bool is_part(const struct filling *filling, const struct nlu_match *match)
{
    enum nlu_kind kind = filling->types->all[match->type].kind;
    for (size_t i = 0; i < filling->match_count; i++) {
        const struct nlu_match *other = &filling->matches[i];
        enum nlu_kind whole = filling->types->all[other->type].kind;
        bool longer = other->start <= match->start && other->end >= match->end &&
                      other->end - other->start > match->end - match->start;
        if (longer && (kind == KIND_NUMBER || kind == KIND_ALPHANUMERIC || whole == kind) &&
            (whole == KIND_DATE || whole == KIND_TIME || whole == KIND_PHONE || whole == KIND_EMAIL || whole == kind))
            return true;
    }
    return false;
}

static void assign_matches(struct filling *filling)
{
    for (;;) {
        double best = 0;
        size_t best_place = 0, best_match = 0;
        for (size_t m = 0; m < filling->match_count; m++) {
            const struct nlu_match *match = &filling->matches[m];
            if (is_taken(filling, match->start, match->end) || is_part(filling, match))
                continue;
            for (size_t p = 0; p < filling->place_count; p++) {
                const struct nlu_place *place = &filling->places[p];
                if (filling->chosen[p].type != NLU_NO_TYPE || place->type == NLU_NO_TYPE ||
                    !same_type(filling, match->type, place->type))
                    continue;
                double score = 10 + fit(filling, place, match->start, match->end) - (match->rough ? 4 : 0) +
                               0.02 * (match->end - match->start) - 0.01 * (double)p - 0.001 * match->start;
                if (score > best) {
                    best = score;
                    best_place = p;
                    best_match = m;
                }
            }
        }
        if (best <= 0)
            return;
        filling->chosen[best_place] = filling->matches[best_match];
        filling->chosen[best_place].type = filling->places[best_place].type;
    }
}

/* ---- values that nobody has listed, where the samples say that one stands ---- */

#define MOST_OPEN_WORDS 4

static bool is_open(const struct nlu_type *type)
{
    return type->kind == KIND_FREE || (type->kind >= KIND_CITY && type->kind <= KIND_ALPHANUMERIC) ||
           (type->kind == KIND_CUSTOM && type->keeps_original);
}

/* Words that samples have stand for themselves; only AMAZON.FreeFormInput takes them too. */
static bool may_be_value(const struct filling *filling, const struct nlu_type *type, struct str part)
{
    if (type->kind == KIND_FREE)
        return true;
    bool digits = false;
    while (part.length) {
        struct str word = str_cut(part, ' ', &part);
        for (size_t i = 0; i < word.length; i++)
            digits |= word.at[i] >= '0' && word.at[i] <= '9';
        if (knows_word(filling->words, word))
            return false;
    }
    return digits == (type->kind == KIND_ALPHANUMERIC);
}

static bool stands_between(const struct filling *filling, const struct nlu_place *place, size_t start, size_t end)
{
    struct str folded = filling->text->folded;
    uint32_t left = left_of(folded, start), right = right_of(folded, end);
    for (size_t i = 0; i < place->beside_count; i++) {
        const struct nlu_beside *beside = &place->beside[i];
        bool tells = beside->left > BESIDE_SLOT || beside->right > BESIDE_SLOT;
        bool l = beside->left == left || (beside->left == BESIDE_SLOT && value_beside(filling, start, true));
        bool r = beside->right == right || (beside->right == BESIDE_SLOT && value_beside(filling, end, false));
        if (tells && l && r)
            return true;
    }
    return false;
}

static void take_open(struct filling *filling, size_t place_index)
{
    const struct nlu_place *place = &filling->places[place_index];
    const struct nlu_type *type = &filling->types->all[place->type];
    struct str folded = filling->text->folded;
    for (size_t start = 0; start < folded.length; start = nlu_next(folded, start)) {
        if (!nlu_starts_word(folded, start))
            continue;
        size_t words = 1, last = 0;
        for (size_t end = nlu_next(folded, start);; end = nlu_next(folded, end)) {
            if (nlu_ends_word(folded, end) && stands_between(filling, place, start, end) &&
                !is_taken(filling, start, end) &&
                may_be_value(filling, type, (struct str){ folded.at + start, end - start }))
                last = end;
            if (end >= folded.length)
                break;
            words += folded.at[end] == ' ';
            if (words > MOST_OPEN_WORDS && type->kind != KIND_FREE)
                break;
        }
        if (last) {
            filling->chosen[place_index] = nlu_type_take(filling->arena, filling->text, place->type, start, last);
            if (type->kind == KIND_CUSTOM)
                filling->chosen[place_index].resolved_count = 0;
            return;
        }
    }
}

/* A place of many values takes every one that nothing else has taken, in the order in which they were said. */
static size_t take_all(struct filling *filling, size_t place, struct nlu_more *ret_more, size_t room)
{
    struct nlu_match first = filling->chosen[place];
    size_t reached = 0, count = 0;
    bool any = false;
    filling->chosen[place].type = NLU_NO_TYPE;
    for (size_t m = 0; m < filling->match_count && count < room; m++) {
        const struct nlu_match *match = &filling->matches[m];
        bool own = match->start == first.start && match->end == first.end;
        if (match->start < reached || (match->rough && !own) ||
            !same_type(filling, match->type, filling->places[place].type) || is_part(filling, match) ||
            is_taken(filling, match->start, match->end))
            continue;
        if (any)
            ret_more[count++] = (struct nlu_more){ place, *match };
        else
            first = *match;
        any = true;
        reached = match->end;
    }
    first.type = filling->places[place].type;
    filling->chosen[place] = first;
    return count;
}

static size_t add_more(struct filling *filling, struct nlu_more *ret_more, size_t room)
{
    size_t count = 0;
    for (size_t p = 0; p < filling->place_count; p++) {
        if (filling->places[p].multiple && filling->chosen[p].type != NLU_NO_TYPE)
            count += take_all(filling, p, ret_more + count, room - count);
    }
    return count;
}

size_t nlu_template_fill(const struct nlu_types *types, const struct nlu_place *places, size_t place_count,
                         const struct nlu_words *words, struct arena *arena, const struct nlu_text *text,
                         const struct nlu_match *matches, size_t match_count, struct nlu_match *ret_chosen,
                         struct nlu_more *ret_more, size_t more_room)
{
    struct filling filling = { types, places, place_count, words, arena, text, matches, match_count, ret_chosen };
    for (size_t p = 0; p < place_count; p++)
        ret_chosen[p].type = NLU_NO_TYPE;
    assign_matches(&filling);
    for (size_t p = 0; p < place_count; p++) {
        if (ret_chosen[p].type == NLU_NO_TYPE && places[p].type != NLU_NO_TYPE && is_open(&types->all[places[p].type]))
            take_open(&filling, p);
    }
    return add_more(&filling, ret_more, more_room);
}
