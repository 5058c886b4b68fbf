#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "toy_cloud.h"

/* ---- hooks ---- */

struct told {
    struct hook hook;
    enum verdict verdict;
    const char *code, *message;
    int status;
    int64_t delay_ms;
    const char *input; /* with CHANGED: what it puts in its place */
    int asked, forgotten;
    struct question *parked;
    char resource[64];
};

static void answer(struct told *told, struct question *question)
{
    struct call *call = question->subject;
    snprintf(question->code, sizeof question->code, "%s", told->code ? told->code : "");
    snprintf(question->message, sizeof question->message, "%s", told->message ? told->message : "");
    question->status = told->status;
    question->delay_ms = told->delay_ms;
    if (told->verdict == VERDICT_CHANGED && told->input)
        call->input = json_parse_in(call->arena, str_of(told->input), NULL);
    if (told->verdict == VERDICT_CHANGED && question->point == HOOK_AFTER_CALL)
        output_string(call, "arn", "changed");
}

static enum verdict ask_told(struct hook *hook, struct question *question)
{
    struct told *told = hook->data;
    told->asked++;
    snprintf(told->resource, sizeof told->resource, "%s", question->resource);
    if (told->verdict == VERDICT_PARKED)
        told->parked = question;
    else
        answer(told, question);
    return told->verdict;
}

static void forget_told(struct hook *hook, struct question *question)
{
    struct told *told = hook->data;
    told->forgotten++;
}

static void hang(struct stage *stage, struct told *told, enum hook_point point)
{
    told->hook = (struct hook){
        .point = point, .pack = "pack", .chance = 1, .ask = ask_told, .forgotten = forget_told, .data = told
    };
    hook_add(stage->world->hooks, &told->hook);
}

#define DONE_BODY                                                                                                      \
    "{\"arn\":\"arn:aws:iam::000000000001:root\",\"region\":\"eu-west-1\",\"input\":\"{\\\"name\\\":\\\"n\\\"}\"}"
static const struct {
    enum hook_point point;
    struct told told;
    int status;
    const char *body;
    const char *why;
} hooks[] = {
    { HOOK_BEFORE_CALL, { .verdict = VERDICT_PASS }, 200, DONE_BODY, "nothing happens" },
    { HOOK_BEFORE_CALL,
      { .verdict = VERDICT_CHANGED, .input = "{\"name\":\"m\",\"other\":1}" },
      200,
      "{\"arn\":\"arn:aws:iam::000000000001:root\",\"region\":\"eu-west-1\",\"input\":\"{\\\"name\\\":\\\"m\\\"}\"}",
      "another input, brought into form" },
    { HOOK_BEFORE_CALL,
      { .verdict = VERDICT_CHANGED, .input = "{\"count\":1}" },
      400,
      "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: Value null at 'name' failed to "
      "satisfy constraint: Member must not be null\"}",
      "what a hook puts in is validated" },
    { HOOK_BEFORE_CALL,
      { .verdict = VERDICT_FAIL, .code = "ThingDoesNotExist", .message = "Gone" },
      404,
      "{\"__type\":\"ThingDoesNotExist\",\"message\":\"Gone\"}",
      "an error of the operation's own keeps its status" },
    { HOOK_BEFORE_CALL,
      { .verdict = VERDICT_FAIL, .code = "ThrottlingException", .status = 429 },
      429,
      "{\"__type\":\"ThrottlingException\"}",
      "an error without a message" },
    { HOOK_BEFORE_CALL,
      { .verdict = VERDICT_FAIL, .code = "Odd", .status = 200 },
      400,
      "{\"__type\":\"Odd\"}",
      "a status that is no failure's" },
    { HOOK_BEFORE_CALL, { .verdict = VERDICT_FAIL }, 500, "{\"__type\":\"InternalFailure\"}", "nothing said" },
    { HOOK_AUTHORISE,
      { .verdict = VERDICT_FAIL },
      400,
      "{\"__type\":\"AccessDeniedException\",\"Message\":\"User: arn:aws:iam::000000000001:root is not authorized to "
      "perform: toy:DescribeThing on resource: arn:aws:toy:eu-west-1:000000000001:thing/n because no identity-based "
      "policy allows the toy:DescribeThing action\"}",
      "as if no policy allowed it" },
    { HOOK_AFTER_CALL,
      { .verdict = VERDICT_CHANGED },
      200,
      "{\"arn\":\"changed\",\"region\":\"eu-west-1\",\"input\":\"{\\\"name\\\":\\\"n\\\"}\"}",
      "another answer" },
    { HOOK_AFTER_CALL,
      { .verdict = VERDICT_FAIL, .code = "Lost", .message = "The answer was lost", .status = 502 },
      502,
      "{\"__type\":\"Lost\",\"message\":\"The answer was lost\"}",
      "an answer lost" },
    { HOOK_BEFORE_CALL, { .verdict = VERDICT_DELAY, .delay_ms = 0 }, 200, DONE_BODY, "no delay" },
};

/* Each verdict given at once and after a park: the answers are the same. */
static void hook_verdicts(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    for (size_t i = 0; i < 2 * (sizeof hooks / sizeof *hooks); i++) {
        bool parks = i % 2;
        struct told told = hooks[i / 2].told;
        if (parks)
            told.verdict = VERDICT_PARKED;
        hang(&stage, &told, hooks[i / 2].point);
        enum outcome outcome = call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":\"n\"}");
        if (parks) {
            assert_int_equal(outcome, CALL_PARKED);
            assert_int_equal(answered, 0);
            told.verdict = hooks[i / 2].told.verdict;
            answer(&told, told.parked);
            hook_answer(stage.world, told.parked, told.verdict);
            assert_int_equal(answered, 1);
        }
        expect(&stage, hooks[i / 2].status, hooks[i / 2].body, hooks[i / 2].why);
        assert_int_equal(told.asked, 1);
        hook_remove(stage.world->hooks, &told.hook);
    }
    strike_stage(&stage);
}

static void delays(void **state)
{
    (void)state;
    static const enum hook_point points[] = { HOOK_AUTHORISE, HOOK_BEFORE_CALL, HOOK_AFTER_CALL };
    struct stage stage;
    raise_stage(&stage);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        struct told told = { .verdict = VERDICT_DELAY, .delay_ms = 5000 };
        hang(&stage, &told, points[i]);
        assert_int_equal(call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":\"n\"}"), CALL_PARKED);
        clock_step(stage.world->clock, 4999);
        world_run(stage.world, 0);
        assert_int_equal(answered, 0);
        clock_step(stage.world->clock, 1);
        world_run(stage.world, 0);
        assert_int_equal(answered, 1);
        expect(&stage, 200, DONE_BODY, "after five seconds of the virtual clock");
        assert_int_equal(told.asked, 1);
        assert_int_equal(call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":\"n\"}"), CALL_PARKED);
        clear_call(&stage); /* gone while it waits: the timer goes with it */
        clock_step(stage.world->clock, 10000);
        world_run(stage.world, 0);
        assert_int_equal(answered, 0);
        hook_remove(stage.world->hooks, &told.hook);
    }
    strike_stage(&stage);
}

/* While a call waits for a hook, its caller may lose the right to make it. */
static void authorised_again_after_a_park(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    stage.cloud->enforce = true;
    role_policy = POLICY("Allow", "*", "*", "");
    struct told told = { .verdict = VERDICT_PARKED };
    hang(&stage, &told, HOOK_BEFORE_CALL);
    assert_int_equal(call_toy(&stage, "SESSION", "DescribeThing", "{\"name\":\"n\"}"), CALL_PARKED);
    role_policy = POLICY("Deny", "*", "*", "");
    hook_answer(stage.world, told.parked, VERDICT_PASS);
    assert_int_equal(answered, 1);
    assert_string_equal(stage.call->error.kind->code, "AccessDeniedException");
    hook_remove(stage.world->hooks, &told.hook);
    strike_stage(&stage);
}

static void own_hooks_are_not_asked(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    struct told told = { .verdict = VERDICT_FAIL };
    hang(&stage, &told, HOOK_BEFORE_CALL);
    static const char *const makers[] = { "pack", "another" };
    for (int i = 0; i < 2; i++) {
        const char *why = NULL;
        struct call *call = call_new(stage.cloud, STR("toy"), STR("DescribeThing"), &why);
        call->caller = principal_of_root(call->arena, STR("000000000001"));
        call->made_by = makers[i];
        call->input = json_parse_in(call->arena, STR("{\"name\":\"n\"}"), NULL);
        assert_int_equal(road_run(call), i == 0 ? CALL_DONE : CALL_FAILED);
        call_free(call);
    }
    assert_int_equal(told.asked, 1);
    assert_string_equal(told.resource, "arn:aws:toy:us-east-1:000000000001:thing/n");
    hook_remove(stage.world->hooks, &told.hook);
    strike_stage(&stage);
}

/* ---- parks ---- */

static void handlers_park(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    struct told told = { .verdict = VERDICT_CHANGED };
    hang(&stage, &told, HOOK_AFTER_CALL);
    assert_int_equal(call_toy(&stage, "TEAM", "WaitForThing", "{\"name\":\"n\"}"), CALL_PARKED);
    assert_int_equal(told.asked, 0);
    output_string(waiting, "region", "late");
    call_resume(waiting, CALL_DONE);
    expect(&stage, 200, "{\"region\":\"late\",\"arn\":\"changed\"}", "the answer travels the rest of the road");
    assert_int_equal(call_toy(&stage, "TEAM", "WaitForThing", "{\"name\":\"n\"}"), CALL_PARKED);
    call_resume(waiting, call_fail(waiting, &no_thing, "Never"));
    expect(&stage, 404, "{\"__type\":\"ThingDoesNotExist\",\"message\":\"Never\"}", "a late failure");
    assert_int_equal(abandoned, 0);
    hook_remove(stage.world->hooks, &told.hook);
    strike_stage(&stage);
}

static void callers_go_away(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    assert_int_equal(call_toy(&stage, "TEAM", "WaitForThing", "{\"name\":\"n\"}"), CALL_PARKED);
    call_abandon(stage.call);
    assert_int_equal(abandoned, 1);
    assert_null(waiting);
    struct told told = { .verdict = VERDICT_PARKED };
    hang(&stage, &told, HOOK_BEFORE_CALL);
    assert_int_equal(call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":\"n\"}"), CALL_PARKED);
    call_abandon(stage.call);
    assert_int_equal(told.forgotten, 1);
    assert_int_equal(answered, 0);
    hook_remove(stage.world->hooks, &told.hook);
    strike_stage(&stage);
}

static void upheaval(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    assert_int_equal(recovered, 1);
    assert_int_equal(call_toy(&stage, "TEAM", "WaitForThing", "{\"name\":\"n\"}"), CALL_PARKED);
    world_reset(stage.world);
    assert_int_equal(answered, 1);
    assert_int_equal(abandoned, 1);
    expect(&stage, 503,
           "{\"__type\":\"ServiceUnavailable\",\"message\":\"The cloud was set back while this call waited.\"}",
           "reset");
    assert_int_equal(recovered, 2);
    strike_stage(&stage);
}

/* ---- the rest ---- */

static void full_store(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage_with(&stage, 1);
    call_toy(&stage, "TEAM", "CreateThing", "{\"name\":\"n\"}");
    assert_string_equal(stage.call->error.kind->code, "LimitExceededException");
    call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":\"n\"}");
    assert_int_equal(stage.reply.status, 200);
    call_toy(&stage, "TEAM", "DeleteThing", "{\"name\":\"n\"}");
    assert_int_equal(stage.reply.status, 404);
    strike_stage(&stage);
}

static void internal_calls(void **state)
{
    (void)state;
    static const char *const names[] = { "toy", "TOYBOX", "toybox", "Toy Box" };
    struct stage stage;
    raise_stage(&stage);
    const char *why = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct call *call = call_new(stage.cloud, str_of(names[i]), STR("DescribeThing"), &why);
        assert_non_null(call);
        call->caller = principal_of_role(call->arena, STR("arn:aws:iam::000000000007:role/path/actor"), STR("scene"));
        call->input = json_parse_in(call->arena, STR("{\"name\":\"n\",\"other\":true}"), NULL);
        assert_int_equal(road_run(call), CALL_DONE);
        assert_string_equal(json_string(call->output, "arn"), "arn:aws:sts::000000000007:assumed-role/actor/scene");
        assert_string_equal(json_string(call->output, "input"), "{\"name\":\"n\"}");
        call_free(call);
    }
    assert_null(call_new(stage.cloud, STR("s3"), STR("GetObject"), &why));
    assert_null(call_new(stage.cloud, STR("toy"), STR("Nothing"), &why));
    struct call *call = call_new(stage.cloud, STR("toy"), STR("DescribeThing"), &why);
    assert_int_equal(road_run(call), CALL_FAILED); /* no input is no members */
    assert_string_equal(call->error.kind->code, "ValidationException");
    call_free(call);
    stage.cloud->enforce = true;
    call = call_new(stage.cloud, STR("toy"), STR("DescribeThing"), &why);
    call->input = json_parse_in(call->arena, STR("{\"name\":\"n\"}"), NULL);
    assert_int_equal(road_run(call), CALL_FAILED); /* nobody may do nothing */
    assert_string_equal(call->error.kind->code, "AccessDeniedException");
    call_free(call);
    strike_stage(&stage);
}

static void failed_commits(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    call_toy(&stage, "TEAM", "CreateThing", "{\"name\":\"n\"}");
    stage.reply.seen = 5;
    road_fail_reply(stage.call, &ERROR_INTERNAL_FAILURE, &stage.reply);
    expect(&stage, 500, "{\"__type\":\"InternalFailure\"}", "what was not kept is not told");
    assert_int_equal(stage.reply.seen, 0);
    assert_string_equal(stage.reply.request_id, stage.call->request_id);
    strike_stage(&stage);
}

/* What cannot be served is refused at the start, in one line. */
static void unfit_services(void **state)
{
    (void)state;
    static const struct operation broken = { .name = "Break", .method = "GET", .uri = "/{Bucket}/{Key" };
    static const struct model rest = {
        .name = "rest", .protocol = PROTOCOL_REST_XML, .operations = &broken, .operation_count = 1
    };
    static const struct service unfit = { .model = &rest };
    struct stage stage;
    raise_stage(&stage);
    const struct service *const list[] = { &unfit, NULL };
    char *why = NULL;
    assert_null(cloud_new(stage.world, list, &why));
    assert_string_equal(why, "rest: the URI template of Break cannot be read: /{Bucket}/{Key");
    free(why);
    strike_stage(&stage);
}

static void body_limits(void **state)
{
    (void)state;
    struct stage stage;
    size_t limit = 0;
    raise_stage(&stage);
    clear_call(&stage);
    add_header(&stage, "X-Amz-Target", "Toys.V1.DescribeThing");
    stage.call = road_route(stage.cloud, &stage.request, &limit);
    assert_int_equal(limit, 1 << 20);
    clear_call(&stage);
    add_header(&stage, "Content-Type", FORM);
    stage.call = road_route(stage.cloud, &stage.request, &limit);
    assert_int_equal(limit, 2 << 20);
    strike_stage(&stage);
}

static void times(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } instants[] = {
        { 0, "0.000" }, { 1893456000123, "1893456000.123" }, { -1, "-0.001" }, { 253402300799999, "253402300799.999" }
    };
    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
        cJSON *node = json_new_time(instants[i].ms);
        assert_string_equal(node->valuestring, instants[i].text);
        assert_int_equal(json_to_time(node), instants[i].ms);
        cJSON_Delete(node);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hook_verdicts),
        cmocka_unit_test(delays),
        cmocka_unit_test(authorised_again_after_a_park),
        cmocka_unit_test(own_hooks_are_not_asked),
        cmocka_unit_test(handlers_park),
        cmocka_unit_test(callers_go_away),
        cmocka_unit_test(upheaval),
        cmocka_unit_test(full_store),
        cmocka_unit_test(internal_calls),
        cmocka_unit_test(failed_commits),
        cmocka_unit_test(unfit_services),
        cmocka_unit_test(body_limits),
        cmocka_unit_test(times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
