/* What packs may ask of the game beyond its first rules: decks, customers in waves, answers that nobody types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/answer.h"

#define HEAD "local gameday = require 'gameday'\nreturn gameday.pack { id = 'p', title = 'P', duration = '45m',\n"
#define FAULT(id)                                                                                                      \
    "gameday.fault { id = '" id "', title = '" id "', from_start = false, breaks = function() end,\n"                  \
    "mended = function(team) return team:recall 'mended' == true end },\n"
#define FOUR_FAULTS FAULT("a") FAULT("b") FAULT("c") FAULT("d")

/* ---- decks ---- */

/* "bd ac": what was broken for a team, in the order of breaking, a blank between draws. */
static void note_broken(struct fixture *fixture, size_t team, char *text)
{
    const struct team *at = fixture->game->teams[team];
    for (int64_t number = 1; number <= at->faults_broken; number++)
        for (size_t i = 0; i < fixture->game->scenario->fault_count; i++)
            if (at->faults[i].number == number && !strchr(text, fixture->game->scenario->faults[i].id[0]))
                strcat(text, fixture->game->scenario->faults[i].id);
    strcat(text, " ");
}

static void draw(const char *deck, uint64_t seed, size_t teams, int64_t first_earns, char texts[2][64])
{
    struct fixture fixture = { .seed = seed, .teams = teams };
    struct buf pack = BUF_EMPTY;
    buf_printf(&pack,
               HEAD FOUR_FAULTS "gameday.deck { id = 'deck', cards = { 'a', 'b', 'c', 'd' }, every = '1m', %s },\n"
                                "timeline = { { at = '00:02', deck = 'deck', until_ = '00:20' } } }",
               deck);
    open_game(&fixture, pack.at);
    buf_release(&pack);
    texts[0][0] = texts[1][0] = '\0';
    if (first_earns)
        score_add(fixture.team, &(struct score_note){ .kind = SCORE_BONUS,
                                                      .points = first_earns,
                                                      .reason_taken = words_of("x", NULL),
                                                      .challenge = SIZE_MAX });
    go(&fixture, 119000);
    for (int minute = 0; minute < 4; minute++) {
        for (size_t team = 0; team < teams && team < 2; team++)
            note_broken(&fixture, team, texts[team]);
        go(&fixture, 60000);
    }
    end_game(&fixture);
}

static void cards_are_drawn_by_the_seed(void **state)
{
    char first[2][64], again[2][64], other[2][64];
    bool differs = false;
    draw("", 1, 2, 0, first);
    draw("", 1, 2, 0, again);
    assert_string_equal(first[0], again[0]);
    assert_string_equal(first[0], first[1]); /* fair: the same for all */
    assert_int_equal(strlen(first[0]), 7);   /* nothing, then one a minute, none twice */
    assert_int_equal(first[0][0], ' ');
    for (uint64_t seed = 2; seed < 6; seed++) {
        draw("", seed, 2, 0, other);
        differs |= strcmp(other[0], first[0]) != 0;
    }
    assert_true(differs);
}

static void the_leader_draws_more(void **state)
{
    char texts[2][64];
    draw("leader = 1", 1, 2, 100, texts);
    assert_int_equal(strlen(texts[0]), 8); /* " xy zw  ": all four in two draws */
    assert_int_equal(strlen(texts[1]), 7);
    assert_int_equal(strncmp(texts[0], " ", 1), 0);
    draw("leader = 1", 1, 2, 0, texts);
    assert_int_equal(strlen(texts[0]), 7); /* nobody leads */
    draw("ahead = 50", 1, 2, 100, texts);
    assert_int_equal(strcspn(texts[0] + 1, " "), 3); /* one, and two more for a hundred points */
    draw("ahead = 50", 1, 1, 100, texts);
    assert_int_equal(strcspn(texts[0] + 1, " "), 1); /* alone one is the middle of the board */
}

/* A deck that begins again; one that goes on after a restart; one whose time is over. */
static void decks_go_on(void **state)
{
    struct fixture fixture = { .seed = 1 };
    open_game(&fixture,
              HEAD FAULT("a")
                  FAULT("b") "gameday.deck { id = 'deck', cards = { 'a', 'b' }, every = '1m', again = true },\n"
                             "timeline = { { at = '00:01', deck = 'deck', until_ = '00:10' } } }");
    go(&fixture, 150000);
    assert_int_equal(fixture.team->faults_broken, 2);
    fact(&fixture, "mended", "true"); /* what stands is not broken again: let them be mended */
    world_reset(fixture.world);
    go(&fixture, 0);
    assert_int_equal(fixture.game->phase.state, GAME_LIVE);
    assert_int_equal(fixture.team->faults_broken, 0); /* a reset begins the game anew, its deck too */
    go(&fixture, 61000);
    assert_int_equal(fixture.team->faults_broken, 1);
    game_rebuild(fixture.game);
    fact(&fixture, "mended", "true");
    go(&fixture, 240000);
    assert_int_equal(fixture.team->faults_broken, 5);
    go(&fixture, 600000);
    assert_int_equal(fixture.team->faults_broken, 10); /* the last at ten minutes */
    end_game(&fixture);
}

/* ---- customers in waves ---- */

static void loads_rise_and_fall(void **state)
{
    static const struct {
        struct load_def load;
        int64_t at_ms, come;
    } rows[] = {
        { { 1, 1, 1, LOAD_SINE }, 12345, 1 },     { { 1, 9, 1000, LOAD_SINE }, 0, 1 },
        { { 1, 9, 1000, LOAD_SINE }, 250, 5 },    { { 1, 9, 1000, LOAD_SINE }, 500, 9 },
        { { 1, 9, 1000, LOAD_SINE }, 1000, 1 },   { { 0, 4, 1000, LOAD_RAMP }, 0, 0 },
        { { 0, 4, 1000, LOAD_RAMP }, 750, 3 },    { { 0, 4, 1000, LOAD_RAMP }, 1000, 0 },
        { { 2, 6, 1000, LOAD_SQUARE }, 499, 2 },  { { 2, 6, 1000, LOAD_SQUARE }, 500, 6 },
        { { 2, 6, 1000, LOAD_SQUARE }, 1499, 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(load_now(&rows[i].load, rows[i].at_ms), rows[i].come);
}

/* Four come each ten seconds, and there is one seat or none, or they need none: a fact. */
static void customers_come_together(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD
              "gameday.challenge { id = 'c', title = 'C',\n"
              "gameday.probe { id = 'crowd', every = '10s', earns = 10, costs = 4, load = 4, run = function(team)\n"
              "  if not team:recall 'free' then team.toybox.DeleteThing { name = 'seat' } end\n"
              "  return true end } } }");
    fact(&fixture, "free", "true");
    go(&fixture, 6000);
    assert_int_equal(fixture.team->probes[0].state, PROBE_GOOD);
    fact(&fixture, "free", "false");
    client_calls(&fixture, "CreateThing", "{\"name\":\"seat\"}");
    go(&fixture, 10000);
    assert_int_equal(fixture.team->probes[0].state, PROBE_ERROR);
    go(&fixture, 10000);
    expect_log(&fixture, "5 earned 10\n15 cost -1\n25 cost -4\n"); /* (10 - 3 * 4) / 4, rounded */
    end_game(&fixture);
}

/* ---- answers that nobody types ---- */

static void an_answer_is_the_state(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD "gameday.challenge { id = 'c', title = 'C', solved_when = 'answers', points = 5,\n"
                             "gameday.answer { id = 'thing', title = 'Make a thing', points = 30, every = '1m',\n"
                             "  state = function(team) return team:recall 'made' == true end } } }");
    go(&fixture, 70000);
    assert_int_equal(ledger_total(&fixture.team->ledger), 0);
    fact(&fixture, "made", "true");
    client_calls(&fixture, "CreateThing", "{\"name\":\"x\"}"); /* asked soon after, not only each minute */
    go(&fixture, 1000);
    assert_int_equal(ledger_total(&fixture.team->ledger), 35);
    assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_SOLVED);
    fact(&fixture, "made", "false");
    game_rebuild(fixture.game);
    go(&fixture, 120000);
    assert_int_equal(ledger_total(&fixture.team->ledger), 35); /* once right, it stays so */
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_are_drawn_by_the_seed),
        cmocka_unit_test(the_leader_draws_more),
        cmocka_unit_test(decks_go_on),
        cmocka_unit_test(loads_rise_and_fall),
        cmocka_unit_test(customers_come_together),
        cmocka_unit_test(an_answer_is_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
