/* Rows of the expression tests: cases/asl_*.json are arrays of arrays whose last element says why the row is there. A row
 * that does not hold is printed with that; the test fails at the end, so that one run shows them all. */
#ifndef TESTS_ASL_CASES_H
#define TESTS_ASL_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "services/stepfunctions/asl/environment.h"

struct asl_row {
    const cJSON *cells;
    const char *why;
    struct arena *arena;
    struct random random;
    struct environment environment;
};

static inline const cJSON *asl_cell(const struct asl_row *row, int index)
{
    const cJSON *cell = row->cells->child;
    while (cell && index-- > 0)
        cell = cell->next;
    assert_non_null(cell);
    return cell;
}

static inline struct str asl_text(const struct asl_row *row, int index)
{
    return json_value(asl_cell(row, index));
}

static inline bool asl_is_null(const struct asl_row *row, int index)
{
    return value_is(asl_cell(row, index), cJSON_NULL);
}

static inline struct buf asl_read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct buf text = BUF_EMPTY;
    char piece[4096];
    size_t length;
    assert_non_null(file);
    while ((length = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(&text, piece, length);
    fclose(file);
    return text;
}

/* True where the two are the same text; else says what is wrong with the row. */
static inline bool asl_same(const struct asl_row *row, struct str found, struct str expected)
{
    if (str_equal(found, expected))
        return true;
    print_error("row: %s\n  expected: %.*s\n  found:    %.*s\n", row->why, STR_ARG(expected), STR_ARG(found));
    return false;
}

/* Values by their compact text: the order of members and the digits of numbers count. */
static inline bool asl_same_value(const struct asl_row *row, const cJSON *found, const cJSON *expected)
{
    struct buf a = BUF_EMPTY, b = BUF_EMPTY;
    if (found)
        json_print(&a, found);
    else
        buf_add_text(&a, "(nothing)");
    json_print(&b, expected);
    bool same = asl_same(row, buf_str(&a), buf_str(&b));
    buf_release(&a);
    buf_release(&b);
    return same;
}

/* The context object and the variables that every row sees. */
static const char asl_context_text[] =
    "{\"Execution\":{\"Id\":\"arn:e\",\"Input\":{\"k\":1}},\"StateMachine\":{\"Id\":\"arn:m\",\"Name\":\"m-1-last\"}}";
static const char asl_outer_text[] = "{\"x\":1,\"list\":[1,2],\"deep\":{\"a\":{\"b\":true}}}";
static const char asl_inner_text[] = "{\"x\":2}";

static inline void asl_run_row(struct asl_row *row, bool (*check)(struct asl_row *row), int *failures)
{
    struct variables outer = { NULL, json_parse_in(row->arena, str_of(asl_outer_text), NULL) };
    struct variables inner = { &outer, json_parse_in(row->arena, str_of(asl_inner_text), NULL) };
    const cJSON *last = row->cells->child->prev;
    row->why = last->valuestring;
    random_seed(&row->random, 1);
    row->environment = (struct environment){
        .arena = row->arena,
        .context = json_parse_in(row->arena, str_of(asl_context_text), NULL),
        .variables = &inner,
        .random = &row->random,
    };
    *failures += !check(row);
}

static inline void asl_run(const char *file, bool (*check)(struct asl_row *row))
{
    struct arena *cases = arena_new();
    struct json_error error = { 0 };
    struct buf text = asl_read_file(file);
    const cJSON *rows = json_parse_in(cases, buf_str(&text), &error);
    if (!rows)
        fail_msg("%s:%zu: %s", file, error.line, error.why);
    int failures = 0, count = 0;
    for (const cJSON *cells = rows->child; cells; cells = cells->next, count++) {
        struct asl_row row = { .cells = cells, .arena = arena_new() };
        asl_run_row(&row, check, &failures);
        arena_free(row.arena);
    }
    buf_release(&text);
    arena_free(cases);
    assert_true(count > 0);
    assert_int_equal(failures, 0);
}

#endif
