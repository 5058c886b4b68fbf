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

int scan_one_of(struct scan *scan, const char *const *table)
{
    struct str here = str_from(scan->text, scan->at);
    size_t best = 0;
    int found = -1;
    for (int i = 0; table[i]; i++) {
        for (struct str rest = str_of(table[i]); rest.length;) {
            struct str spelling = str_cut(rest, '|', &rest);
            if (spelling.length > best && str_starts(here, spelling)) {
                best = spelling.length;
                found = i;
            }
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
