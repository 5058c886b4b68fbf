#include "services/lexv2/nlu/lexicon.h"

#define MOST_VALUE_BYTES 560 /* a value has 140 characters */

struct lexicon {
    struct lexicon_entry *entries;
    size_t count, room, longest;
    uint32_t *table; /* of places in `entries`, plus one */
    size_t mask;
};

#define FNV_START ((uint64_t)14695981039346656037u)
#define FNV_PRIME ((uint64_t)1099511628211u)

static uint64_t hash_on(uint64_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * FNV_PRIME;
}

struct lexicon *lexicon_new(struct arena *arena, size_t most_entries)
{
    struct lexicon *lexicon = ARENA_NEW(arena, struct lexicon);
    size_t places = 16;
    while (places < 2 * most_entries)
        places *= 2;
    lexicon->entries = ARENA_ARRAY(arena, struct lexicon_entry, most_entries + 1);
    lexicon->table = ARENA_ARRAY(arena, uint32_t, places);
    lexicon->mask = places - 1;
    lexicon->room = most_entries;
    return lexicon;
}

uint64_t lexicon_letters(struct str folded)
{
    uint64_t letters = 0;
    for (size_t i = 0; i < folded.length; i++)
        letters |= (uint64_t)1 << (folded.at[i] & 63);
    return letters;
}

void lexicon_add(struct lexicon *lexicon, uint16_t type, struct str folded, struct str value)
{
    if (folded.length == 0 || folded.length > MOST_VALUE_BYTES || lexicon->count == lexicon->room)
        return;
    uint64_t hash = FNV_START;
    for (size_t i = 0; i < folded.length; i++)
        hash = hash_on(hash, folded.at[i]);
    uint32_t *place = &lexicon->table[hash & lexicon->mask];
    lexicon->entries[lexicon->count++] = (struct lexicon_entry){ folded, value, type, lexicon_letters(folded),
                                                                 hash,   *place };
    *place = (uint32_t)lexicon->count;
    if (folded.length > lexicon->longest)
        lexicon->longest = folded.length;
}

size_t lexicon_count(const struct lexicon *lexicon)
{
    return lexicon->count;
}

const struct lexicon_entry *lexicon_at(const struct lexicon *lexicon, size_t index)
{
    return &lexicon->entries[index];
}

void lexicon_find(const struct lexicon *lexicon, struct str folded, size_t start,
                  void (*tell)(const struct lexicon_entry *, size_t, void *), void *data)
{
    uint64_t hash = FNV_START;
    size_t last = folded.length - start > lexicon->longest ? start + lexicon->longest : folded.length;
    for (size_t at = start; at < last;) {
        hash = hash_on(hash, folded.at[at++]);
        uint32_t place = lexicon->table[hash & lexicon->mask];
        for (; place; place = lexicon->entries[place - 1].next) {
            const struct lexicon_entry *entry = &lexicon->entries[place - 1];
            if (entry->hash == hash && entry->folded.length == at - start && nlu_ends_word(folded, at))
                tell(entry, at, data);
        }
    }
}

/* ---- nearly ---- */

#define MOST_UNITS 64

/* Letters, Hangul as its jamo. */
static size_t spell(struct str text, uint32_t units[MOST_UNITS])
{
    size_t count = 0;
    for (size_t at = 0; at < text.length && count + 3 <= MOST_UNITS; at = nlu_next(text, at)) {
        size_t length = utf8_length(text.at + at, text.length - at);
        uint32_t c = length ? utf8_decode(text.at + at, length) : (unsigned char)text.at[at];
        if (c < 0xAC00 || c > 0xD7A3) {
            units[count++] = c;
            continue;
        }
        uint32_t index = c - 0xAC00;
        units[count++] = 0x1100 + index / 588;
        units[count++] = 0x1161 + index / 28 % 21;
        if (index % 28)
            units[count++] = 0x11A7 + index % 28;
    }
    return count;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t rows[3][MOST_UNITS + 1], *before = rows[0], *previous = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_count; j++)
        previous[j] = j;
    for (size_t i = 1; i <= a_count; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            row[j] = least(least(row[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *freed = before;
        before = previous;
        previous = row;
        row = freed;
    }
    return previous[b_count];
}

bool lexicon_nearly(const struct lexicon_entry *entry, struct str folded)
{
    if (folded.length > entry->folded.length + 6 || entry->folded.length > folded.length + 6 ||
        __builtin_popcountll(entry->letters ^ lexicon_letters(folded)) > 6)
        return false;
    uint32_t a[MOST_UNITS], b[MOST_UNITS];
    size_t a_count = spell(entry->folded, a), b_count = spell(folded, b),
           most = a_count >= 9   ? 2
                  : a_count >= 5 ? 1
                                 : 0;
    return most > 0 && a_count + most >= b_count && b_count + most >= a_count &&
           distance(a, a_count, b, b_count) <= most;
}
