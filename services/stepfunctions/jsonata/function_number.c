#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/stepfunctions/asl/java.h"
#include "services/stepfunctions/jsonata/function.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 0x, 0o and 0b with digits of that base and nothing else. */
static bool parse_prefixed(struct str text, double *ret_number)
{
    int base = text.length < 3 || text.at[0] != '0' ? 0
               : (text.at[1] | 32) == 'x'           ? 16
               : (text.at[1] | 32) == 'o'           ? 8
               : (text.at[1] | 32) == 'b'           ? 2
                                                    : 0;
    double number = 0;
    for (size_t i = 2; base && i < text.length; i++) {
        char c = text.at[i];
        int digit = is_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99;
        if (digit >= base)
            return false;
        number = number * base + digit;
    }
    *ret_number = number;
    return base != 0;
}

bool number_parse(struct str text, double *ret_number)
{
    size_t at = str_starts(text, STR("-")), digits = at;
    char copy[64], *end;
    if (parse_prefixed(text, ret_number))
        return true;
    while (at < text.length && is_digit(text.at[at]))
        at++;
    if (at == digits)
        return false;
    if (at < text.length && text.at[at] == '.') {
        digits = ++at;
        while (at < text.length && is_digit(text.at[at]))
            at++;
        if (at == digits)
            return false;
    }
    if (at < text.length && (text.at[at] | 32) == 'e') {
        at++;
        at += at < text.length && (text.at[at] == '+' || text.at[at] == '-');
        digits = at;
        while (at < text.length && is_digit(text.at[at]))
            at++;
        if (at == digits)
            return false;
    }
    if (at != text.length)
        return false;
    char *heap = text.length < sizeof copy ? NULL : memory_copy(text);
    if (!heap)
        snprintf(copy, sizeof copy, "%.*s", STR_ARG(text));
    *ret_number = strtod(heap ? heap : copy, &end);
    free(heap);
    return isfinite(*ret_number);
}

static struct value function_number(struct application *application)
{
    struct value value = application->args[0];
    double number;
    if (!value_is_defined(value) || value.kind == KIND_NUMBER)
        return value;
    if (value.kind == KIND_BOOL)
        return value_of_number(value.truth);
    if (value.kind == KIND_STRING && number_parse(value_text(value), &number))
        return value_of_number(number);
    run_fail(application->run, (struct fault){ .code = "D3030", .value = value, .index = 1 });
}

static struct value function_floor(struct application *application)
{
    struct value value = application->args[0];
    return value_is_defined(value) ? value_of_number(floor(value.number)) : value;
}

static struct value function_ceil(struct application *application)
{
    struct value value = application->args[0];
    return value_is_defined(value) ? value_of_number(ceil(value.number)) : value;
}

static struct value function_abs(struct application *application)
{
    struct value value = application->args[0];
    return value_is_defined(value) ? value_of_number(fabs(value.number)) : value;
}

/* Moves the point in the decimal text, where 1.005 is exactly that. */
static double shift(double number, double places)
{
    char text[64];
    int length = snprintf(text, sizeof text, "%.17g", number);
    for (int precision = 1; precision < 17; precision++) {
        length = snprintf(text, sizeof text, "%.*g", precision, number);
        if (strtod(text, NULL) == number)
            break;
    }
    char *e = memchr(text, 'e', (size_t)length);
    double exponent = places + (e ? strtod(e + 1, NULL) : 0);
    if (e)
        *e = '\0';
    size_t mantissa = strlen(text);
    snprintf(text + mantissa, sizeof text - mantissa, "e%.0f",
             exponent > 999    ? 999
             : exponent < -999 ? -999
                               : exponent);
    return strtod(text, NULL);
}

/* Half goes to the even neighbour. */
double number_round(double number, double precision)
{
    precision = trunc(precision);
    double shifted = precision != 0 ? shift(number, precision) : number;
    double rounded = floor(shifted + 0.5);
    if (!isfinite(shifted))
        return number;
    if (fabs(shifted) >= 0x1p52)
        rounded = shifted;
    if (fabs(rounded - shifted) == 0.5 && fabs(fmod(rounded, 2)) == 1)
        rounded -= 1;
    rounded = precision != 0 ? shift(rounded, -precision) : rounded;
    return rounded == 0 ? 0 : rounded;
}

static struct value function_round(struct application *application)
{
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    return value_of_number(number_round(args[0].number, value_is_defined(args[1]) ? args[1].number : 0));
}

static struct value function_sqrt(struct application *application)
{
    struct value value = application->args[0];
    if (!value_is_defined(value))
        return value;
    if (value.number < 0)
        run_fail(application->run, (struct fault){ .code = "D3060", .value = value, .index = 1 });
    return value_of_number(sqrt(value.number));
}

static struct value function_power(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    double exponent = value_is_defined(args[1]) ? args[1].number : NAN, power = pow(args[0].number, exponent);
    if (!isfinite(power) || isnan(exponent))
        run_fail(run,
                 (struct fault){ .code = "D3061", .value = args[0], .index = 1, .text = number_print(run, exponent) });
    return value_of_number(power);
}

static struct str in_base(struct run *run, double number, int radix)
{
    char digits[1100];
    size_t at = sizeof digits;
    struct text out = { .run = run };
    double rest = floor(fabs(number));
    do {
        digits[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)fmod(rest, radix)];
        rest = floor(rest / radix);
    } while (rest > 0 && at > 0);
    if (number < 0)
        text_add_byte(&out, '-');
    text_add(&out, (struct str){ digits + at, sizeof digits - at });
    return value_text(text_value(&out));
}

static struct value function_format_base(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    double number = number_round(args[0].number, 0),
           radix = value_is_defined(args[1]) ? number_round(args[1].number, 0) : 10;
    if (radix < 2 || radix > 36)
        run_fail(run, (struct fault){ .code = "D3100", .value = value_of_number(radix), .index = 2 });
    return value_of_text(radix == 10 || !isfinite(number) ? number_print(run, number)
                                                          : in_base(run, number, (int)radix));
}

/* As the reference: a random number; with a seed, as Step Functions has it, the first one of Java's generator: AWS gives
 * 0.7275636800328681 for $random(42). */
static struct value function_random(struct application *application)
{
    struct random *random = application->run->scope->random;
    struct value seed = application->args[0];
    if (value_is_defined(seed)) {
        struct java_random seeded = java_random_seeded(java_long(seed.number));
        return value_of_number(java_random_double(&seeded));
    }
    if (!random)
        run_fail(application->run, (struct fault){ .code = "T1006" });
    return value_of_number(random_unit(random));
}

struct builtin builtins_of_number[] = {
    { "number", "<(nsb)-:n>", 1, false, function_number, NULL },
    { "floor", "<n-:n>", 1, false, function_floor, NULL },
    { "ceil", "<n-:n>", 1, false, function_ceil, NULL },
    { "abs", "<n-:n>", 1, false, function_abs, NULL },
    { "round", "<n-n?:n>", 2, false, function_round, NULL },
    { "sqrt", "<n-:n>", 1, false, function_sqrt, NULL },
    { "power", "<n-n:n>", 2, false, function_power, NULL },
    { "formatBase", "<n-n?:s>", 2, false, function_format_base, NULL },
    { "random", "<n?:n>", 0, false, function_random, NULL },
    { 0 },
};
