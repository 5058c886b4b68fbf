#include <math.h>
#include <stdlib.h>

#include "services/stepfunctions/jsonata/date.h"
#include "services/stepfunctions/jsonata/function.h"

static struct str text_or_none(struct value value)
{
    return value.kind == KIND_STRING ? value_text(value) : STR_NONE;
}

static struct value function_from_millis(struct application *application)
{
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    return value_of_text(date_print(application->run, args[0].number, text_or_none(args[1]), text_or_none(args[2])));
}

static struct value function_now(struct application *application)
{
    struct value *args = application->args;
    return value_of_text(date_print(application->run, (double)application->run->scope->now_ms, text_or_none(args[0]),
                                    text_or_none(args[1])));
}

static struct value function_millis(struct application *application)
{
    return value_of_number((double)application->run->scope->now_ms);
}

/* ---- ISO 8601 as far as JavaScript reads it: a year, then more and more of the rest ---- */

struct scan {
    struct str rest;
    bool good;
};

static double digits(struct scan *scan, size_t count)
{
    double number = 0;
    for (size_t i = 0; i < count; i++) {
        char c = i < scan->rest.length ? scan->rest.at[i] : 'x';
        scan->good &= c >= '0' && c <= '9';
        number = number * 10 + (c - '0');
    }
    scan->rest = str_from(scan->rest, count);
    return number;
}

static bool accept(struct scan *scan, char c)
{
    bool there = scan->rest.length && scan->rest.at[0] == c;
    scan->rest = str_from(scan->rest, there);
    return there;
}

static double scan_fraction(struct scan *scan)
{
    double millis = 0, unit = 100;
    if (!scan->rest.length || scan->rest.at[0] < '0' || scan->rest.at[0] > '9')
        scan->good = false;
    for (; scan->rest.length && scan->rest.at[0] >= '0' && scan->rest.at[0] <= '9'; unit /= 10) {
        if (unit >= 1)
            millis += unit * (scan->rest.at[0] - '0');
        scan->rest = str_from(scan->rest, 1);
    }
    return millis;
}

static double scan_zone(struct scan *scan)
{
    if (accept(scan, 'Z') || !scan->rest.length)
        return 0;
    double sign = accept(scan, '-') ? -1 : 1;
    if (sign > 0)
        scan->good &= accept(scan, '+');
    double hours = digits(scan, 2);
    accept(scan, ':');
    return sign * (hours * 60 + digits(scan, 2)) * 60000;
}

static bool parse_iso(struct str text, double *ret_millis)
{
    struct scan scan = { text, true };
    double year = digits(&scan, 4), month = 1, day = 1, time = 0;
    if (accept(&scan, '-'))
        month = digits(&scan, 2);
    if (scan.good && accept(&scan, '-'))
        day = digits(&scan, 2);
    if (accept(&scan, 'T')) {
        double hours = digits(&scan, 2);
        scan.good &= accept(&scan, ':');
        double minutes = digits(&scan, 2);
        scan.good &= accept(&scan, ':') && hours <= 24 && minutes < 60;
        time = ((hours * 60 + minutes) * 60 + digits(&scan, 2)) * 1000;
        if (accept(&scan, '.'))
            time += scan_fraction(&scan);
        time -= scan_zone(&scan);
    } else {
        accept(&scan, 'Z');
    }
    if (!scan.good || scan.rest.length || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *ret_millis = (double)days_of((int64_t)year, (int)month, (int)day) * 86400000 + time;
    return true;
}

static struct value function_to_millis(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    double millis;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    if (args[1].kind != KIND_STRING) {
        if (!parse_iso(value_text(args[0]), &millis))
            run_fail(run, (struct fault){ .code = "D3110", .value = args[0] });
        return value_of_number(millis);
    }
    struct date_picture picture = date_picture_parse(run, value_text(args[1]));
    if (!date_read(run, &picture, value_text(args[0]), run->scope->now_ms, &millis))
        return UNDEFINED;
    return value_of_number(millis);
}

struct builtin builtins_of_time[] = {
    { "now", "<s?s?:s>", 2, false, function_now, NULL },
    { "millis", "<:n>", 0, false, function_millis, NULL },
    { "fromMillis", "<n-s?s?:s>", 3, false, function_from_millis, NULL },
    { "toMillis", "<s-s?:n>", 2, false, function_to_millis, NULL },
    { 0 },
};
