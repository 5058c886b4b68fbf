/* Packs that mean harm, or loop by mistake: every family of TRUST section 1 and more. Each is contained: it fails, with a sentence or
 * by being ended, the pack goes on, and the loop is not held meanwhile (the longest stall is printed, not asserted). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_cloud.h"

#include "pack_fixture.h"

#define LONG   "ran too long"
#define MEMORY "too much memory"
#define KILLED "[killed]"
#define BIG    "local big = ('x'):rep(60000) "

static const struct {
    const char *what, *body;
    const char *said[2]; /* one of them is part of the answer */
} snippets[] = {
    /* loops that the budget ends */
    { "a loop", "while true do end", { LONG } },
    { "a loop by goto", "::again:: goto again", { LONG } },
    { "a loop in pcall", "pcall(function() while true do end end) return true", { LONG } },
    { "loops in pcall in a loop", "while true do pcall(function() while true do end end) end", { LONG } },
    { "nested pcall recursion", "local function f() pcall(f) pcall(f) end f()", { LONG } },
    { "pcall of pcall", "local function f() return pcall(pcall, f) end while true do f() end", { LONG } },
    { "an xpcall handler that loops", "xpcall(error, function() while true do end end) return true", { LONG } },
    { "an xpcall handler that fails",
      "local function h() error(h) end while true do xpcall(error, h) end",
      { "neither text nor a table" } },
    { "recursion", "local function f() return 1 + f() end f()", { "stack overflow", MEMORY } },
    { "endless tail calls", "local function f() return f() end f()", { LONG } },
    { "a __close that loops",
      "do local c <close> = setmetatable({}, { __close = function() while true do end end }) end",
      { LONG } },
    { "a __close behind the budget",
      "local c <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
      { LONG } },
    { "a __tostring that loops",
      "tostring(setmetatable({}, { __tostring = function() while true do end end }))",
      { LONG } },
    { "an __index that loops", "return setmetatable({}, { __index = function() while true do end end }).x", { LONG } },
    { "an error that looks itself up",
      "error(setmetatable({}, { __index = function() while true do end end }))",
      { "an error without a message" } },
    { "ipairs without an end",
      "for i in ipairs(setmetatable({}, { __index = function(_, i) return i end })) do end",
      { LONG } },
    { "pairs without an end",
      "for k in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end",
      { LONG } },
    { "a comparison that loops", "table.sort({ 1, 2, 3 }, function() while true do end end)", { LONG } },
    { "an order that is none",
      "local t = {} for i = 1, 1000 do t[i] = i % 7 end "
      "table.sort(t, function() return true end)",
      { "invalid order function", LONG } },
    /* memory */
    { "doubling", "local s = 'x' while true do s = s .. s end", { MEMORY } },
    { "a table that grows", "local t = {} for i = 1, 1e12 do t[i] = { i } end", { MEMORY, LONG } },
    { "closures", "local f = print while true do local g = f f = function() return g end end", { MEMORY, LONG } },
    { "memory in pcall",
      "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
      { MEMORY, LONG } },
    { "gsub that blows up", BIG "big:gsub('x', big)", { MEMORY } },
    { "rep of much", "('x'):rep(1e9)", { "no more than 1 MiB" } },
    { "rep of nothing, often", "(''):rep(1e12)", { "no more than 1 MiB" } },
    { "rep with a separator", "(''):rep(1e6, 'abcdefgh')", { "no more than 1 MiB" } },
    { "pack of much", "string.pack('c2000000000', 'x')", { MEMORY } },
    { "unpack of much", "table.unpack({}, 1, 1e8)", { "no more than 100000" } },
    { "unpack around the end of numbers",
      "table.unpack({}, math.mininteger, math.maxinteger)",
      { "no more than 100000" } },
    { "concat of much", "table.concat({}, 'x', 1, 1 << 40)", { "no more than 100000" } },
    /* C functions that no hook reaches */
    { "a pattern of eight '.-'", BIG "big:find(('.-'):rep(8) .. 'y')", { KILLED } },
    { "a pattern of optional letters", "(('a'):rep(40)):find(('a?'):rep(40) .. ('a'):rep(40) .. 'b')", { KILLED } },
    { "%b over much", "local s = ('('):rep(65000) for i = 1, 1e9 do s:find('%b()') end", { KILLED, LONG } },
    { "plain find in much", "local s = ('a'):rep(1000000) s:find(('a'):rep(500000) .. 'b', 1, true)", { "64 KiB" } },
    { "gmatch over and over", BIG "for i = 1, 1e9 do for w in big:gmatch('.-y') do end end", { KILLED, LONG } },
    { "move of much", "table.move({}, 1, 1 << 60, 2)", { "no more than 100000" } },
    { "insert with a length of its own",
      "table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 'x')",
      { "__len" } },
    { "remove with a length of its own",
      "table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)",
      { "__len" } },
    { "sort in a loop", "local t = {} for i = 1, 1e5 do t[i] = -i end while true do table.sort(t) end", { LONG } },
    { "sort of too much", "local t = {} for i = 1, 2e5 do t[i] = -i end table.sort(t)", { "no more than 100000" } },
    { "upper in a loop", "local s = ('x'):rep(1000000) while true do s:upper() end", { LONG } },
    /* finalisers and collections */
    { "__gc", "setmetatable({}, { __gc = function() while true do end end })", { "no finalisers" } },
    { "__mode", "setmetatable({}, { __mode = 'k' })", { "no finalisers" } },
    { "a collection storm", "while true do collectgarbage() end", { "no variable 'collectgarbage'" } },
    /* ways out */
    { "bytecode", "load(string.dump(function() end))()", { "no variable 'load'" } },
    { "an endless reader", "load(function() return 'x' end)", { "no variable 'load'" } },
    { "string.dump", "return string.dump(print)", { "attempt to call a nil value" } },
    { "strings for all", "getmetatable('').__index = function() end", { "attempt to index a nil value" } },
    { "another string.rep", "string.rep = print", { "cannot be changed" } },
    { "the library's metatable", "setmetatable(string, {})", { "not yours to change" } },
    { "rawset", "rawset(string, 'rep', print)", { "no variable 'rawset'" } },
    { "dofile", "dofile '/etc/passwd'", { "no variable 'dofile'" } },
    { "io", "return io.open('/etc/passwd')", { "no variable 'io'" } },
    { "os", "os.execute 'true'", { "no variable 'os'" } },
    { "debug", "debug.sethook()", { "no variable 'debug'" } },
    { "coroutines", "coroutine.wrap(function() while true do end end)()", { "no variable 'coroutine'" } },
    { "the library's own files", "require 'gameday.cloud'", { "packs use what" } },
    { "a file elsewhere", "require '../../etc/passwd'", { "the pack has no file" } },
    { "a fixture elsewhere", "gameday.fixture '../../../../etc/passwd'", { "there is no fixture" } },
    { "an address", "return string.format('%p', {})", { "%p is not here" } },
    { "another team's role",
      "team:as('arn:aws:iam::000000000009:role/actor').toy.DescribeThing { name = 'x' }",
      { "not one of this team" } },
    /* floods */
    { "asking for ever", "while true do pcall(gameday.wait, 0) end", { "more than 1,000 times" } },
    { "printing for ever", "local s = ('x'):rep(4000) while true do print(s) end", { "more than 1 MiB" } },
    { "sending too much", "team:score(1, ('x'):rep(1000000) .. ('x'):rep(1000000))", { "more than 1 MiB" } },
    { "a table in itself", "local t = {} t.t = t team:remember('x', t)", { "holds itself" } },
    { "a deep table", "local t = {} for i = 1, 1e5 do t = { t } end team:remember('x', t)", { "holds itself" } },
    { "a document that is deep", "gameday.from_json(('['):rep(100000))", { "no JSON" } },
    /* metatables and what is called behind one's back */
    { "a chain of __index",
      "local t = {} for i = 1, 1e5 do t = setmetatable({}, { __index = t }) end return t.x",
      { "loop" } },
    { "an __index of itself", "local m = {} local t = setmetatable({}, m) m.__index = t return t.x", { "loop" } },
    { "a __newindex of itself", "local m = {} local t = setmetatable({}, m) m.__newindex = t t.x = 1", { "loop" } },
    { "a __call of itself",
      "local m = {} local t = setmetatable({}, m) m.__call = t t()",
      { KILLED, "stack overflow" } },
    { "an __eq that compares",
      "local m = {} m.__eq = function(a, b) return a == b end return setmetatable({}, m) == setmetatable({}, m)",
      { "stack overflow" } },
    { "a __concat that concatenates",
      "local m = {} m.__concat = function(a, b) return a .. b end return setmetatable({}, m) .. 'x'",
      { "stack overflow" } },
    { "a __lt that loops",
      "local m = {} m.__lt = function() while true do end end return setmetatable({}, m) < setmetatable({}, m)",
      { LONG } },
    { "a __len that loops", "return #setmetatable({}, { __len = function() while true do end end })", { LONG } },
    { "a finaliser that comes later",
      "local m = {} setmetatable({}, m) m.__gc = function() while true do end end return true",
      { "\"good\":true" } },
    { "a __metatable of one's own",
      "local t = setmetatable({}, { __metatable = 1 }) setmetatable(t, {})",
      { "protected metatable", "not yours" } },
    { "the environment's metatable", "getmetatable(_ENV).__index = nil", { "attempt to index" } },
    { "_G", "_G.string = nil", { "no variable '_G'" } },
    { "the team's own table", "team.states = nil team.account = 'x' return team.account == 'x'", { "\"good\":true" } },
    /* errors that mean harm */
    { "an error that is nothing", "error()", { "neither text nor a table" } },
    { "an error that is a function", "error(function() end)", { "neither text nor a table" } },
    { "an error whose __tostring loops",
      "error(setmetatable({}, { __tostring = function() while true do end end }))",
      { "an error without a message" } },
    { "an error of a million letters", "error(('x'):rep(1000000))", { "xxxx" } },
    { "an error that is no text", "error('\\xff\\0')", { "a message that is no text" } },
    { "an error in an error",
      "error({ message = setmetatable({}, { __tostring = error }), file = {}, line = 'x' })",
      { "an error without a message" } },
    { "assert with an object",
      "assert(false, setmetatable({}, { __tostring = function() while true do end end }))",
      { "an error without a message" } },
    { "a place that is not there", "error({ message = 'm', file = '../../etc/passwd', line = 1e15 })", { "m" } },
    /* formats, numbers, letters */
    { "a width of a million", "return string.format('%1000000d', 1)", { "invalid conversion" } },
    { "a precision of a million", "return string.format('%.1000000f', 1)", { "invalid conversion" } },
    { "formats over and over",
      "local s = ('x'):rep(60000) while true do string.format('%s%s%q', s, s, s) end",
      { LONG } },
    { "a thousand values to format",
      "return string.format(('%s'):rep(1000), table.unpack({}, 1, 999))",
      { "bad argument" } },
    { "a count to infinity", "for i = 1, math.huge do end", { LONG } },
    { "division by nothing", "return 1 // 0", { "attempt to divide by zero" } },
    { "numbers of a million digits", "local s = ('9'):rep(1000000) while true do tonumber(s) end", { LONG } },
    { "bytes of much", BIG "for i = 1, 1e9 do select('#', big:byte(1, -1)) end", { LONG, MEMORY } },
    { "letters of much",
      "local t = {} for i = 1, 1e5 do t[i] = 65 end while true do utf8.char(table.unpack(t)) end",
      { LONG } },
    { "code points of much", BIG "while true do select('#', utf8.codepoint(big, 1, -1)) end", { LONG, MEMORY } },
    { "a dump of strings", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end", { MEMORY } },
    { "a thousand times a thousand pieces",
      "local t = {} for i = 1, 1e5 do t[i] = 'xxxxxxxxxx' end while true do table.concat(t) end",
      { LONG, MEMORY } },
    { "gsub by a function that gsubs",
      "local function f(x) return (x:gsub('.', f)) end return f('x')",
      { "stack overflow", MEMORY } },
    { "gsub by a table that looks up",
      "('x'):rep(1000):gsub('x', setmetatable({}, { __index = function() while true do end end }))",
      { LONG } },
    { "a sort that sorts",
      "local function f(a, b) table.sort({ 3, 2, 1 }, f) return a < b end table.sort({ 3, 2, 1 }, f)",
      { "stack overflow", "invalid order" } },
    { "a sort that asks", "table.sort({ 3, 2, 1 }, function() gameday.wait '1s' end)", { "nothing can be asked" } },
    /* documents */
    { "a circle as JSON", "local t = {} t[1] = t return gameday.to_json(t)", { "holds itself" } },
    { "much as JSON",
      "local t = {} for i = 1, 3000 do t[i] = ('x'):rep(1000) end return #gameday.to_json(t)",
      { "too much", "1 MiB" } },
    { "a function as JSON", "gameday.to_json { print }", { "function" } },
    { "a name that is a table", "gameday.to_json { [{}] = 1 }", { "table", "name" } },
    { "documents over and over",
      "while true do gameday.from_json('[' .. ('1,'):rep(20000) .. '1]') end",
      { LONG, KILLED } },
    { "an archive of much", "while true do gameday.zip { x = ('x'):rep(1000000) } end", { LONG, MEMORY } },
    /* more floods */
    { "small prints for ever", "while true do print '.' end", { "1 MiB", LONG } },
    { "asking for what nobody answers",
      "while true do pcall(team.remember, team, 'k', 1) end",
      { "more than 1,000 times" } },
    { "remembering much",
      "for i = 1, 1e9 do pcall(team.remember, team, 'k' .. i, ('x'):rep(60000)) end",
      { "more than 1 MiB" } },
    { "points for ever", "while true do team:score(1, 'x') end", { "more than 1,000 times" } },
    { "an operation of a million letters", "team.toy[('x'):rep(1000000)] {}", { "no operation", "1 MiB" } },
    { "a service of a million letters", "team[('x'):rep(1000000)].Do {}", { "no service", "1 MiB" } },
    { "waiting for a year", "gameday.wait '8760h'", { "24 hours" } },
    { "waiting backwards", "gameday.wait(-1)", { "a duration" } },
};

/* What the budget ends may be ended by the clock before it: on a busy machine. */
static bool is_said(const char *answer, const char *const said[2])
{
    if (strcmp(said[0], LONG) == 0 && strstr(answer, KILLED))
        return true;
    return strstr(answer, said[0]) || (said[1] && strstr(answer, said[1]));
}

static void contained(void **state)
{
    uint64_t worst_ns = 0, turn_ns = 0;
    int wrong = 0;
    const char *worst = "";
    for (size_t i = 0; i < sizeof snippets / sizeof *snippets; i++) {
        struct theatre theatre;
        struct buf pack = BUF_EMPTY;
        raise_live_theatre(&theatre);
        buf_printf(&pack,
                   PACK("") "gameday.challenge { id = 'c', title = 'C',\n"
                            "gameday.probe { id = 'good', run = function() return true end },\n"
                            "gameday.probe { id = 'p', run = function(team)\n%s\nend } } }",
                   snippets[i].body);
        write_pack_file(&theatre, "pack.lua", pack.at);
        buf_release(&pack);
        open_theatre(&theatre);
        assert_int_equal(theatre.loads, 1);
        const char *answer = play_live(&theatre, "probe/c/p");
        bool killed = strstr(answer, KILLED) != NULL;
        if (!is_said(answer, snippets[i].said)) {
            print_error("%s: %s\n", snippets[i].what, answer);
            wrong++;
        }
        if (strcmp(play_live(&theatre, "probe/c/good"), "{\"good\":true,\"share\":1}") != 0) {
            print_error("%s: the pack does not go on: %s\n", snippets[i].what, theatre.answer.at);
            wrong++;
        }
        if ((theatre.restarts > 0) != killed) {
            print_error("%s: %s, told %d times\n", snippets[i].what, killed ? "killed" : "not killed",
                        theatre.restarts);
            wrong++;
        }
        if (theatre.stall_ns > worst_ns) {
            worst_ns = theatre.stall_ns;
            worst = snippets[i].what;
        }
        turn_ns = theatre.turn_ns > turn_ns ? theatre.turn_ns : turn_ns;
        strike_theatre(&theatre);
    }
    print_message(
        "%zu snippets; the loop's longest turn took %.1f ms of the processor; it was held for %.1f ms at most (%s)\n",
        sizeof snippets / sizeof *snippets, (double)turn_ns / 1e6, (double)worst_ns / 1e6, worst);
    assert_int_equal(wrong, 0);
}

/* Wherever a callback stands, and while the pack is loaded. */
static void contained_everywhere(void **state)
{
    static const char pack[] = "local gameday = require 'gameday'\nlocal function loop() while true do end end\n"
                               "gameday.lambda('l', loop)\n"
                               "return gameday.pack { id = 'p', title = 'P', duration = '45m',\n"
                               "gameday.story { id = 's', run = loop },\n"
                               "gameday.challenge { id = 'c', title = 'C', setup = loop,\n"
                               "gameday.probe { id = 'good', run = function() return true end },\n"
                               "gameday.answer { id = 'a', title = 'A', right = loop },\n"
                               "gameday.fault { id = 'f', title = 'F', breaks = loop, mended = loop } } }";
    static const char *const callbacks[] = { "challenge/c/setup", "answer/c/a",     "story/s/first",
                                             "fault/f/breaks",    "fault/f/mended", "solution/s" };
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        struct theatre theatre;
        raise_live_theatre(&theatre);
        write_pack_file(&theatre, "pack.lua", pack);
        write_pack_file(&theatre, "solution.lua",
                        "return require('gameday').solution { { id = 's', function() while true do end end } }");
        open_theatre(&theatre);
        const char *answer = play_live(&theatre, callbacks[i]);
        if (!strstr(answer, LONG) && !strstr(answer, KILLED))
            fail_msg("%s: %s", callbacks[i], answer);
        assert_string_equal(play_live(&theatre, "probe/c/good"), "{\"good\":true,\"share\":1}");
        strike_theatre(&theatre);
    }
}

static const struct {
    const char *what, *text;
    const char *said[2];
} loads[] = {
    { "a loop", "while true do end", { LONG } },
    { "memory", "local s = 'x' while true do s = s .. s end", { MEMORY } },
    { "an error that is nothing", "error()", { "neither text nor a table" } },
    { "nothing", "", { "should end with" } },
    { "a million brackets",
      "return "
      "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
      "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
      { "C levels", "overflow" } },
    { "a circle of files", "return require 'pack'", { "in a circle" } },
    { "a pack that is none",
      "return setmetatable({}, { __index = function() while true do end end })",
      { "should end with" } },
    { "a pack of much",
      "local gameday = require 'gameday' local t = { id = 'p', title = 'P', duration = '45m' }\n"
      "for i = 1, 1e5 do t[i] = gameday.challenge { id = 'c' .. i, title = ('x'):rep(1000) } end return "
      "gameday.pack(t)",
      { MEMORY, LONG } },
    { "a title of much",
      "local gameday = require 'gameday'\n"
      "return gameday.pack { id = 'p', title = ('x'):rep(1000000) .. ('y'):rep(100000), duration = '45m' }",
      { "1 MiB" } },
    { "asking while it loads", "require('gameday').fixture 'datasets/unicorns.json' return 1", { "should end with" } },
    { "printing while it loads", "while true do print(('x'):rep(4000)) end", { "1 MiB", LONG } },
};

static void loads_are_contained(void **state)
{
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        struct theatre theatre;
        raise_live_theatre(&theatre);
        write_pack_file(&theatre, "pack.lua", loads[i].text);
        open_theatre(&theatre);
        assert_int_equal(theatre.loads, 0);
        assert_int_equal(theatre.refusals, 1);
        if (!is_said(theatre.log.at, loads[i].said))
            fail_msg("%s: %s", loads[i].what, theatre.log.at);
        strike_theatre(&theatre);
    }
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contained),
        cmocka_unit_test(contained_everywhere),
        cmocka_unit_test(loads_are_contained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
