/* What the JSONata engine costs beside the reference implementation: bench_jsonata.mjs runs the same expressions on node.
 * Each round compiles and evaluates; the document of the larger ones is read once, as both have it. One line a figure:
 * microseconds of CPU a round. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "services/stepfunctions/jsonata/jsonata.h"

static uint64_t cpu_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

static const cJSON *read_json(struct arena *arena, const char *path)
{
    struct buf text = BUF_EMPTY;
    char piece[65536];
    struct json_error error;
    FILE *file = fopen(path, "re");
    if (!file) {
        perror(path);
        exit(1);
    }
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(&text, piece, got);
    fclose(file);
    const cJSON *node = json_parse_in(arena, buf_str(&text), &error);
    buf_release(&text);
    if (!node) {
        fprintf(stderr, "%s: %s\n", path, error.why);
        exit(1);
    }
    return node;
}

static void run_round(struct arena *arena, struct str text, const cJSON *input)
{
    struct jsonata_error error = { 0 };
    const cJSON *value = NULL;
    struct jsonata_scope scope = { .input = input };
    const struct jsonata *expression = jsonata_compile(arena, text, &error);
    if (!expression || jsonata_evaluate(expression, arena, &scope, &value, &error) != JSONATA_VALUE) {
        fprintf(stderr, "%.*s: %s\n", STR_ARG(text), error.message ? error.message : "undefined");
        exit(1);
    }
    arena_reset(arena);
}

/* The rows stand in a file that both programs read: [{ name, expression, input, rounds }]. */
int main(int count, char **words)
{
    if (count != 2) {
        fprintf(stderr, "usage: bench_jsonata ROWS.json\n");
        return 2;
    }
    struct arena *kept = arena_new(), *arena = arena_new();
    const cJSON *rows = read_json(kept, words[1]);
    for (const cJSON *row = rows->child; row; row = row->next) {
        int64_t rounds = json_int64(row, "rounds", 1);
        struct str text = json_str(row, "expression");
        const cJSON *input = json_get(row, "input");
        run_round(arena, text, input);
        uint64_t start = cpu_ns();
        for (int64_t i = 0; i < rounds; i++)
            run_round(arena, text, input);
        printf("%s %.3f\n", json_string(row, "name"), (double)(cpu_ns() - start) / (double)rounds / 1000);
    }
    arena_free(arena);
    arena_free(kept);
    return 0;
}
