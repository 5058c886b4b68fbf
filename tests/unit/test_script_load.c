/* Packs are read, refused, edited; their process is killed and comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_cloud.h"

#include <signal.h>

#include "pack_fixture.h"

#define GOOD "{\"good\":true,\"share\":1}"

/* ---- what is refused: the pack's text behind `return gameday.pack {…`, and the sentence ---- */

#define CLOUD(what) "gameday.fault { id = 'f', title = 'F', during = '1m',\non = 'toy:*', " what " } }"

static const struct {
    const char *pack, *said;
} refused[] = {
    { PACK("") "titel = 'x' }", "pack.lua:4: pack has no field 'titel' (title)" },
    { "local gameday = require 'gameday'\nreturn gameday.pack { id = 'p', title = 'P' }",
      "pack.lua:2: pack 'p' needs the field 'duration'" },
    { "return 1", "pack.lua:1: pack.lua should end with `return gameday.pack { … }`" },
    { "local x = = 1", "pack.lua:1: unexpected symbol near '='" },
    { "\n\nwhile true do end",
      "pack.lua:3: it ran too long (more than 5,000,000 instructions): is there a loop without an end?" },
    { PACK("") "gameday.fault {\n id = 'f', title = 'F',\n brakes = print } }",
      "pack.lua:6: fault has no field 'brakes' (breaks)" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', mended = print } }",
      "pack.lua:4: fault 'f' needs `breaks` (a fault of the account), or `on` with `wire`, `life` or `call` (one of "
      "the cloud)" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', breaks = print } }",
      "pack.lua:4: fault 'f' needs `mended`, a function that says when it is repaired" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', breaks = print,\nmended = print, during = 'soon' } }",
      "pack.lua:5: fault: during should be a duration such as \"20s\", \"10m\" or \"1h30m\"" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', on = 'toy:*', call = print, point = 'befor', during = '1m' } }",
      "pack.lua:4: fault: point is one of 'before', 'after', 'authorise', 'transition', 'invoke', 'lifecycle' "
      "(before)" },
    { PACK("") "gameday.probe { id = 'x', run = print } }",
      "pack.lua:4: pack: what stands at place 1 is a probe, not a challenge or a story or a fault or a reaction or a "
      "lambda or "
      "an image or a deck or a watch" },
    { PACK("") "gameday.watch { id = 'w', on = 'toy:Think', run = print } }",
      "pack.lua:4: watch 'w': this cloud has no rows of the kind 'toy:Think' (toy:Thing)" },
    { PACK("") "gameday.watch { id = 'w', on = 'Thing', run = print } }",
      "pack.lua:4: watch 'w': a kind of rows is written as \"sagemaker:Endpoint\"" },
    { PACK("") "gameday.watch { id = 'w', on = 'toy:Thing', what = 'mad', run = print } }",
      "pack.lua:4: watch: what is one of 'made', 'changed', 'gone' (made)" },
    { PACK("") "gameday.watch { id = 'w', on = 'toy:*', run = print },\ngameday.watch { id = 'w', on = 'toy:*', run = "
               "print } }",
      "pack.lua:5: two watches are called 'w'" },
    { PACK("local f = gameday.fault { id = 'f', title = 'F', breaks = print, mended = print }\n") "f, f }",
      "pack.lua:2: two faults are called 'f'" },
    { PACK("") "timeline = { ['00:05'] = { break_ = 'role' } },\n"
               "gameday.fault { id = 'roles', title = 'F', breaks = print, mended = print } }",
      "pack.lua:4: there is no fault 'role' (roles)" },
    { PACK("") "timeline = { ['half past'] = 'x' } }", "pack.lua:4: timeline: half past should be a time since the "
                                                       "start such as \"00:20\" (hours and minutes) or \"20m\"" },
    { PACK("") "story = 'x' }", "pack.lua:4: there is no story 'x'" },
    { PACK("require 'faults.roles'\n") "}", "pack.lua:2: the pack has no file 'faults/roles.lua' (faults.role)" },
    { PACK("") "gameday.challenge { id = 'a b', title = 'C' } }",
      "pack.lua:4: challenge: id should be an id: letters, digits, '-', '_' and '.', at most 64" },
    { PACK("") "gameday.story { id = 's', message = { 'hi', from = 'cto' } } }",
      "pack.lua:4: message: hi stands there without a name" },
    { PACK("") CLOUD("wire = { latancy = '1s' }"), "pack.lua:5: wire has no field 'latancy' (latency)" },
    { PACK("") CLOUD("wire = { chance = 0.5 }"),
      "pack.lua:5: wire says nothing: it wants one of latency, throttle, fail, "
      "reset, slow, truncate, stale, skew" },
    { PACK("") CLOUD("wire = { { latency = '1s' }, { throttle = { rat = 2 } } }"),
      "pack.lua:5: throttle has no field 'rat' (rate)" },
    { PACK("") CLOUD("wire = { throttle = 0 }"), "pack.lua:5: wire: throttle should be a number above 0" },
    { PACK("") CLOUD("wire = { reset = 'aftre' }"), "pack.lua:5: wire: reset is one of 'before', 'after' (after)" },
    { PACK("") CLOUD("wire = { skew = 'late' }"),
      "pack.lua:5: wire: skew should be a time ahead or behind such as \"10m\" or \"-15m\"" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', during = '1m', wire = { latency = 1 },\non = 'toy:CraeteThing' "
               "} }",
      "pack.lua:5: fault 'f': toy has no operation 'CraeteThing' (CreateThing)" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', during = '1m', wire = { latency = 1 },\non = "
               "'toybx:CreateThing' } }",
      "pack.lua:5: fault 'f': this cloud has no service 'toybx' (toybox)" },
    { PACK("") "gameday.challenge { id = 'c', title = 'C', gameday.probe { id = 'a', run = print, on = 'toy:MakeThing' "
               "} } }",
      "pack.lua:4: probe 'a': toy has no operation 'MakeThing' (MissThing)" },
    { PACK("") CLOUD("life = { fail = 'x' }"), "pack.lua:5: life has no field 'fail' (fails)" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', during = '1m', wire = { latency = '1s' } } }",
      "pack.lua:4: fault 'f': a fault of the cloud has `on` and one of `wire`, `life` and `call`" },
    { PACK("") "gameday.deck { id = 'd', cards = { 'g' } } }", "pack.lua:4: there is no fault 'g'" },
    { PACK("") "timeline = { ['00:05'] = { deck = 'd' } } }", "pack.lua:4: there is no deck 'd'" },
    { PACK("") "translations = { ko = { 'x' } } }",
      "pack.lua:4: translations.ko should be texts by their English text" },
    { PACK("") "gameday.challenge { id = 'c', title = 'C', gameday.answer { id = 'a', title = 'A' } } }",
      "pack.lua:4: answer 'a' needs one of `value`, `right` (a function that judges what is typed) and `state` (a "
      "function that "
      "judges the account)" },
    { PACK("") "gameday.challenge { id = 'c', title = 'C', gameday.probe { id = 'a', run = print, load = 99 } } }",
      "pack.lua:4: load: most is 1 to 32, least no more than most" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', breaks = print, mended = print,\npoints = { curve = "
               "'exponential' } } }",
      "pack.lua:5: points: a curve that is exponential says after what time half is left: half = \"5m\"" },
    { PACK("local t = gameday.team\n") "}", "pack.lua:2: gameday has no 'team'" },
};

static int tell_wrong(const char *pack, const char *got, const char *said)
{
    print_error("%s\n%s--- but it should be\n%s\n", pack, got, said);
    return 1;
}

static void mistakes_are_refused(void **state)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct theatre theatre;
        struct buf said = BUF_EMPTY;
        raise_theatre(&theatre);
        write_pack_file(&theatre, "pack.lua", refused[i].pack);
        write_pack_file(&theatre, "faults/role.lua", "return 1");
        open_theatre(&theatre);
        buf_printf(&said, "%s\n", refused[i].said);
        if (theatre.loads != 0 || theatre.refusals != 1 || strcmp(theatre.log.at, said.at) != 0)
            wrong += tell_wrong(refused[i].pack, buf_str(&theatre.log).at, said.at);
        assert_null(script_declaration(theatre.script));
        expect_play(&theatre, "probe/c/p", ":0: the pack has no probe/c/p just now", "nothing plays");
        buf_release(&said);
        strike_theatre(&theatre);
    }
    assert_int_equal(wrong, 0);
}

/* Sources that no parser should have to bear. */
static void monsters_are_refused(void **state)
{
    static const struct {
        const char *piece, *said;
        size_t count;
    } monsters[] = {
        { "(", "pack.lua:0: C stack overflow", 100000 },
        { "{", "pack.lua:0: C stack overflow", 100000 },
        { "local a = 1 ", "pack.lua:1: too many local variables", 300 },
        { "\x1bLua", "pack.lua:0: attempt to load a binary chunk", 1 },
    };
    for (size_t i = 0; i < sizeof monsters / sizeof *monsters; i++) {
        struct theatre theatre;
        struct buf pack = BUF_EMPTY;
        buf_add_text(&pack, i < 2 ? "return " : "");
        for (size_t count = 0; count < monsters[i].count; count++)
            buf_add_text(&pack, monsters[i].piece);
        open_pack(&theatre, pack.at);
        buf_release(&pack);
        if (theatre.refusals != 1 || strncmp(theatre.log.at, monsters[i].said, strlen(monsters[i].said)) != 0)
            fail_msg("%s", theatre.log.at);
        strike_theatre(&theatre);
    }
}

/* ---- what is declared ---- */

static const char everything[] = PACK(
    "") "brief = { en = 'b', ko = '비' }, start = '2026-11-10T10:00:00Z', durations = { sagemaker = 0.2 }, story = "
        "'briefing',\n"
        "guide = { en = 'guide.en.md' }, characters = { cto = { name = 'Kim' } },\n"
        "timeline = { ['00:05'] = { break_ = 'f' }, ['20m'] = { 'briefing', { mend = 'f', every = '5m', until_ = "
        "'00:40' } },\n"
        "  { at_score = 500, message = 'well done' }, ['00:00'] = gameday.message { text = 'hi', from = 'cto' } },\n"
        "gameday.story { id = 'briefing', gameday.step { id = 'hello', message = 'hi', after = '5s' },\n"
        "  gameday.step { id = 'run', run = print } },\n"
        "gameday.challenge { id = 'c', title = 'C', setup = print, unlock = { after = 'd' },\n"
        "  gameday.probe { id = 'p', every = '20s', earns = 10, costs = 5, run = print },\n"
        "  gameday.answer { id = 'a', title = 'A', value = 42, tolerance = 1 },\n"
        "  gameday.fault { id = 'f', title = 'F', breaks = print, mended = print, hints = { 'one', { en = 'two', ko = "
        "'둘', price = 7 } },\n"
        "    points = { recovery = 80, full = '1m' }, shown_by = 'toy:DescribeThing' },\n"
        "  gameday.fault { id = 'g', title = 'G', on = { 'toy:*' }, call = print, during = '10m', needs = 'f', chance "
        "= 0.5 } },\n"
        "gameday.challenge { id = 'd', title = 'D' }, gameday.lambda('book', print) }";

static const char declared[] =
    "{\"brief\":{\"en\":\"b\",\"ko\":\"비\"},\"challenges\":[{\"answers\":[{\"id\":\"a\","
    "\"kind\":\"number\",\"points\":50,"
    "\"title\":{\"en\":\"A\"},\"tolerance\":1,\"value\":42}],\"faults\":[{\"check_ms\":5000,"
    "\"from_start\":false,\"has_breaks\":true,"
    "\"has_mended\":true,\"hints\":[{\"price\":5,\"text\":{\"en\":\"one\"}},{\"price\":7,"
    "\"text\":{\"en\":\"two\",\"ko\":\"둘\"}}],"
    "\"id\":\"f\",\"kind\":\"state\",\"learnt\":{\"en\":\"two\",\"ko\":\"둘\"},\"mended_at\":{\"file\":\"pack.lua\","
    "\"line\":13},\"needs\":[],"
    "\"points\":{\"curve\":\"linear\",\"detection\":20,\"full_ms\":60000,"
    "\"none_ms\":1800000,\"recovery\":80},\"shown_by\":[\"toy:DescribeThing\"],"
    "\"title\":{\"en\":\"F\"}},{\"chance\":0.5,"
    "\"check_ms\":5000,\"during_ms\":600000,\"from_start\":false,\"has_breaks\":false,\"has_"
    "mended\":false,\"hints\":[],\"id\":\"g\","
    "\"kind\":\"cloud\",\"needs\":[\"f\"],\"on\":[\"toy:*\"],\"point\":\"before\","
    "\"points\":{\"curve\":\"linear\",\"detection\":20,\"full_ms\":120000,"
    "\"none_ms\":1800000,\"recovery\":60},\"shown_by\":[],\"title\":{\"en\":\"G\"}}],\"has_"
    "setup\":true,\"id\":\"c\",\"points\":100,"
    "\"probes\":[{\"costs\":5,\"earns\":10,\"every_ms\":20000,\"id\":\"p\",\"starts_ms\":0}]"
    ",\"solved_when\":\"faults\",\"title\":{\"en\":"
    "\"C\"},\"unlock\":{\"after\":[\"d\"],\"by\":\"after\"}},{\"answers\":[],\"faults\":[],"
    "\"has_setup\":false,\"id\":\"d\",\"points\":100,"
    "\"probes\":[],\"solved_when\":\"faults\",\"title\":{\"en\":\"D\"},\"unlock\":{\"by\":"
    "\"start\"}}],\"characters\":{\"cto\":{\"name\":"
    "{\"en\":\"Kim\"}}},\"currency\":\"points\",\"decks\":[],\"duration_ms\":2700000,\"durations\":{\"*"
    "\":1,\"sagemaker\":0.2},\"faults\":[],\"guide\":"
    "{\"en\":\"guide.en.md\"},\"id\":\"p\",\"images\":[],\"lambdas\":[\"book\"],\"players\":[],\"reactions\":[],"
    "\"solution\":[{\"after_"
    "ms\":30000,\"id\":\"f\",\"mends\":\"f\"},"
    "{\"after_ms\":10000,\"id\":\"step-2\",\"title\":{\"en\":\"name\"}}],\"start_ms\":"
    "1794304800000,\"stories\":[{\"id\":\"briefing\",\"steps\":[{"
    "\"after_ms\":5000,\"has_run\":false,\"id\":\"hello\",\"message\":{\"from\":\"cto\","
    "\"level\":\"info\",\"text\":{\"en\":\"hi\"}}},{"
    "\"after_ms\":0,\"has_run\":true,\"id\":\"run\"}]}],\"story\":[\"briefing\"],"
    "\"timeline\":[{\"at_ms\":0,\"message\":{\"from\":\"cto\","
    "\"level\":\"info\",\"text\":{\"en\":\"hi\"}}},{\"at_ms\":300000,\"break\":\"f\"},{\"at_"
    "ms\":1200000,\"story\":\"briefing\"},{\"at_ms\":"
    "1200000,\"every_ms\":300000,\"mend\":\"f\",\"until_ms\":2400000},{\"at_score\":500,"
    "\"message\":{\"from\":\"cto\",\"level\":\"info\","
    "\"text\":{\"en\":\"well done\"}}}],\"title\":{\"en\":\"P\"},\"watches\":[]}";

static void a_pack_declares(void **state)
{
    struct theatre theatre;
    raise_theatre(&theatre);
    write_pack_file(&theatre, "pack.lua", everything);
    write_pack_file(
        &theatre, "solution.lua",
        "local gameday = require 'gameday'\nreturn gameday.solution { { mends = 'f', after = '30s', print },\n"
        "{ title = 'name', run = print } }");
    write_pack_file(&theatre, "guide.en.md", "# Guide");
    open_theatre(&theatre);
    if (theatre.loads != 1)
        fail_msg("%s", theatre.log.at);
    assert_string_equal(json_text(script_declaration(theatre.script)).at, declared);
    assert_string_equal(script_pack(theatre.script), "p");
    static const char *const there[] = { "challenge/c/setup", "probe/c/p",    "fault/f/breaks",
                                         "fault/f/mended",    "fault/g/call", "story/briefing/run",
                                         "lambda/book",       "solution/f",   "solution/step-2" };
    static const char *const not_there[] = { "challenge/d/setup", "fault/g/mended", "story/briefing/hello",
                                             "answer/c/a" };
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        assert_true(script_has(theatre.script, there[i]));
    for (size_t i = 0; i < sizeof not_there / sizeof *not_there; i++)
        assert_false(script_has(theatre.script, not_there[i]));
    struct buf guide = BUF_EMPTY;
    assert_true(script_read_file(theatre.script, "guide.en.md", &guide));
    assert_string_equal(guide.at, "# Guide");
    assert_false(script_read_file(theatre.script, "../../etc/passwd", &guide));
    assert_false(script_read_file(theatre.script, "guide.ko.md", &guide));
    buf_release(&guide);
    strike_theatre(&theatre);
}

/* ---- edits ---- */

#define SAYS(text) PROBE_PACK("return false, '" text "'")
#define SAID(text) "{\"good\":false,\"reason\":{\"en\":\"" text "\"},\"share\":0}"

/* ---- parts of the declaration: the pack's text, a place in the declaration, what stands there ---- */

static const struct {
    const char *pack, *list, *part;
} parts[] = {
    { PACK("") CLOUD("wire = { latency = '200ms', jitter = '0.1s' }"), "faults",
      "\"wire\":[{\"chance\":1,\"jitter_ms\":100,\"latency_ms\":200}]" },
    { PACK("") CLOUD("wire = { { throttle = 2 }, { fail = 'InternalFailure', chance = 0.1 } }"), "faults",
      "\"wire\":[{\"chance\":1,\"throttle\":{\"burst\":2,\"by\":\"operation\",\"rate\":2}},"
      "{\"chance\":0.1,\"fail\":{\"code\":\"InternalFailure\"}}]" },
    { PACK("") CLOUD("wire = { reset = true, slow = 9, truncate = 0.5, stale = '1m', skew = '-15m' }"), "faults",
      "\"wire\":[{\"chance\":1,\"keep\":0.5,\"reset\":\"before\",\"skew_ms\":-900000,\"slow_ms\":9000,\"stale_ms\":"
      "60000}]" },
    { PACK("") CLOUD("life = { from = 'Starting', fails = 'CapacityError: no' }"), "faults",
      "\"life\":[{\"chance\":1,\"fails\":\"CapacityError: no\",\"from\":\"Starting\"}]" },
    { PACK("") "gameday.fault { id = 'f', title = 'F', breaks = print, mended = print,\n"
               "points = { curve = { ['5m'] = 0.5, ['1m'] = 0.9 } } } }",
      "faults",
      "\"curve\":\"steps\",\"detection\":20,\"full_ms\":120000,\"none_ms\":1800000,\"recovery\":60,"
      "\"steps\":[{\"after_ms\":60000,\"share\":0.9},{\"after_ms\":300000,\"share\":0.5}]" },
    { PACK("") "translations = { ko = { F = '에프' } },\n" CLOUD("wire = { latency = 1 }"), "faults",
      "\"title\":{\"en\":\"F\",\"ko\":\"에프\"}" },
    { PACK("") "gameday.deck { id = 'd', cards = { 'f' }, every = '6m', leader = 1 },\n"
               "timeline = { ['00:30'] = { deck = 'd' } },\n" CLOUD("wire = { latency = 1 }"),
      "decks",
      "{\"again\":false,\"cards\":[\"f\"],\"every_ms\":360000,\"id\":\"d\",\"leader\":1,\"solved\":false,\"window_ms\":"
      "0}" },
    { PACK("") "gameday.challenge { id = 'c', title = 'C', gameday.probe { id = 'p', run = print, load = { most = 8 } "
               "} } }",
      "challenges", "\"load\":{\"least\":1,\"most\":8,\"shape\":\"sine\",\"wave_ms\":600000}" },
    { PACK("") "gameday.challenge { id = 'c', title = 'C', gameday.answer { id = 'a', title = 'A', state = print } } }",
      "challenges", "\"every_ms\":10000,\"id\":\"a\",\"kind\":\"state\"" },
};

static void parts_are_declared(void **state)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct theatre theatre;
        struct buf text = BUF_EMPTY;
        open_pack(&theatre, parts[i].pack);
        if (theatre.loads != 1)
            fail_msg("%s\n%s", parts[i].pack, theatre.log.at);
        json_print(&text, json_get(json_root(script_declaration(theatre.script)), parts[i].list));
        if (!strstr(buf_str(&text).at, parts[i].part))
            fail_msg("%s\n%s\n--- but it should hold\n%s", parts[i].pack, text.at, parts[i].part);
        buf_release(&text);
        strike_theatre(&theatre);
    }
}

static void an_edit_takes_over(void **state)
{
    struct theatre theatre;
    raise_live_theatre(&theatre);
    write_pack_file(&theatre, "pack.lua", SAYS("first"));
    open_theatre(&theatre);
    assert_string_equal(play_live(&theatre, "probe/c/p"), SAID("first"));

    write_pack_file(&theatre, "pack.lua", SAYS("second"));
    run_until_more(&theatre, &theatre.reloads);
    assert_int_equal(theatre.loads, 2);
    assert_string_equal(play_live(&theatre, "probe/c/p"), SAID("second"));

    write_pack_file(&theatre, "pack.lua", "local");
    run_until_more(&theatre, &theatre.refusals);
    assert_string_equal(play_live(&theatre, "probe/c/p"), SAID("second"));

    write_pack_file(&theatre, "pack.lua", SAYS("third"));
    run_until_more(&theatre, &theatre.reloads);
    assert_string_equal(play_live(&theatre, "probe/c/p"), SAID("third"));
    strike_theatre(&theatre);
}

/* What has begun ends where it began; an edit that changes nothing is none. */
static void what_is_under_way_ends_in_the_old_version(void **state)
{
    struct theatre theatre;
    open_pack(&theatre, PROBE_PACK("gameday.wait '10s' return false, 'old'"));
    script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre);
    world_settle(theatre.stage.world, 1000);
    script_reload(theatre.script);
    assert_false(script_await_load(theatre.script) && theatre.loads != 1);
    write_pack_file(&theatre, "pack.lua", SAYS("new"));
    script_reload(theatre.script);
    assert_true(script_await_load(theatre.script));
    assert_int_equal(theatre.loads, 2);
    world_settle(theatre.stage.world, 60000);
    assert_string_equal(theatre.answer.at, SAID("old"));
    expect_play(&theatre, "probe/c/p", SAID("new"), "the new one plays");
    strike_theatre(&theatre);
}

/* ---- the process ---- */

#define SLOW_MATCH "(('x'):rep(60000)):find(('.-'):rep(8) .. 'y')"

static void three_kills_disable_a_callback(void **state)
{
    struct theatre theatre;
    open_pack(&theatre, PACK("") "gameday.challenge { id = 'c', title = 'C',\n"
                                 "gameday.probe { id = 'bad', run = function() " SLOW_MATCH " end },\n"
                                 "gameday.probe { id = 'good', run = function() return true end } } }");
    for (int i = 1; i <= 3; i++) {
        expect_play(&theatre, "probe/c/bad", ":0: it took too long or too much and was ended [killed]", "the backstop");
        assert_int_equal(theatre.restarts, i);
        expect_play(&theatre, "probe/c/good", GOOD, "the pack goes on");
    }
    assert_int_equal(theatre.disabled, 1);
    assert_false(script_has(theatre.script, "probe/c/bad"));
    expect_play(&theatre, "probe/c/bad", ":0: probe/c/bad is disabled: it was killed three times", "no fourth time");
    expect_play(&theatre, "probe/c/good", GOOD, "the others are not");
    write_pack_file(&theatre, "pack.lua", SAYS("mended"));
    script_reload(theatre.script);
    script_await_load(theatre.script);
    expect_play(&theatre, "probe/c/p", SAID("mended"), "an edit clears it");
    strike_theatre(&theatre);
}

/* One that had not begun is delivered again, one that slept is interrupted, and both are told once. */
static void a_kill_spares_what_had_not_begun(void **state)
{
    struct theatre theatre;
    open_pack(&theatre,
              PACK("") "gameday.challenge { id = 'c', title = 'C',\n"
                       "gameday.probe { id = 'sleeps', run = function() gameday.wait '10s' return true end },\n"
                       "gameday.probe { id = 'bad', run = function() " SLOW_MATCH " end },\n"
                       "gameday.probe { id = 'good', run = function() return true end } } }");
    script_call(theatre.script, "probe/c/sleeps", "000000000001", NULL, write_answer, &theatre);
    world_settle(theatre.stage.world, 1000);
    script_call(theatre.script, "probe/c/bad", "000000000001", NULL, NULL, NULL);
    struct theatre second = { .stage = theatre.stage };
    script_call(theatre.script, "probe/c/good", "000000000001", NULL, write_answer, &second);
    world_settle(theatre.stage.world, 60000);
    assert_string_equal(theatre.answer.at, ":0: the pack was started anew [interrupted]");
    assert_string_equal(second.answer.at, GOOD);
    assert_int_equal(theatre.answers, 1);
    assert_int_equal(second.answers, 1);
    buf_release(&second.answer);
    strike_theatre(&theatre);
}

static void cancelled_and_late(void **state)
{
    struct theatre theatre;
    open_pack(&theatre, PROBE_PACK("local x = team:recall 'x' return false, tostring(x)"));
    /* Cancelled before it has begun, and while it waits for the game, whose answer then comes too late. */
    script_cancel(theatre.script,
                  script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre));
    uint64_t call = script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre);
    world_settle(theatre.stage.world, 1000);
    assert_non_null(theatre.asked);
    assert_string_equal(script_request_callback(theatre.asked), "probe/c/p");
    script_cancel(theatre.script, call);
    script_answer(theatre.asked, cJSON_CreateString("late"));
    script_cancel(theatre.script, 12345);
    world_settle(theatre.stage.world, 1000);
    assert_int_equal(theatre.answers, 0);
    assert_false(script_is_busy(theatre.script));

    script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre);
    world_settle(theatre.stage.world, 1000);
    script_answer(theatre.asked, cJSON_CreateString("now"));
    world_settle(theatre.stage.world, 1000);
    assert_string_equal(theatre.answer.at, SAID("now"));

    /* The world was set back. */
    script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre);
    world_settle(theatre.stage.world, 1000);
    script_restart(theatre.script);
    assert_string_equal(theatre.answer.at, ":0: the pack was started anew [interrupted]");
    script_deny(theatre.asked, "nobody hears this");
    theatre.asked = NULL;

    /* Closed while one waits. */
    script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre);
    world_settle(theatre.stage.world, 1000);
    int before = theatre.answers;
    script_close(theatre.script);
    theatre.script = NULL;
    assert_int_equal(theatre.answers, before + 1);
    script_answer(theatre.asked, NULL);
    strike_theatre(&theatre);
}

/* ---- a process that is none of ours: whatever it says, the parent ends it and says so ---- */

static const struct {
    const char *shell, *said;
} impostors[] = {
    { "exit 0", ":0: its process has ended [killed]\n" },
    { "echo nonsense >&3; read line <&3", ":0: it took too long or too much and was ended [killed]\n" },
    { "echo '[]' >&3; read line <&3", ":0: it took too long or too much and was ended [killed]\n" },
    { "echo '{\"job\":99,\"done\":null}' >&3; read line <&3",
      ":0: it took too long or too much and was ended [killed]\n" },
    { "head -c 5000000 /dev/zero | tr '\\0' x >&3; read line <&3", ":0: its process has ended [killed]\n" },
    { "echo '{\"job\":1,\"failed\":[]}' >&3; sleep 5", ":0: it took too long or too much and was ended [killed]\n" },
    { "echo '{\"job\":1,\"failed\":{}}' >&3; sleep 5", ":0: \n" },
    { "echo '{\"job\":1,\"failed\":{\"file\":7,\"line\":\"x\",\"message\":\"m\"}}' >&3; sleep 5", ":0: m\n" },
    { "echo '{\"job\":1,\"ask\":\"aws\"}' >&3; read line <&3; read line <&3; exit",
      ":0: its process has ended [killed]\n" },
    { "echo '{\"job\":1,\"ask\":\"aws\",\"with\":{\"service\":\"toy\",\"operation\":\"CreateThing\",\"input\":7}}' "
      ">&3\n"
      "read line <&3; read line <&3; exit",
      ":0: its process has ended [killed]\n" },
    { "echo '{\"job\":1,\"ask\":\"wait\",\"with\":{\"ms\":-1}}' >&3; read line <&3; read line <&3; exit",
      ":0: its process has ended [killed]\n" },
    { "echo '{\"job\":1,\"ask\":7}' >&3; sleep 5", ":0: it took too long or too much and was ended [killed]\n" },
    { "while :; do echo '{\"log\":7}' >&3; i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); done; done", /* a line now and then */
      ":0: it took too long or too much and was ended [killed]\n" },
    { "exec yes '{\"log\":7}' >&3", ":0: it took too long or too much and was ended [killed]\n" },
    { "echo '{\"job\":1,\"done\":null}' >&3; sleep 5", ":0: it declares nothing\n" },
    { "echo '{\"job\":1,\"done\":{\"declaration\":{},\"callbacks\":[1]}}' >&3; sleep 5", "" },
};

static void load_impostor(const char *shell, int64_t most_wall_ms, const char *said)
{
    struct theatre theatre;
    struct buf script = BUF_EMPTY;
    char program[96];
    raise_theatre(&theatre);
    write_pack_file(&theatre, "pack.lua", SAYS("never"));
    buf_printf(&script, "#!/bin/sh\nPATH=/bin:/usr/bin\n%s\n", shell);
    write_pack_file(&theatre, "impostor", script.at);
    snprintf(program, sizeof program, "%s/impostor", theatre.folder);
    assert_int_equal(chmod(program, 0700), 0);
    theatre.program = program;
    theatre.most_wall_ms = most_wall_ms;
    open_theatre(&theatre);
    if (strcmp(buf_str(&theatre.log).at, said) != 0)
        fail_msg("%s\n%s", shell, buf_str(&theatre.log).at);
    buf_release(&script);
    strike_theatre(&theatre);
}

static void impostors_are_ended(void **state)
{
    for (size_t i = 0; i < sizeof impostors / sizeof *impostors; i++)
        load_impostor(impostors[i].shell, 1000, impostors[i].said);
}

/* ---- what it may use is processor time: who waits for his turn on a busy machine is let be, who burns is not ---- */

static void whoever_only_waits_is_let_be(void **state)
{
    load_impostor("sleep 3; echo '{\"job\":1,\"failed\":{\"message\":\"at last\"}}' >&3; sleep 5", 0, ":0: at last\n");
}

static void whoever_waits_too_long_is_ended(void **state)
{
    load_impostor("sleep 3; echo '{\"job\":1,\"failed\":{\"message\":\"at last\"}}' >&3; sleep 5", 500,
                  ":0: it took too long or too much and was ended [killed]\n");
}

/* In the end, or after all of 30 s, it would have said something else. */
static void whoever_burns_is_ended(void **state)
{
    load_impostor("i=0; while [ $i -lt 4000000 ]; do i=$((i + 1)); done\n"
                  "echo '{\"job\":1,\"failed\":{\"message\":\"at last\"}}' >&3; sleep 5",
                  0, ":0: it took too long or too much and was ended [killed]\n");
}

static void what_cannot_be_opened(void **state)
{
    struct theatre theatre;
    char *why = NULL;
    raise_theatre(&theatre);
    struct script_options options = { .pack = "no-such-pack", .cloud = theatre.stage.cloud };
    assert_null(script_open(&options, &why));
    assert_non_null(strstr(why, "there is no pack 'no-such-pack' in "));
    free(why);
    options.pack = theatre.folder;
    assert_null(script_open(&options, &why));
    assert_non_null(strstr(why, " holds no pack.lua"));
    free(why);
    write_pack_file(&theatre, "pack.lua", "return '\xff'");
    assert_null(script_open(&options, &why));
    assert_non_null(strstr(why, "is no UTF-8 text"));
    free(why);
    write_pack_file(&theatre, "pack.lua", "return 1");
    options.program = "/no/such/program";
    assert_null(script_open(&options, &why));
    assert_non_null(strstr(why, "cannot start /no/such/program pack-host"));
    free(why);
    strike_theatre(&theatre);
}

/* Links lead nowhere out of the folder. */
static void a_pack_reads_its_own_folder(void **state)
{
    struct theatre theatre;
    char path[96];
    raise_theatre(&theatre);
    write_pack_file(&theatre, "pack.lua",
                    PROBE_PACK("print(#gameday.fixture 'bytes', gameday.fixture 'inner/text')\n"
                               "print(pcall(gameday.fixture, 'link')) return true"));
    write_pack_file(&theatre, "fixtures/bytes", "\xff\x01");
    write_pack_file(&theatre, "fixtures/inner/text", "hello");
    snprintf(path, sizeof path, "%s/fixtures/link", theatre.folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/linked.lua", theatre.folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    open_theatre(&theatre);
    expect_play(&theatre, "probe/c/p", GOOD, "fixtures");
    assert_string_equal(
        theatre.log.at,
        "2\thello\nfalse\tthere is no fixture 'link' (of at most 768 KiB) in the pack's fixtures/ or the "
        "project's\n");
    strike_theatre(&theatre);
}

/* Dice, waits and answers in their order: twice the same to the byte. */
static void a_replay_is_the_same(void **state)
{
    struct buf seen[2] = { BUF_EMPTY, BUF_EMPTY };
    for (int round = 0; round < 2; round++) {
        struct theatre theatre;
        open_pack(
            &theatre,
            PROBE_PACK("for i = 1, 3 do gameday.wait(math.random(1, 9)) print(gameday.now(), math.random())\n"
                       "local t = {} for k in pairs { x = 1, y = 2, z = 3, [1] = 1 } do t[#t + 1] = tostring(k) end\n"
                       "print(table.concat(t)) end return true"));
        for (int i = 0; i < 5; i++)
            script_call(theatre.script, "probe/c/p", "000000000001", NULL, write_answer, &theatre);
        world_settle(theatre.stage.world, 60000);
        assert_int_equal(theatre.answers, 5);
        buf_add_str(&seen[round], buf_str(&theatre.log));
        strike_theatre(&theatre);
    }
    assert_string_equal(seen[0].at, seen[1].at);
    buf_release(&seen[0]);
    buf_release(&seen[1]);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_refused),
        cmocka_unit_test(monsters_are_refused),
        cmocka_unit_test(a_pack_declares),
        cmocka_unit_test(parts_are_declared),
        cmocka_unit_test(an_edit_takes_over),
        cmocka_unit_test(what_is_under_way_ends_in_the_old_version),
        cmocka_unit_test(three_kills_disable_a_callback),
        cmocka_unit_test(a_kill_spares_what_had_not_begun),
        cmocka_unit_test(cancelled_and_late),
        cmocka_unit_test(impostors_are_ended),
        cmocka_unit_test(whoever_only_waits_is_let_be),
        cmocka_unit_test(whoever_waits_too_long_is_ended),
        cmocka_unit_test(whoever_burns_is_ended),
        cmocka_unit_test(what_cannot_be_opened),
        cmocka_unit_test(a_pack_reads_its_own_folder),
        cmocka_unit_test(a_replay_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
