/* What a character says to what a team does, how a team gets a name, and cards that wait until a challenge is calm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/answer.h"
#include "game/hint.h"
#include "game/message.h"

#define HEAD                                                                                                           \
    "local gameday = require 'gameday'\nreturn gameday.pack { id = 'p', title = 'P', duration = '45m',\n"              \
    "characters = { cto = { name = 'Kim' } },\n"
#define CUSTOMERS                                                                                                      \
    "gameday.probe { id = 'customers', every = '10s', run = function(team) return team:recall 'good' == true end },\n"
#define FAULT(id, more)                                                                                                \
    "gameday.fault { id = '" id                                                                                        \
    "', title = 'T', breaks = function() end, hints = 'one', shown_by = 'toy:DescribeThing',\n"                        \
    "  mended = function(team) return team:recall 'mended-" id "' == true end, " more " },\n"
#define CHALLENGE(parts) "gameday.challenge { id = 'c', title = 'C',\n" parts "},\n"

/* "seconds text" of every message, and of whom where it is not the first team. */
static void expect_said(struct fixture *fixture, const char *why, const char *expected)
{
    struct buf text = BUF_EMPTY;
    struct cursor at = store_seek(fixture->world->store, game_house, &game_messages, NULL, STR_NONE, false);
    buf_add_text(&text, "");
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        struct str to = json_str(row, "to");
        buf_printf(&text, "%lld %s%s\n", (long long)(json_int64(row, "at", 0) - fixture->game->phase.started_ms) / 1000,
                   json_string(json_get(row, "text"), "en"), str_is(to, TEAM) ? "" : " to another");
    }
    if (strcmp(text.at, expected) != 0)
        fail_msg("%s:\n%s--- but it should be\n%s", why, text.at, expected);
    buf_release(&text);
}

/* ---- reactions ---- */

static void heard(void *data, bool right, const cJSON *reason, const char *refusal)
{
}

static void look(struct fixture *fixture)
{
    client_calls(fixture, "DescribeThing", "{\"name\":\"x\"}");
}

static void mend(struct fixture *fixture)
{
    fact(fixture, "mended-a", "true");
}

static void spoil(struct fixture *fixture)
{
    fact(fixture, "mended-a", "false");
}

static void mend_all(struct fixture *fixture)
{
    mend(fixture);
    fact(fixture, "good", "true");
}

static void mend_and_spoil(struct fixture *fixture)
{
    fact(fixture, "mended-a", "true");
    go(fixture, 6000);
    spoil(fixture);
}

static void buy(struct fixture *fixture)
{
    const char *why;
    assert_true(hint_buy(fixture->team, 0, 1, &why));
}

static void say(struct fixture *fixture, const char *text)
{
    answer_give(fixture->team, 0, "q", str_of(text), heard, NULL);
}

static void say_wrong(struct fixture *fixture)
{
    say(fixture, "no");
}

static void say_right(struct fixture *fixture)
{
    say(fixture, "yes");
}

static void say_wrong_twice(struct fixture *fixture)
{
    say(fixture, "no");
    go(fixture, 30000);
    say(fixture, "no");
    go(fixture, 40000);
    say(fixture, "no");
}

static void name(struct fixture *fixture)
{
    assert_null(team_rename(fixture->team, STR("Neigh Sayers")));
}

static void change(struct fixture *fixture)
{
    for (int i = 0; i < 3; i++)
        client_calls(fixture, "CreateThing",
                     i == 0   ? "{\"name\":\"a\"}"
                     : i == 1 ? "{\"name\":\"b\"}"
                              : "{\"name\":\"c\"}");
}

static void lead(struct fixture *fixture)
{
    score_add(fixture->game->teams[0], &(struct score_note){ .kind = SCORE_BONUS,
                                                             .points = 5,
                                                             .reason_taken = words_of("x", NULL),
                                                             .challenge = OF_NO_CHALLENGE });
    score_add(fixture->game->teams[1], &(struct score_note){ .kind = SCORE_BONUS,
                                                             .points = 9,
                                                             .reason_taken = words_of("x", NULL),
                                                             .challenge = OF_NO_CHALLENGE });
}

static void nothing(struct fixture *fixture)
{
}

static void reactions_are_told(void **state)
{
    static const struct {
        const char *to, *more;
        size_t teams;
        void (*done)(struct fixture *fixture);
        const char *said, *why;
    } rows[] = {
        { "detected", "", 1, look, "20 one\n", "a look where it shows" },
        { "recovered", "", 1, mend_all, "25 one\n", "a repair that the customers noticed" },
        { "solved", "", 1, mend_all, "25 one\n", "the challenge, with it" },
        { "relapse", "", 1, mend_and_spoil, "30 one\n", "a repair that did not hold" },
        { "relapse", "", 1, spoil, "", "what was never mended does not relapse" },
        { "hint", "", 1, buy, "20 one\n", "a hint is bought" },
        { "wrong", "", 1, say_wrong, "20 one\n", "an answer is wrong" },
        { "right", "", 1, say_wrong, "", "a wrong answer is not right" },
        { "right", "", 1, say_right, "20 one\n", "an answer is right" },
        { "wrong", "", 1, say_wrong_twice, "20 one\n50 two\n", "each time the next message, and none behind the last" },
        { "wrong", "pause = '1m',", 1, say_wrong_twice, "20 one\n90 two\n", "not so soon after the last time" },
        { "wrong", "from = '40s',", 1, say_wrong_twice, "50 one\n90 two\n", "not before its moment" },
        { "wrong", "challenge = 'd',", 1, say_wrong, "", "only of its challenge" },
        { "named", "", 1, name, "20 one\n", "the team has a name" },
        { "astray", "count = 3,", 1, change, "20 one\n", "so many changes, and it still stands" },
        { "astray", "count = 4,", 1, change, "", "not so many" },
        { "silence", "after = '1m',", 1, nothing, "70 one\n80 two\n",
          "nothing was done for a minute, and every tick since" },
        { "silence", "after = '1m', pause = '10m',", 1, nothing, "70 one\n", "said once" },
        { "first", "", 2, lead, "20 one to another\n", "the second team took the lead" },
        { "overtaken", "", 2, lead, "20 one\n", "the first lost it" },
        { "first", "", 1, nothing, "", "alone nobody leads" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = { .teams = rows[i].teams };
        struct buf pack = BUF_EMPTY;
        buf_printf(&pack,
                   HEAD CHALLENGE(
                       CUSTOMERS FAULT("a", "from_start = true") "gameday.answer { id = 'q', title = 'Q', value = "
                                                                 "'yes' },\n") "gameday.challenge { id = 'd', title = "
                                                                               "'D', solved_when = 'hand' },\n"
                                                                               "gameday.reaction { id = 'r', to = "
                                                                               "'%s', %s 'one', 'two' } }",
                   rows[i].to, rows[i].more);
        open_game(&fixture, pack.at);
        buf_release(&pack);
        go(&fixture, 20000);
        rows[i].done(&fixture);
        go(&fixture, 70000);
        expect_said(&fixture, rows[i].why, rows[i].said);
        end_game(&fixture);
    }
}

/* ---- a name ---- */

static void tags_name_a_team(void **state)
{
    static const struct {
        const char *input, *name, *why;
    } rows[] = {
        { "{\"Tags\":[{\"Key\":\"a\",\"Value\":\"b\"},{\"Key\":\"TeamName\",\"Value\":\"Oats\"}]}", "Oats", "a list" },
        { "{\"tags\":[{\"key\":\"teamname\",\"value\":\"Oats\"}]}", "Oats", "small letters" },
        { "{\"Tags\":{\"TeamName\":\"Oats\"}}", "Oats", "a map" },
        { "{\"Tagging\":{\"TagSet\":[{\"Key\":\"TeamName\",\"Value\":\"Oats\"}]}}", "Oats", "S3's" },
        { "{\"Tags\":[{\"Key\":\"Team\",\"Value\":\"Oats\"}]}", "Team 1", "another key" },
        { "{\"Tags\":[{\"Key\":\"TeamName\",\"Value\":\"a\\nb\"}]}", "Team 1", "no name" },
        { "{\"Tags\":\"TeamName\"}", "Team 1", "no tags at all" },
        { "{\"Tags\":[1,[],{\"Key\":7}]}", "Team 1", "nonsense" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = { 0 };
        open_game(&fixture, HEAD "gameday.challenge { id = 'c', title = 'C', solved_when = 'named', points = 7 } }");
        struct json *input = json_parse(str_of(rows[i].input), NULL);
        const struct call call = { .input = json_root(input) };
        assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_OPEN);
        team_hear_tags(fixture.team, &call);
        bool named = strcmp(rows[i].name, "Team 1") != 0;
        if (strcmp(team_name(fixture.team), rows[i].name) != 0)
            fail_msg("%s: %s", rows[i].why, team_name(fixture.team));
        assert_int_equal(fixture.team->challenges[0].state, named ? CHALLENGE_SOLVED : CHALLENGE_OPEN);
        assert_int_equal(ledger_total(&fixture.team->ledger), named ? 7 : 0);
        json_unref(input);
        end_game(&fixture);
    }
}

/* ---- cards that wait ---- */

static void cards_wait_until_it_is_calm(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture,
              HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true") FAULT("x", "") FAULT(
                  "y", "")) "gameday.deck { id = 'deck', cards = { 'x', 'y' }, every = '1m', solved = true },\n"
                            "timeline = { ['00:01'] = { deck = 'deck' } } }");
    const struct trouble *x = &fixture.team->faults[1], *y = &fixture.team->faults[2];
    go(&fixture, 150000);
    assert_true(x->state == FAULT_ASLEEP && y->state == FAULT_ASLEEP); /* the challenge is not solved */
    mend_all(&fixture);
    go(&fixture, 60000);
    const struct trouble *first = x->state == FAULT_STANDING ? x : y, *second = first == x ? y : x;
    assert_int_equal(first->state, FAULT_STANDING);
    go(&fixture, 150000);
    assert_int_equal(second->state, FAULT_ASLEEP); /* the first still stands */
    fact(&fixture, first == x ? "mended-x" : "mended-y", "true");
    go(&fixture, 90000);
    assert_int_equal(first->state, FAULT_RECOVERED);
    assert_int_equal(second->state, FAULT_STANDING);
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reactions_are_told),
        cmocka_unit_test(tags_name_a_team),
        cmocka_unit_test(cards_wait_until_it_is_calm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
