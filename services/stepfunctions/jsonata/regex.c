/* Regular expressions by PCRE2, told to read them as JavaScript does, and the protocol that matchers speak. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/time.h"
#include "services/stepfunctions/jsonata/function.h"

/* Backtracking ends here: the text is too much for the expression. */
#define MOST_MATCH_STEPS 1000000
#define MOST_HEAP_KIB    (16 * 1024)
/* Nobody tells how many steps a match took: one that backtracks for long is counted by its time. */
#define SLOW_NS     (200 * 1000)
#define NS_PER_STEP 50

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    struct str pattern;
};

static void release(void *thing)
{
    struct regex *regex = thing;
    pcre2_match_context_free(regex->limits);
    pcre2_match_data_free(regex->data);
    pcre2_code_free(regex->code);
}

static pcre2_code *compile(struct str pattern, uint32_t options, int *ret_error)
{
    PCRE2_SIZE offset;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        memory_exhausted();
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_set_parens_nest_limit(context, JSONATA_MAX_NESTING);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.length, options, ret_error, &offset, context);
    pcre2_compile_context_free(context);
    return code;
}

const struct regex *regex_compile(struct arena *arena, struct str pattern, struct str flags, struct str *reterr_why)
{
    uint32_t options = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY |
                       PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_BACKSLASH_C;
    int error;
    if (str_find_byte(flags, 'i') != SIZE_MAX)
        options |= PCRE2_CASELESS;
    if (str_find_byte(flags, 'm') != SIZE_MAX)
        options |= PCRE2_MULTILINE;
    struct regex *regex = ARENA_NEW(arena, struct regex);
    regex->code = compile(pattern, options, &error);
    if (!regex->code) {
        PCRE2_UCHAR why[160] = "";
        pcre2_get_error_message(error, why, sizeof why);
        *reterr_why = arena_str(arena, str_of((const char *)why));
        return NULL;
    }
    regex->pattern = pattern;
    regex->data = pcre2_match_data_create_from_pattern(regex->code, NULL);
    regex->limits = pcre2_match_context_create(NULL);
    if (!regex->data || !regex->limits)
        memory_exhausted();
    pcre2_set_match_limit(regex->limits, MOST_MATCH_STEPS);
    pcre2_set_heap_limit(regex->limits, MOST_HEAP_KIB);
    arena_own(arena, release, regex);
    return regex;
}

bool regex_match(struct run *run, const struct regex *regex, struct str subject, size_t offset, struct match *ret_match)
{
    uint64_t began = time_monotonic_ns();
    int count = pcre2_match(regex->code, (PCRE2_SPTR)subject.at, subject.length, offset, 0, regex->data, regex->limits);
    uint64_t taken = time_monotonic_ns() - began;
    run_tick(run, taken > SLOW_NS ? taken / NS_PER_STEP : 1);
    if (count == PCRE2_ERROR_MATCHLIMIT || count == PCRE2_ERROR_DEPTHLIMIT || count == PCRE2_ERROR_HEAPLIMIT)
        run_fail_steps(run);
    if (count <= 0)
        return false;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(regex->data);
    if (ends[0] >= ends[1])
        run_fail(run, (struct fault){ .code = "D1004", .value = value_of_text(regex->pattern) });
    ret_match->start = ends[0];
    ret_match->end = ends[1];
    ret_match->text = str_first(str_from(subject, ends[0]), ends[1] - ends[0]);
    ret_match->group_count = pcre2_get_ovector_count(regex->data) - 1;
    ret_match->groups = run_room(run, (ret_match->group_count + 1) * sizeof *ret_match->groups);
    for (uint32_t i = 0; i < ret_match->group_count; i++) {
        size_t start = ends[2 * i + 2], end = ends[2 * i + 3];
        bool set = (int)i + 1 < count && start != PCRE2_UNSET;
        ret_match->groups[i] = set ? value_of_text(str_first(str_from(subject, start), end - start)) : UNDEFINED;
    }
    return true;
}

struct value regex_match_value(struct run *run, const struct regex *regex, struct str subject, size_t offset)
{
    struct match match;
    if ((offset && offset >= subject.length) || !regex_match(run, regex, subject, offset, &match))
        return UNDEFINED;
    struct object *object = object_new(run);
    struct array *groups = array_new(run, match.group_count);
    for (uint32_t i = 0; i < match.group_count; i++)
        array_push(run, groups, match.groups[i]);
    struct function *next = function_new(run, FUNCTION_NEXT);
    next->regex = regex;
    next->subject = subject;
    next->offset = match.end;
    object_set(run, object, STR("match"), value_of_text(match.text));
    object_set(run, object, STR("start"), value_of_number((double)utf16_count(str_first(subject, match.start))));
    object_set(run, object, STR("end"), value_of_number((double)utf16_count(str_first(subject, match.end))));
    object_set(run, object, STR("groups"), value_of_array(groups));
    object_set(run, object, STR("next"), value_of_function(next));
    return value_of_object(object);
}

/* ---- matchers ---- */

/* What a function of the author's answered. */
static bool match_of_value(struct application *application, struct value answer, struct str subject,
                           struct match *ret_match)
{
    struct run *run = application->run;
    struct value text = map_at(answer, STR("match")), start = map_at(answer, STR("start")),
                 end = map_at(answer, STR("end")), groups = map_at(answer, STR("groups")),
                 next = map_at(answer, STR("next")), group;
    if (!value_is_defined(answer) || !value_truth(run, answer))
        return false;
    if (start.kind != KIND_NUMBER || end.kind != KIND_NUMBER || !value_is_list(groups) || text.kind != KIND_STRING)
        run_fail(run, (struct fault){ .code = "T1010" });
    *ret_match = (struct match){ .text = value_text(text), .next = next };
    ret_match->start = utf16_offset(subject, start.number);
    ret_match->end = utf16_offset(subject, end.number);
    struct array *list = array_new(run, list_count(groups));
    for (struct cursor cursor = list_open(groups); list_next(&cursor, &group);)
        array_push(run, list, group);
    ret_match->groups = list->items;
    ret_match->group_count = list->count;
    return true;
}

static bool is_regex(struct value matcher)
{
    return matcher.kind == KIND_FUNCTION && matcher.function->kind == FUNCTION_REGEX;
}

bool matcher_first(struct application *application, struct value matcher, struct str subject, struct match *ret_match)
{
    struct value argument = value_of_text(subject);
    if (is_regex(matcher))
        return regex_match(application->run, matcher.function->regex, subject, 0, ret_match);
    struct value answer = apply(application->run, matcher, &argument, 1, UNDEFINED, application->frame, NULL);
    return match_of_value(application, answer, subject, ret_match);
}

bool matcher_next(struct application *application, struct value matcher, struct str subject, struct match *match)
{
    if (is_regex(matcher))
        return match->end < subject.length &&
               regex_match(application->run, matcher.function->regex, subject, match->end, match);
    run_tick(application->run, 1);
    if (match->next.kind != KIND_FUNCTION)
        return false;
    struct value answer = apply(application->run, match->next, NULL, 0, UNDEFINED, application->frame, NULL);
    return match_of_value(application, answer, subject, match);
}
