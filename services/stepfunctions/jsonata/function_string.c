#include <math.h>

#include "services/stepfunctions/jsonata/function.h"

static struct value function_string(struct application *application)
{
    struct value *args = application->args;
    return value_to_string(application->run, args[0], value_truth(application->run, args[1]));
}

static struct value function_length(struct application *application)
{
    struct value text = application->args[0];
    return value_is_defined(text) ? value_of_number((double)character_count(value_text(text))) : text;
}

/* As JavaScript's slice takes its bounds: whole, from the end where negative, never outside. */
static size_t slice_bound(double bound, size_t count)
{
    bound = isnan(bound) ? 0 : trunc(bound);
    if (bound < 0)
        bound += (double)count;
    return bound < 0 ? 0 : bound > (double)count ? count : (size_t)bound;
}

static struct value substring(struct str text, double start, struct value length)
{
    size_t count = character_count(text), from, to = count;
    if ((double)count + start < 0)
        start = 0;
    if (value_is_defined(length)) {
        if (length.number <= 0)
            return value_of_text(STR(""));
        to = slice_bound(start >= 0 ? start + length.number : (double)count + start + length.number, count);
    }
    from = slice_bound(start, count);
    if (from >= to)
        return value_of_text(STR(""));
    size_t first = character_offset(text, from);
    struct str rest = str_from(text, first);
    return value_of_text(str_first(rest, character_offset(rest, to - from)));
}

static struct value function_substring(struct application *application)
{
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    return substring(value_text(args[0]), value_is_defined(args[1]) ? args[1].number : 0, args[2]);
}

static struct value function_substring_before(struct application *application)
{
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    size_t at = str_find(value_text(args[0]), value_is_defined(args[1]) ? value_text(args[1]) : STR("undefined"));
    return at == SIZE_MAX ? args[0] : value_of_text(str_first(value_text(args[0]), at));
}

static struct value function_substring_after(struct application *application)
{
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct str part = value_is_defined(args[1]) ? value_text(args[1]) : STR("undefined");
    size_t at = str_find(value_text(args[0]), part);
    return at == SIZE_MAX ? args[0] : value_of_text(str_from(value_text(args[0]), at + part.length));
}

static struct value function_trim(struct application *application)
{
    struct text out = { .run = application->run };
    struct value text = application->args[0];
    if (!value_is_defined(text))
        return text;
    struct str rest = value_text(text);
    for (size_t i = 0; i < rest.length; i++) {
        char c = rest.at[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space)
            text_add_byte(&out, c);
        else if (out.length && out.at[out.length - 1] != ' ')
            text_add_byte(&out, ' ');
    }
    if (out.length && out.at[out.length - 1] == ' ')
        out.length--;
    return text_value(&out);
}

static struct value function_pad(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    struct text out = { .run = run };
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct str text = value_text(args[0]),
               fill = value_is_defined(args[2]) && args[2].length ? value_text(args[2]) : STR(" ");
    double width = value_is_defined(args[1]) ? trunc(args[1].number) : 0,
           missing = fabs(width) - (double)character_count(text);
    if (!(missing >= 1))
        return args[0];
    if (missing > (double)run->byte_limit)
        missing = (double)run->byte_limit; /* and too much it is */
    if (width > 0)
        text_add(&out, text);
    size_t each = character_count(fill);
    text_add_times(&out, fill, (size_t)missing / each);
    text_add(&out, str_first(fill, character_offset(fill, (size_t)missing % each)));
    if (width < 0)
        text_add(&out, text);
    return text_value(&out);
}

static struct value function_join(struct application *application)
{
    struct text out = { .run = application->run };
    struct value *args = application->args, item;
    bool first = true;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    for (struct cursor cursor = list_open(args[0]); list_next(&cursor, &item); first = false) {
        run_tick(application->run, 1);
        if (!first && value_is_defined(args[1]))
            text_add(&out, value_text(args[1]));
        if (item.kind == KIND_STRING)
            text_add(&out, value_text(item));
    }
    return text_value(&out);
}

/* ---- case: what the C library knows of letters would hang on the host's locale, so the common scripts are here ---- */

static const struct letters {
    uint32_t upper, last; /* capitals from … to */
    int32_t distance;     /* to the small letter; 1: capitals and small letters take turns */
} scripts[] = {
    { 'A', 'Z', 32 },       { 0xC0, 0xD6, 32 },       { 0xD8, 0xDE, 32 },     { 0x100, 0x12E, 1 },
    { 0x132, 0x136, 1 },    { 0x139, 0x147, 1 },      { 0x14A, 0x176, 1 },    { 0x178, 0x178, -121 },
    { 0x179, 0x17D, 1 },    { 0x1CD, 0x1DB, 1 },      { 0x1DE, 0x1EE, 1 },    { 0x1F8, 0x21E, 1 },
    { 0x222, 0x232, 1 },    { 0x370, 0x372, 1 },      { 0x386, 0x386, 38 },   { 0x388, 0x38A, 37 },
    { 0x38C, 0x38C, 64 },   { 0x38E, 0x38F, 63 },     { 0x391, 0x3A1, 32 },   { 0x3A3, 0x3AB, 32 },
    { 0x3D8, 0x3EE, 1 },    { 0x400, 0x40F, 80 },     { 0x410, 0x42F, 32 },   { 0x460, 0x480, 1 },
    { 0x48A, 0x4BE, 1 },    { 0x4C0, 0x4C0, 15 },     { 0x4C1, 0x4CD, 1 },    { 0x4D0, 0x52E, 1 },
    { 0x531, 0x556, 48 },   { 0x10A0, 0x10C5, 7264 }, { 0x1E00, 0x1E94, 1 },  { 0x1EA0, 0x1EFE, 1 },
    { 0x2160, 0x216F, 16 }, { 0x24B6, 0x24CF, 26 },   { 0xFF21, 0xFF3A, 32 }, { 0x10400, 0x10427, 40 },
};

static uint32_t change_case(uint32_t letter, bool up)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const struct letters *script = &scripts[i];
        uint32_t first = up ? script->upper + (uint32_t)script->distance : script->upper;
        uint32_t last = up ? script->last + (uint32_t)script->distance : script->last;
        if (letter < first || letter > last || (script->distance == 1 && (letter - first) % 2))
            continue;
        return up ? letter - (uint32_t)script->distance : letter + (uint32_t)script->distance;
    }
    return letter;
}

static void add_case(struct text *out, uint32_t letter, bool up)
{
    if (up && letter == 0xDF)
        text_add(out, STR("SS"));
    else if (up && letter == 0x3C2)
        text_add_code_point(out, 0x3A3);
    else if (up && letter == 0xB5)
        text_add_code_point(out, 0x39C);
    else if (letter == 0x130 || letter == 0x131) /* Turkish i, with and without its dot */
        text_add(out, letter == 0x131 ? (up ? STR("I") : STR("\xC4\xB1")) : (up ? STR("\xC4\xB0") : STR("i\xCC\x87")));
    else
        text_add_code_point(out, change_case(letter, up));
}

static struct value in_case(struct application *application, bool up)
{
    struct text out = { .run = application->run };
    if (!value_is_defined(application->args[0]))
        return UNDEFINED;
    struct str text = value_text(application->args[0]);
    run_tick(application->run, text.length / 8);
    for (size_t at = 0, length; at < text.length; at += length) {
        length = character_length(text.at + at, text.length - at);
        add_case(&out, character_at(text.at + at, length), up);
    }
    return text_value(&out);
}

static struct value function_lowercase(struct application *application)
{
    return in_case(application, false);
}

static struct value function_uppercase(struct application *application)
{
    return in_case(application, true);
}

struct builtin builtins_of_string[] = {
    { "string", "<x-b?:s>", 1, false, function_string, NULL },
    { "length", "<s-:n>", 1, false, function_length, NULL },
    { "substring", "<s-nn?:s>", 3, false, function_substring, NULL },
    { "substringBefore", "<s-s:s>", 2, false, function_substring_before, NULL },
    { "substringAfter", "<s-s:s>", 2, false, function_substring_after, NULL },
    { "lowercase", "<s-:s>", 1, false, function_lowercase, NULL },
    { "uppercase", "<s-:s>", 1, false, function_uppercase, NULL },
    { "trim", "<s-:s>", 1, false, function_trim, NULL },
    { "pad", "<s-ns?:s>", 3, false, function_pad, NULL },
    { "join", "<a<s>s?:s>", 2, false, function_join, NULL },
    { 0 },
};
