/* What a pack's watches are told of rows, of whose, and what they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/message.h"

#define HEAD                                                                                                           \
    "local gameday = require 'gameday'\n"                                                                              \
    "local function say(team, row)\n"                                                                                  \
    "  team:message(row.what .. ' ' .. row.kind .. ' ' .. row.key .. ' ' .. (row.before and row.before.name or '-')\n" \
    "    .. ' ' .. (row.after and row.after.name or '-'))\n"                                                           \
    "end\n"                                                                                                            \
    "return gameday.pack { id = 'p', title = 'P', duration = '45m', characters = { cto = { name = 'Kim' } },\n"

static struct fixture fixture;

static void create(const char *name)
{
    struct buf input = BUF_EMPTY;
    buf_printf(&input, "{\"name\":\"%s\"}", name);
    client_calls(&fixture, "CreateThing", input.at);
    buf_release(&input);
}

static void delete (const char *name)
{
    struct buf input = BUF_EMPTY;
    buf_printf(&input, "{\"name\":\"%s\"}", name);
    client_calls(&fixture, "DeleteThing", input.at);
    buf_release(&input);
}

static char *said(void)
{
    struct buf text = BUF_EMPTY;
    struct cursor at = store_seek(fixture.world->store, game_house, &game_messages, NULL, STR_NONE, false);
    buf_add_text(&text, "");
    while (store_next(&at))
        buf_printf(&text, "%s\n", json_string(json_get(json_root(at.row), "text"), "en"));
    return buf_take(&text);
}

static const struct {
    const char *why, *parts, *said;
} cases[] = {
    { "all that happens to rows of a kind", "gameday.watch { id = 'w', on = 'toy:Thing', run = say },\n",
      "made toy:Thing a - a\nmade toy:Thing b - b\nchanged toy:Thing a a a\ngone toy:Thing a a -\n" },
    { "by another of the service's names",
      "gameday.watch { id = 'w', on = 'toybox:Thing', what = 'gone', run = say },\n", "gone toy:Thing a a -\n" },
    { "by wildcards", "gameday.watch { id = 'w', on = '*:Th*', what = { 'gone', 'changed' }, run = say },\n",
      "changed toy:Thing a a a\ngone toy:Thing a a -\n" },
    { "one key", "gameday.watch { id = 'w', on = 'toy:Thing', key = 'b*', run = say },\n", "made toy:Thing b - b\n" },
    { "several watches, in their order",
      "gameday.watch { id = 'v', on = 'toy:Thing', what = 'made', key = 'b', run = say },\n"
      "gameday.watch { id = 'w', on = 'toy:*', what = 'made', key = 'b', run = function(team) team:message 'second' "
      "end },\n",
      "made toy:Thing b - b\nsecond\n" },
    { "while its challenge is open",
      "gameday.challenge { id = 'c', title = 'C', gameday.watch { id = 'w', on = 'toy:Thing', key = 'b', run = say } "
      "},\n",
      "made toy:Thing b - b\n" },
    { "not before",
      "gameday.challenge { id = 'c', title = 'C', unlock = 'hand', gameday.watch { id = 'w', on = 'toy:Thing', run = "
      "say } },\n",
      "" },
    { "what it writes itself is not told, however long it might go on",
      "gameday.watch { id = 'w', on = 'toy:Thing', key = 'b*', run = function(team, row) say(team, row)\n"
      "  team.toybox.CreateThing { name = row.key .. 'b' } end },\n",
      "made toy:Thing b - b\n" },
    { "what customers do is",
      "gameday.watch { id = 'w', on = 'toy:Thing', key = 'c', what = 'made', run = say },\n"
      "gameday.challenge { id = 'c', title = 'C', gameday.probe { id = 'p', every = '10m', run = function(team)\n"
      "  team.toybox.CreateThing { name = 'c' } return true end } },\n",
      "made toy:Thing c - c\n" },
    { "one that fails does not keep the next from being told",
      "gameday.watch { id = 'w', on = 'toy:Thing', what = 'made', run = function(team, row)\n"
      "  if row.key == 'a' then error 'no' end say(team, row) end },\n",
      "made toy:Thing b - b\n" },
    { "one that is killed neither",
      "gameday.watch { id = 'w', on = 'toy:Thing', what = 'made', run = function(team, row)\n"
      "  while row.key == 'a' do end say(team, row) end },\n",
      "made toy:Thing b - b\n" },
};

static void open_with(const char *parts)
{
    struct buf pack = BUF_EMPTY;
    buf_printf(&pack, HEAD "%s}\n", parts);
    fixture = (struct fixture){ 0 };
    open_game(&fixture, pack.at);
    buf_release(&pack);
}

static void rows_are_told(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_with(cases[i].parts);
        create("a");
        create("b");
        create("a");
        delete ("a");
        go(&fixture, 5000);
        char *text = said();
        if (strcmp(text, cases[i].said) != 0)
            fail_msg("%s:\n%s--- but it should be\n%s", cases[i].why, text, cases[i].said);
        free(text);
        end_game(&fixture);
    }
}

static bool is_noticed(const char *text)
{
    const struct notices *notices = &fixture.game->notices;
    for (uint64_t seq = 1; seq <= notices->last; seq++)
        if (strstr(notices->kept[seq % NOTICES_KEPT].text, text))
            return true;
    return false;
}

static void a_flood_ends_somewhere(void **state)
{
    char name[16];
    size_t lines = 0;
    open_with("gameday.watch { id = 'w', on = 'toy:Thing', run = function(team) team:message 'x' end },\n");
    for (int i = 0; i < 1200; i++) {
        snprintf(name, sizeof name, "t%d", i);
        create(name);
    }
    assert_true(is_noticed("the watch w: more rows were written than it can be told of"));
    go(&fixture, 5000);
    create("after");
    go(&fixture, 5000);
    char *text = said();
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 1001);
    free(text);
    end_game(&fixture);
}

static void what_waits_ends_with_the_game(void **state)
{
    open_with("gameday.watch { id = 'w', on = 'toy:Thing', run = function(team) gameday.wait '1m' end },\n");
    create("a");
    create("b");
    go(&fixture, 1000); /* one is told, one waits: end_game() looks for what they hold */
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_told),
        cmocka_unit_test(a_flood_ends_somewhere),
        cmocka_unit_test(what_waits_ends_with_the_game),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
