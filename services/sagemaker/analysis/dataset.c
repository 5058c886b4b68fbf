#include "services/sagemaker/analysis/dataset.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

#define ROWS_FIRST 64

struct dataset *dataset_new(void)
{
    struct dataset *dataset = memory_alloc(sizeof *dataset);
    dataset->arena = arena_new();
    return dataset;
}

void dataset_free(struct dataset *dataset_or_null)
{
    if (!dataset_or_null)
        return;
    arena_free(dataset_or_null->arena);
    free(dataset_or_null->cells);
    free(dataset_or_null);
}

__attribute__((format(printf, 2, 3))) static bool fail(struct dataset *dataset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(dataset->why, sizeof dataset->why, format, args);
    va_end(args);
    return false;
}

/* ---- rows ---- */

static bool begin_columns(struct dataset *dataset, size_t count)
{
    if (count > DATASET_MOST_COLUMNS)
        return fail(dataset, "There are more than the %d columns that this practice cloud analyses.",
                    DATASET_MOST_COLUMNS);
    dataset->columns = count;
    dataset->names = ARENA_ARRAY(dataset->arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        dataset->names[i] = str_of(arena_printf(dataset->arena, "_c%zu", i));
    return true;
}

static bool make_room(struct dataset *dataset)
{
    if (dataset->rows < dataset->room)
        return true;
    if ((dataset->rows + 1) * dataset->columns > DATASET_MOST_CELLS)
        return fail(dataset, "The data have more than the %zu values that this practice cloud analyses.",
                    DATASET_MOST_CELLS);
    dataset->room = dataset->room ? 2 * dataset->room : ROWS_FIRST;
    dataset->cells = memory_resize(dataset->cells, dataset->room * dataset->columns * sizeof *dataset->cells);
    return true;
}

bool dataset_add_row(struct dataset *dataset, const struct str *cells, size_t count)
{
    if (!dataset->columns && !begin_columns(dataset, count))
        return false;
    if (count != dataset->columns)
        return fail(dataset, "Row %zu has %zu columns, expected %zu.", dataset->rows + 1, count, dataset->columns);
    if (!make_room(dataset))
        return false;
    memcpy(dataset->cells + dataset->rows * count, cells, count * sizeof *cells);
    dataset->rows++;
    return true;
}

void dataset_name(struct dataset *dataset, const struct str *names, size_t count)
{
    for (size_t i = 0; i < count && i < dataset->columns; i++)
        dataset->names[i] = arena_str(dataset->arena, names[i]);
    dataset->named = true;
}

/* ---- CSV ---- */

static struct str unquote(struct arena *arena, struct str cell)
{
    char *copy = arena_alloc(arena, cell.length + 1);
    size_t length = 0;
    for (size_t i = 1; i < cell.length; i++) {
        if (cell.at[i] == '"' && (i + 1 >= cell.length || cell.at[i + 1] != '"'))
            break;
        i += cell.at[i] == '"';
        copy[length++] = cell.at[i];
    }
    return (struct str){ copy, length };
}

/* Where the cell that starts here ends: at a comma outside of quotes. */
static size_t end_of_cell(struct str line, size_t start)
{
    bool quoted = false;
    for (size_t i = start; i < line.length; i++) {
        if (line.at[i] == '"')
            quoted = !quoted;
        else if (line.at[i] == ',' && !quoted)
            return i;
    }
    return line.length;
}

size_t dataset_split(struct arena *arena, struct str line, struct str *ret_cells, size_t most)
{
    size_t count = 0, start = 0;
    while (count < most) {
        size_t end = end_of_cell(line, start);
        struct str cell = str_trim((struct str){ line.at + start, end - start });
        ret_cells[count++] = cell.length && cell.at[0] == '"' ? unquote(arena, cell) : cell;
        if (end >= line.length)
            break;
        start = end + 1;
    }
    return count;
}

static struct str next_line(struct str *rest)
{
    struct str line = str_cut(*rest, '\n', rest);
    if (line.length && line.at[line.length - 1] == '\r')
        line.length--;
    return line;
}

static bool read_header(struct dataset *dataset, struct str line, struct str *cells)
{
    size_t count = dataset_split(dataset->arena, line, cells, DATASET_MOST_COLUMNS + 1);
    if (dataset->columns)
        return true;
    if (!begin_columns(dataset, count))
        return false;
    dataset_name(dataset, cells, count);
    return true;
}

bool dataset_read_csv(struct dataset *dataset, struct str text, bool has_header)
{
    struct str *cells = memory_alloc((DATASET_MOST_COLUMNS + 1) * sizeof *cells), rest = text;
    bool good = true;
    if (has_header && rest.length)
        good = read_header(dataset, next_line(&rest), cells);
    while (good && rest.length) {
        struct str line = next_line(&rest);
        if (line.length)
            good = dataset_add_row(dataset, cells,
                                   dataset_split(dataset->arena, line, cells, DATASET_MOST_COLUMNS + 1));
    }
    free(cells);
    return good;
}

/* ---- cells ---- */

size_t dataset_column(const struct dataset *dataset, struct str name_or_index)
{
    int64_t index;
    for (size_t i = 0; i < dataset->columns; i++) {
        if (str_equal(dataset->names[i], name_or_index))
            return i;
    }
    if (str_to_int64(name_or_index, &index) && index >= 0 && (size_t)index < dataset->columns)
        return (size_t)index;
    return SIZE_MAX;
}

bool dataset_number(struct str cell, double *ret_value)
{
    char text[64], *end;
    if (!cell.length || cell.length >= sizeof text || memchr(cell.at, 'x', cell.length) ||
        memchr(cell.at, 'X', cell.length))
        return false;
    memcpy(text, cell.at, cell.length);
    text[cell.length] = '\0';
    *ret_value = strtod(text, &end);
    return *end == '\0';
}

char *dataset_print(struct arena *arena, double value)
{
    struct buf text = BUF_EMPTY;
    const cJSON node = { .type = cJSON_Number, .valuedouble = value };
    json_print(&text, &node);
    char *printed = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return printed;
}
