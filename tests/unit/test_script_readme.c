/* Every example of lua/README.md is a pack, or a part of one, that loads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/registry.h"
#define STAGE_SERVICES services_registry
#include "toy_cloud.h"

#include "pack_fixture.h"

static struct buf read_readme(void)
{
    struct buf text = BUF_EMPTY;
    char piece[4096];
    FILE *file = fopen(SOURCE_DIR "/lua/README.md", "r");
    assert_non_null(file);
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(&text, piece, got);
    fclose(file);
    return text;
}

/* The next block of Lua; false: there is none. */
static bool next_block(struct str *rest, struct str *ret_block)
{
    size_t start = str_find(*rest, STR("```lua\n"));
    if (start == SIZE_MAX)
        return false;
    *rest = str_from(*rest, start + 7);
    size_t end = str_find(*rest, STR("```"));
    *ret_block = str_first(*rest, end);
    *rest = str_from(*rest, end + 3);
    return true;
}

static void load(const char *pack, const char *solution)
{
    struct theatre theatre;
    raise_theatre(&theatre);
    write_pack_file(&theatre, "pack.lua", pack);
    if (solution)
        write_pack_file(&theatre, "solution.lua", solution);
    open_theatre(&theatre);
    if (theatre.loads != 1)
        fail_msg("%s\n%s", solution ? solution : pack, theatre.log.at);
    strike_theatre(&theatre);
}

static void load_part(struct str block)
{
    struct buf pack = BUF_EMPTY;
    buf_printf(&pack, PACK("") "gameday.challenge { id = 'vip', title = 'VIP' },\n%.*s}", STR_ARG(block));
    load(pack.at, NULL);
    buf_release(&pack);
}

static void examples_load(void **state)
{
    struct buf readme = read_readme();
    struct str rest = buf_str(&readme), block;
    char *pack = NULL;
    int parts = 0, solutions = 0;
    while (next_block(&rest, &block)) {
        if (str_starts(block, STR("-- pack.lua"))) {
            free(pack);
            pack = memory_copy(block);
            load(pack, NULL);
        } else if (str_starts(block, STR("-- solution.lua"))) {
            char *solution = memory_copy(block);
            load(pack, solution);
            free(solution);
            solutions++;
        } else {
            load_part(block);
            parts++;
        }
    }
    assert_int_equal(solutions, 1);
    assert_true(parts >= 2);
    free(pack);
    buf_release(&readme);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
