#include "asl_cases.h"

#include "services/stepfunctions/asl/path.h"

static const struct path *compile(struct asl_row *row, struct str text)
{
    char *why = NULL;
    const struct path *path = path_compile(row->arena, text, &why);
    if (!path)
        print_error("row: %s\n  '%.*s' is refused: %s\n", row->why, STR_ARG(text), why);
    return path;
}

/* [path, input, result, why] */
static bool check_read(struct asl_row *row)
{
    char *reason = NULL;
    const struct path *path = compile(row, asl_text(row, 0));
    if (!path)
        return false;
    row->environment.input = asl_cell(row, 1);
    const cJSON *found = path_read(path, &row->environment, &reason);
    if (!found)
        print_error("row: %s\n  nothing found: %s\n", row->why, reason);
    return found && asl_same_value(row, found, asl_cell(row, 2));
}

/* [path, input, sentence, why] */
static bool check_missing(struct asl_row *row)
{
    char *reason = NULL;
    const struct path *path = compile(row, asl_text(row, 0));
    if (!path)
        return false;
    row->environment.input = asl_cell(row, 1);
    const cJSON *found = path_read(path, &row->environment, &reason);
    if (found)
        return asl_same_value(row, found, asl_cell(row, 2));
    return path_read(path, &row->environment, NULL) == NULL && asl_same(row, str_of(reason), asl_text(row, 2));
}

/* [text, sentence, why] */
static bool check_refused(struct asl_row *row)
{
    char *reason = NULL;
    if (!path_compile(row->arena, asl_text(row, 0), &reason))
        return asl_same(row, str_of(reason), asl_text(row, 1));
    print_error("row: %s\n  '%.*s' is taken for a path\n", row->why, STR_ARG(asl_text(row, 0)));
    return false;
}

/* [text, what it is as a choice's path or null, what it is as ResultPath or null, why]: null where it is accepted */
static bool check_reference(struct asl_row *row)
{
    char *choice = NULL, *reference = NULL;
    bool accepted = path_compile_choice(row->arena, asl_text(row, 0), &choice) != NULL;
    bool same = asl_same(row, str_of(accepted ? "null" : choice), asl_is_null(row, 1) ? STR("null") : asl_text(row, 1));
    accepted = path_compile_reference(row->arena, asl_text(row, 0), &reference) != NULL;
    return asl_same(row, str_of(accepted ? "null" : reference), asl_is_null(row, 2) ? STR("null") : asl_text(row, 2)) &&
           same;
}

/* [path, document, value, result or the sentence, why] */
static bool check_write(struct asl_row *row)
{
    char *reason = NULL;
    struct str before = json_print_in(row->arena, asl_cell(row, 1));
    const struct path *path = compile(row, asl_text(row, 0));
    if (!path)
        return false;
    const cJSON *written = path_write(path, row->arena, asl_cell(row, 1), asl_cell(row, 2), &reason);
    if (!asl_same(row, json_print_in(row->arena, asl_cell(row, 1)), before))
        return false;
    if (!written)
        return asl_same(row, str_of(reason), asl_text(row, 3));
    return asl_same_value(row, written, asl_cell(row, 3));
}

static void reads(void **state)
{
    asl_run(CASES_DIR "/asl_path_read.json", check_read);
}

static void says_what_is_missing(void **state)
{
    asl_run(CASES_DIR "/asl_path_missing.json", check_missing);
}

static void refuses_what_is_no_path(void **state)
{
    asl_run(CASES_DIR "/asl_path_refused.json", check_refused);
}

static void tells_reference_paths(void **state)
{
    asl_run(CASES_DIR "/asl_path_reference.json", check_reference);
}

static void writes(void **state)
{
    asl_run(CASES_DIR "/asl_path_write.json", check_write);
}

static void knows_its_kind(void **state)
{
    static const struct {
        const char *text;
        bool definite, reference;
        enum path_root root;
        const char *variable;
    } rows[] = {
        { "$", true, true, PATH_INPUT, "" },
        { "$.a['b'][0]", true, true, PATH_INPUT, "" },
        { "$.a[*]", false, false, PATH_INPUT, "" },
        { "$.a[1:]", false, false, PATH_INPUT, "" },
        { "$..a", false, false, PATH_INPUT, "" },
        { "$.a[?(@.b)]", false, false, PATH_INPUT, "" },
        { "$['a','b']", true, false, PATH_INPUT, "" },
        { "$['a','b'].c", false, false, PATH_INPUT, "" },
        { "$.a.length()", true, false, PATH_INPUT, "" },
        { "$$", true, true, PATH_CONTEXT, "" },
        { "$$.State.Name", true, true, PATH_CONTEXT, "" },
        { "$count", true, true, PATH_VARIABLE, "count" },
        { "$count[0].a", true, true, PATH_VARIABLE, "count" },
        { "$\xC3\xA9t\xC3\xA9_2.a", true, true, PATH_VARIABLE, "\xC3\xA9t\xC3\xA9_2" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        char *why = NULL;
        const struct path *path = path_compile(arena, str_of(rows[i].text), &why);
        assert_non_null(path);
        assert_true(str_is(path_text(path), rows[i].text));
        assert_int_equal(path_is_definite(path), rows[i].definite);
        assert_int_equal(path_is_reference(path), rows[i].reference);
        assert_int_equal(path_root(path), rows[i].root);
        assert_true(str_is(path_variable(path), rows[i].variable));
        arena_free(arena);
    }
}

/* A document of `width` objects in a list, each with a list as wide. */
static const cJSON *wide_document(struct arena *arena, int width)
{
    struct buf text = BUF_EMPTY;
    for (int i = 0; i < width; i++) {
        buf_add_text(&text, i ? ",{\"a\":[" : "[{\"a\":[");
        for (int k = 0; k < width; k++)
            buf_printf(&text, "%s%d", k ? "," : "", k);
        buf_add_text(&text, "]}");
    }
    buf_add_text(&text, "]");
    const cJSON *document = json_parse_in(arena, buf_str(&text), NULL);
    buf_release(&text);
    return document;
}

/* Without a bound each of these would take the second power of the document or more. */
static void gives_up_on_explosions(void **state)
{
    static const char *const paths[] = {
        "$[?($..a)].a[?($..a[?($..a)])]",
        "$[?($..[?($..a)])]",
        "$[*].a[?(@ in $[*].a[*])]",
        "$[*].a[?(@ =~ /([0-9]+)*x/)]",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct arena *arena = arena_new();
        char *why = NULL;
        struct environment environment = { .arena = arena, .input = wide_document(arena, 300) };
        const struct path *path = path_compile(arena, str_of(paths[i]), &why);
        assert_non_null(path);
        assert_null(path_read(path, &environment, &why));
        assert_string_equal(why, "A path looks at more of its input than can be afforded");
        assert_true(arena_bytes(arena) < (size_t)128 * 1024 * 1024);
        arena_free(arena);
    }
}

/* Values grow deeper than any text that we parse; nothing may use up the stack on them. */
static void survives_deep_values(void **state)
{
    static const char *const paths[] = { "$..a", "$..*", "$..[?(@.a)]", "$..[?($..[?(@..a)])]", "$.a.a.a" };
    struct arena *arena = arena_new();
    cJSON *document = value_int64(arena, 1);
    for (int i = 0; i < 20000; i++) {
        cJSON *outer = value_object(arena);
        value_add(outer, "a", document);
        document = outer;
    }
    struct environment environment = { .arena = arena, .input = document };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *why = NULL;
        const struct path *path = path_compile(arena, str_of(paths[i]), &why);
        assert_non_null(path);
        path_read(path, &environment, NULL);
    }
    arena_free(arena);
}

/* A text of `count` times `part` between two others. */
static char *repeated(const char *before, const char *part, int count, const char *after)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, before);
    for (int i = 0; i < count; i++)
        buf_add_text(&text, part);
    buf_add_text(&text, after);
    return buf_take(&text);
}

static void bounds_the_path_itself(void **state)
{
    static const struct {
        const char *before, *part;
        int count;
        const char *after;
        bool taken;
    } rows[] = {
        { "$", ".a", 256, "", true },
        { "$", ".a", 257, "", false },
        { "$", ".a", 300000, "", false },
        { "$[?(", "(", 14, "@.a)))))))))))))))]", true },
        { "$[?(", "(", 100000, "@.a", false },
        { "$[?(", "!", 100000, "@.a)]", false },
        { "$[?(@.a", " && @.a", 20000, ")]", true },
        { "$[?(@.a in ", "[", 100000, "1", false },
        { "$", "[?(@.a", 100000, "", false },
        { "$", "['a'", 1, ",'a']", true },
        { "$['a'", ",'a'", 255, "]", true },
        { "$['a'", ",'a'", 256, "]", false },
        { "$[0", ",0", 255, "]", true },
        { "$[0", ",0", 256, "]", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        char *text = repeated(rows[i].before, rows[i].part, rows[i].count, rows[i].after), *why = NULL;
        const struct path *path = path_compile(arena, str_of(text), &why);
        if (rows[i].taken != (path != NULL))
            fail_msg("row %zu: %s", i, why);
        free(text);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(says_what_is_missing),
        cmocka_unit_test(refuses_what_is_no_path),
        cmocka_unit_test(tells_reference_paths),
        cmocka_unit_test(writes),
        cmocka_unit_test(knows_its_kind),
        cmocka_unit_test(gives_up_on_explosions),
        cmocka_unit_test(survives_deep_values),
        cmocka_unit_test(bounds_the_path_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
