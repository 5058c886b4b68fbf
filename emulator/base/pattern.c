#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"

/* Enough for every honest text; a dishonest one is given up after some hundredths of a second. */
#define MATCH_LIMIT 1000000
#define STACK_BYTES (8 * 1024 * 1024) /* for going back; taken from the system as it is needed */

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static void *got(void *thing)
{
    if (!thing)
        memory_exhausted();
    return thing;
}

/* ---- from Java's syntax to PCRE2's, where they differ: of the 400 patterns in the models of the services that we have or
 * plan, these are the cases that PCRE2 refuses or takes otherwise ---- */

struct rewrite {
    struct str rest;
    struct buf result;
    bool in_class;
};

static void copy_bytes(struct rewrite *rewrite, size_t count)
{
    buf_add_str(&rewrite->result, str_first(rewrite->rest, count));
    rewrite->rest = str_from(rewrite->rest, count);
}

static void replace_bytes(struct rewrite *rewrite, size_t count, struct str by)
{
    buf_add_str(&rewrite->result, by);
    rewrite->rest = str_from(rewrite->rest, count);
}

static bool starts_with_byte(struct str text, const char *bytes)
{
    return text.length && text.at[0] && strchr(bytes, text.at[0]);
}

/* "\uD83D": 0 where it is none. */
static uint32_t read_u_escape(struct str text)
{
    uint32_t value = 0;
    if (text.length < 6 || text.at[0] != '\\' || text.at[1] != 'u')
        return 0;
    for (size_t i = 2; i < 6; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = text.at[i] ? strchr(digits, text.at[i]) : NULL;
        if (!digit)
            return 0;
        value = value << 4 | (uint32_t)((digit - digits) & 15);
    }
    return value;
}

/* "\uD800\uDC00": two escapes that are one character to Java; as in [\uD800\uDC00-\uDBFF\uDFFF]. */
static bool rewrite_surrogates(struct rewrite *rewrite)
{
    uint32_t high = read_u_escape(rewrite->rest), low = read_u_escape(str_from(rewrite->rest, 6));
    if (high < 0xD800 || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return false;
    char utf8[4];
    size_t length = utf8_encode(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), utf8);
    replace_bytes(rewrite, 12, (struct str){ utf8, length });
    return true;
}

/* "\p{Alnum}": Java's names of the POSIX classes, ASCII only in both. */
static bool rewrite_posix_class(struct rewrite *rewrite)
{
    static const struct {
        struct str java;
        const char *posix;
    } classes[] = {
        { STR("{Lower}"), "lower" }, { STR("{Upper}"), "upper" },   { STR("{Alpha}"), "alpha" },
        { STR("{Digit}"), "digit" }, { STR("{Alnum}"), "alnum" },   { STR("{Punct}"), "punct" },
        { STR("{Graph}"), "graph" }, { STR("{Print}"), "print" },   { STR("{Blank}"), "blank" },
        { STR("{Cntrl}"), "cntrl" }, { STR("{XDigit}"), "xdigit" }, { STR("{Space}"), "space" },
    };
    if (rewrite->rest.length < 2 || (rewrite->rest.at[1] != 'p' && rewrite->rest.at[1] != 'P'))
        return false;
    const char *not = rewrite->rest.at[1] == 'P' ? "^" : "";
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (!str_starts(str_from(rewrite->rest, 2), classes[i].java))
            continue;
        bool bare = !rewrite->in_class; /* the name stands in a class only */
        buf_printf(&rewrite->result, "%s[:%s%s:]%s", bare ? "[" : "", not, classes[i].posix, bare ? "]" : "");
        rewrite->rest = str_from(rewrite->rest, 2 + classes[i].java.length);
        return true;
    }
    return false;
}

/* The bytes of "\d", "\p{L}", "\pL" …, 0 where the escape stands for one character only. */
static size_t class_escape_length(struct str text)
{
    if (text.length < 2 || !starts_with_byte(str_from(text, 1), "dDsSwWhHvVpP"))
        return 0;
    if (text.at[1] != 'p' && text.at[1] != 'P')
        return 2;
    size_t end = str_find_byte(text, '}');
    return text.length > 2 && text.at[2] == '{' && end != SIZE_MAX ? end + 1 : str_first(text, 3).length;
}

static void rewrite_escape(struct rewrite *rewrite)
{
    size_t class_length = class_escape_length(rewrite->rest);
    if (!rewrite_surrogates(rewrite) && !rewrite_posix_class(rewrite))
        copy_bytes(rewrite, class_length ? class_length : 2);
    /* [\w-_]: no range can begin with a class, so to Java this '-' is itself. */
    if (class_length && rewrite->in_class && starts_with_byte(rewrite->rest, "-"))
        replace_bytes(rewrite, 1, STR("\\-"));
}

static void enter_class(struct rewrite *rewrite)
{
    rewrite->in_class = true;
    copy_bytes(rewrite, 1);
    if (starts_with_byte(rewrite->rest, "^"))
        copy_bytes(rewrite, 1);
    if (starts_with_byte(rewrite->rest, "]")) /* the first one is itself */
        copy_bytes(rewrite, 1);
}

static void rewrite_one(struct rewrite *rewrite)
{
    char byte = rewrite->rest.at[0];
    if (byte == '\\') {
        rewrite_escape(rewrite);
    } else if (rewrite->in_class) {
        rewrite->in_class = byte != ']';
        copy_bytes(rewrite, 1);
    } else if (byte == '[') {
        enter_class(rewrite);
    } else if (byte == '.') {
        replace_bytes(rewrite, 1, STR("[^\\n\\r\\u0085\\u2028\\u2029]")); /* Java's line terminators */
    } else if (byte == '$' && starts_with_byte(str_from(rewrite->rest, 1), "{*+?")) {
        replace_bytes(rewrite, 1, STR("(?:$)")); /* ${1,128}: Java repeats an anchor without a word */
    } else {
        copy_bytes(rewrite, 1);
    }
}

static struct buf java_to_pcre(struct str expression)
{
    struct rewrite rewrite = { .rest = expression };
    while (rewrite.rest.length)
        rewrite_one(&rewrite);
    return rewrite.result;
}

/* One for all patterns, since nothing matches while another match is going on. */
static pcre2_jit_stack *shared_stack(void)
{
    static pcre2_jit_stack *stack;
    if (!stack)
        stack = pcre2_jit_stack_create(32 * 1024, STACK_BYTES, NULL);
    return stack; /* NULL where there is no compiled code that would need it */
}

struct pattern *pattern_compile(struct str expression)
{
    struct buf translated = java_to_pcre(expression);
    struct str source = buf_str(&translated);
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)source.at, source.length,
                                     PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &offset,
                                     NULL);
    buf_release(&translated);
    if (!code)
        return NULL;
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where there is none, the interpreter serves */
    struct pattern *pattern = memory_alloc(sizeof *pattern);
    pattern->code = code;
    pattern->data = got(pcre2_match_data_create(1, NULL));
    pattern->context = got(pcre2_match_context_create(NULL));
    pcre2_set_match_limit(pattern->context, MATCH_LIMIT);
    pcre2_set_heap_limit(pattern->context, STACK_BYTES / 1024);
    pcre2_jit_stack_assign(pattern->context, NULL, shared_stack());
    return pattern;
}

void pattern_free(struct pattern *pattern_or_null)
{
    if (!pattern_or_null)
        return;
    pcre2_match_context_free(pattern_or_null->context);
    pcre2_match_data_free(pattern_or_null->data);
    pcre2_code_free(pattern_or_null->code);
    free(pattern_or_null);
}

bool pattern_matches_whole(const struct pattern *pattern, struct str text)
{
    PCRE2_SPTR at = (PCRE2_SPTR)(text.length ? text.at : "");
    return pcre2_match(pattern->code, at, text.length, 0, 0, pattern->data, pattern->context) >= 0;
}

/* ---- wildcards ---- */

static size_t character_length(struct str text, size_t at)
{
    size_t length = utf8_length(text.at + at, text.length - at);
    return length ? length : 1;
}

static bool same_byte(char a, char b, bool ignore_case)
{
    return ignore_case ? str_equal_ignoring_case((struct str){ &a, 1 }, (struct str){ &b, 1 }) : a == b;
}

/* What stands at `at` in a wildcard: a literal byte (escaped or not), '?' or '*'. */
static size_t read_symbol(struct str pattern, size_t at, char escape, char *ret_byte, bool *ret_literal)
{
    char byte = pattern.at[at];
    bool escaped = escape && byte == escape && at + 1 < pattern.length;
    *ret_byte = escaped ? pattern.at[at + 1] : byte;
    *ret_literal = escaped || (byte != '*' && byte != '?');
    return escaped ? 2 : 1;
}

/* Greedy, with one place to go back to: whatever an earlier '*' could take, the latest one can take as well. */
bool wildcard_matches(struct str pattern, struct str text, char escape, bool ignore_case)
{
    size_t p = 0, t = 0;
    size_t behind_star = SIZE_MAX, star_end = 0; /* the latest '*': what follows it, and what it has taken up to */
    while (t < text.length || p < pattern.length) {
        if (p < pattern.length) {
            char byte;
            bool literal;
            size_t length = read_symbol(pattern, p, escape, &byte, &literal);
            if (!literal && byte == '*') {
                behind_star = p += length;
                star_end = t;
                continue;
            }
            if (t < text.length && (!literal || same_byte(byte, text.at[t], ignore_case))) {
                t += literal ? 1 : character_length(text, t);
                p += length;
                continue;
            }
        }
        if (behind_star == SIZE_MAX || star_end >= text.length)
            return false;
        star_end += character_length(text, star_end);
        t = star_end;
        p = behind_star;
    }
    return true;
}
