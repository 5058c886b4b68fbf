/* Text to an instant, by a picture. */
#include <math.h>
#include <stdlib.h>

#include "services/stepfunctions/jsonata/date.h"
#include "services/stepfunctions/jsonata/function.h"

struct reading {
    struct run *run;
    struct str rest;
    double found[128]; /* by component; NAN: not there */
};

static bool read_literal(struct reading *reading, struct str literal)
{
    for (size_t i = 0; i < literal.length; i++) {
        if (!reading->rest.length ||
            !str_equal_ignoring_case(str_first(reading->rest, 1), str_first(str_from(literal, i), 1)))
            return false;
        reading->rest = str_from(reading->rest, 1);
        i += literal.at[i] == ']' && i + 1 < literal.length && literal.at[i + 1] == ']';
    }
    return true;
}

static bool read_name(struct reading *reading, const struct date_part *part, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str name = str_of(names[i]);
        if (part->most)
            name = str_first(name, part->most);
        if (reading->rest.length < name.length || !str_equal_ignoring_case(str_first(reading->rest, name.length), name))
            continue;
        reading->found[(int)part->component] = (double)i + 1;
        reading->rest = str_from(reading->rest, name.length);
        return true;
    }
    return false;
}

static bool read_half(struct reading *reading)
{
    bool afternoon = str_equal_ignoring_case(str_first(reading->rest, 2), STR("pm"));
    if (!afternoon && !str_equal_ignoring_case(str_first(reading->rest, 2), STR("am")))
        return false;
    reading->found['P'] = afternoon;
    reading->rest = str_from(reading->rest, 2);
    return true;
}

static size_t count_digits(struct str text)
{
    size_t digits = 0;
    while (digits < text.length && text.at[digits] >= '0' && text.at[digits] <= '9')
        digits++;
    return digits;
}

static double number_of(struct run *run, struct str digits)
{
    return strtod(run_copy(run, digits).at, NULL);
}

/* +01:30, +0130, +01, -5; but not Z, even where the picture prints it */
static bool read_zone(struct reading *reading, const struct date_part *part)
{
    struct run *run = reading->run;
    if (part->component == 'z' && !read_literal(reading, STR("GMT")))
        return false;
    if (!reading->rest.length || !strchr("+-", reading->rest.at[0]))
        return false;
    double sign = reading->rest.at[0] == '-' ? -1 : 1, hours, minutes = 0;
    reading->rest = str_from(reading->rest, 1);
    size_t digits = count_digits(reading->rest);
    bool separated = part->format.distance && reading->rest.length > digits && reading->rest.at[digits] == ':';
    if (digits == 0 || (part->format.distance && !separated))
        return false;
    size_t of_hours = separated || digits <= 2 ? digits : 2;
    hours = number_of(run, str_first(reading->rest, of_hours));
    reading->rest = str_from(reading->rest, of_hours + separated);
    digits = count_digits(reading->rest);
    if (digits)
        minutes = number_of(run, str_first(reading->rest, digits));
    reading->rest = str_from(reading->rest, digits);
    reading->found['Z'] = sign * hours * 60 + minutes; /* the reference has minutes go forward, whatever the sign */
    return true;
}

static bool read_part(struct reading *reading, const struct date_part *part)
{
    double value;
    switch (part->component) {
    case '\0':
        return read_literal(reading, part->literal);
    case 'Z':
    case 'z':
        return read_zone(reading, part);
    case 'P':
        return read_half(reading);
    case 'C':
    case 'E':
        return read_literal(reading, STR("ISO"));
    default:
        break;
    }
    if (part->names != NAME_NONE && (part->component == 'M' || part->component == 'x'))
        return read_name(reading, part, date_months, 12);
    if (part->names != NAME_NONE && part->component == 'F')
        return read_name(reading, part, date_days, 7);
    if (part->names != NAME_NONE)
        run_fail(reading->run,
                 (struct fault){ .code = "D3133",
                                 .value = value_of_text(run_copy(reading->run, (struct str){ &part->component, 1 })) });
    if (part->format.kind == INTEGER_UNKNOWN)
        run_fail(reading->run, (struct fault){ .code = "D3130", .value = value_of_text(part->format.picture) });
    size_t length = integer_format_read(&part->format, reading->rest, part->width, &value);
    if (part->component == 'f' && length) /* a fraction of a second, in milliseconds */
        value = trunc(value * pow(10, 3 - (double)count_digits(str_first(reading->rest, length))));
    reading->found[(int)part->component] = value;
    reading->rest = str_from(reading->rest, length);
    return length > 0;
}

static bool has(const struct reading *reading, const char *components)
{
    for (; *components; components++)
        if (isnan(reading->found[(int)*components]))
            return false;
    return true;
}

static bool has_any(const struct reading *reading, const char *components)
{
    for (; *components; components++)
        if (!isnan(reading->found[(int)*components]))
            return true;
    return false;
}

static double of_now(int64_t now_ms, char component)
{
    int64_t days = (now_ms - (now_ms % 86400000 + 86400000) % 86400000) / 86400000;
    struct day day = day_of(days);
    int64_t of_day = now_ms - days * 86400000;
    switch (component) {
    case 'Y':
        return (double)day.year;
    case 'M':
        return day.month;
    case 'D':
        return day.day;
    case 'd':
        return (double)(days - days_of(day.year, 1, 1) + 1);
    case 'H':
        return (double)(of_day / 3600000);
    case 'm':
        return (double)(of_day / 60000 % 60);
    case 's':
        return (double)(of_day / 1000 % 60);
    default:
        return (double)(of_day % 1000);
    }
}

/* What is missing before the first component that is given is that of now, what is missing behind is the least there is; a
 * gap between two is an error. */
static void complete(struct reading *reading, const char *components, int64_t now_ms)
{
    bool begun = false, ended = false;
    for (; *components; components++) {
        double *found = &reading->found[(int)*components];
        if (isnan(*found)) {
            *found = !begun ? of_now(now_ms, *components) : strchr("MDd", *components) ? 1 : 0;
            ended |= begun;
            continue;
        }
        begun = true;
        if (ended)
            run_fail(reading->run, (struct fault){ .code = "D3136" });
    }
}

static double instant_of(struct reading *reading, int64_t now_ms)
{
    double *found = reading->found;
    bool by_date = has(reading, "YMD"), by_day = !by_date && !isnan(found['d']) && !has_any(reading, "MD");
    bool by_week = !by_date && !by_day && has_any(reading, "XxWw") && !has_any(reading, "YMDd");
    bool by_half = has_any(reading, "Ph");
    if (by_week)
        run_fail(reading->run, (struct fault){ .code = "D3136" });
    if (by_half && (isnan(found['P']) || isnan(found['h'])))
        run_fail(reading->run, (struct fault){ .code = "D3136" });
    if (by_half) {
        found['H'] = fmod(found['h'], 12) + (found['P'] > 0 ? 12 : 0);
        found['h'] = found['P'] = NAN;
    }
    complete(reading, by_day ? "YdHmsf" : "YMDHmsf", now_ms);
    int64_t days = by_day ? days_of((int64_t)found['Y'], 1, 1) + (int64_t)found['d'] - 1
                          : days_of((int64_t)found['Y'], (int)found['M'], (int)found['D']);
    double millis = (double)days * 86400000 + found['H'] * 3600000 + found['m'] * 60000 + found['s'] * 1000 +
                    found['f'];
    return isnan(found['Z']) ? millis : millis - found['Z'] * 60000;
}

static void clamp(struct reading *reading)
{
    for (size_t i = 0; i < sizeof reading->found / sizeof *reading->found; i++)
        if (fabs(reading->found[i]) > 1e6)
            reading->found[i] = 1e6;
}

bool date_read(struct run *run, const struct date_picture *picture, struct str text, int64_t now_ms, double *ret_millis)
{
    struct reading reading = { .run = run, .rest = text };
    for (size_t i = 0; i < sizeof reading.found / sizeof *reading.found; i++)
        reading.found[i] = NAN;
    for (size_t i = 0; i < picture->count; i++)
        if (!read_part(&reading, &picture->parts[i]))
            return false;
    if (reading.rest.length)
        return false;
    clamp(&reading);
    if (!has_any(&reading, "YMDdFWwXxHhPmsf"))
        return false;
    *ret_millis = instant_of(&reading, now_ms);
    return true;
}
