/* Signatures: <s-n?:s> says that a function takes a string (or works on its context) and perhaps a number. Arguments are
 * matched as the reference matches them, as if each were a letter and the signature a greedy regular expression. */
#include "services/stepfunctions/jsonata/function.h"

#define MOST_PARAMETERS 16

enum symbol {
    SYMBOL_STRING,
    SYMBOL_NUMBER,
    SYMBOL_BOOL,
    SYMBOL_NULL,
    SYMBOL_ARRAY,
    SYMBOL_OBJECT,
    SYMBOL_FUNCTION,
    SYMBOL_MISSING
};

static const char letters[] = "snblaofm";

#define ANY   0xFFu
#define PLAIN (ANY & ~(1u << SYMBOL_FUNCTION)) /* j: any JSON */

struct parameter {
    uint8_t mask; /* of the symbols that it takes */
    bool array, context, optional, many;
    struct str subtype; /* of an array; at NULL: any */
};

struct signature {
    uint32_t count;
    struct parameter parameters[MOST_PARAMETERS];
};

/* ---- reading ---- */

static uint8_t mask_of(char letter)
{
    const char *found = letter ? strchr(letters, letter) : NULL;
    switch (letter) {
    case 'x':
    case 'a': /* what is no array becomes one */
        return ANY;
    case 'j':
        return PLAIN;
    case 'f':
        return 1u << SYMBOL_FUNCTION;
    case 's':
    case 'n':
    case 'b':
    case 'l':
    case 'o':
        return (uint8_t)(1u << (found - letters) | 1u << SYMBOL_MISSING);
    default:
        return 0;
    }
}

/* The length of the text up to the bracket that closes it, which it must not be short of. */
static size_t closing(struct str text, char open, char close)
{
    size_t depth = 1, at = 0;
    for (; at < text.length; at++) {
        depth += text.at[at] == open;
        depth -= text.at[at] == close;
        if (depth == 0)
            break;
    }
    return at;
}

static bool parse_choice(struct parameter *parameter, struct str choice)
{
    if (str_find_byte(choice, '<') != SIZE_MAX)
        return false;
    parameter->mask = 1u << SYMBOL_MISSING;
    for (size_t i = 0; i < choice.length; i++) {
        const char *found = strchr(letters, choice.at[i]);
        if (found)
            parameter->mask |= (uint8_t)(1u << (found - letters));
    }
    return true;
}

static bool parse_modifier(struct parameter *parameter, char letter)
{
    switch (letter) {
    case '-':
        parameter->context = parameter->optional = true;
        return true;
    case '?':
        parameter->optional = true;
        return true;
    case '+':
        parameter->many = true;
        return true;
    default:
        return false;
    }
}

static const struct signature *refuse_text(const char *code, struct str value, size_t offset,
                                           struct signature_error *reterr)
{
    *reterr = (struct signature_error){ code, value, offset };
    return NULL;
}

const struct signature *signature_parse(struct arena *arena, struct str text, struct signature_error *reterr)
{
    struct signature *signature = ARENA_NEW(arena, struct signature);
    struct parameter *last = NULL;
    for (size_t at = 1; at < text.length && text.at[at] != ':' && text.at[at] != '>'; at++) {
        char letter = text.at[at];
        struct str rest = str_from(text, at + 1);
        if (last && parse_modifier(last, letter))
            continue;
        if (letter == '<') {
            struct str subtype = str_first(rest, closing(rest, '<', '>'));
            if (!last || !(last->array || last->mask == 1u << SYMBOL_FUNCTION))
                return refuse_text("S0401", subtype, at, reterr);
            last->subtype = subtype;
            at += subtype.length + 1;
            continue;
        }
        if (letter != '(' && !mask_of(letter))
            continue;
        if (signature->count == MOST_PARAMETERS)
            return refuse_text("S0402", text, at, reterr);
        last = &signature->parameters[signature->count++];
        *last = (struct parameter){ .mask = mask_of(letter), .array = letter == 'a', .subtype = STR_NONE };
        if (letter != '(')
            continue;
        struct str choice = str_first(rest, closing(rest, '(', ')'));
        if (!parse_choice(last, choice))
            return refuse_text("S0402", choice, at, reterr);
        at += choice.length + 1;
    }
    return signature;
}

/* ---- matching ---- */

static enum symbol symbol_of(struct value value)
{
    switch (value.kind) {
    case KIND_STRING:
        return SYMBOL_STRING;
    case KIND_NUMBER:
        return SYMBOL_NUMBER;
    case KIND_BOOL:
        return SYMBOL_BOOL;
    case KIND_NULL:
        return SYMBOL_NULL;
    case KIND_ARRAY:
    case KIND_NODES:
        return SYMBOL_ARRAY;
    case KIND_OBJECT:
    case KIND_NODE:
        return SYMBOL_OBJECT;
    case KIND_FUNCTION:
        return SYMBOL_FUNCTION;
    default:
        return SYMBOL_MISSING;
    }
}

struct matching {
    struct run *run;
    const struct signature *signature;
    const struct value *args;
    size_t count;
    size_t taken[MOST_PARAMETERS]; /* how many arguments each parameter takes */
};

static bool takes(const struct parameter *parameter, struct value value)
{
    return parameter->mask >> symbol_of(value) & 1;
}

/* Whether all arguments go to the parameters from `i` on; each takes as many as it can. */
static bool match_from(struct matching *matching, uint32_t i, size_t at)
{
    if (i == matching->signature->count)
        return at == matching->count;
    const struct parameter *parameter = &matching->signature->parameters[i];
    size_t most = parameter->many ? matching->count - at : 1, least = parameter->optional ? 0 : 1, n = 0;
    while (n < most && at + n < matching->count && takes(parameter, matching->args[at + n]))
        n++;
    run_tick(matching->run, 1);
    for (;; n--) {
        if (n < least)
            return false;
        matching->taken[i] = n;
        if (match_from(matching, i + 1, at + n))
            return true;
        if (n == 0)
            return false;
    }
}

/* The first argument that does not fit, as the reference finds it: how far do the first parameters get? */
static _Noreturn void refuse(struct matching *matching)
{
    struct signature part = *matching->signature;
    size_t count = matching->count, good = 0;
    for (uint32_t i = 1; i <= matching->signature->count; i++) {
        struct matching attempt = { .run = matching->run, .signature = &part, .args = matching->args };
        part.count = i;
        bool fits = false;
        size_t reach = 0;
        for (size_t n = count + 1; !fits && n-- > 0;) {
            attempt.count = n;
            fits = match_from(&attempt, 0, 0);
            reach = n;
        }
        if (!fits)
            break;
        good = reach;
    }
    run_fail(matching->run, (struct fault){ .code = "T0410",
                                            .value = good < count ? matching->args[good] : UNDEFINED,
                                            .index = (int)good + 1 });
}

static const char *type_name(char letter)
{
    switch (letter) {
    case 'a':
        return "arrays";
    case 'b':
        return "booleans";
    case 'f':
        return "functions";
    case 'n':
        return "numbers";
    case 'o':
        return "objects";
    case 's':
        return "strings";
    default:
        return "values";
    }
}

/* An array parameter with a subtype: are all its elements of that type? */
static bool has_subtype(struct run *run, const struct parameter *parameter, struct value value)
{
    struct value item;
    if (!value_is_list(value))
        return parameter->subtype.length == 1 && parameter->subtype.at[0] == letters[symbol_of(value)];
    for (struct cursor cursor = list_open(value); list_next(&cursor, &item);) {
        run_tick(run, 1);
        if (letters[symbol_of(item)] != (parameter->subtype.length ? parameter->subtype.at[0] : '\0'))
            return false;
    }
    return true;
}

static struct value as_array(struct matching *matching, const struct parameter *parameter, struct value value,
                             size_t index)
{
    if (!value_is_defined(value))
        return value;
    if (parameter->subtype.at && !has_subtype(matching->run, parameter, value))
        run_fail(
            matching->run,
            (struct fault){ .code = "T0412",
                            .value = value,
                            .index = (int)index + 1,
                            .text = str_of(type_name(parameter->subtype.length ? parameter->subtype.at[0] : '\0')) });
    if (value_is_list(value))
        return value;
    struct array *array = array_new(matching->run, 1);
    array_push(matching->run, array, value);
    return value_of_array(array);
}

/* Nothing was given: the context stands in where the signature says so and its type fits. */
static struct value not_given(struct matching *matching, const struct parameter *parameter, struct value input,
                              size_t *at)
{
    if (!parameter->context)
        return *at < matching->count ? matching->args[(*at)++] : (++*at, UNDEFINED);
    if (input.kind == KIND_ARRAY && input.array->outer)
        input = input.array->items[0];
    if (!takes(parameter, input))
        run_fail(matching->run, (struct fault){ .code = "T0411", .value = input, .index = (int)*at + 1 });
    return input;
}

size_t signature_apply(struct run *run, const struct signature *signature, const struct value *args, size_t count,
                       struct value input, struct value **ret_args)
{
    struct matching matching = { .run = run, .signature = signature, .args = args, .count = count };
    size_t most = count + signature->count, at = 0, to = 0;
    if (!match_from(&matching, 0, 0))
        refuse(&matching);
    struct value *out = most <= MOST_ARGUMENTS && *ret_args ? *ret_args : run_room(run, (most + 1) * sizeof *out);
    for (uint32_t i = 0; i < signature->count; i++) {
        const struct parameter *parameter = &signature->parameters[i];
        if (matching.taken[i] == 0)
            out[to++] = not_given(&matching, parameter, input, &at);
        for (size_t n = 0; n < matching.taken[i]; n++, at++)
            out[to++] = parameter->array ? as_array(&matching, parameter, args[at], at) : args[at];
    }
    *ret_args = out;
    return to;
}
