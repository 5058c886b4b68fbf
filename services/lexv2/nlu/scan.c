#include "services/lexv2/nlu/scan.h"

bool scan_ends(const struct scan *scan)
{
    return nlu_ends_word(scan->text, scan->at);
}

bool scan_text(struct scan *scan, const char *literal)
{
    struct str wanted = str_of(literal);
    if (!str_starts(str_from(scan->text, scan->at), wanted))
        return false;
    scan->at += wanted.length;
    return true;
}

bool scan_word(struct scan *scan, const char *literal)
{
    struct scan next = *scan;
    if (!scan_text(&next, literal) || !scan_ends(&next))
        return false;
    *scan = next;
    return true;
}

/* How long the spelling is that begins `words` and stands at the beginning of `here`; 0: another stands there. */
static size_t spelt_here(const char *words, struct str here)
{
    size_t length = 0;
    while (length < here.length && words[length] == here.at[length] && words[length] != '|')
        length++;
    return words[length] == '|' || words[length] == '\0' ? length : 0;
}

/* With which bytes the spellings begin: most words of a text can be none of a table's, and that is known at a look. Tables
 * are static, so their places name them. */
struct firsts {
    const void *table;
    uint64_t bits[4];
};

#define FIRSTS 128

static void add_firsts(struct firsts *firsts, const char *words)
{
    for (; *words; words += *words == '|') {
        firsts->bits[(unsigned char)*words >> 6] |= (uint64_t)1 << (*words & 63);
        while (*words && *words != '|')
            words++;
    }
}

static struct firsts *firsts_at(const void *table)
{
    static _Thread_local struct firsts known[FIRSTS]; /* a build learns on a thread of its own */
    return &known[((uintptr_t)table >> 3) % FIRSTS];
}

static bool may_begin(const struct firsts *firsts, char byte)
{
    return firsts->bits[(unsigned char)byte >> 6] >> (byte & 63) & 1;
}

static size_t longest_here(const char *words, struct str here)
{
    size_t best = 0;
    for (; *words; words += *words == '|') {
        size_t length = *words == here.at[0] ? spelt_here(words, here) : 0;
        best = length > best ? length : best;
        while (*words && *words != '|')
            words++;
    }
    return best;
}

int scan_one_of(struct scan *scan, const char *const *table)
{
    struct str here = str_from(scan->text, scan->at);
    struct firsts *firsts = firsts_at(table);
    size_t best = 0;
    int found = -1;
    if (!here.length)
        return -1;
    if (firsts->table != table) {
        *firsts = (struct firsts){ .table = table };
        for (int i = 0; table[i]; i++)
            add_firsts(firsts, table[i]);
    }
    for (int i = 0; table[i] && may_begin(firsts, here.at[0]); i++) {
        size_t length = longest_here(table[i], here);
        if (length > best) {
            best = length;
            found = i;
        }
    }
    scan->at += best;
    return found;
}

bool scan_any(struct scan *scan, const char *words)
{
    struct str here = str_from(scan->text, scan->at);
    struct firsts *firsts = firsts_at(words);
    if (!here.length)
        return false;
    if (firsts->table != words) {
        *firsts = (struct firsts){ .table = words };
        add_firsts(firsts, words);
    }
    size_t length = may_begin(firsts, here.at[0]) ? longest_here(words, here) : 0;
    scan->at += length;
    return length > 0;
}

void scan_space(struct scan *scan)
{
    while (scan->at < scan->text.length && scan->text.at[scan->at] == ' ')
        scan->at++;
}

bool scan_digits(struct scan *scan, size_t least, size_t most, int64_t *ret_value)
{
    size_t at = scan->at, end = at;
    while (end < scan->text.length && end - at <= most && scan->text.at[end] >= '0' && scan->text.at[end] <= '9')
        end++;
    if (end - at < least || end - at > most)
        return false;
    scan->at = end;
    return str_to_int64((struct str){ scan->text.at + at, end - at }, ret_value);
}
