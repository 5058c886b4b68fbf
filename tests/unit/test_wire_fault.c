/* Faults that data tell, on the road: what each does to calls, how long they take, and that nothing of it stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "aws/service.h"

extern const struct service *const counting_services[];
#define STAGE_SERVICES counting_services
#include "toy_cloud.h"

#include "aws/wire_fault.h"
#include "world/clock.h"
#include "world/hook.h"

#define ACCOUNT "000000000001"
#define GOOD                                                                                                           \
    "{\"arn\":\"arn:aws:iam::000000000001:root\",\"region\":\"eu-west-1\",\"input\":\"{\\\"name\\\":\\\"x\\\"}\"}"

static struct stage stage;
static uint64_t hits;

/* DescribeThing tells how many things it sees. */
static enum outcome count_things(struct call *call)
{
    output_int64(call, "count", (int64_t)store_count(call->world->store, call_scope(call), &things));
    return CALL_DONE;
}

static const operation_fn counting_handlers[] = { create_thing, delete_thing, count_things, NULL, wait_for_thing };
static const struct service counting_service = {
    .model = &toy, .handlers = counting_handlers, .tables = toy_tables, .recover = recover
};
const struct service *const counting_services[] = { &counting_service, &ask_service, NULL };

static struct wire_fault *arm(const char *effect, const char *service, const char *operation)
{
    struct json *document = json_parse(str_of(effect), NULL);
    assert_non_null(document);
    const struct wire_place place = {
        .pack = "p", .account = ACCOUNT, .service = service, .operation = operation, .chance = 1
    };
    hits = 0;
    struct wire_fault *fault = wire_fault_arm(stage.world, json_root(document), &place, &hits);
    json_unref(document);
    return fault;
}

/* Waits for the answer; returns how long that took. */
static int64_t ask_as(const char *id, const char *operation)
{
    int64_t before = clock_now(stage.world->clock);
    if (call_toy(&stage, id, operation, "{\"name\":\"x\"}") == CALL_PARKED) {
        while (!answered)
            clock_step(stage.world->clock, 1);
    }
    return clock_now(stage.world->clock) - before;
}

/* Four calls of CreateThing half a second apart; then one of another account. What each was answered, what it said, how long it took. */
static const struct {
    const char *effect, *statuses, *last;
    int64_t took_ms;
    uint64_t hits;
    const char *why;
} effects[] = {
    { "{\"latency_ms\":200}", "200 200 200 200", GOOD, 200, 4, "it is answered later" },
    { "{\"fail\":{\"code\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}}", "400 400 400 400",
      "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}", 0, 4, "AWS's code and sentence" },
    { "{\"fail\":{\"code\":\"InternalFailure\"}}", "500 500 500 500", "{\"__type\":\"InternalFailure\"}", 0, 4,
      "a common error has its status" },
    { "{\"fail\":{\"code\":\"ThingDoesNotExist\",\"message\":\"gone\"}}", "404 404 404 404",
      "{\"__type\":\"ThingDoesNotExist\",\"message\":\"gone\"}", 0, 4, "one of the operation's own has the model's" },
    { "{\"fail\":{\"code\":\"Odd\",\"message\":\"m\",\"status\":418}}", "418 418 418 418",
      "{\"__type\":\"Odd\",\"message\":\"m\"}", 0, 4, "a status of one's own" },
    { "{\"throttle\":{\"rate\":1,\"burst\":2,\"by\":\"operation\"}}", "200 200 200 400",
      "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}", 0, 1, "two at once, then one a second" },
    { "{\"throttle\":{\"rate\":0.5,\"burst\":1,\"by\":\"team\"}}", "200 400 400 400",
      "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}", 0, 3, "half a call a second" },
    { "{\"latency_ms\":100,\"fail\":{\"code\":\"Odd\",\"message\":\"m\"}}", "400 400 400 400",
      "{\"__type\":\"Odd\",\"message\":\"m\"}", 100, 4, "it fails, and late" },
    { "{\"chance\":0,\"latency_ms\":100}", "200 200 200 200", GOOD, 0, 0, "never" },
    { "{\"skew_ms\":600000}", "200 200 200 200", GOOD, 0, 4, "open mode without a date in the signature" },
};

static void effects_strike(void **state)
{
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        char statuses[32] = "";
        int64_t took_ms = 0;
        raise_stage(&stage);
        struct wire_fault *fault = arm(effects[i].effect, "toy", "Create*");
        for (int n = 0; n < 4; n++) {
            took_ms = ask_as("TEAM", "CreateThing");
            sprintf(statuses + strlen(statuses), "%s%d", n ? " " : "", stage.reply.status);
            clock_step(stage.world->clock, 500 - took_ms);
        }
        if (strcmp(statuses, effects[i].statuses) != 0 || took_ms != effects[i].took_ms || hits != effects[i].hits)
            fail_msg("%s: %s, %d ms, %d hits", effects[i].why, statuses, (int)took_ms, (int)hits);
        if (!str_is(buf_str(&stage.reply.body), effects[i].last))
            fail_msg("%s: %s", effects[i].why, stage.reply.body.at);
        ask_as("SESSION", "DescribeThing");
        assert_int_equal(hits, effects[i].hits);
        wire_fault_disarm(fault);
        assert_false(hook_any(stage.world->hooks, HOOK_BEFORE_CALL));
        assert_int_equal(ask_as("TEAM", "CreateThing"), 0);
        assert_int_equal(stage.reply.status, 200);
        strike_stage(&stage);
    }
}

/* Between 100 and 300 ms by the seed, and the same each time; those of two faults add up. */
static void latency_has_jitter(void **state)
{
    int64_t first[20];
    for (int round = 0; round < 2; round++) {
        int64_t least = INT64_MAX, most = 0;
        raise_stage(&stage);
        struct wire_fault *one = arm("{\"latency_ms\":200,\"jitter_ms\":100}", "toy", "*");
        struct wire_fault *two = round ? NULL : arm("{\"latency_ms\":1000}", "toy", "DeleteThing");
        for (int i = 0; i < 20; i++) {
            int64_t took_ms = ask_as("TEAM", "CreateThing");
            least = took_ms < least ? took_ms : least;
            most = took_ms > most ? took_ms : most;
            if (round)
                assert_int_equal(took_ms, first[i]);
            first[i] = took_ms;
        }
        assert_in_range(least, 100, 180);
        assert_in_range(most, 220, 300);
        if (two)
            assert_in_range(ask_as("TEAM", "DeleteThing"), 1100, 1300);
        if (two)
            wire_fault_disarm(two);
        wire_fault_disarm(one);
        strike_stage(&stage);
    }
}

/* An effect, whether the operation was done all the same, and what the edge is told of the answer. */
static const struct {
    const char *effect;
    bool is_done, reset;
    double lost;
    int64_t slow_ms;
} manners[] = {
    { "{\"reset\":\"before\"}", false, true, 0, 0 },
    { "{\"reset\":\"after\"}", true, true, 0, 0 },
    { "{\"keep\":0.25}", true, false, 0.75, 0 },
    { "{\"slow_ms\":5000}", true, false, 0, 5000 },
};

static struct call *internal_call(const char *operation)
{
    const char *why;
    struct call *call = call_new(stage.cloud, STR("toy"), str_of(operation), &why);
    assert_non_null(call);
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->input = json_parse_in(call->arena, STR("{\"name\":\"x\"}"), NULL);
    call->owner = &stage;
    return call;
}

static int finished;

static void count_finished(struct call *call)
{
    finished++;
}

static void the_edge_is_told(void **state)
{
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
        raise_stage(&stage);
        struct wire_fault *fault = arm(manners[i].effect, "toy", "*");
        const struct scope scope = { ACCOUNT, "eu-west-1" };
        ask_as("TEAM", "CreateThing");
        assert_int_equal(stage.reply.manner.reset, manners[i].reset);
        assert_true(stage.reply.manner.lost == manners[i].lost);
        assert_int_equal(stage.reply.manner.slow_ms, manners[i].slow_ms);
        assert_int_equal(store_get(stage.world->store, scope, &things, STR("x")) != NULL, manners[i].is_done);

        struct call *call = internal_call("CreateThing");
        call->finished = count_finished;
        finished = 0;
        enum outcome outcome = road_run(call);
        if (manners[i].slow_ms) {
            assert_int_equal(outcome, CALL_PARKED);
            clock_step(stage.world->clock, 4999);
            assert_int_equal(finished, 0);
            clock_step(stage.world->clock, 1);
            assert_int_equal(finished, 1);
        } else {
            assert_int_equal(outcome, CALL_FAILED);
            assert_string_equal(call->error.kind->code, "SdkClientException");
            assert_string_equal(
                call->error.message,
                manners[i].reset
                    ? "Unable to execute HTTP request: Connection reset"
                    : "Premature end of Content-Length delimited message body (expected: 88; received: 22)");
        }
        call_free(call);
        wire_fault_disarm(fault);
        strike_stage(&stage);
    }
}

static int64_t things_seen(void)
{
    ask_as("TEAM", "DescribeThing");
    struct json *answer = json_parse(buf_str(&stage.reply.body), NULL);
    int64_t count = json_int64(json_root(answer), "count", -1);
    json_unref(answer);
    return count;
}

/* A read sees what was 30 seconds ago, at most since the fault is there; what writes sees what is. */
static void reads_are_stale(void **state)
{
    raise_stage(&stage);
    ask_as("TEAM", "CreateThing");
    struct wire_fault *fault = arm("{\"stale_ms\":30000}", "toy", "*");
    assert_int_equal(things_seen(), 1);
    clock_step(stage.world->clock, 10000);
    ask_as("TEAM", "DeleteThing");
    assert_int_equal(stage.reply.status, 200);
    assert_int_equal(things_seen(), 1);
    ask_as("TEAM", "DeleteThing");
    assert_int_equal(stage.reply.status, 404);
    clock_step(stage.world->clock, 29999);
    assert_int_equal(things_seen(), 1);
    clock_step(stage.world->clock, 1);
    assert_int_equal(things_seen(), 0);
    ask_as("TEAM", "CreateThing");
    assert_int_equal(things_seen(), 0);
    wire_fault_disarm(fault);
    assert_int_equal(things_seen(), 1);
    strike_stage(&stage);
}

static void clocks_add_up(void **state)
{
    raise_stage(&stage);
    struct wire_fault *one = arm("{\"skew_ms\":600000}", "toy", "*");
    struct wire_fault *two = arm("{\"skew_ms\":-60000}", NULL, NULL);
    struct question question = { .point = HOOK_SIGNATURE, .account = ACCOUNT, .service = "toy", .operation = "X" };
    assert_int_equal(hook_ask(stage.world, &question), VERDICT_PASS);
    assert_int_equal(question.manner.skew_ms, 540000);
    ask_as("TEAM", "CreateThing");
    assert_int_equal(stage.reply.manner.skew_ms, 540000); /* Date tells it */
    wire_fault_disarm(one);
    wire_fault_disarm(two);
    ask_as("TEAM", "CreateThing");
    assert_int_equal(stage.reply.manner.skew_ms, 0);
    strike_stage(&stage);
}

/* ---- lives ---- */

static const struct {
    const char *effect, *from, *to;
    enum verdict verdict;
    int64_t delay_ms;
    bool stuck;
    const char *reason;
} lives[] = {
    { "{\"fails\":\"CapacityError: none left\"}", "Starting", "Downloading", VERDICT_FAIL, 0, false,
      "CapacityError: none left" },
    { "{\"fails\":\"x\",\"from\":\"Starting\"}", "Training", "Uploading", VERDICT_PASS, 0, false, "" },
    { "{\"fails\":\"x\",\"to\":\"Up*\"}", "Training", "Uploading", VERDICT_FAIL, 0, false, "x" },
    { "{\"delay_ms\":60000}", "Creating", "InService", VERDICT_DELAY, 60000, false, "" },
    { "{\"delay_ms\":60000}", "Deleting", "", VERDICT_PASS, 0, false, "" },
    { "{\"delay_ms\":60000}", "DELETE_PENDING", "DELETE_IN_PROGRESS", VERDICT_PASS, 0, false, "" },
    { "{\"delay_ms\":60000,\"from\":\"Delet*\"}", "Deleting", "", VERDICT_DELAY, 60000, false, "" },
    { "{\"stuck\":true}", "Creating", "InService", VERDICT_PASS, 0, true, "" },
};

static void lives_are_meddled_with(void **state)
{
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        raise_stage(&stage);
        struct json *effect = json_parse(str_of(lives[i].effect), NULL);
        const struct wire_place place = { .service = "toy", .operation = "Thing", .chance = 1 };
        struct wire_fault *fault = life_fault_arm(stage.world, json_root(effect), &place, &hits);
        struct question question = { .point = HOOK_LIFECYCLE,
                                     .account = ACCOUNT,
                                     .service = "toy",
                                     .operation = "Thing",
                                     .from = lives[i].from,
                                     .to = lives[i].to };
        assert_int_equal(hook_ask(stage.world, &question), lives[i].verdict);
        assert_int_equal(question.delay_ms, lives[i].delay_ms);
        assert_int_equal(question.stuck, lives[i].stuck);
        assert_string_equal(question.message, lives[i].reason);
        wire_fault_disarm(fault);
        json_unref(effect);
        strike_stage(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effects_strike),   cmocka_unit_test(latency_has_jitter),
        cmocka_unit_test(the_edge_is_told), cmocka_unit_test(reads_are_stale),
        cmocka_unit_test(clocks_add_up),    cmocka_unit_test(lives_are_meddled_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
