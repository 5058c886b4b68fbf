#include "services/sagemaker/table.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/json.h"

#define SNIPPET 50 /* of a line in a sentence */

/* ---- numbers ---- */

static bool parse_slowly(struct str field, float *ret_value)
{
    char text[64], *end;
    if (field.length >= sizeof text || memchr(field.at, 'x', field.length) || memchr(field.at, 'X', field.length))
        return false;
    memcpy(text, field.at, field.length);
    text[field.length] = '\0';
    *ret_value = strtof(text, &end);
    return *end == '\0' && end != text;
}

/* Up to fifteen digits and a small power of ten are exact in a double: nearly all that CSV files hold. */
bool table_parse_number(struct str field, float *ret_value)
{
    static const double powers[] = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    const char *at = field.at, *end = field.at + field.length;
    uint64_t digits = 0;
    int count = 0, behind = 0;
    if (at == end) {
        *ret_value = NAN;
        return true;
    }
    bool negative = *at == '-';
    at += negative || *at == '+';
    bool point = false, any = false;
    for (; at < end && count <= 15; at++) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9')
            break;
        digits = digits * 10 + (uint64_t)(*at - '0');
        any = true;
        count += digits > 0;
        behind += point;
    }
    if (at < end || !any || count > 15 || behind > 15)
        return parse_slowly(field, ret_value);
    double value = (double)digits / powers[behind];
    *ret_value = (float)(negative ? -value : value);
    return true;
}

void table_print_number(struct buf *buf, double value)
{
    size_t start = buf->length;
    if (!isfinite(value)) {
        buf_add_text(buf, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return;
    }
    cJSON node = { .type = cJSON_Number, .valuedouble = value };
    json_print(buf, &node);
    for (size_t i = start; i < buf->length; i++) {
        if (buf->at[i] == '.' || buf->at[i] == 'e')
            return;
    }
    buf_add_text(buf, ".0");
}

/* ---- rows ---- */

static struct str trimmed(struct str text)
{
    while (text.length && isspace((unsigned char)text.at[text.length - 1]))
        text.length--;
    while (text.length && isspace((unsigned char)text.at[0]))
        text = str_from(text, 1);
    return text;
}

static bool fail(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct table *table, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(table->why, sizeof table->why, format, args);
    va_end(args);
    return false;
}

static bool fail_format(struct table *table, struct str line, const struct table_reading *reading)
{
    return fail(table, "First line '%.*s...' of file '%s' is not '%s' format.", STR_ARG(str_first(line, SNIPPET)),
                reading->file, reading->format == TABLE_CSV ? "CSV" : "LIBSVM");
}

static size_t count_lines(struct str text)
{
    size_t lines = 0;
    while (text.length)
        lines += trimmed(str_cut(text, '\n', &text)).length > 0;
    return lines;
}

static bool make_room(struct table *table, size_t more, const struct table_reading *reading)
{
    size_t rows = table->rows + more;
    if (table->columns && rows > TABLE_MOST_CELLS / table->columns) /* ours */
        return fail(table, "The data have more than the %zu values that this practice cloud takes.", TABLE_MOST_CELLS);
    table->cells = memory_resize(table->cells, (rows * table->columns + 1) * sizeof *table->cells);
    if (reading->has_label)
        table->labels = memory_resize(table->labels, (rows + 1) * sizeof *table->labels);
    if (reading->has_weight)
        table->weights = memory_resize(table->weights, (rows + 1) * sizeof *table->weights);
    return true;
}

/* ---- CSV ---- */

static size_t count_fields(struct str line)
{
    size_t fields = 1;
    for (size_t i = 0; i < line.length; i++)
        fields += line.at[i] == ',';
    return fields;
}

static struct str unquoted(struct str field)
{
    field = trimmed(field);
    bool quoted = field.length >= 2 && field.at[0] == '"' && field.at[field.length - 1] == '"';
    return quoted ? (struct str){ field.at + 1, field.length - 2 } : field;
}

static bool read_csv_line(struct table *table, struct str line, const struct table_reading *reading)
{
    size_t extra = reading->has_label + reading->has_weight, fields = table->columns + extra;
    float *cells = table->cells + table->rows * table->columns;
    struct str rest = line;
    for (size_t i = 0; i < fields; i++) {
        float value;
        if (!rest.at || !table_parse_number(unquoted(str_cut(rest, ',', &rest)), &value))
            return table->rows == 0 ? fail_format(table, line, reading)
                                    : fail(table, "Could not read row %zu of file '%s': '%.*s...' is not numeric.",
                                           table->rows + 1, reading->file, STR_ARG(str_first(line, SNIPPET)));
        if (i == 0 && reading->has_label)
            table->labels[table->rows] = value;
        else if (i == 1 && reading->has_weight)
            table->weights[table->rows] = value;
        else
            cells[i - extra] = value;
    }
    table->rows++;
    return true;
}

static bool read_csv(struct table *table, struct str text, const struct table_reading *reading)
{
    size_t extra = reading->has_label + reading->has_weight;
    struct str rest = text;
    while (rest.length) {
        struct str line = trimmed(str_cut(rest, '\n', &rest));
        if (!line.length)
            continue;
        size_t fields = count_fields(line);
        if (!table->columns && fields <= extra)
            return fail_format(table, line, reading);
        if (!table->columns)
            table->columns = fields - extra;
        if (fields != table->columns + extra)
            return fail(table, "Row %zu of file '%s' has %zu columns, expected %zu.", table->rows + 1, reading->file,
                        fields, table->columns + extra);
        if (!table->cells && !make_room(table, count_lines(text), reading))
            return false;
        if (!read_csv_line(table, line, reading))
            return false;
    }
    return true;
}

/* ---- libsvm: "label index:value index:value" ---- */

static struct str next_word(struct str *rest)
{
    *rest = trimmed(*rest);
    size_t length = 0;
    while (length < rest->length && !isspace((unsigned char)rest->at[length]))
        length++;
    struct str word = str_first(*rest, length);
    *rest = str_from(*rest, length);
    return word;
}

static bool read_pair(struct str word, int64_t *ret_index, float *ret_value)
{
    struct str value, index = str_cut(word, ':', &value);
    return index.length < word.length && value.length && str_to_int64(index, ret_index) && *ret_index >= 0 &&
           *ret_index < (int64_t)TABLE_MOST_CELLS && table_parse_number(value, ret_value);
}

/* The label, which requests may lack: then the first word is a pair. */
static bool read_label(struct str *rest, const struct table_reading *reading, float *ret_label)
{
    struct str before = *rest, word = next_word(rest), weight;
    if (str_find_byte(word, ':') != SIZE_MAX && !reading->has_label) {
        *rest = before;
        *ret_label = 0;
        return true;
    }
    return word.length && table_parse_number(str_cut(word, ':', &weight), ret_label);
}

static bool widen(struct table *table, struct str text)
{
    while (text.length) {
        struct str line = str_cut(text, '\n', &text);
        for (struct str word; (word = next_word(&line)).length;) {
            int64_t index;
            float value;
            if (read_pair(word, &index, &value) && (size_t)index >= table->columns)
                table->columns = (size_t)index + 1;
        }
    }
    return true;
}

static bool read_libsvm_line(struct table *table, struct str line, const struct table_reading *reading)
{
    float *cells = table->cells + table->rows * table->columns, label;
    struct str rest = line;
    for (size_t i = 0; i < table->columns; i++)
        cells[i] = NAN;
    if (!read_label(&rest, reading, &label))
        return fail_format(table, line, reading);
    if (reading->has_label)
        table->labels[table->rows] = label;
    for (struct str word; (word = next_word(&rest)).length;) {
        int64_t index;
        float value;
        if (!read_pair(word, &index, &value))
            return fail_format(table, line, reading);
        cells[index] = value;
    }
    table->rows++;
    return true;
}

/* A second file may be wider than the first. */
static bool read_libsvm(struct table *table, struct str text, const struct table_reading *reading)
{
    size_t narrow = table->columns, rows = table->rows;
    widen(table, text);
    if (!table->columns) {
        struct str line = trimmed(str_cut(text, '\n', &text));
        return !line.length || fail_format(table, line, reading);
    }
    if (!make_room(table, count_lines(text), reading))
        return false;
    for (size_t row = rows; row-- > 0 && narrow < table->columns;) {
        memmove(table->cells + row * table->columns, table->cells + row * narrow, narrow * sizeof *table->cells);
        for (size_t column = narrow; column < table->columns; column++)
            table->cells[row * table->columns + column] = NAN;
    }
    while (text.length) {
        struct str line = trimmed(str_cut(text, '\n', &text));
        if (line.length && !read_libsvm_line(table, line, reading))
            return false;
    }
    return true;
}

bool table_read(struct table *table, struct str text, const struct table_reading *reading)
{
    if (reading->format == TABLE_LIBSVM)
        return read_libsvm(table, text, reading);
    if (table->cells && !make_room(table, count_lines(text), reading))
        return false;
    return read_csv(table, text, reading);
}

void table_release(struct table *table)
{
    free(table->cells);
    free(table->labels);
    free(table->weights);
}
