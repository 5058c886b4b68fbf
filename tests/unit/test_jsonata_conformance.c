/* The reference suite's cases, one after the other: what they give, what they leave undefined, how they fail. They stand in
 * the folder that REHEARSE_CONFORMANCE names; without it there is nothing to test here. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/stepfunctions/jsonata/jsonata.h"

/* Cases that hang on the machine that runs them, and why. */
static const struct exception {
    const char *group, *name, *why;
} exceptions[] = {
    { NULL, NULL, NULL },
};

struct suite {
    char folder[512];
    size_t passed, failed, excepted;
};

/* ---- files ---- */

/* Our JSON refuses a lone surrogate; in an expression's text it may as well stand as the escape that says so. */
static void tame_surrogates(struct buf *text, struct str raw)
{
    for (size_t i = 0; i < raw.length; i++) {
        bool escape = raw.at[i] == '\\' && i + 5 < raw.length && raw.at[i + 1] == 'u';
        bool high = escape && (raw.at[i + 2] | 32) == 'd' && strchr("89abAB", raw.at[i + 3]);
        bool pair = high && i + 7 < raw.length && raw.at[i + 6] == '\\' && raw.at[i + 7] == 'u';
        if (pair)
            buf_add(text, raw.at + i, 12);
        else if (high)
            buf_add_byte(text, '\\');
        if (!pair)
            buf_add_byte(text, raw.at[i]);
        if (pair)
            i += 11;
        else if (raw.at[i] == '\\' && i + 1 < raw.length && !high)
            buf_add_byte(text, raw.at[++i]);
    }
}

static const cJSON *read_json(struct arena *arena, const char *path)
{
    struct buf raw = BUF_EMPTY, text = BUF_EMPTY;
    struct json_error error;
    char piece[4096];
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(&raw, piece, got);
    fclose(file);
    tame_surrogates(&text, buf_str(&raw));
    const cJSON *node = json_parse_in(arena, buf_str(&text), &error);
    if (!node)
        print_error("%s: %s\n", path, error.why);
    buf_release(&raw);
    buf_release(&text);
    return node;
}

static const cJSON *read_in(struct arena *arena, const struct suite *suite, const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s", suite->folder, folder, name);
    return read_json(arena, path);
}

static const cJSON *input_of(struct arena *arena, const struct suite *suite, const cJSON *row)
{
    char name[256];
    const char *dataset = json_string(row, "dataset");
    if (!dataset)
        return json_get(row, "data");
    snprintf(name, sizeof name, "%s.json", dataset);
    return read_in(arena, suite, "datasets", name);
}

/* ---- one case ---- */

static const cJSON *binding(struct str name, void *data)
{
    return json_get_str(data, name);
}

static bool is_in(const cJSON *list, const cJSON *value)
{
    for (const cJSON *item = list->child; item; item = item->next)
        if (json_equal(item, value))
            return true;
    return false;
}

static bool same_elements(const cJSON *a, const cJSON *b)
{
    if (cJSON_GetArraySize(a) != cJSON_GetArraySize(b))
        return false;
    for (const cJSON *item = a->child; item; item = item->next)
        if (!is_in(b, item))
            return false;
    return true;
}

/* The suite's own name for a budget that is used up is that of the harness around the reference. */
static bool same_code(const char *expected, const char *code)
{
    if (strcmp(expected, "U1001") == 0)
        return strcmp(code, "D1011") == 0 || strcmp(code, "D1012") == 0;
    return strcmp(expected, code) == 0;
}

static bool same_error(const cJSON *row, const struct jsonata_error *error)
{
    const cJSON *expected = json_get(row, "error");
    const char *code = json_string(expected ? expected : row, "code"),
               *token = json_string(expected ? expected : row, "token"), *message = json_string(expected, "message");
    return code && same_code(code, error->code) && (!token || (error->token && strcmp(token, error->token) == 0)) &&
           (!message || strcmp(message, error->message) == 0);
}

static bool judge(struct arena *arena, const cJSON *row, enum jsonata_outcome outcome, const cJSON *value,
                  const struct jsonata_error *error, char **ret_got)
{
    const cJSON *expected = json_get(row, "result");
    if (outcome == JSONATA_ERROR) {
        *ret_got = arena_printf(arena, "%s at %zd '%s': %s", error->code, (ssize_t)error->position,
                                error->token ? error->token : "", error->message);
        return !expected && same_error(row, error);
    }
    if (outcome != JSONATA_VALUE) {
        *ret_got = arena_printf(arena, outcome == JSONATA_FUNCTION ? "a function" : "undefined");
        return json_bool(row, "undefinedResult", false);
    }
    *ret_got = arena_copy(arena, json_print_in(arena, value));
    if (!expected)
        return false;
    return json_equal(expected, value) || (json_bool(row, "unordered", false) && same_elements(expected, value));
}

static bool run_case(struct arena *arena, const struct suite *suite, const cJSON *row, char **ret_got)
{
    struct jsonata_error error = { 0 };
    struct random random;
    const cJSON *value = NULL;
    enum jsonata_outcome outcome = JSONATA_ERROR;
    random_seed(&random, 1);
    struct jsonata_scope scope = { .input = input_of(arena, suite, row),
                                   .variable = binding,
                                   .data = (void *)(uintptr_t)json_get(row, "bindings"),
                                   .random = &random,
                                   .now_ms = 1795338908123,
                                   .depth = (uint32_t)json_int64(row, "depth", 0) };
    const struct jsonata *expression = jsonata_compile(arena, json_str(row, "expr"), &error);
    if (expression)
        outcome = jsonata_evaluate(expression, arena, &scope, &value, &error);
    return judge(arena, row, outcome, value, &error, ret_got);
}

static bool is_excepted(const char *group, const char *name)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
        if (exceptions[i].group && strcmp(exceptions[i].group, group) == 0 && strcmp(exceptions[i].name, name) == 0) {
            print_message("%s %s: not run: %s\n", group, name, exceptions[i].why);
            return true;
        }
    return false;
}

static void run_group(struct suite *suite, const char *file)
{
    struct arena *arena = arena_new();
    const cJSON *rows = read_in(arena, suite, "groups", file);
    suite->failed += rows == NULL;
    for (const cJSON *row = rows ? rows->child : NULL; row; row = row->next) {
        struct arena *own = arena_new();
        char *got = NULL;
        const char *name = json_string(row, "name");
        if (is_excepted(file, name)) {
            suite->excepted++;
        } else if (run_case(own, suite, row, &got)) {
            suite->passed++;
        } else {
            suite->failed++;
            const cJSON *expected = json_get(row, "result");
            print_error("%s %s: %s\n  expected %s\n  got      %s\n", file, name, json_string(row, "expr"),
                        expected ? json_print_in(own, expected).at : "what the case says", got);
        }
        arena_free(own);
    }
    arena_free(arena);
}

static void agrees_with_the_reference(void **state)
{
    const char *folder = getenv("REHEARSE_CONFORMANCE");
    struct suite suite = { 0 };
    char path[600];
    snprintf(suite.folder, sizeof suite.folder, "%s/jsonata", folder ? folder : SOURCE_DIR "/../shared/conformance");
    snprintf(path, sizeof path, "%s/groups", suite.folder);
    DIR *groups = opendir(path);
    if (!groups) {
        print_message("No reference cases at %s: nothing to run\n", path);
        skip();
    }
    for (struct dirent *entry; (entry = readdir(groups));)
        if (entry->d_name[0] != '.')
            run_group(&suite, entry->d_name);
    closedir(groups);
    print_message("%zu cases passed, %zu failed, %zu are not run\n", suite.passed, suite.failed, suite.excepted);
    assert_int_equal(suite.failed, 0);
    assert_true(suite.passed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(agrees_with_the_reference) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
