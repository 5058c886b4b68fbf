/* What works with matchers or parts of a text: $contains, $match, $replace, $split. */
#include <math.h>

#include "services/stepfunctions/jsonata/function.h"

static size_t limit_of(struct run *run, struct value limit, const char *code, int index)
{
    if (!value_is_defined(limit))
        return SIZE_MAX;
    if (limit.number < 0)
        run_fail(run, (struct fault){ .code = code, .value = limit, .index = index });
    return limit.number > 1e15 ? SIZE_MAX : (size_t)ceil(limit.number);
}

static struct value function_contains(struct application *application)
{
    struct value *args = application->args;
    struct match match;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    if (args[1].kind == KIND_FUNCTION)
        return value_of_bool(matcher_first(application, args[1], value_text(args[0]), &match));
    struct str part = value_is_defined(args[1]) ? value_text(args[1]) : STR("undefined");
    return value_of_bool(str_find(value_text(args[0]), part) != SIZE_MAX);
}

static struct value match_value(struct run *run, struct str subject, const struct match *match)
{
    struct object *object = object_new(run);
    struct array *groups = array_new(run, match->group_count);
    for (uint32_t i = 0; i < match->group_count; i++)
        array_push(run, groups, match->groups[i]);
    object_set(run, object, STR("match"), value_of_text(match->text));
    object_set(run, object, STR("index"), value_of_number((double)utf16_count(str_first(subject, match->start))));
    object_set(run, object, STR("groups"), value_of_array(groups));
    return value_of_object(object);
}

static struct value function_match(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    struct match match;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    size_t limit = limit_of(run, args[2], "D3040", 3);
    struct array *found = sequence_new(run);
    if (limit == 0)
        return value_of_array(found);
    struct str subject = value_text(args[0]);
    bool more = matcher_first(application, args[1], subject, &match);
    while (more && found->count < limit) {
        array_push(run, found, match_value(run, subject, &match));
        more = found->count < limit && matcher_next(application, args[1], subject, &match);
    }
    return value_of_array(found);
}

/* ---- $replace ---- */

/* $1 … by as many digits as there can be groups; where they name none, one digit less. */
static size_t add_group(struct text *out, const struct match *match, struct str digits)
{
    size_t most = match->group_count ? (size_t)log10(match->group_count) + 1 : 1, length = 0, index = 0;
    while (length < most && length < digits.length && digits.at[length] >= '0' && digits.at[length] <= '9')
        index = index * 10 + (size_t)(digits.at[length++] - '0');
    if (length == 0) {
        text_add_byte(out, '$');
        return 0;
    }
    if (length > 1 && index > match->group_count) {
        index /= 10;
        length--;
    }
    if (index > 0 && index <= match->group_count && match->groups[index - 1].kind == KIND_STRING)
        text_add(out, value_text(match->groups[index - 1]));
    return length;
}

static void add_template(struct text *out, struct str template, const struct match *match)
{
    for (size_t dollar; (dollar = str_find_byte(template, '$')) != SIZE_MAX;) {
        text_add(out, str_first(template, dollar));
        template = str_from(template, dollar + 1);
        char next = template.length ? template.at[0] : '\0';
        if (next == '$' || next == '0') {
            text_add(out, next == '$' ? STR("$") : match->text);
            template = str_from(template, 1);
        } else {
            template = str_from(template, add_group(out, match, template));
        }
    }
    text_add(out, template);
}

static void add_replacement(struct application *application, struct text *out, struct value replacement,
                            const struct match *match, struct str subject)
{
    struct run *run = application->run;
    if (replacement.kind == KIND_STRING) {
        add_template(out, value_text(replacement), match);
        return;
    }
    struct value argument = match_value(run, subject, match);
    object_set(run, argument.object, STR("start"), map_at(argument, STR("index")));
    object_set(run, argument.object, STR("end"), value_of_number((double)utf16_count(str_first(subject, match->end))));
    struct value text = apply(run, replacement, &argument, 1, UNDEFINED, application->frame, NULL);
    if (text.kind != KIND_STRING)
        run_fail(run, (struct fault){ .code = "D3012", .value = text });
    text_add(out, value_text(text));
}

static struct value replace_matches(struct application *application, struct str subject, size_t limit)
{
    struct value *args = application->args;
    struct text out = { .run = application->run };
    struct match match;
    size_t position = 0;
    bool more = limit > 0 && matcher_first(application, args[1], subject, &match);
    for (size_t count = 0; more && count < limit; count++) {
        if (match.start > position)
            text_add(&out, str_first(str_from(subject, position), match.start - position));
        add_replacement(application, &out, args[2], &match, subject);
        position = match.start + match.text.length;
        more = count + 1 < limit && matcher_next(application, args[1], subject, &match);
    }
    text_add(&out, str_from(subject, position));
    return text_value(&out);
}

static struct value replace_text(struct application *application, struct str subject, size_t limit)
{
    struct str part = value_text(application->args[1]);
    struct value with = value_to_string(application->run, application->args[2], false);
    struct text out = { .run = application->run };
    for (size_t count = 0, at; count < limit && (at = str_find(subject, part)) != SIZE_MAX; count++) {
        text_add(&out, str_first(subject, at));
        text_add(&out, value_text(with));
        subject = str_from(subject, at + part.length);
        run_tick(application->run, 1);
    }
    text_add(&out, subject);
    return text_value(&out);
}

static struct value function_replace(struct application *application)
{
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    if (args[1].kind == KIND_STRING && args[1].length == 0)
        run_fail(application->run, (struct fault){ .code = "D3010", .value = args[1], .index = 2 });
    size_t limit = limit_of(application->run, args[3], "D3011", 4);
    if (args[1].kind == KIND_STRING)
        return replace_text(application, value_text(args[0]), limit);
    return replace_matches(application, value_text(args[0]), limit);
}

/* ---- $split ---- */

static void split_characters(struct run *run, struct array *parts, struct str text, size_t limit)
{
    for (size_t at = 0, length; at < text.length && parts->count < limit; at += length) {
        length = character_length(text.at + at, text.length - at);
        array_push(run, parts, value_of_text(str_first(str_from(text, at), length)));
    }
}

static void split_text(struct run *run, struct array *parts, struct str text, struct str separator, size_t limit)
{
    size_t at;
    if (separator.length == 0) {
        split_characters(run, parts, text, limit);
        return;
    }
    while (parts->count < limit && (at = str_find(text, separator)) != SIZE_MAX) {
        array_push(run, parts, value_of_text(str_first(text, at)));
        text = str_from(text, at + separator.length);
        run_tick(run, 1);
    }
    if (parts->count < limit)
        array_push(run, parts, value_of_text(text));
}

static void split_matches(struct application *application, struct array *parts, struct str text, size_t limit)
{
    struct match match;
    size_t start = 0;
    bool more = matcher_first(application, application->args[1], text, &match);
    while (more && parts->count < limit) {
        size_t length = match.start > start ? match.start - start : 0;
        array_push(application->run, parts, value_of_text(str_first(str_from(text, start), length)));
        start = match.end;
        more = matcher_next(application, application->args[1], text, &match);
    }
    if (parts->count < limit)
        array_push(application->run, parts, value_of_text(str_from(text, start)));
}

static struct value function_split(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    size_t limit = limit_of(run, args[2], "D3020", 3);
    if (value_is_defined(args[2]) && args[1].kind == KIND_STRING && args[2].number < 1e15)
        limit = (size_t)args[2].number; /* the reference rounds down here, and up elsewhere */
    struct array *parts = array_new(run, 0);
    if (limit == 0)
        return value_of_array(parts);
    if (args[1].kind == KIND_STRING)
        split_text(run, parts, value_text(args[0]), value_text(args[1]), limit);
    else if (args[1].kind == KIND_FUNCTION)
        split_matches(application, parts, value_text(args[0]), limit);
    else
        array_push(run, parts, args[0]);
    return value_of_array(parts);
}

struct builtin builtins_of_match[] = {
    { "contains", "<s-(sf):b>", 2, false, function_contains, NULL },
    { "match", "<s-f<s:o>n?:a<o>>", 3, false, function_match, NULL },
    { "replace", "<s-(sf)(sf)n?:s>", 4, false, function_replace, NULL },
    { "split", "<s-(sf)n?:a<s>>", 3, false, function_split, NULL },
    { 0 },
};
