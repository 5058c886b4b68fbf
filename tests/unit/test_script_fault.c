/* Faults of the cloud that Lua answers, and functions that Lua runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_cloud.h"

#include "aws/invocation.h"
#include "pack_fixture.h"
#include "world/hook.h"

#define ACCOUNT "000000000001"

/* ---- faults: `on`, further filters and the body of `call` → the reply of a call of the team ---- */

#define THROTTLED "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}"
#define FAIL      "call:fail('ThrottlingException', 'Rate exceeded')"
#define DONE      NULL

static const struct {
    const char *filters, *body, *operation;
    int status;
    const char *reply; /* NULL: the operation's own */
    uint64_t hits;
    const char *why;
} faults[] = {
    { "on = 'toy:CreateThing'", FAIL, "CreateThing", 400, THROTTLED, 1, "the pattern names the operation" },
    { "on = 'toy:*'", FAIL, "CreateThing", 400, THROTTLED, 1, "a wildcard" },
    { "on = { 'ask:GetWho', 'toy:Create*' }", FAIL, "CreateThing", 400, THROTTLED, 1, "one of several" },
    { "on = 'toybox:CreateThing'", FAIL, "CreateThing", 400, THROTTLED, 1, "the SDK's name of the service" },
    { "on = 'toy:CreateThing'", FAIL, "DescribeThing", 200, DONE, 0, "another operation" },
    { "on = 'toy:*', role = 'actor'", FAIL, "CreateThing", 200, DONE, 0, "another role" },
    { "on = 'toy:*', resource = '*:thing/x'", FAIL, "CreateThing", 400, THROTTLED, 1, "the resource" },
    { "on = 'toy:*', resource = '*:thing/y'", FAIL, "CreateThing", 200, DONE, 0, "another resource" },
    { "on = 'toy:*', chance = 0", FAIL, "CreateThing", 200, DONE, 0, "never" },
    { "on = 'toy:*', point = 'after'", FAIL, "CreateThing", 400, THROTTLED, 1, "after the operation" },
    { "on = 'toy:*'", "call:fail('ServiceUnavailable', 'Down', 503)", "CreateThing", 503,
      "{\"__type\":\"ServiceUnavailable\",\"message\":\"Down\"}", 1, "a status of its own" },
    { "on = 'toy:*'", "call:fail('ThingDoesNotExist', 'Gone')", "CreateThing", 404,
      "{\"__type\":\"ThingDoesNotExist\",\"message\":\"Gone\"}", 1, "the operation's own error, with its status" },
    { "on = 'toy:*'", "", "CreateThing", 200, DONE, 0, "it lets the call pass" },
    { "on = 'toy:*'", "if call.input.name == 'x' then " FAIL " end", "CreateThing", 400, THROTTLED, 1,
      "it sees the input" },
    { "on = 'toy:*'", "if call.operation ~= 'CreateThing' or call.service ~= 'toy' then " FAIL " end", "CreateThing",
      200, DONE, 0, "it sees what is called" },
    { "on = 'toy:*'", "call:delay '2s'", "CreateThing", 200, DONE, 1, "it delays" },
    { "on = 'toy:*'", "call:change { name = '' }", "CreateThing", 400,
      "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: Value '' at 'name' failed to "
      "satisfy "
      "constraint: Member must have length greater than or equal to 1\"}",
      1, "what it changes is validated" },
    { "on = 'toy:*', point = 'after'", "call:change { arn = 'lost' }", "CreateThing", 200, "{\"arn\":\"lost\"}", 1,
      "another answer" },
    { "on = 'toy:*'", "error 'oops'", "CreateThing", 200, DONE, 0, "an error in it lets the call pass" },
    { "on = 'toy:*'", "call.team.toy.DescribeThing { name = 'x' } " FAIL, "CreateThing", 400, THROTTLED, 1,
      "its own calls are not put to it" },
    { "on = 'toy:*'", "call:throttle()", "CreateThing", 400, THROTTLED, 1, "the service's own throttling" },
    { "on = 'toy:*'", "call:fail('Odd', 'x') call:delay '2s'", "CreateThing", 400,
      "{\"__type\":\"Odd\",\"message\":\"x\"}", 1, "it fails, and late" },
    { "on = 'toy:*'", "call:change { name = 'y' } call:delay '2s'", "CreateThing", 200,
      "{\"arn\":\"arn:aws:iam::000000000001:root\",\"region\":\"eu-west-1\",\"input\":\"{\\\"name\\\":\\\"y\\\"}\"}", 1,
      "it is changed, and late" },
    { "on = 'toy:*'", "call:fial('x')", "CreateThing", 200, DONE, 0,
      "a misspelt verb is an error, which lets the call pass" },
    { "on = 'toy:*'", "gameday.wait '5s' " FAIL, "CreateThing", 400, THROTTLED, 1, "it may take its time" },
};

static void open_fault(struct theatre *theatre, const char *filters, const char *body)
{
    struct buf pack = BUF_EMPTY;
    buf_printf(&pack,
               PACK("") "gameday.fault { id = 'f', title = 'F', during = '10m', %s,\ncall = function(call) %s end },\n"
                        "gameday.lambda('echo', function(event, context)\nprint('got', event.n)\n"
                        "if event.fail then error(event.fail, 0) end\n"
                        "return { n = event.n, name = context.function_name, who = event.who and\n"
                        "context.team.toy.DescribeThing { name = 'x' }.arn } end) }",
               filters, body);
    open_pack(theatre, pack.at);
    buf_release(&pack);
    if (theatre->loads != 1)
        fail_msg("%s", theatre->log.at);
}

static const char *ask_toy(struct theatre *theatre, const char *operation)
{
    if (call_toy(&theatre->stage, "TEAM", operation, "{\"name\":\"x\"}") == CALL_PARKED)
        world_settle(theatre->stage.world, 60000);
    return buf_str(&theatre->stage.reply.body).at;
}

static void faults_answer(void **state)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct theatre theatre;
        open_fault(&theatre, faults[i].filters, faults[i].body);
        assert_true(script_arm(theatre.script, "f", ACCOUNT));
        assert_true(script_arm(theatre.script, "f", ACCOUNT));
        const char *reply = ask_toy(&theatre, faults[i].operation);
        if (theatre.stage.reply.status != faults[i].status || (faults[i].reply && strcmp(reply, faults[i].reply) != 0))
            fail_msg("%s:\n%d %s", faults[i].why, theatre.stage.reply.status, reply);
        if (script_fault_hits(theatre.script, "f", ACCOUNT) != faults[i].hits)
            fail_msg("%s: %d hits", faults[i].why, (int)script_fault_hits(theatre.script, "f", ACCOUNT));
        strike_theatre(&theatre);
    }
}

/* What the edge is told: of Lua's verbs and of what data tell. */
static const struct {
    const char *fault;
    struct manner manner;
    int status;
} manners[] = {
    { "call = function(call) call:reset() end", { .reset = true }, 500 },
    { "point = 'after', call = function(call) call:reset() end", { .reset = true }, 500 },
    { "call = function(call) call:slow '9s' call:truncate(0.25) end", { .slow_ms = 9000, .lost = 0.75 }, 200 },
    { "call = function(call) call:stale '30s' end", { .stale_ms = 30000 }, 200 },
    { "wire = { slow = '9s', truncate = 0.25 }", { .slow_ms = 9000, .lost = 0.75 }, 200 },
    { "wire = { { slow = '9s' }, { slow = '3s', truncate = 0.5 } }", { .slow_ms = 9000, .lost = 0.5 }, 200 },
    { "wire = { reset = 'after' }", { .reset = true }, 200 },
    { "chance = 0, wire = { reset = 'after' }", { .reset = false }, 200 },
    { "resource = '*nothing*', wire = { reset = 'after' }", { .reset = false }, 200 },
    { "wire = { fail = 'InternalFailure' }, call = function(call) call:reset() end", { .reset = false }, 500 },
};

static void open_cloud_fault(struct theatre *theatre, const char *on, const char *fault)
{
    struct buf pack = BUF_EMPTY;
    buf_printf(&pack, PACK("") "gameday.fault { id = 'f', title = 'F', during = '10m', on = '%s',\n%s } }", on, fault);
    open_pack(theatre, pack.at);
    buf_release(&pack);
    if (theatre->loads != 1)
        fail_msg("%s", theatre->log.at);
    assert_true(script_arm(theatre->script, "f", ACCOUNT));
}

static void the_wire_goes_wrong(void **state)
{
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
        struct theatre theatre;
        open_cloud_fault(&theatre, "toy:*", manners[i].fault);
        ask_toy(&theatre, "CreateThing");
        const struct manner *got = &theatre.stage.reply.manner, *wanted = &manners[i].manner;
        if (theatre.stage.reply.status != manners[i].status || got->reset != wanted->reset ||
            got->slow_ms != wanted->slow_ms || got->lost != wanted->lost || got->stale_ms != wanted->stale_ms)
            fail_msg("%s: %d %s", manners[i].fault, theatre.stage.reply.status, theatre.stage.reply.body.at);
        script_disarm(theatre.script, "f", ACCOUNT);
        ask_toy(&theatre, "CreateThing");
        assert_int_equal(theatre.stage.reply.status, 200);
        assert_int_equal(theatre.stage.reply.manner.slow_ms, 0);
        strike_theatre(&theatre);
    }
}

/* What a thing on its way is told: of Lua's verbs and of what data tell. */
static const struct {
    const char *fault;
    enum verdict verdict;
    const char *reason;
    int64_t delay_ms;
    bool stuck;
} lives[] = {
    { "life = { fails = 'CapacityError: none' }", VERDICT_FAIL, "CapacityError: none", 0, false },
    { "life = { from = 'Other', fails = 'CapacityError: none' }", VERDICT_PASS, "", 0, false },
    { "life = { delay = '5m' }", VERDICT_DELAY, "", 300000, false },
    { "point = 'lifecycle', call = function(call) call:fail(call.from .. ' to ' .. call.to, 'no') end", VERDICT_FAIL,
      "Creating to InService: no", 0, false },
    { "point = 'lifecycle', call = function(call) call:fail('no ' .. call.operation) end", VERDICT_FAIL, "no Thing", 0,
      false },
    { "point = 'lifecycle', call = function(call) call:delay '5m' end", VERDICT_DELAY, "", 300000, false },
    { "point = 'lifecycle', call = function(call) call:stick() end", VERDICT_PASS, "", 0, true },
};

static enum verdict life_verdict;

static void note_life(struct question *question, enum verdict verdict)
{
    life_verdict = verdict;
}

static void lives_go_wrong(void **state)
{
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        struct theatre theatre;
        open_cloud_fault(&theatre, "toy:Thing", lives[i].fault);
        struct question question = { .point = HOOK_LIFECYCLE,
                                     .account = ACCOUNT,
                                     .region = "us-east-1",
                                     .service = "toy",
                                     .operation = "Thing",
                                     .role = "",
                                     .resource = "",
                                     .made_by = "",
                                     .from = "Creating",
                                     .to = "InService",
                                     .resumed = note_life };
        life_verdict = hook_ask(theatre.stage.world, &question);
        world_settle(theatre.stage.world, 60000);
        if (life_verdict != lives[i].verdict || strcmp(question.message, lives[i].reason) != 0 ||
            question.delay_ms != lives[i].delay_ms || question.stuck != lives[i].stuck)
            fail_msg("%s: %d %s", lives[i].fault, (int)life_verdict, question.message);
        strike_theatre(&theatre);
    }
}

static void a_fault_concerns_its_team_while_it_is_armed(void **state)
{
    struct theatre theatre;
    open_fault(&theatre, "on = 'toy:*'", FAIL);
    assert_false(script_arm(theatre.script, "g", ACCOUNT));
    assert_true(script_arm(theatre.script, "f", "000000000002"));
    ask_toy(&theatre, "CreateThing");
    assert_int_equal(theatre.stage.reply.status, 200);
    assert_true(script_arm(theatre.script, "f", ACCOUNT));
    ask_toy(&theatre, "CreateThing");
    assert_int_equal(theatre.stage.reply.status, 400);
    script_disarm(theatre.script, "f", ACCOUNT);
    script_disarm(theatre.script, "f", ACCOUNT);
    ask_toy(&theatre, "CreateThing");
    assert_int_equal(theatre.stage.reply.status, 200);
    strike_theatre(&theatre);
}

/* Six in ten by the game's seed: the same every time. */
static void chance_is_seeded(void **state)
{
    char seen[2][21] = { "", "" };
    for (int round = 0; round < 2; round++) {
        struct theatre theatre;
        open_fault(&theatre, "on = 'toy:*'", "if call:chance(0.6) then " FAIL " end");
        script_arm(theatre.script, "f", ACCOUNT);
        for (int i = 0; i < 20; i++) {
            ask_toy(&theatre, "CreateThing");
            strcat(seen[round], theatre.stage.reply.status == 200 ? "+" : "-");
        }
        strike_theatre(&theatre);
    }
    assert_string_equal(seen[0], seen[1]);
    assert_non_null(strchr(seen[0], '+'));
    assert_non_null(strchr(seen[0], '-'));
}

/* The asker goes away while the fault's answer is awaited: time, a reset, the pack's end. */
static void questions_are_let_go(void **state)
{
    struct theatre theatre;
    open_fault(&theatre, "on = 'toy:*'", "gameday.wait '10s' " FAIL);
    script_arm(theatre.script, "f", ACCOUNT);
    assert_int_equal(call_toy(&theatre.stage, "TEAM", "CreateThing", "{\"name\":\"x\"}"), CALL_PARKED);
    world_settle(theatre.stage.world, 1000);
    clear_call(&theatre.stage);
    world_settle(theatre.stage.world, 60000);

    assert_int_equal(call_toy(&theatre.stage, "TEAM", "CreateThing", "{\"name\":\"x\"}"), CALL_PARKED);
    world_settle(theatre.stage.world, 1000);
    script_disarm(theatre.script, "f", ACCOUNT);
    assert_int_equal(answered, 1);
    assert_int_equal(theatre.stage.reply.status, 200);
    world_settle(theatre.stage.world, 60000);

    script_arm(theatre.script, "f", ACCOUNT);
    assert_int_equal(call_toy(&theatre.stage, "TEAM", "CreateThing", "{\"name\":\"x\"}"), CALL_PARKED);
    world_settle(theatre.stage.world, 1000);
    world_reset(theatre.stage.world);
    assert_int_equal(theatre.stage.reply.status, 503);
    script_restart(theatre.script);
    world_settle(theatre.stage.world, 60000);
    assert_false(script_is_busy(theatre.script));
    account_put_key(theatre.stage.world, &keys[0]); /* a reset takes keys that are no team's */

    script_arm(theatre.script, "f", ACCOUNT);
    assert_int_equal(call_toy(&theatre.stage, "TEAM", "CreateThing", "{\"name\":\"x\"}"), CALL_PARKED);
    world_settle(theatre.stage.world, 1000);
    script_close(theatre.script);
    theatre.script = NULL;
    assert_int_equal(theatre.stage.reply.status, 200);
    strike_theatre(&theatre);
}

/* Customers feel the faults of the cloud, what sets up and judges does not. */
static void who_feels_a_fault(void **state)
{
    struct theatre theatre;
    open_pack(
        &theatre,
        PACK("local function make(team) team.toy.CreateThing { name = 'x' } end") "gameday.challenge { id = 'c', title "
                                                                                  "= 'C', setup = make,\n"
                                                                                  "gameday.probe { id = 'p', run = "
                                                                                  "function(team) make(team) return "
                                                                                  "true end },\n"
                                                                                  "gameday.fault { id = 'f', title = "
                                                                                  "'F', mended = function(team) "
                                                                                  "make(team) return true end, on = "
                                                                                  "'toy:*',\n"
                                                                                  "call = function(call) " FAIL
                                                                                  " end } } }");
    script_arm(theatre.script, "f", ACCOUNT);
    expect_play(&theatre, "probe/c/p", "pack.lua:2: ThrottlingException: Rate exceeded", "a customer");
    expect_play(&theatre, "challenge/c/setup", "null", "the stage hands");
    expect_play(&theatre, "fault/f/mended", "{\"mended\":true}", "the judge");
    strike_theatre(&theatre);
}

/* ---- invocations ---- */

static bool invocation_answered_now;

static void note_answer(struct question *question, enum verdict verdict)
{
    invocation_answered_now = verdict == VERDICT_CHANGED;
}

static const struct {
    const char *runtime, *handler, *payload, *result, *error, *log;
} invocations[] = {
    { "provided.lua", "echo", "{\"n\":\n1}", "{\"n\":1,\"name\":\"fn\"}", NULL, "got\t1\n" },
    { "provided.lua", "echo", "{\"n\":2,\"who\":true}",
      "{\"n\":2,\"name\":\"fn\",\"who\":\"arn:aws:sts::000000000001:assumed-role/actor/pack\"}", NULL, "got\t2\n" },
    { "provided.lua", "echo", "{\"fail\":\"no unicorn\"}",
      "{\"errorMessage\":\"no unicorn\",\"errorType\":\"Error\",\"stackTrace\":[\"pack.lua:8\"]}", "Unhandled",
      "got\tnil\n" },
    { "provided.lua", "ecko", "{}",
      "{\"errorMessage\":\"RequestId: r-1 Error: the pack that plays declares no gameday.lambda "
      "\\\"ecko\\\"\",\"errorType\":"
      "\"Runtime.InvalidEntrypoint\"}",
      "Unhandled", "" },
    { "python3.12", "echo", "{}", NULL, NULL, NULL },
};

static void functions_run(void **state)
{
    for (size_t i = 0; i < sizeof invocations / sizeof *invocations; i++) {
        struct theatre theatre;
        open_fault(&theatre, "on = 'toy:*'", "");
        struct invocation invocation = { .scope = { ACCOUNT, "us-east-1" },
                                         .function_arn = "arn:aws:lambda:us-east-1:" ACCOUNT ":function:fn",
                                         .function_name = "fn",
                                         .version = "$LATEST",
                                         .runtime = invocations[i].runtime,
                                         .handler = invocations[i].handler,
                                         .role_arn = "arn:aws:iam::" ACCOUNT ":role/actor",
                                         .request_id = "r-1",
                                         .log_group = "/aws/lambda/fn",
                                         .log_stream = "s",
                                         .payload = str_of(invocations[i].payload),
                                         .memory_mb = 128,
                                         .timeout_ms = 3000 };
        struct question question = { .point = HOOK_INVOKE,
                                     .account = ACCOUNT,
                                     .region = "us-east-1",
                                     .service = "lambda",
                                     .operation = "fn",
                                     .role = "actor",
                                     .resource = invocation.function_arn,
                                     .made_by = "",
                                     .subject = &invocation,
                                     .resumed = note_answer };
        invocation_answered_now = false;
        enum verdict verdict = hook_ask(theatre.stage.world, &question);
        world_settle(theatre.stage.world, 60000);
        if (invocations[i].result) {
            assert_true(verdict == VERDICT_CHANGED || (verdict == VERDICT_PARKED && invocation_answered_now));
            assert_string_equal(invocation.result.at, invocations[i].result);
            assert_string_equal(buf_str(&invocation.log).at, invocations[i].log);
            assert_true(!invocation.function_error == !invocations[i].error);
        } else {
            assert_int_equal(verdict, VERDICT_PASS);
        }
        invocation_release(&invocation);
        strike_theatre(&theatre);
    }
}

/* A probe's call waits for a fault's answer, and the process ends in the midst of it: each is told once, neither of something that is gone. */
static void who_asks_and_who_answers_end_together(void **state)
{
    static const struct {
        const char *call, *why;
    } rows[] = {
        { "(('x'):rep(60000)):find(('.-'):rep(8) .. 'y')", "it is killed while it answers" },
        { "local s = ('('):rep(65000) while true do s:find('%b()') end", "likewise" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct theatre theatre;
        struct buf pack = BUF_EMPTY;
        buf_printf(&pack,
                   PACK("") "gameday.fault { id = 'f', title = 'F', during = '10m', on = 'toy:*',\ncall = "
                            "function(call) %s end },\n"
                            "gameday.challenge { id = 'c', title = 'C',\n"
                            "gameday.probe { id = 'asks', run = function(team) team.toy.DescribeThing { name = 'x' } "
                            "return true end },\n"
                            "gameday.probe { id = 'good', run = function() return true end } } }",
                   rows[i].call);
        open_pack(&theatre, pack.at);
        buf_release(&pack);
        assert_true(script_arm(theatre.script, "f", ACCOUNT));
        expect_play(&theatre, "probe/c/asks", ":0: the pack was started anew [interrupted]", rows[i].why);
        assert_int_equal(theatre.restarts, 1);
        expect_play(&theatre, "probe/c/good", "{\"good\":true,\"share\":1}", "the pack goes on");
        strike_theatre(&theatre);
    }
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_answer),
        cmocka_unit_test(a_fault_concerns_its_team_while_it_is_armed),
        cmocka_unit_test(chance_is_seeded),
        cmocka_unit_test(questions_are_let_go),
        cmocka_unit_test(who_asks_and_who_answers_end_together),
        cmocka_unit_test(who_feels_a_fault),
        cmocka_unit_test(functions_run),
        cmocka_unit_test(the_wire_goes_wrong),
        cmocka_unit_test(lives_go_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
