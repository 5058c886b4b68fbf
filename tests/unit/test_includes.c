/* Includes point one way: base ← world ← aws ← services; world ← script ← game; net at the edge; main.c sees all. This test
 * reads the #include lines of every source and fails on an arrow drawn backwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>

/* A layer, and those whose headers it may include beside its own; `embedded` is what tools/embed makes. */
static const struct {
    const char *layer, *sees;
} rules[] = {
    { "base", "" },
    { "world", "base" },
    { "aws", "base world" },
    { "services", "base world aws embedded" },
    { "script", "base world aws embedded" },
    { "game", "base world aws script embedded" },
    { "page", "base embedded" },
    { "net", "base world aws" },
    { "sandbox", "base world aws net embedded" },
    { "tools", "base aws" },
};

static unsigned sources, backwards;

static bool may_include(const char *layer, const char *included)
{
    if (strcmp(layer, included) == 0)
        return true;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].layer, layer) != 0)
            continue;
        const char *found = strstr(rules[i].sees, included);
        return found != NULL;
    }
    return false;
}

/* The layer of a header as it is written in an #include, "" for one of a system or a library. */
static void layer_of_include(const char *line, char ret_layer[32])
{
    ret_layer[0] = '\0';
    const char *open = strstr(line, "#include \"");
    if (!open)
        return;
    open += strlen("#include \"");
    size_t length = strcspn(open, "/\"");
    if (open[length] == '/' && length < 32)
        snprintf(ret_layer, 32, "%.*s", (int)length, open);
}

static void check_file(const char *path, const char *layer)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[1024], included[32];
    while (fgets(line, sizeof line, file)) {
        layer_of_include(line, included);
        if (included[0] && !may_include(layer, included)) {
            print_error("%s includes %s", path, line);
            backwards++;
        }
    }
    fclose(file);
    sources++;
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    const char *below = path + strlen(SOURCE_DIR) + 1, *ending = strrchr(path, '.');
    if (kind != FTW_F || !ending || (strcmp(ending, ".c") != 0 && strcmp(ending, ".h") != 0))
        return 0;
    if (strncmp(below, "services/", 9) == 0) {
        check_file(path, "services");
        return 0;
    }
    below += strlen("emulator/");
    char layer[32];
    size_t length = strcspn(below, "/");
    if (below[length] == '/' && length < sizeof layer) { /* main.c, at the top, sees all */
        snprintf(layer, sizeof layer, "%.*s", (int)length, below);
        check_file(path, layer);
    }
    return 0;
}

static void no_arrow_is_drawn_backwards(void **state)
{
    assert_int_equal(nftw(SOURCE_DIR "/emulator", visit, 16, FTW_PHYS), 0);
    assert_int_equal(nftw(SOURCE_DIR "/services", visit, 16, FTW_PHYS), 0);
    assert_true(sources > 50);
    assert_int_equal(backwards, 0);
}

static void the_rules_do_refuse(void **state)
{
    assert_true(may_include("aws", "world"));
    assert_false(may_include("world", "aws"));
    assert_false(may_include("services", "net"));
    assert_false(may_include("aws", "script"));
    assert_false(may_include("unheard", "base"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_arrow_is_drawn_backwards),
        cmocka_unit_test(the_rules_do_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
