#include "services/forecast/import_file.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "services/forecast/model/calendar.h"

#define ROW_MOST  ((size_t)64 * 1024)
#define TEXT_MOST 256       /* "item_id … up to 256 characters" */
#define ROWS_MOST 20000000u /* ours */

size_t forecast_import_width(enum import_type type)
{
    return type == IMPORT_FLOAT || type == IMPORT_INTEGER || type == IMPORT_TIMESTAMP ? 8 : 4;
}

size_t forecast_import_record_bytes(const struct import_format *format)
{
    size_t bytes = 0;
    for (size_t i = 0; i < format->count; i++)
        bytes += forecast_import_width(format->attributes[i].type);
    return bytes;
}

void forecast_import_release(struct import *import)
{
    for (size_t i = 0; i < IMPORT_ATTRIBUTES; i++) {
        distinct_release(&import->statistics[i].distinct);
        dictionary_release(&import->texts[i]);
    }
    distinct_release(&import->keys);
    buf_release(&import->records);
    buf_release(&import->why);
    buf_release(&import->rest);
}

/* ---- sentences: ours, in AWS's shape ---- */

static const char *const type_names[] = { [IMPORT_STRING] = "string",
                                          [IMPORT_FLOAT] = "float",
                                          [IMPORT_INTEGER] = "integer",
                                          [IMPORT_TIMESTAMP] = "timestamp",
                                          [IMPORT_GEOLOCATION] = "geolocation" };

static bool refuse_row(struct import *import, const char *what)
{
    buf_printf(&import->why, "%s (row %llu of %s)", what, (unsigned long long)import->row, import->file);
    return false;
}

static bool refuse_value(struct import *import, const struct import_attribute *attribute, struct str value,
                         const char *allowed)
{
    buf_printf(&import->why, "The value '%.*s' of the attribute %s is not a valid %s: row %llu of %s. %s",
               (int)(value.length < 80 ? value.length : 80), value.at, attribute->name, type_names[attribute->type],
               (unsigned long long)import->row, import->file, allowed);
    return false;
}

static bool refuse_empty(struct import *import, const struct import_attribute *attribute)
{
    buf_printf(&import->why, "The attribute %s is empty in row %llu of %s. It is required.", attribute->name,
               (unsigned long long)import->row, import->file);
    return false;
}

static const char *timestamps_allowed(const struct import_format *format)
{
    return !format->seconds ? "The format must be yyyy-MM-dd."
           : format->days   ? "The format must be yyyy-MM-dd or yyyy-MM-dd HH:mm:ss."
                            : "The format must be yyyy-MM-dd HH:mm:ss.";
}

/* ---- values ---- */

static bool take_digits(const char *at, int count, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        value = value * 10 + (at[i] - '0');
    }
    *ret_value = value;
    return true;
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool forecast_import_parse_timestamp(struct str text, bool days, bool seconds, int64_t *ret_seconds)
{
    int year, month, day, hour = 0, minute = 0, second = 0;
    bool is_day = text.length == 10, is_second = text.length == 19;
    if (!((is_day && days) || (is_second && seconds)) || text.at[4] != '-' || text.at[7] != '-' ||
        !take_digits(text.at, 4, &year) || !take_digits(text.at + 5, 2, &month) || !take_digits(text.at + 8, 2, &day) ||
        month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    if (is_second && (text.at[10] != ' ' || text.at[13] != ':' || text.at[16] != ':' ||
                      !take_digits(text.at + 11, 2, &hour) || !take_digits(text.at + 14, 2, &minute) ||
                      !take_digits(text.at + 17, 2, &second) || hour > 23 || minute > 59 || second > 59))
        return false;
    int64_t since = forecast_days_of((struct forecast_date){ year, month, day });
    *ret_seconds = since * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

/* Decimal numbers of up to 15 digits are exact as mantissa / power of ten (both are exact doubles); others take strtod. */
bool forecast_import_parse_number(struct str text, double *ret_number)
{
    static const double powers[] = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    bool negative = text.length && text.at[0] == '-';
    size_t at = negative, digits = 0, behind = 0;
    int64_t mantissa = 0;
    for (bool point = false; at < text.length && digits <= 15; at++) {
        char c = text.at[at];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        mantissa = mantissa * 10 + (c - '0');
        digits++;
        behind += point;
    }
    if (at == text.length && digits && digits <= 15) {
        *ret_number = (negative ? -(double)mantissa : (double)mantissa) / powers[behind];
        return true;
    }
    char copy[64], *end;
    if (!text.length || text.length >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    if (strspn(copy, "+-0123456789.eE") < text.length)
        return false;
    *ret_number = strtod(copy, &end);
    return *end == '\0' && isfinite(*ret_number);
}

/* "LAT_LONG" is 61.2181_-149.9003, "CC_POSTALCODE" US_98121 (CreateDatasetImportJob). */
static bool is_geolocation(struct str text, bool postal_code)
{
    struct str rest, first = str_cut(text, '_', &rest);
    double latitude, longitude;
    if (postal_code)
        return first.length == 2 && rest.length > 0 && rest.length <= 10;
    return forecast_import_parse_number(first, &latitude) && forecast_import_parse_number(rest, &longitude) &&
           fabs(latitude) <= 90 && fabs(longitude) <= 180;
}

/* ---- one field ---- */

static void count_number(struct import_statistics *statistics, double value)
{
    uint64_t bits, counted = ++statistics->values - statistics->nans;
    double away = value - statistics->mean;
    statistics->mean += away / (double)counted;
    statistics->squares += away * (value - statistics->mean);
    if (counted == 1 || value < statistics->least)
        statistics->least = value;
    if (counted == 1 || value > statistics->most)
        statistics->most = value;
    memcpy(&bits, &(double){ value + 0.0 }, sizeof bits);
    distinct_add(&statistics->distinct, bits);
}

static bool take_number(struct import *import, size_t column, struct str text)
{
    const struct import_attribute *attribute = &import->format.attributes[column];
    struct import_statistics *statistics = &import->statistics[column];
    double value = NAN;
    if (!text.length) {
        statistics->nulls++;
    } else if (str_equal_ignoring_case(text, STR("nan"))) {
        statistics->values++;
        statistics->nans++;
    } else if (!forecast_import_parse_number(text, &value)) {
        return refuse_value(import, attribute, text, "It must be a number.");
    } else if (attribute->type == IMPORT_INTEGER && value != floor(value)) {
        return refuse_value(import, attribute, text, "It must be a whole number.");
    } else {
        count_number(statistics, value);
    }
    buf_add(&import->records, &value, sizeof value);
    return true;
}

static bool take_timestamp(struct import *import, size_t column, struct str text, uint64_t *key)
{
    struct import_statistics *statistics = &import->statistics[column];
    const struct import_format *format = &import->format;
    int64_t seconds;
    if (!text.length)
        return refuse_empty(import, &format->attributes[column]);
    if (!forecast_import_parse_timestamp(text, format->days, format->seconds, &seconds))
        return refuse_value(import, &format->attributes[column], text, timestamps_allowed(format));
    if (!statistics->values || seconds < statistics->first)
        statistics->first = seconds;
    if (!statistics->values || seconds > statistics->last)
        statistics->last = seconds;
    statistics->values++;
    distinct_add(&statistics->distinct, (uint64_t)seconds);
    buf_add(&import->records, &seconds, sizeof seconds);
    *key = (*key ^ (uint64_t)seconds) * 0x9e3779b97f4a7c15u;
    return true;
}

static struct str lower_case(struct str text, char room[TEXT_MOST])
{
    for (size_t i = 0; i < text.length; i++)
        room[i] = (char)(text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] + 32 : text.at[i]);
    return (struct str){ room, text.length };
}

static bool take_text(struct import *import, size_t column, struct str text, uint64_t *key)
{
    const struct import_attribute *attribute = &import->format.attributes[column];
    struct dictionary *texts = &import->texts[column];
    char room[TEXT_MOST];
    if (!text.length && attribute->needed)
        return refuse_empty(import, attribute);
    if (text.length > TEXT_MOST || !str_is_utf8(text))
        return refuse_value(import, attribute, text, "It must be UTF-8 of at most 256 characters.");
    if (text.length && attribute->type == IMPORT_GEOLOCATION && !is_geolocation(text, import->format.postal_codes))
        return refuse_value(import, attribute, text,
                            import->format.postal_codes ? "The format must be CC_POSTALCODE."
                                                        : "The format must be LAT_LONG.");
    text = lower_case(text, room);
    uint32_t number = import->last_text[column];
    if (number >= texts->count || !str_equal(text, dictionary_text(texts, number)))
        number = dictionary_add(texts, text);
    if (number == DICTIONARY_FULL)
        return refuse_row(import, "The attribute has more distinct values than this practice cloud takes");
    import->last_text[column] = number;
    import->statistics[column].values += text.length > 0;
    import->statistics[column].nulls += text.length == 0;
    buf_add(&import->records, &number, sizeof number);
    *key = (*key ^ (attribute->needed ? number + 1 : 0)) * 0x9e3779b97f4a7c15u;
    return true;
}

/* ---- one row ---- */

/* A field in quotes, without them and with "" made ". Returns what is left behind it, or NULL: the quotes do not fit. */
static const char *unquote(const char *at, const char *end, char *room, struct str *ret_field)
{
    size_t length = 0;
    for (at++; at < end; at++) {
        if (*at == '"' && at + 1 < end && at[1] == '"')
            at++;
        else if (*at == '"')
            break;
        room[length++] = *at;
    }
    *ret_field = (struct str){ room, length };
    return at < end && (at + 1 == end || at[1] == ',') ? at + 1 : NULL;
}

/* How many fields: IMPORT_ATTRIBUTES + 1 stands for more; 0: quotes that do not fit. `room` is as long as the row. */
static size_t cut_fields(struct str row, char *room, struct str fields[IMPORT_ATTRIBUTES + 1])
{
    const char *at = row.at, *end = row.at + row.length;
    size_t count = 0;
    for (;; at++) {
        if (count > IMPORT_ATTRIBUTES)
            return count;
        if (at < end && *at == '"') {
            at = unquote(at, end, room, &fields[count]);
            if (!at)
                return 0;
            room += fields[count].length;
        } else {
            const char *comma = memchr(at, ',', (size_t)(end - at));
            fields[count] = (struct str){ at, (size_t)((comma ? comma : end) - at) };
            at = comma ? comma : end;
        }
        fields[count] = str_trim(fields[count]);
        count++;
        if (at >= end)
            return count;
    }
}

static bool is_header(const struct import *import, const struct str *fields)
{
    for (size_t i = 0; i < import->format.count; i++)
        if (!str_equal_ignoring_case(fields[i], str_of(import->format.attributes[i].name)))
            return false;
    return true;
}

static bool refuse_count(struct import *import, struct str row, size_t count)
{
    if (count == 0)
        return refuse_row(import, "The quotes of the row do not match");
    if (count == 1 && (str_find_byte(row, '\t') != SIZE_MAX || str_find_byte(row, ';') != SIZE_MAX))
        return refuse_row(import, "The delimiter is not a comma (,)");
    buf_printf(&import->why, "The number of columns is %s%zu in row %llu of %s, but the schema has %zu attributes.",
               count > IMPORT_ATTRIBUTES ? "at least " : "", count, (unsigned long long)import->row, import->file,
               import->format.count);
    return false;
}

static bool take_fields(struct import *import, const struct str *fields, uint64_t *key)
{
    for (size_t i = 0; i < import->format.count; i++) {
        enum import_type type = import->format.attributes[i].type;
        bool good = type == IMPORT_TIMESTAMP                         ? take_timestamp(import, i, fields[i], key)
                    : type == IMPORT_FLOAT || type == IMPORT_INTEGER ? take_number(import, i, fields[i])
                                                                     : take_text(import, i, fields[i], key);
        if (!good)
            return false;
    }
    return true;
}

static bool take_row(struct import *import, struct str row, char *room)
{
    struct str fields[IMPORT_ATTRIBUTES + 1];
    uint64_t key = 1;
    import->row++;
    if (row.length && row.at[row.length - 1] == '\r')
        row.length--;
    if (!row.length)
        return true;
    if (import->row == 1 && str_starts(row, STR("\xef\xbb\xbf")))
        row = str_from(row, 3);
    size_t count = cut_fields(row, room, fields);
    if (count != import->format.count)
        return refuse_count(import, row, count);
    if (import->row == 1 && is_header(import, fields))
        return refuse_row(import, "The file has a header row, and files must not have one");
    if (++import->rows > ROWS_MOST)
        return refuse_row(import, "The dataset has more rows than this practice cloud takes");
    if (!take_fields(import, fields, &key))
        return false;
    return !import->format.unique || distinct_add(&import->keys, key) ||
           refuse_row(import, "The item comes twice, with the same timestamp where the dataset has one");
}

bool forecast_import_feed(struct import *import, struct str bytes, bool last)
{
    char *room = memory_alloc(ROW_MOST);
    bool good = true;
    while (good && bytes.length) {
        size_t newline = str_find_byte(bytes, '\n');
        struct str row = str_first(bytes, newline < bytes.length ? newline : bytes.length);
        if (import->rest.length + row.length > ROW_MOST) {
            import->row++;
            good = refuse_row(import, "The row is too long");
            break;
        }
        bytes = str_from(bytes, row.length + (newline != SIZE_MAX));
        if (newline == SIZE_MAX || import->rest.length)
            buf_add_str(&import->rest, row);
        if (newline == SIZE_MAX)
            break;
        good = take_row(import, import->rest.length ? buf_str(&import->rest) : row, room);
        buf_clear(&import->rest);
    }
    if (good && last && import->rest.length)
        good = take_row(import, buf_str(&import->rest), room);
    if (last)
        buf_clear(&import->rest);
    free(room);
    return good;
}
