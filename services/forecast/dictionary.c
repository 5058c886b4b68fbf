#include "services/forecast/dictionary.h"

#include <stdlib.h>

#include "base/arena.h"

static uint32_t *slot_of(const struct dictionary *dictionary, struct str text)
{
    uint32_t mask = dictionary->slot_count - 1, at = (uint32_t)str_hash(text) & mask;
    while (dictionary->slots[at] && !str_equal(dictionary_text(dictionary, dictionary->slots[at] - 1), text))
        at = (at + 1) & mask;
    return &dictionary->slots[at];
}

static void grow(struct dictionary *dictionary)
{
    uint32_t count = dictionary->slot_count ? dictionary->slot_count * 2 : 64;
    free(dictionary->slots);
    dictionary->slots = memory_alloc(count * sizeof *dictionary->slots);
    dictionary->slot_count = count;
    dictionary->room = count / 2;
    dictionary->starts = memory_resize(dictionary->starts, (dictionary->room + 1) * sizeof *dictionary->starts);
    dictionary->starts[dictionary->count] = (uint32_t)dictionary->bytes.length;
    for (uint32_t i = 0; i < dictionary->count; i++)
        *slot_of(dictionary, dictionary_text(dictionary, i)) = i + 1;
}

uint32_t dictionary_add(struct dictionary *dictionary, struct str text)
{
    if (dictionary->count == dictionary->room)
        grow(dictionary);
    uint32_t *slot = slot_of(dictionary, text);
    if (*slot)
        return *slot - 1;
    if (dictionary->count == DICTIONARY_MOST || dictionary->bytes.length + text.length > DICTIONARY_BYTES)
        return DICTIONARY_FULL;
    buf_add_str(&dictionary->bytes, text);
    *slot = ++dictionary->count;
    dictionary->starts[dictionary->count] = (uint32_t)dictionary->bytes.length;
    return dictionary->count - 1;
}

uint32_t dictionary_find(const struct dictionary *dictionary, struct str text)
{
    uint32_t slot = dictionary->slot_count ? *slot_of(dictionary, text) : 0;
    return slot ? slot - 1 : DICTIONARY_FULL;
}

struct str dictionary_text(const struct dictionary *dictionary, uint32_t number)
{
    const char *bytes = dictionary->bytes.at ? dictionary->bytes.at : "";
    return (struct str){ bytes + dictionary->starts[number],
                         dictionary->starts[number + 1] - dictionary->starts[number] };
}

void dictionary_release(struct dictionary *dictionary)
{
    buf_release(&dictionary->bytes);
    free(dictionary->starts);
    free(dictionary->slots);
    *dictionary = (struct dictionary){ 0 };
}

void dictionary_write(const struct dictionary *dictionary, struct buf *out)
{
    buf_add(out, &dictionary->count, sizeof dictionary->count);
    for (uint32_t i = 0; i < dictionary->count; i++) {
        struct str text = dictionary_text(dictionary, i);
        uint32_t length = (uint32_t)text.length;
        buf_add(out, &length, sizeof length);
        buf_add_str(out, text);
    }
}

static bool take_number(struct str *bytes, uint32_t *ret_number)
{
    if (bytes->length < sizeof *ret_number)
        return false;
    memcpy(ret_number, bytes->at, sizeof *ret_number);
    *bytes = str_from(*bytes, sizeof *ret_number);
    return true;
}

bool dictionary_read(struct dictionary *dictionary, struct str *bytes)
{
    uint32_t count, length;
    if (!take_number(bytes, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!take_number(bytes, &length) || length > bytes->length ||
            dictionary_add(dictionary, str_first(*bytes, length)) != i)
            return false;
        *bytes = str_from(*bytes, length);
    }
    return true;
}
