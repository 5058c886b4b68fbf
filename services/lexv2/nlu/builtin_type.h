/* AWS's built-in slot types: what each takes for a value, and how AWS writes the value down. */
#ifndef NLU_BUILTIN_TYPE_H
#define NLU_BUILTIN_TYPE_H

#include "services/lexv2/nlu/scan.h"
#include "services/lexv2/nlu/slot_type.h"

struct builtin_value {
    struct str interpreted; /* STR_NONE: it can be one of those resolved */
    const struct str *resolved;
    size_t resolved_count;
};

enum nlu_kind builtin_kind(struct str name); /* "AMAZON.City"; KIND_FREE where it is not known */
/* The value that stands at `start`. With `alone` the text answers a question after it. */
bool builtin_scan(enum nlu_kind kind, struct arena *arena, const struct nlu_text *text, size_t start, int64_t today,
                  bool alone, size_t *ret_end, struct builtin_value *ret_value);
bool builtin_scan_code(struct scan *scan); /* letters and digits in one word */
const struct lexicon *builtin_gazetteer(void);
void builtin_forget(void);

#endif
