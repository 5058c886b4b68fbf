/* The rules of the game, played by small packs on a stepped clock. Their probes and faults look at facts that the test sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/answer.h"
#include "game/hint.h"
#include "game/mark.h"
#include "game/message.h"
#include "game/news.h"
#include "game/view.h"

#define HEAD "local gameday = require 'gameday'\nreturn gameday.pack { id = 'p', title = 'P', duration = '45m',\n"
#define CUSTOMERS                                                                                                      \
    "gameday.probe { id = 'customers', every = '10s', earns = 10, costs = 5, run = function(team)\n"                   \
    "  if team:recall 'error' then team.toybox.DeleteThing { name = 'missing' } end\n"                                 \
    "  return team:recall 'good' == true, team:recall 'why' or 'no' end },\n"
#define FAULT(id, more)                                                                                                \
    "gameday.fault { id = '" id "', title = 'T " id                                                                    \
    "', points = { detection = 20, recovery = 60, full = '10s', none = '110s' },\n"                                    \
    "  mended = function(team) return team:recall 'mended-" id                                                         \
    "' == true end, hints = { 'one', 'two', 'three' },\n" more " },\n"
#define CHALLENGE(parts) "gameday.challenge { id = 'c', title = 'C', points = 100,\n" parts "},\n"

static void probes_pay_and_cost(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS) "}");
    go(&fixture, 15000);
    fact(&fixture, "good", "true");
    go(&fixture, 20000);
    fact(&fixture, "error", "true");
    go(&fixture, 20000);
    fact(&fixture, "error", "false");
    fact(&fixture, "good", "false");
    fact(&fixture, "why", "\"another reason\"");
    go(&fixture, 20000);
    expect_log(&fixture, "5 missed 0\n25 earned 10\n35 earned 10\n45 cost -5\n55 cost -5\n65 missed 0\n");
    cJSON *trouble = probe_trouble(fixture.team, 0);
    assert_string_equal(json_string(json_get(trouble, "why"), "en"), "another reason");
    assert_int_equal(json_int64(trouble, "since", 0) - fixture.game->phase.started_ms, 45000);
    cJSON_Delete(trouble);
    end_game(&fixture);
}

static void a_probe_says_where_to_look(void **state)
{
    static const struct {
        const char *shows, *look; /* NULL: nowhere */
    } rows[] = {
        { "toy:DescribeThing", "aws toybox describe-thing --name missing" },
        { "toy:WaitForThing", "aws toybox wait-for-thing --name missing" },
        { "toy:NoSuchThing", NULL },
        { "nothing:AtAll", NULL },
        { "toybox describe-thing --name {name} --of {nobody}", "aws toybox describe-thing --name missing --of …" },
        { "aws toybox list {", "aws toybox list " },
        { "aws toybox {} list {name}", "aws toybox  list missing" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = { 0 };
        open_game(&fixture, HEAD CHALLENGE(CUSTOMERS) "}");
        fact(&fixture, "error", "true");
        go(&fixture, 15000);
        char *look = lately_look(fixture.team, rows[i].shows);
        if (rows[i].look ? !look || strcmp(look, rows[i].look) != 0 : look != NULL)
            fail_msg("%s: %s", rows[i].shows, look ? look : "nothing");
        free(look);
        end_game(&fixture);
    }
}

static void an_error_says_what_failed_and_how_to_look(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS) "}");
    fact(&fixture, "error", "true");
    go(&fixture, 15000);
    cJSON *trouble = probe_trouble(fixture.team, 0);
    const cJSON *error = json_get(trouble, "error");
    assert_string_equal(json_string(error, "code"), "ThingDoesNotExist");
    assert_string_equal(json_string(error, "service"), "toy");
    assert_string_equal(json_string(error, "operation"), "DeleteThing");
    assert_string_equal(json_string(trouble, "call"), "aws toybox delete-thing --name missing");
    assert_string_equal(json_string(json_get(trouble, "why"), "en"),
                        "DeleteThing answered ThingDoesNotExist: There is no missing");
    cJSON_Delete(trouble);
    end_game(&fixture);
}

/* Two faults from the start: the second shows when the first is mended, and its time begins then. */
static void faults_layer(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true, shown_by = { 'toy:DescribeThing' }")
                                           FAULT("b", "from_start = true, shown_by = { 'toy:DescribeThing' }")) "}");
    struct trouble *a = &fixture.team->faults[0], *b = &fixture.team->faults[1];
    assert_int_equal(a->state, FAULT_STANDING);
    assert_int_equal(b->state, FAULT_STANDING);
    assert_true(a->surfaced_ms && !b->surfaced_ms);
    assert_int_equal(fault_of_number(fixture.team, 2), SIZE_MAX);
    go(&fixture, 40000);
    client_calls(&fixture, "DescribeThing", "{\"name\":\"x\"}");
    client_calls(&fixture, "DescribeThing", "{\"name\":\"x\"}");
    fact(&fixture, "mended-a", "true");
    go(&fixture, 20000); /* b still stands in the way of the customers: a is paid for all the same */
    assert_int_equal(a->state, FAULT_RECOVERED);
    assert_int_equal(b->surfaced_ms - fixture.game->phase.started_ms, 45000);
    client_calls(&fixture, "DescribeThing", "{\"name\":\"x\"}");
    fact(&fixture, "mended-b", "true");
    go(&fixture, 20000); /* mended, but the customers are not content yet */
    assert_int_equal(b->state, FAULT_STANDING);
    fact(&fixture, "good", "true");
    go(&fixture, 10000);
    assert_int_equal(b->state, FAULT_RECOVERED);
    expect_log(&fixture, "5 missed 0\n40 detected 14\n45 recovered 39\n60 detected 19\n"
                         "85 earned 10\n85 recovered 54\n85 solved 100\n");
    end_game(&fixture);
}

static void a_fault_that_needs_another_waits_for_it(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true")
                                           FAULT("b", "from_start = true, needs = { 'a' }")) "}");
    fact(&fixture, "mended-b", "true");
    go(&fixture, 30000);
    assert_int_equal(fixture.team->faults[1].mended_ms, 0);
    fact(&fixture, "mended-a", "true");
    go(&fixture, 10000);
    assert_true(fixture.team->faults[1].mended_ms);
    end_game(&fixture);
}

static void what_breaks_again_must_be_mended_again(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true")) "}");
    fact(&fixture, "mended-a", "true");
    go(&fixture, 10000);
    assert_true(fixture.team->faults[0].mended_ms);
    fact(&fixture, "mended-a", "false");
    fact(&fixture, "good", "true");
    fixture.team->probes[0].state = PROBE_WRONG;
    client_calls(&fixture, "CreateThing", "{\"name\":\"x\"}"); /* whatever the team changes makes us ask soon */
    go(&fixture, 600);
    assert_int_equal(fixture.team->faults[0].mended_ms, 0);
    assert_int_equal(fixture.team->faults[0].state, FAULT_STANDING);
    end_game(&fixture);
}

static void a_fault_may_leave_by_itself(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true, during = '30s'")) "}");
    go(&fixture, 29000);
    assert_int_equal(fixture.team->faults[0].state, FAULT_STANDING);
    go(&fixture, 2000);
    assert_int_equal(fixture.team->faults[0].state, FAULT_GONE);
    fact(&fixture, "mended-a", "true");
    fact(&fixture, "good", "true");
    go(&fixture, 20000);
    assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_OPEN); /* nothing was repaired */
    end_game(&fixture);
}

/* Without shown_by: a look at what the breaking touched, by the team's own client, and at nothing else. */
static void any_look_at_what_was_touched_detects(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true, breaks = function(team) "
                                                            "team.toybox.CreateThing { name = 'broken' } end")) "}");
    client_calls(&fixture, "DescribeThing", "{\"name\":\"sound\"}");
    client_calls(&fixture, "CreateThing", "{\"name\":\"broken\"}");
    assert_int_equal(fixture.team->faults[0].detected_ms, 0);
    client_calls(&fixture, "DescribeThing", "{\"name\":\"broken\"}");
    assert_true(fixture.team->faults[0].detected_ms);
    end_game(&fixture);
}

/* The newest five hundred, newest first; pages of them join; errors alone. */
static void recent_calls_are_a_ring(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE("") "}");
    assert_null(recent_before(&fixture.team->recents, 0));
    for (int i = 0; i < RECENT_CALLS + 50; i++)
        client_calls(&fixture, i % 10 ? "DescribeThing" : "DeleteThing", "{\"name\":\"missing\"}");
    uint64_t before = 0, count = 0;
    for (const struct recent *at; (at = recent_before(&fixture.team->recents, before)); before = at->seq, count++)
        assert_true(before == 0 ? at->seq == RECENT_CALLS + 50 : at->seq == before - 1);
    assert_int_equal(count, RECENT_CALLS);
    cJSON *calls = view_calls(fixture.team, 0, false, STR_NONE, 100);
    assert_int_equal(cJSON_GetArraySize(calls), 100);
    assert_int_equal(json_int64(calls->child, "seq", 0), RECENT_CALLS + 50);
    cJSON_Delete(calls);
    calls = view_calls(fixture.team, 541, true, STR("toy"), 100);
    assert_int_equal(cJSON_GetArraySize(calls), 49);
    assert_int_equal(json_int64(calls->child, "seq", 0), 531);
    assert_string_equal(json_string(calls->child, "code"), "ThingDoesNotExist");
    assert_int_equal(json_int64(calls->child, "status", 0), 404);
    assert_string_equal(json_string(calls->child, "by"), "client");
    cJSON_Delete(calls);
    calls = view_calls(fixture.team, 0, false, STR("states"), 100);
    assert_int_equal(cJSON_GetArraySize(calls), 0);
    cJSON_Delete(calls);
    end_game(&fixture);
}

static void hints_are_bought_in_order(void **state)
{
    struct fixture fixture = { 0 };
    const char *why;
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true")) "}");
    assert_false(hint_buy(fixture.team, 0, 2, &why));
    assert_false(hint_buy(fixture.team, 0, 0, &why));
    assert_true(hint_buy(fixture.team, 0, 1, &why));
    assert_false(hint_buy(fixture.team, 0, 1, &why));
    assert_true(hint_buy(fixture.team, 0, 2, &why));
    assert_true(hint_buy(fixture.team, 0, 3, &why));
    assert_false(hint_buy(fixture.team, 0, 4, &why));
    assert_int_equal(ledger_total(&fixture.team->ledger), -35);
    cJSON *views = hints_view(fixture.team, 0);
    assert_int_equal(cJSON_GetArraySize(views), 3);
    assert_string_equal(json_string(json_get(views->child, "text"), "en"), "one");
    cJSON_Delete(views);
    end_game(&fixture);
}

static const char timeline[] = HEAD
    "story = { 'tale' },\n"
    "gameday.story { id = 'tale', gameday.step { id = 'one', message = 'one' },\n"
    "  gameday.step { id = 'two', after = '30s', run = function(team) team:remember('told', true) end },\n"
    "  gameday.step { id = 'three', after = '30s', message = 'three' } },\n" CHALLENGE(CUSTOMERS FAULT(
        "a",
        "breaks = function(team) end")) "gameday.challenge { id = 'later', title = 'L', unlock = '00:03' },\n"
                                        "gameday.challenge { id = 'richer', title = 'R', unlock = { score = 50 } },\n"
                                        "gameday.challenge { id = 'by-hand', title = 'H', unlock = 'hand' },\n"
                                        "gameday.challenge { id = 'behind', title = 'B', unlock = { after = 'c' } },\n"
                                        "timeline = { { at = '00:01', message = 'a minute' }, { at = '00:02', break_ = "
                                        "'a' },\n"
                                        "  { at = '00:04', message = 'again', every = '1m', until_ = '00:06' }, { "
                                        "at_score = 30, message = 'rich' } } }";

static const char *messages_of(struct fixture *fixture, struct arena *arena)
{
    struct buf text = BUF_EMPTY;
    struct cursor at = store_seek(fixture->world->store, game_house, &game_messages, NULL, STR_NONE, false);
    while (store_next(&at))
        buf_printf(&text, "%lld %s\n",
                   (long long)(json_int64(json_root(at.row), "at", 0) - fixture->game->phase.started_ms) / 1000,
                   json_string(json_get(json_root(at.row), "text"), "en"));
    const char *copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static void the_timeline_comes_in_its_time(void **state)
{
    struct fixture fixture = { 0 };
    struct arena *arena = arena_new();
    open_game(&fixture, timeline);
    const struct challenge *challenges = fixture.team->challenges;
    go(&fixture, 119000);
    assert_int_equal(fixture.team->faults[0].state, FAULT_ASLEEP);
    go(&fixture, 2000);
    assert_int_equal(fixture.team->faults[0].state, FAULT_STANDING);
    assert_int_equal(challenges[1].state, CHALLENGE_LOCKED);
    go(&fixture, 60000);
    assert_int_equal(challenges[1].state, CHALLENGE_OPEN);
    assert_int_equal(challenges[2].state, CHALLENGE_LOCKED);
    fact(&fixture, "good", "true");
    go(&fixture, 60000);
    assert_int_equal(challenges[2].state, CHALLENGE_OPEN);
    assert_int_equal(challenges[3].state, CHALLENGE_LOCKED);
    assert_int_equal(challenges[4].state, CHALLENGE_LOCKED);
    fact(&fixture, "mended-a", "true");
    go(&fixture, 300000);
    assert_int_equal(challenges[0].state, CHALLENGE_SOLVED);
    assert_int_equal(challenges[4].state, CHALLENGE_OPEN);
    assert_string_equal(messages_of(&fixture, arena),
                        "0 one\n60 a minute\n60 three\n205 rich\n240 again\n300 again\n360 again\n");
    arena_free(arena);
    end_game(&fixture);
}

/* When a probe has last asked is written down where it found something new. */
static void blank_times_of_probes(char *view)
{
    static const char *const marks[] = { "\"state\":\"good\",\"at\":", "\"state\":\"wrong\",\"at\":" };
    for (size_t i = 0; i < 2; i++)
        for (char *at = view; (at = strstr(at, marks[i]));) {
            at += strlen(marks[i]);
            memset(at, '0', strspn(at, "0123456789"));
        }
}

/* From rows alone it stands as it stood, at any time; and it goes on. */
static void it_is_rebuilt_from_rows(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, timeline);
    for (int step = 0; step < 12; step++) {
        struct buf before = BUF_EMPTY, after = BUF_EMPTY;
        if (step == 6)
            fact(&fixture, "good", "true");
        if (step == 9)
            fact(&fixture, "mended-a", "true");
        go(&fixture, 29300);
        cJSON *view = view_team(fixture.team, STR("h"), true);
        json_print(&before, view);
        cJSON_Delete(view);
        game_rebuild(fixture.game);
        view = view_team(fixture.team, STR("h"), true);
        json_print(&after, view);
        cJSON_Delete(view);
        blank_times_of_probes(before.at);
        blank_times_of_probes(after.at);
        if (strcmp(after.at, before.at) != 0) {
            size_t same = 0;
            while (after.at[same] == before.at[same])
                same++;
            fail_msg("step %d: …%.200s\n--- but it was\n…%.200s", step, after.at + (same > 80 ? same - 80 : 0),
                     before.at + (same > 80 ? same - 80 : 0));
        }
        buf_release(&before);
        buf_release(&after);
    }
    assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_SOLVED);
    end_game(&fixture);
}

static void a_rewind_is_written_into_the_log(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true")) "}");
    const char *why;
    fact(&fixture, "good", "true");
    go(&fixture, 21000);
    mark_make(fixture.game, STR("here"));
    int64_t marked = clock_now(fixture.world->clock), total = ledger_total(&fixture.team->ledger);
    go(&fixture, 20000);
    assert_true(hint_buy(fixture.team, 0, 1, &why));
    cJSON *marks = marks_view(fixture.game);
    assert_int_equal(cJSON_GetArraySize(marks), 1);
    int64_t mark = json_int64(marks->child, "mark", 0);
    cJSON_Delete(marks);
    assert_false(mark_rewind(fixture.game, mark + 1000));
    assert_true(mark_rewind(fixture.game, mark));
    assert_int_equal(clock_now(fixture.world->clock), marked);
    assert_int_equal(ledger_total(&fixture.team->ledger), total);
    expect_log(&fixture, "5 earned 10\n15 earned 10\n25 earned 10\n35 earned 10\n41 hint -5\n21 rewound -15\n");
    assert_true(hint_buy(fixture.team, 0, 1, &why)); /* nor was the hint ever bought */
    go(&fixture, 10000);
    assert_int_equal(ledger_total(&fixture.team->ledger), total - 5 + 10);
    end_game(&fixture);
}

struct judged {
    int told;
    bool right;
    const char *refusal;
};

static void told(void *data, bool right, const cJSON *reason, const char *refusal)
{
    *(struct judged *)data = (struct judged){ ((struct judged *)data)->told + 1, right, refusal };
}

/* When it comes within its window, and whether at all, is the seed's to say. */
static void windows_and_chances_are_drawn_by_the_seed(void **state)
{
    static const uint64_t seeds[] = { 1, 1, 2, 3, 4, 5 };
    int64_t came_ms[sizeof seeds / sizeof *seeds];
    bool differs = false;
    size_t lucky = 0;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct fixture fixture = { .seed = seeds[i] };
        open_game(
            &fixture,
            HEAD CHALLENGE(FAULT("a", "breaks = function(team) end") FAULT(
                "b", "breaks = function(team) end")) "timeline = { { at = '00:01', window = '3m', break_ = 'a' },\n"
                                                     "  { at = '00:05', chance = 0.5, break_ = 'b' } } }");
        go(&fixture, 300000);
        came_ms[i] = fixture.team->faults[0].broken_ms - fixture.game->phase.started_ms;
        assert_true(came_ms[i] >= 60000 && came_ms[i] <= 240000);
        differs = differs || came_ms[i] != came_ms[0];
        lucky += fixture.team->faults[1].state != FAULT_ASLEEP;
        end_game(&fixture);
    }
    assert_int_equal(came_ms[0], came_ms[1]);
    assert_true(differs);
    assert_true(lucky > 0 && lucky < sizeof seeds / sizeof *seeds);
}

static void answers_are_judged(void **state)
{
    static const struct {
        const char *id, *text;
        bool right, refused;
        const char *why;
    } rows[] = {
        { "word", "nothing", false, false, "another word" },
        { "word", "  Shadowfax ", true, false, "case and blanks do not count" },
        { "word", "shadowfax", false, true, "it was answered already" },
        { "number", "3.2", false, false, "too far off" },
        { "number", "3.14", true, false, "near enough" },
        { "number", "3", false, true, "answered" },
        { "arn", "arn:aws:toy::A", false, false, "an ARN's case counts" },
        { "arn", "arn:aws:toy::a", true, false, "the ARN" },
        { "lua", "no", false, false, "the pack says no" },
        { "lua", "no", false, false, "the pack says no again" },
        { "lua", "yes", false, true, "two tries it was" },
        { "none", "x", false, true, "no such question" },
        { "arn", "", false, true, "nothing was typed" },
    };
    struct fixture fixture = { 0 };
    open_game(&fixture,
              HEAD "gameday.challenge { id = 'c', title = 'C', solved_when = 'answers',\n"
                   "gameday.answer { id = 'word', title = 'W', value = 'shadowfax', points = 1 },\n"
                   "gameday.answer { id = 'number', title = 'N', value = 3.1, tolerance = 0.05, points = 2 },\n"
                   "gameday.answer { id = 'arn', title = 'A', value = 'arn:aws:toy::a', arn = true, points = 4 },\n"
                   "gameday.answer { id = 'lua', title = 'L', tries = 2, points = 8, right = function(team, text) "
                   "return text == 'yes' end } } }");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judged judged = { 0 };
        answer_give(fixture.team, 0, rows[i].id, str_of(rows[i].text), told, &judged);
        go(&fixture, 10);
        if (judged.told != 1 || judged.right != rows[i].right || (judged.refusal != NULL) != rows[i].refused)
            fail_msg("%s: %s %s", rows[i].why, judged.right ? "right" : "wrong", judged.refusal ? judged.refusal : "");
    }
    assert_int_equal(ledger_total(&fixture.team->ledger), 7);
    assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_OPEN);
    end_game(&fixture);
}

static void it_ends(void **state)
{
    struct fixture fixture = { 0 };
    const char *why;
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS FAULT("a", "from_start = true")) "}");
    fact(&fixture, "good", "true");
    go(&fixture, 45 * 60000);
    assert_int_equal(fixture.game->phase.state, GAME_ENDED);
    int64_t total = ledger_total(&fixture.team->ledger);
    go(&fixture, 60000);
    assert_int_equal(ledger_total(&fixture.team->ledger), total);
    assert_false(hint_buy(fixture.team, 0, 1, &why));
    game_rebuild(fixture.game);
    go(&fixture, 60000);
    assert_int_equal(fixture.game->phase.state, GAME_ENDED);
    assert_int_equal(ledger_total(&fixture.team->ledger), total);
    end_game(&fixture);
}

static void ties_go_to_who_was_first(void **state)
{
    struct fixture fixture = { .teams = 3 };
    open_game(&fixture, HEAD CHALLENGE("") "}");
    struct team **teams = fixture.game->teams;
    static const struct {
        size_t team;
        int64_t points;
    } entries[] = { { 2, 10 }, { 0, 5 }, { 1, 10 }, { 0, 5 } };
    for (size_t i = 0; i < 4; i++) {
        score_add(teams[entries[i].team], &(struct score_note){ .kind = SCORE_BONUS,
                                                                .points = entries[i].points,
                                                                .reason_taken = words_of("r", NULL),
                                                                .challenge = OF_NO_CHALLENGE });
        go(&fixture, 1000);
    }
    assert_int_equal(team_rank(teams[2], INT64_MAX), 1);
    assert_int_equal(team_rank(teams[1], INT64_MAX), 2);
    assert_int_equal(team_rank(teams[0], INT64_MAX), 3);
    cJSON *rows = view_board_rows(fixture.game, fixture.game->phase.started_ms + 2500);
    assert_string_equal(json_string(rows->child, "team"), teams[2]->account);
    assert_int_equal(json_int64(rows->child->next->next, "score", 0), 5);
    cJSON_Delete(rows);
    end_game(&fixture);
}

static void a_probe_may_run_on_what_the_team_does(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD "gameday.challenge { id = 'c', title = 'C',\n"
                             "gameday.probe { id = 'eager', every = '10m', earns = 10, on = { 'toy:CreateThing' },\n"
                             "  run = function(team) return true end } } }");
    go(&fixture, 5000);
    client_calls(&fixture, "DescribeThing", "{\"name\":\"x\"}");
    go(&fixture, 5000);
    client_calls(&fixture, "CreateThing", "{\"name\":\"x\"}");
    go(&fixture, 5000);
    expect_log(&fixture, "5 earned 10\n10 earned 10\n");
    end_game(&fixture);
}

/* A story's steps know where they stand; a pack's Lua may give points, speak, break and ask how things are. */
static void a_pack_asks_the_game(void **state)
{
    struct fixture fixture = { 0 };
    struct arena *arena = arena_new();
    open_game(&fixture, HEAD
              "story = { 'tale' },\n"
              "gameday.story { id = 'tale', gameday.step { id = 'one', after = '10s', run = function(team)\n"
              "  team:score(7, 'well done', 'c'); team:message 'to you'; team:break_ 'a'\n"
              "  gameday.wait '5s'\n"
              "  local status = team:status(); team:remember('status', status)\n"
              "  team:hint('a', 1); team:mend 'a'; team:unlock 'shut'; team:solve 'shut'; team:name_team 'Muffins' end "
              "} },\n" CHALLENGE(
                  FAULT("a", "breaks = function(team) end")) "gameday.challenge { id = 'shut', title = 'S', unlock = "
                                                             "'hand', solved_when = 'hand', points = 11 } }");
    go(&fixture, 20000);
    expect_log(&fixture, "10 bonus 7\n15 hint -5\n15 solved 11\n");
    assert_string_equal(messages_of(&fixture, arena), "10 to you\n");
    assert_int_equal(fixture.team->faults[0].state, FAULT_GONE);
    assert_string_equal(team_name(fixture.team), "Muffins");
    struct json *row = store_get(fixture.world->store, game_house, &game_memories, STR(TEAM "/status"));
    const cJSON *status = json_get(json_root(row), "value");
    assert_int_equal(json_int64(status, "score", 0), 7);
    assert_int_equal(json_int64(status, "elapsed_ms", 0), 15000);
    assert_string_equal(json_get(status, "broken")->child->valuestring, "a");
    arena_free(arena);
    end_game(&fixture);
}

/* A burst is let through, then so many a second; the pack and the cloud itself are not counted. */
static void a_team_may_ask_only_so_often(void **state)
{
    struct fixture fixture = { .teams = 2 };
    const char *why;
    const struct wire_request request = { 0 };
    int admitted = 0;
    open_game(&fixture, HEAD CHALLENGE("") "}");
    struct call *call = call_new(fixture.cloud, STR("toybox"), STR("DescribeThing"), &why);
    for (int i = 0; i < 2 * REQUESTS_A_SECOND; i++) {
        call->request = &request;
        assert_int_equal(limit_admit(fixture.team, call), CALL_DONE);
    }
    for (int i = 0; i < 100000; i++)
        admitted += limit_admit(fixture.team, call) == CALL_DONE;
    assert_true(admitted < 100000);
    assert_ptr_equal(call->error.kind, &ERROR_THROTTLING);
    assert_int_equal(limit_admit(fixture.game->teams[1], call), CALL_DONE);
    call->request = NULL;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(limit_admit(fixture.team, call), CALL_DONE);
    call_free(call);
    end_game(&fixture);
}

static void a_broken_setup_is_told_and_an_edit_mends_it(void **state)
{
    struct fixture fixture = { 0 };
    open_game(&fixture, HEAD CHALLENGE(CUSTOMERS) "}");
    go(&fixture, 5000);
    write_pack(&fixture, HEAD CHALLENGE(CUSTOMERS) "oops");
    script_reload(fixture.game->script);
    go(&fixture, 1000);
    assert_int_equal(fixture.game->revision, 1);
    assert_string_equal(fixture.game->notices.kept[1].level, "error");
    write_pack(&fixture,
               HEAD CHALLENGE(CUSTOMERS) "gameday.challenge { id = 'new', title = 'N',\n"
                                         "setup = function(team) team:remember('set-up', true) end, " CUSTOMERS "} }");
    script_reload(fixture.game->script);
    fact(&fixture, "good", "true");
    go(&fixture, 20000);
    assert_int_equal(fixture.game->revision, 2);
    assert_int_equal(fixture.team->challenges[1].state, CHALLENGE_OPEN);
    assert_int_equal(fixture.team->probes[1].state, PROBE_GOOD);
    expect_log(&fixture, "5 missed 0\n11 earned 10\n15 earned 10\n21 earned 10\n25 earned 10\n");
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_pay_and_cost),
        cmocka_unit_test(a_probe_says_where_to_look),
        cmocka_unit_test(an_error_says_what_failed_and_how_to_look),
        cmocka_unit_test(faults_layer),
        cmocka_unit_test(a_fault_that_needs_another_waits_for_it),
        cmocka_unit_test(what_breaks_again_must_be_mended_again),
        cmocka_unit_test(a_fault_may_leave_by_itself),
        cmocka_unit_test(any_look_at_what_was_touched_detects),
        cmocka_unit_test(recent_calls_are_a_ring),
        cmocka_unit_test(hints_are_bought_in_order),
        cmocka_unit_test(the_timeline_comes_in_its_time),
        cmocka_unit_test(it_is_rebuilt_from_rows),
        cmocka_unit_test(a_rewind_is_written_into_the_log),
        cmocka_unit_test(windows_and_chances_are_drawn_by_the_seed),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(it_ends),
        cmocka_unit_test(ties_go_to_who_was_first),
        cmocka_unit_test(a_probe_may_run_on_what_the_team_does),
        cmocka_unit_test(a_pack_asks_the_game),
        cmocka_unit_test(a_team_may_ask_only_so_often),
        cmocka_unit_test(a_broken_setup_is_told_and_an_edit_mends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
