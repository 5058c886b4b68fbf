/* Values of slot types by their folded text. Built once, then only asked: which values stand at this place of a text? */
#ifndef NLU_LEXICON_H
#define NLU_LEXICON_H

#include "services/lexv2/nlu/text.h"

struct lexicon;

struct lexicon_entry {
    struct str folded; /* what is looked for */
    struct str value;  /* what it resolves to */
    uint16_t type;     /* whose value it is */
    uint64_t letters;  /* which there are, for who compares roughly */
    uint64_t hash;
    uint32_t next; /* of the same place in the table, plus one */
};

struct lexicon *lexicon_new(struct arena *arena, size_t most_entries);
/* The folded text and the value stay the caller's. */
void lexicon_add(struct lexicon *lexicon, uint16_t type, struct str folded, struct str value);
size_t lexicon_count(const struct lexicon *lexicon);
const struct lexicon_entry *lexicon_at(const struct lexicon *lexicon, size_t index);

/* Tells every value that stands at `start` of the text and ends with a word there. */
void lexicon_find(const struct lexicon *lexicon, struct str folded, size_t start,
                  void (*tell)(const struct lexicon_entry *entry, size_t end, void *data), void *data);
/* Is this text, but for a slip or two, that value? Jamo are counted in Korean, letters elsewhere. */
bool lexicon_nearly(const struct lexicon_entry *entry, struct str folded);
uint64_t lexicon_letters(struct str folded);

#endif
