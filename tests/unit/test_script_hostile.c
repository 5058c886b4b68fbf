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
        if (!is_said(answer, snippets[i].said)) {
            print_error("%s: %s\n", snippets[i].what, answer);
            wrong++;
        }
        if (strcmp(play_live(&theatre, "probe/c/good"), "{\"good\":true,\"share\":1}") != 0) {
            print_error("%s: the pack does not go on: %s\n", snippets[i].what, theatre.answer.at);
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

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
