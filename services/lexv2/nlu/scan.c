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

int scan_one_of(struct scan *scan, const char *const *table)
{
    struct str here = str_from(scan->text, scan->at);
    size_t best = 0;
    int found = -1;
    for (int i = 0; table[i] && here.length; i++) {
        for (const char *words = table[i]; *words; words += *words == '|') {
            size_t length = *words == here.at[0] ? spelt_here(words, here) : 0;
            if (length > best) {
                best = length;
                found = i;
            }
            while (*words && *words != '|')
                words++;
        }
    }
    scan->at += best;
    return found;
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
