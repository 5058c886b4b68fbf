/* Packs and their callbacks: what is declared, what they ask, how they end. A stepped clock: no loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_cloud.h"

#include "pack_fixture.h"

/* ---- callbacks: body of a probe → its answer, and what it wrote ---- */

#define GOOD "{\"good\":true,\"share\":1}"

static const struct {
    const char *body, *answer, *log;
} callbacks[] = {
    { "return true", GOOD, "" },
    { "return false, 'too slow'", "{\"good\":false,\"reason\":{\"en\":\"too slow\"},\"share\":0}", "" },
    { "return 0.25, { en = 'so', ko = '그래' }",
      "{\"good\":true,\"reason\":{\"en\":\"so\",\"ko\":\"그래\"},\"share\":0.25}", "" },
    { "return", "pack.lua:5: probe/c/p returned nothing: it says true, or false and why", "" },
    { "print(team.account, team.region) return true", GOOD, "000000000001\tus-east-1\n" },
    { "print(team.name 'vip', team:name 'vip') return true", GOOD, "vip-000000000001\tvip-000000000001\n" },
    { "print(team.role 'R', team.policy 'P', team.machine 'm') return true", GOOD,
      "arn:aws:iam::000000000001:role/R\tarn:aws:iam::000000000001:policy/P\t"
      "arn:aws:states:us-east-1:000000000001:stateMachine:m\n" },
    /* AWS */
    { "print(team.toy.DescribeThing { name = 'x' }.arn) return true", GOOD, "arn:aws:iam::000000000001:root\n" },
    { "print(team.toy.DescribeThing { name = 'x', count = 3 }.input) return true", GOOD,
      "{\"count\":3,\"name\":\"x\"}\n" },
    { "print(team:as('actor').toy.DescribeThing { name = 'x' }.arn) return true", GOOD,
      "arn:aws:sts::000000000001:assumed-role/actor/pack\n" },
    { "team.toy.DeleteThing { name = 'x' }\nreturn true", "pack.lua:6: ThingDoesNotExist: There is no x", "" },
    { "local ok, e = pcall(team.toy.DeleteThing, { name = 'x' })\n"
      "print(ok, e.code, e.message, e.operation, e.status, tostring(e)) return true",
      GOOD, "false\tThingDoesNotExist\tThere is no x\ttoy:DeleteThing\t404\tThingDoesNotExist: There is no x\n" },
    { "team.toy.DeletThing { name = 'x' }", "pack.lua:6: Rehearse Toys has no operation 'DeletThing' (DeleteThing)",
      "" },
    { "team.tyo.DeleteThing { name = 'x' }", "pack.lua:6: this practice cloud has no service 'tyo' (toy)", "" },
    { "team:uplod('s3://a/b', 'c')", "pack.lua:6: team has no 'uplod' (upload)", "" },
    { "return team.toy.DeleteThing { name = 'x' }", "pack.lua:5: ThingDoesNotExist: There is no x", "" },
    { "team.toy.CreateThing { name = '' }",
      "pack.lua:6: ValidationException: 1 validation error detected: Value '' at 'name' "
      "failed to satisfy constraint: Member must have length greater than or equal to 1",
      "" },
    /* waiting, and asking the game */
    { "local t = gameday.now() gameday.wait '20s' print(gameday.now() - t) return true", GOOD, "20000\n" },
    { "print(gameday.wait_until(function() return gameday.now() % 60000 == 30000 end, { every = '5s' })) return true",
      GOOD, "true\n" },
    { "print(gameday.wait_until(function() return nil end, { within = '3s', every = '1s' })) return true", GOOD,
      "nil\n" },
    { "gameday.wait 'soon'",
      "pack.lua:6: wait: the duration should be a duration such as \"20s\", \"10m\" or \"1h30m\"", "" },
    { "team:score(5, 'why') return true", GOOD,
      "score 000000000001 probe/c/p {\"points\":5,\"reason\":{\"en\":\"why\"}}\n" },
    { "team:unlock 'vip'", "pack.lua:6: there is no challenge 'vip'", "" },
    { "team:name_team 'x'", "pack.lua:6: nobody here answers 'name_team': it needs a game", "" },
    { "table.sort({ 2, 1 }, function(a, b) gameday.wait '1s' return a < b end)",
      "pack.lua:6: nothing can be asked of the cloud here: not inside table.sort, string.gsub or a metamethod", "" },
    /* Lua as packs have it */
    { "local t = {} for k in pairs { b = 1, a = 2, [3] = 3, [1] = 4, c = 5 } do t[#t + 1] = tostring(k) end "
      "print(table.concat(t, ' ')) return true",
      GOOD, "1 3 a b c\n" },
    { "print(xpcall(function() error('x', 0) end, function(e) return e .. '!' end)) return true", GOOD, "false\tx!\n" },
    { "print(xpcall(function(...) return ... end, print, 1, 2)) return true", GOOD, "true\t1\t2\n" },
    { "print(pcall(function() gameday.wait '1s' return 7 end)) return true", GOOD, "true\t7\n" },
    { "print(string.format('%s %5.1f', {}, 1.25), tostring(print), next({}), ('x'):rep(3, '-')) return true", GOOD,
      "table   1.2\tfunction\tnil\tx-x-x\n" },
    { "print(gameday.to_json { b = { 1, 2.5, true }, a = gameday.list {}, c = gameday.null, d = {} }) return true",
      GOOD, "{\"a\":[],\"b\":[1,2.5,true],\"c\":null,\"d\":{}}\n" },
    { "local d = gameday.from_json '{\"a\":[],\"n\":9007199254740993}' print(gameday.to_json(d)) return true", GOOD,
      "{\"a\":[],\"n\":9007199254740993}\n" },
    { "gameday.from_json '{'", "pack.lua:6: this is no JSON: line 1, column 2: ", NULL },
    { "prnit(1)", "pack.lua:6: there is no variable 'prnit' (print)", "" },
    { "x = 1", "pack.lua:6: 'x' is set but was never declared: write `local x`", "" },
    { "gameday.wiat '1s'", "pack.lua:6: gameday has no 'wiat' (wait)", "" },
    { "error 'mine'", "pack.lua:6: mine", "" },
    { "error {}", "pack.lua:6: an error without a message", "" },
    { "local t = nil; return t.x", "pack.lua:6: attempt to index a nil value (local 't')", "" },
};

static int tell_wrong(const char *body, const char *got, const char *got_log, const char *answer, const char *log)
{
    print_error("%s:\n%s\n%s\n--- but it should be\n%s\n%s\n", body, got, got_log, answer, log ? log : "");
    return 1;
}

static void callbacks_answer(void **state)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        struct buf pack = BUF_EMPTY;
        struct theatre theatre;
        buf_printf(&pack,
                   PACK("") "gameday.challenge { id = 'c', title = 'C',\ngameday.probe { id = 'p', run = "
                            "function(team)\n%s\nend } } }",
                   callbacks[i].body);
        open_pack(&theatre, pack.at);
        buf_release(&pack);
        if (theatre.loads != 1)
            fail_msg("%s:\n%s", callbacks[i].body, theatre.log.at);
        const char *got = play(&theatre, "probe/c/p", NULL), *log = buf_str(&theatre.log).at;
        bool whole = callbacks[i].log != NULL;
        if ((whole ? strcmp(got, callbacks[i].answer)
                   : strncmp(got, callbacks[i].answer, strlen(callbacks[i].answer))) ||
            (whole && strcmp(log, callbacks[i].log) != 0))
            wrong += tell_wrong(callbacks[i].body, got, log, callbacks[i].answer, callbacks[i].log);
        strike_theatre(&theatre);
    }
    assert_int_equal(wrong, 0);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
