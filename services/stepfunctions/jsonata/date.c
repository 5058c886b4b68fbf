#include "services/stepfunctions/jsonata/date.h"

#include <math.h>
#include <stdlib.h>

#include "services/stepfunctions/jsonata/function.h"

#define DAY_MS 86400000.0

const char *const date_months[12] = { "January", "February", "March",     "April",   "May",      "June",
                                      "July",    "August",   "September", "October", "November", "December" };
const char *const date_days[7] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

/* ---- the calendar, Gregorian for ever ---- */

int64_t days_of(int64_t year, int month, int day)
{
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    if (month < 1) {
        month += 12;
        year--;
    }
    /* Years begin in March: the leap day is the last one. */
    if (month <= 2) {
        month += 12;
        year--;
    }
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month - 3) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct day day_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    struct day day = { year + era * 400, (int)(month < 10 ? month + 3 : month - 9),
                       (int)(of_year - (153 * month + 2) / 5 + 1) };
    day.year += day.month <= 2;
    return day;
}

/* 1 is Monday. */
static int weekday(int64_t days)
{
    return (int)(((days + 3) % 7 + 7) % 7) + 1;
}

/* The Monday of the first week, the first that has its Thursday in the year or month that begins on `first`. */
static int64_t first_week(int64_t first)
{
    int day = weekday(first);
    return day > 4 ? first + 8 - day : first - (day - 1);
}

/* ---- reading a picture ---- */

static const char *default_presentation(char component)
{
    switch (component) {
    case 'F':
    case 'P':
    case 'C':
    case 'E':
        return "n";
    case 'm':
    case 's':
        return "01";
    case 'Z':
    case 'z':
        return "01:01";
    default:
        return "1";
    }
}

static size_t parse_width(struct str text)
{
    int64_t width;
    return str_to_int64(text, &width) && width > 0 && width < 1000 ? (size_t)width : 0;
}

static void parse_widths(struct date_part *part, struct str *marker)
{
    size_t comma = SIZE_MAX;
    for (size_t i = 0; i < marker->length; i++)
        if (marker->at[i] == ',')
            comma = i;
    if (comma == SIZE_MAX)
        return;
    struct str most, least = str_cut(str_from(*marker, comma + 1), '-', &most);
    part->least = parse_width(least);
    part->most = parse_width(most);
    *marker = str_first(*marker, comma);
}

static void parse_year(struct date_part *part)
{
    size_t digits = part->format.mandatory + part->format.optional;
    if (part->most) {
        part->year_digits = part->most;
        part->format.mandatory = (uint32_t)part->most;
    } else if (digits >= 2) {
        part->year_digits = digits;
    }
}

static void parse_presentation(struct run *run, struct date_part *part, struct str marker)
{
    struct str presentation = str_from(marker, 1);
    char last = presentation.length > 1 ? presentation.at[presentation.length - 1] : '\0';
    bool ordinal = last == 'o';
    part->zulu = last == 't';
    if (last && strchr("atco", last))
        presentation.length--;
    if (presentation.length == 0)
        presentation = str_of(default_presentation(part->component));
    if (presentation.at[0] == 'n')
        part->names = NAME_LOWER;
    else if (presentation.at[0] == 'N')
        part->names = presentation.length > 1 && presentation.at[1] == 'n' ? NAME_TITLE : NAME_UPPER;
    if (part->names != NAME_NONE || !strchr("YMDdFWwXxHhmsfZz", part->component))
        return;
    part->numeric = true;
    part->format = integer_format_parse(run, presentation);
    part->format.ordinal |= ordinal;
    if (strchr("Zz", part->component))
        return;
    if (part->least > part->format.mandatory)
        part->format.mandatory = (uint32_t)part->least;
    if (part->component == 'Y')
        parse_year(part);
}

static struct date_part parse_marker(struct run *run, struct str written)
{
    char *kept = run_room(run, written.length + 1);
    struct str marker = { kept, 0 };
    for (size_t i = 0; i < written.length; i++)
        if (!strchr(" \t\r\n", written.at[i]))
            kept[marker.length++] = written.at[i];
    struct date_part part = { .component = marker.length ? marker.at[0] : '?' };
    if (!strchr("YMDdFWwXxHhPmsfZzCE", part.component))
        run_fail(run,
                 (struct fault){ .code = "D3132",
                                 .value = value_of_text(str_first(marker, utf8_length(marker.at, marker.length))) });
    parse_widths(&part, &marker);
    parse_presentation(run, &part, marker);
    return part;
}

static void add_part(struct run *run, struct date_picture *picture, struct date_part part)
{
    if ((picture->count & (picture->count - 1)) == 0) {
        struct date_part *wider = run_room(run, (picture->count ? picture->count * 2 : 1) * sizeof *wider);
        if (picture->count)
            memcpy(wider, picture->parts, picture->count * sizeof *wider);
        picture->parts = wider;
    }
    struct date_part *before = picture->count ? &picture->parts[picture->count - 1] : NULL;
    /* Figures that touch must say how many they are. */
    if (before && before->numeric && part.numeric)
        before->width = before->format.mandatory;
    picture->parts[picture->count++] = part;
}

static void add_literal(struct run *run, struct date_picture *picture, struct str literal)
{
    if (literal.length)
        add_part(run, picture, (struct date_part){ .literal = literal });
}

struct date_picture date_picture_parse(struct run *run, struct str text)
{
    struct date_picture picture = { NULL, 0 };
    size_t start = 0, at = 0;
    while (at < text.length) {
        if (text.at[at] != '[') {
            at++;
            continue;
        }
        add_literal(run, &picture, str_first(str_from(text, start), at - start));
        if (at + 1 < text.length && text.at[at + 1] == '[') {
            add_literal(run, &picture, STR("["));
            start = at += 2;
            continue;
        }
        size_t close = str_find_byte(str_from(text, at), ']');
        if (close == SIZE_MAX)
            run_fail(run, (struct fault){ .code = "D3135" });
        add_part(run, &picture, parse_marker(run, str_first(str_from(text, at + 1), close - 1)));
        start = at += close + 1;
    }
    add_literal(run, &picture, str_from(text, start));
    return picture;
}

/* ---- printing ---- */

struct moment {
    struct run *run;
    int64_t days; /* since 1970 */
    struct day day;
    double of_day;      /* milliseconds */
    int hours, minutes; /* of the offset */
};

static int week_of_year(const struct moment *moment)
{
    int64_t year = moment->day.year, start = first_week(days_of(year, 1, 1));
    if (moment->days < start)
        start = first_week(days_of(year - 1, 1, 1));
    else if (moment->days >= first_week(days_of(year + 1, 1, 1)))
        return 1;
    return (int)((moment->days - start) / 7) + 1;
}

static int64_t year_of_week(const struct moment *moment)
{
    int64_t year = moment->day.year;
    if (moment->days < first_week(days_of(year, 1, 1)))
        return year - 1;
    return moment->days >= first_week(days_of(year + 1, 1, 1)) ? year + 1 : year;
}

static int week_of_month(const struct moment *moment)
{
    int64_t start = first_week(days_of(moment->day.year, moment->day.month, 1));
    if (moment->days < start)
        start = first_week(days_of(moment->day.year, moment->day.month - 1, 1));
    else if (moment->days >= first_week(days_of(moment->day.year, moment->day.month + 1, 1)))
        return 1;
    return (int)((moment->days - start) / 7) + 1;
}

static int month_of_week(const struct moment *moment)
{
    int month = moment->day.month;
    if (moment->days < first_week(days_of(moment->day.year, month, 1)))
        return month == 1 ? 12 : month - 1;
    if (moment->days >= first_week(days_of(moment->day.year, month + 1, 1)))
        return month == 12 ? 1 : month + 1;
    return month;
}

static double component_of(const struct moment *moment, char component)
{
    double hour = floor(moment->of_day / 3600000);
    switch (component) {
    case 'Y':
        return (double)moment->day.year;
    case 'M':
        return moment->day.month;
    case 'D':
        return moment->day.day;
    case 'd':
        return (double)(moment->days - days_of(moment->day.year, 1, 1) + 1);
    case 'F':
        return weekday(moment->days);
    case 'W':
        return week_of_year(moment);
    case 'w':
        return week_of_month(moment);
    case 'X':
        return (double)year_of_week(moment);
    case 'x':
        return month_of_week(moment);
    case 'H':
        return hour;
    case 'h':
        return fmod(hour, 12) == 0 ? 12 : fmod(hour, 12);
    case 'm':
        return fmod(floor(moment->of_day / 60000), 60);
    case 's':
        return fmod(floor(moment->of_day / 1000), 60);
    default: /* f */
        return fmod(moment->of_day, 1000);
    }
}

static void add_name(struct text *out, struct str name, const struct date_part *part)
{
    if (part->most)
        name = str_first(name, part->most);
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        if (part->names == NAME_UPPER && c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        else if (part->names == NAME_LOWER && c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        text_add_byte(out, c);
    }
}

static void add_named(struct text *out, const struct moment *moment, const struct date_part *part)
{
    int value = (int)component_of(moment, part->component);
    if (part->component == 'M' || part->component == 'x')
        add_name(out, str_of(date_months[value - 1]), part);
    else if (part->component == 'F')
        add_name(out, str_of(date_days[value - 1]), part);
    else
        run_fail(moment->run,
                 (struct fault){ .code = "D3133",
                                 .value = value_of_text(run_copy(moment->run, (struct str){ &part->component, 1 })) });
}

static void add_zone(struct text *out, const struct moment *moment, const struct date_part *part)
{
    int offset = moment->hours * 100 + moment->minutes;
    if (part->zulu && offset == 0) {
        text_add_byte(out, 'Z');
        return;
    }
    if (part->component == 'z')
        text_add(out, STR("GMT"));
    if (offset >= 0)
        text_add_byte(out, '+');
    uint32_t digits = part->format.mandatory;
    if (part->names != NAME_NONE || digits == 0 || digits > 4)
        run_fail(moment->run, (struct fault){ .code = "D3134", .value = value_of_number(digits) });
    if (part->format.distance || digits > 2) {
        integer_format_print(out, &part->format, offset);
        return;
    }
    integer_format_print(out, &part->format, moment->hours);
    if (moment->minutes)
        text_add(out, run_print(moment->run, ":%02d", abs(moment->minutes)));
}

static void print_part(struct text *out, const struct moment *moment, const struct date_part *part)
{
    struct str rest = part->literal;
    switch (part->component) {
    case '\0':
        for (size_t i = 0; i < rest.length; i++) {
            text_add_byte(out, rest.at[i]);
            i += rest.at[i] == ']' && i + 1 < rest.length && rest.at[i + 1] == ']';
        }
        return;
    case 'Z':
    case 'z':
        add_zone(out, moment, part);
        return;
    case 'P':
        add_name(out, moment->of_day < DAY_MS / 2 ? STR("am") : STR("pm"), part);
        return;
    case 'C':
    case 'E':
        text_add(out, STR("ISO"));
        return;
    default:
        break;
    }
    if (part->names != NAME_NONE) {
        add_named(out, moment, part);
        return;
    }
    double value = component_of(moment, part->component);
    if (part->year_digits)
        value = fmod(value, pow(10, (double)part->year_digits));
    integer_format_print(out, &part->format, value);
}

struct str date_print(struct run *run, double millis, struct str text, struct str zone)
{
    struct text out = { .run = run };
    struct moment moment = { .run = run };
    struct date_picture picture = date_picture_parse(
        run, text.at ? text : STR("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"));
    if (zone.at) {
        int offset = (int)strtol(run_copy(run, str_first(zone, 8)).at, NULL, 10);
        moment.hours = (int)floor(offset / 100.0); /* of -0530 this is -6 and -30: as the reference has it */
        moment.minutes = offset % 100;
    }
    millis = trunc(millis) + (moment.hours * 60.0 + moment.minutes) * 60000;
    if (!(fabs(millis) <= 8.64e15)) /* as far as JavaScript's dates go */
        return STR("Invalid date");
    moment.days = (int64_t)floor(millis / DAY_MS);
    moment.of_day = millis - (double)moment.days * DAY_MS;
    moment.day = day_of(moment.days);
    for (size_t i = 0; i < picture.count; i++)
        print_part(&out, &moment, &picture.parts[i]);
    return value_text(text_value(&out));
}
