#include "services/lexv2/nlu/builtin_type.h"

#include <stdio.h>

#include "services/lexv2/nlu/answer.h"
#include "services/lexv2/nlu/gazetteer.h"
#include "services/lexv2/nlu/when.h"

enum nlu_kind builtin_kind(struct str name)
{
    static const struct {
        const char *name;
        enum nlu_kind kind;
    } known[] = {
        { "AMAZON.Number", KIND_NUMBER },
        { "AMAZON.Date", KIND_DATE },
        { "AMAZON.Time", KIND_TIME },
        { "AMAZON.Duration", KIND_DURATION },
        { "AMAZON.City", KIND_CITY },
        { "AMAZON.Country", KIND_COUNTRY },
        { "AMAZON.State", KIND_STATE },
        { "AMAZON.FirstName", KIND_FIRST_NAME },
        { "AMAZON.LastName", KIND_LAST_NAME },
        { "AMAZON.EmailAddress", KIND_EMAIL },
        { "AMAZON.PhoneNumber", KIND_PHONE },
        { "AMAZON.UKPostalCode", KIND_POSTAL_CODE },
        { "AMAZON.Percentage", KIND_PERCENTAGE },
        { "AMAZON.Confirmation", KIND_CONFIRMATION },
        { "AMAZON.AlphaNumeric", KIND_ALPHANUMERIC },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (str_is(name, known[i].name))
            return known[i].kind;
    }
    return KIND_FREE;
}

/* ---- the gazetteer, looked up by kind in the place of a type ---- */

#define MOST_NAMES 4096

static struct arena *gazetteer_arena;
static struct lexicon *gazetteer;

static void add_names(enum nlu_kind kind, const char *const *lines)
{
    for (; *lines; lines++) {
        for (struct str languages = str_of(*lines); languages.length;) {
            struct str rest = str_cut(languages, ';', &languages), first = str_cut(rest, '|', &rest), name = first;
            for (;; name = str_cut(rest, '|', &rest)) {
                lexicon_add(gazetteer, (uint16_t)kind, nlu_fold(gazetteer_arena, name), first);
                if (!rest.length)
                    break;
            }
        }
    }
}

const struct lexicon *builtin_gazetteer(void)
{
    if (!gazetteer) {
        gazetteer_arena = arena_new();
        gazetteer = lexicon_new(gazetteer_arena, MOST_NAMES);
        add_names(KIND_CITY, nlu_cities);
        add_names(KIND_COUNTRY, nlu_countries);
        add_names(KIND_STATE, nlu_states);
        add_names(KIND_FIRST_NAME, nlu_first_names);
        add_names(KIND_LAST_NAME, nlu_last_names);
    }
    return gazetteer;
}

void builtin_forget(void)
{
    arena_free(gazetteer_arena);
    gazetteer_arena = NULL;
    gazetteer = NULL;
}

/* ---- values ---- */

static void set_value(struct arena *arena, struct str text, struct builtin_value *ret_value)
{
    struct str *resolved = ARENA_NEW(arena, struct str);
    *resolved = arena_str(arena, text);
    *ret_value = (struct builtin_value){ *resolved, resolved, 1 };
}

static void set_times(struct arena *arena, char times[2][NLU_WHEN_BYTES], struct builtin_value *ret_value)
{
    struct str *resolved = ARENA_ARRAY(arena, struct str, 2);
    for (int i = 0; i < 2; i++)
        resolved[i] = str_of(arena_copy(arena, str_of(times[i])));
    *ret_value = (struct builtin_value){ STR_NONE, resolved, 2 };
}

static char here(const struct scan *scan, size_t on)
{
    return scan->at + on < scan->text.length ? scan->text.at[scan->at + on] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool run_of_code(struct scan *scan, bool *ret_letters, bool *ret_digits)
{
    *ret_letters = *ret_digits = false;
    size_t at = scan->at;
    while (is_digit(here(scan, 0)) || is_letter(here(scan, 0))) {
        *ret_letters |= is_letter(here(scan, 0));
        *ret_digits |= is_digit(here(scan, 0));
        scan->at++;
    }
    return scan->at > at && scan_ends(scan);
}

bool builtin_scan_code(struct scan *scan)
{
    struct scan next = *scan;
    bool letters, digits;
    if (!run_of_code(&next, &letters, &digits))
        return false;
    /* What hyphens hold together counts as one code ("UR-4821"). */
    for (struct scan behind = next; here(&behind, 0) == '-'; next = behind) {
        behind.at++;
        if (!run_of_code(&behind, &letters, &digits))
            break;
    }
    *scan = next;
    return true;
}

/* In a sentence a code has a digit; as an answer it is what was said. */
static bool scan_alphanumeric(struct scan *scan, bool alone)
{
    struct scan next = *scan;
    bool letters = false, digits = false;
    if (!builtin_scan_code(&next))
        return false;
    for (size_t i = scan->at; i < next.at; i++) {
        letters |= is_letter(scan->text.at[i]);
        digits |= is_digit(scan->text.at[i]);
    }
    if (!digits || !(letters || alone))
        return false;
    *scan = next;
    return true;
}

static bool scan_email(struct scan *scan)
{
    size_t at = scan->at, end = at;
    while (end < scan->text.length &&
           (is_letter(scan->text.at[end]) || is_digit(scan->text.at[end]) || strchr("._%+-@", scan->text.at[end])))
        end++;
    while (end > at && strchr(".-@", scan->text.at[end - 1]))
        end--;
    struct str domain, name = str_cut((struct str){ scan->text.at + at, end - at }, '@', &domain);
    size_t point = str_find_byte(domain, '.');
    if (!name.length || str_find_byte(domain, '@') != SIZE_MAX || point == SIZE_MAX || point == 0)
        return false;
    scan->at = end;
    return true;
}

static bool scan_phone(struct scan *scan, char ret_digits[NLU_WHEN_BYTES])
{
    size_t at = scan->at, end = at, count = 0;
    if (here(scan, 0) == '+')
        at++;
    for (; at < scan->text.length; at++) {
        char c = scan->text.at[at];
        if (is_digit(c) && count < 15) {
            ret_digits[count++] = c;
            end = at + 1;
        } else if (!strchr("-. ()", c)) {
            break;
        }
    }
    ret_digits[count] = '\0';
    struct scan next = { scan->text, end };
    if (count < 7 || is_digit(here(&next, 0)) || !scan_ends(&next))
        return false;
    scan->at = end;
    return true;
}

/* A9 9AA, A99 9AA, AA9 9AA, AA99 9AA, A9A 9AA, AA9A 9AA; the space may be missing. */
static bool scan_postal_code(struct scan *scan, char ret_code[NLU_WHEN_BYTES])
{
    size_t at = 0, length = 0;
    while (at < 2 && is_letter(here(scan, at)))
        ret_code[length++] = here(scan, at++);
    if (at == 0 || !is_digit(here(scan, at)))
        return false;
    ret_code[length++] = here(scan, at++);
    bool inward_here = is_digit(here(scan, at)) && is_letter(here(scan, at + 1)) && is_letter(here(scan, at + 2));
    if (!inward_here && (is_digit(here(scan, at)) || is_letter(here(scan, at))))
        ret_code[length++] = here(scan, at++);
    ret_code[length++] = ' ';
    at += here(scan, at) == ' ';
    if (!is_digit(here(scan, at)) || !is_letter(here(scan, at + 1)) || !is_letter(here(scan, at + 2)))
        return false;
    for (int i = 0; i < 3; i++)
        ret_code[length++] = here(scan, at++);
    ret_code[length] = '\0';
    struct scan next = { scan->text, scan->at + at };
    if (!scan_ends(&next))
        return false;
    for (size_t i = 0; i < length; i++)
        ret_code[i] = is_letter(ret_code[i]) ? (char)(ret_code[i] - 'a' + 'A') : ret_code[i];
    *scan = next;
    return true;
}

static bool scan_percentage(struct scan *scan, char ret_text[NLU_WHEN_BYTES])
{
    static const char *const signs[] = { "%|percent|per cent|퍼센트|프로|パーセント", NULL };
    struct scan next = *scan;
    if (!nlu_scan_number(&next, true, ret_text)) {
        int64_t count;
        if (!nlu_scan_count(&next, &count))
            return false;
        snprintf(ret_text, NLU_WHEN_BYTES, "%lld", (long long)count);
    }
    scan_space(&next);
    if (scan_one_of(&next, signs) < 0)
        return false;
    *scan = next;
    strcat(ret_text, "%");
    return true;
}

bool builtin_scan(enum nlu_kind kind, struct arena *arena, const struct nlu_text *text, size_t start, int64_t today,
                  bool alone, size_t *ret_end, struct builtin_value *ret_value)
{
    struct scan scan = { text->folded, start };
    char value[NLU_WHEN_BYTES], times[2][NLU_WHEN_BYTES];
    bool found = false;
    int count = 0;
    switch (kind) {
    case KIND_NUMBER:
        found = nlu_scan_number(&scan, alone, value);
        break;
    case KIND_DATE:
        found = nlu_scan_date(&scan, today, value);
        break;
    case KIND_TIME:
        count = nlu_scan_time(&scan, alone, times);
        if (count)
            memcpy(value, times[0], sizeof value);
        found = count > 0;
        break;
    case KIND_DURATION:
        found = nlu_scan_duration(&scan, value);
        break;
    case KIND_PHONE:
        found = scan_phone(&scan, value);
        break;
    case KIND_POSTAL_CODE:
        found = scan_postal_code(&scan, value);
        break;
    case KIND_PERCENTAGE:
        found = scan_percentage(&scan, value);
        break;
    case KIND_CONFIRMATION:
        found = alone && start == 0 && answer_of_confirmation(text->folded, value);
        scan.at = found ? text->folded.length : start;
        break;
    case KIND_EMAIL:
    case KIND_ALPHANUMERIC:
        if (kind == KIND_EMAIL ? !scan_email(&scan) : !scan_alphanumeric(&scan, alone))
            return false;
        set_value(arena, nlu_text_original(text, start, scan.at), ret_value);
        *ret_end = scan.at;
        return true;
    default:
        return false;
    }
    if (!found)
        return false;
    *ret_end = scan.at;
    if (count == 2)
        set_times(arena, times, ret_value);
    else
        set_value(arena, str_of(value), ret_value);
    return true;
}
