/* A wire that goes wrong, between real sockets: what a client sees of a reset, a cut and a slow answer, and the Chaos API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>

#include "http_client.h"
#include "toy_cloud.h"

#include "aws/chaos.h"
#include "aws/wire_fault.h"
#include "net/gateway.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

struct fixture {
    uv_loop_t loop;
    struct world *world;
    struct cloud *cloud;
    struct gateway *gateway;
    bool strict, closed;
};

static void turn(struct fixture *fixture)
{
    uv_run(&fixture->loop, UV_RUN_NOWAIT);
}

static void open_cloud(struct fixture *fixture)
{
    const struct table_def **tables = cloud_tables(services);
    struct world_options options = {
        .seed = 1, .start_ms = START_MS, .stepped = true, .tables = tables, .recover = cloud_recover
    };
    char *why = NULL;
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    fixture->world = world_new(&options, &why);
    if (!fixture->world)
        fail_msg("%s", why);
    free(tables);
    fixture->cloud = cloud_new(fixture->world, services, &why);
    assert_non_null(fixture->cloud);
    fixture->cloud->strict = fixture->strict;
    world_recover(fixture->world);
    const struct gateway_options wanted = { .address = "127.0.0.1", .token = TOKEN };
    fixture->gateway = gateway_open(&fixture->loop, fixture->cloud, &wanted, &why);
    if (!fixture->gateway)
        fail_msg("%s", why);
}

static void on_closed(void *data)
{
    ((struct fixture *)data)->closed = true;
}

static void close_cloud(struct fixture *fixture)
{
    gateway_close(fixture->gateway, 0, on_closed, fixture);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(fixture->closed);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    cloud_free(fixture->cloud);
    world_free(fixture->world);
    assert_int_equal(json_live_documents(), 0);
}

static struct client ask_at(struct fixture *fixture, const char *line, const char *headers, const char *body)
{
    return ask_port(gateway_port(fixture->gateway), line, headers, body);
}

static struct client hear_at(struct fixture *fixture, const char *line, const char *headers, const char *body)
{
    struct client client = ask_at(fixture, line, headers, body);
    AWAIT(fixture, &client, client.ended);
    return client;
}

#define TOY(operation)                                                                                                 \
    "X-Amz-Target: Toys.V1." operation "\r\nContent-Type: application/x-amz-json-1.0\r\n"                              \
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20300101/eu-west-1/toy/aws4_request, SignedHeaders=host, "        \
    "Signature=0\r\n"
#define ASK       "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}"
#define JSON_BODY "Content-Type: application/json\r\n"

static uint64_t hits;

static struct wire_fault *arm(struct fixture *fixture, const char *effect)
{
    struct json *document = json_parse(str_of(effect), NULL);
    const struct wire_place place = { .pack = "p", .service = "toy", .chance = 1 };
    struct wire_fault *fault = wire_fault_arm(fixture->world, json_root(document), &place, &hits);
    json_unref(document);
    return fault;
}

/* ---- answers on their way ---- */

static size_t length_said(const struct client *client)
{
    const char *at = strstr(client->got.at, "Content-Length: ");
    return at ? (size_t)atoi(at + 16) : 0;
}

static void an_answer_may_never_come(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct wire_fault *fault = arm(&fixture, "{\"reset\":\"after\"}");
    struct client client = hear_at(&fixture, ASK);
    assert_int_equal(client.got.length, 0);
    assert_true(client.was_reset);
    part(&client);
    wire_fault_disarm(fault);
    client = hear_at(&fixture, ASK);
    assert_int_equal(status_of(&client), 200);
    part(&client);
    close_cloud(&fixture);
}

static void an_answer_may_be_cut(void **state)
{
    static const struct {
        const char *effect;
        double share;
    } rows[] = { { "{\"keep\":0.5}", 0.5 }, { "{\"keep\":0}", 0 }, { "{\"keep\":0.999}", 0.999 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = { 0 };
        open_cloud(&fixture);
        struct wire_fault *fault = arm(&fixture, rows[i].effect);
        struct client client = hear_at(&fixture, ASK);
        size_t said = length_said(&client), got = strlen(body_of(&client));
        assert_int_equal(status_of(&client), 200);
        assert_true(said > 40 && got < said); /* one byte at least is missing */
        assert_int_equal(got, (size_t)((double)said * rows[i].share));
        part(&client);
        wire_fault_disarm(fault);
        close_cloud(&fixture);
    }
}

/* All of it comes, in pieces, and what is asked on the same connection behind it comes after it. */
static void an_answer_may_be_slow(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct wire_fault *fault = arm(&fixture, "{\"slow_ms\":300}");
    struct client client = ask_at(&fixture, ASK);
    AWAIT(&fixture, &client, strlen(body_of(&client)) > 2);
    assert_true(strlen(body_of(&client)) < length_said(&client));
    AWAIT(&fixture, &client, client.ended);
    assert_int_equal(strlen(body_of(&client)), length_said(&client));
    assert_non_null(strstr(body_of(&client), "\"region\":\"eu-west-1\""));
    part(&client);
    client = ask_at(&fixture, ASK); /* a client that goes away meanwhile, and the server's end */
    AWAIT(&fixture, &client, client.got.length > 0);
    part(&client);
    client = ask_at(&fixture, ASK);
    AWAIT(&fixture, &client, client.got.length > 0);
    wire_fault_disarm(fault);
    close_cloud(&fixture);
    part(&client);
}

static void the_date_may_be_wrong(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct wire_fault *fault = arm(&fixture, "{\"skew_ms\":86400000}");
    char tomorrow[30];
    struct client client = hear_at(&fixture, ASK);
    time_print_http(time_wall_ms() + 86400000, tomorrow);
    tomorrow[16] = '\0'; /* the day is enough */
    assert_non_null(strstr(client.got.at, tomorrow));
    part(&client);
    wire_fault_disarm(fault);
    close_cloud(&fixture);
}

/* ---- the Chaos API ---- */

#define RULES "/_localstack/chaos/faults"
#define RULE  "{\"service\":\"toybox\",\"operation\":\"DescribeThing\"}"
#define OTHER "{\"region\":\"us-east-1\",\"error\":{\"statusCode\":429,\"code\":\"TooMuch\"}}"
#define HUNDRED                                                                                                        \
    "[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},"       \
    "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]"

/* One after the other, on one cloud: what is asked, what comes back, and then how DescribeThing is answered. */
static const struct {
    const char *line, *body;
    int status;
    const char *answer;
    int then;
} steps[] = {
    { "GET " RULES, "", 200, "[]", 200 },
    { "POST " RULES, "[" RULE "]", 200, "[" RULE "]", 503 },
    { "GET " RULES, "", 200, "[" RULE "]", 503 },
    { "PATCH " RULES, "[" OTHER "]", 200, "[" RULE "," OTHER "]", 503 },
    { "DELETE " RULES, "[" RULE "]", 200, "[" OTHER "]", 200 },
    { "DELETE " RULES, "[{\"region\":\"us-east-1\"}]", 200, "[" OTHER "]", 200 },
    { "PUT " RULES, "[{}]", 200, "[{}]", 503 },
    { "POST " RULES, "[{\"probability\":0}]", 200, "[{\"probability\":0}]", 200 },
    { "POST " RULES, "[{\"error\":{\"statusCode\":418,\"code\":\"Teapot\"}},{}]", 200,
      "[{\"error\":{\"statusCode\":418,\"code\":\"Teapot\"}},{}]", 418 },
    { "POST " RULES, "[{\"service\":\"kinesis\"}]", 200, "[{\"service\":\"kinesis\"}]", 200 },
    { "POST " RULES, "{}", 400, "{\"__type\":\"BadRequest\",\"message\":\"The body must be a JSON array.\"}", 200 },
    { "POST " RULES, "[", 400, NULL, 200 },
    { "POST " RULES, "", 400, NULL, 200 },
    { "POST " RULES, "[1]", 400, "{\"__type\":\"BadRequest\",\"message\":\"A rule should be an object.\"}", 200 },
    { "POST " RULES, "[{\"serivce\":\"s3\"}]", 400,
      "{\"__type\":\"BadRequest\",\"message\":\"A rule has no member 'serivce'.\"}", 200 },
    { "POST " RULES, "[{\"probability\":2}]", 400,
      "{\"__type\":\"BadRequest\",\"message\":\"probability should be a number from 0 to 1.\"}", 200 },
    { "POST " RULES, "[{\"error\":{\"statusCode\":200}}]", 400,
      "{\"__type\":\"BadRequest\",\"message\":\"error.statusCode should be a whole number from 400 to 599.\"}", 200 },
    { "POST " RULES, "[{\"operation\":\"\"}]", 400, NULL, 200 },
    { "PATCH " RULES, HUNDRED, 200, NULL, 503 },
    { "PATCH " RULES, HUNDRED, 400,
      "{\"__type\":\"BadRequest\",\"message\":\"All rules together should be no more than 100.\"}", 503 },
    { "POST " RULES, "[]", 200, "[]", 200 },
    { "GET /_localstack/chaos/effects", "", 200, "{\"latency\":0}", 200 },
    { "POST /_localstack/chaos/effects", "{\"latency\":5000}", 200, "{\"latency\":5000}", 0 },
    { "POST /_localstack/chaos/effects", "{\"latency\":-1}", 400, NULL, 0 },
    { "POST /_localstack/chaos/effects", "{\"jitter\":1}", 400, NULL, 0 },
    { "PUT /_localstack/chaos/effects", "{}", 200, "{\"latency\":0}", 200 },
    { "DELETE /_localstack/chaos/effects", "{}", 405, NULL, 200 },
    { "GET /_localstack/chaos/nothing", "", 404, NULL, 200 },
};

/* 0: it has not been answered when the clock stands. */
static int status_then(struct fixture *fixture)
{
    struct client client = ask_at(fixture, ASK);
    for (int i = 0; i < 50 && !client.ended; i++) {
        turn(fixture);
        hear(&client, SIZE_MAX);
        if (i > 25)
            usleep(1000);
    }
    int status = status_of(&client);
    part(&client);
    for (int i = 0; i < 20; i++)
        turn(fixture);
    return status;
}

static void chaos_is_made_by_rules(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct client client = hear_at(&fixture, steps[i].line, steps[i].body[0] ? JSON_BODY : "", steps[i].body);
        if (status_of(&client) != steps[i].status ||
            (steps[i].answer && strcmp(body_of(&client), steps[i].answer) != 0))
            fail_msg("%s %s: %s", steps[i].line, steps[i].body, client.got.at);
        part(&client);
        int then = status_then(&fixture);
        if (then != steps[i].then)
            fail_msg("%s %s: then %d", steps[i].line, steps[i].body, then);
    }
    close_cloud(&fixture);
}

static void chaos_goes_with_a_reset(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct json *rules = json_parse(STR("[{}]"), NULL);
    assert_null(chaos_change_rules(fixture.cloud->chaos, CHAOS_REPLACE, json_root(rules)));
    json_unref(rules);
    cloud_recover(fixture.world); /* as after a restart: the row arms it */
    assert_int_equal(status_then(&fixture), 503);
    world_reset(fixture.world);
    assert_int_equal(status_then(&fixture), 200);
    close_cloud(&fixture);
}

static struct cloud_watcher game; /* somebody watches: a game */

static enum outcome admit_all(struct cloud_watcher *watcher, struct call *call)
{
    return CALL_DONE;
}

static void hear_nothing(struct cloud_watcher *watcher, struct call *call)
{
}

static void chaos_asks_who_it_is(void **state)
{
    static const struct {
        bool strict, plays;
        const char *headers;
        int status;
        const char *why;
    } rows[] = {
        { false, false, "", 200, "this machine, an open cloud" },
        { true, false, "", 401, "a strict cloud wants the token" },
        { true, false, "Authorization: Bearer " TOKEN "\r\n", 200, "the token" },
        { true, true, "Authorization: Bearer " TOKEN "\r\n", 200, "the facilitator of a game" },
        { true, true, "", 401, "a player" },
        { false, true, "", 401, "a player of an open game" },
        { false, false, "Origin: http://evil.example\r\n", 403, "a page elsewhere" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = { .strict = rows[i].strict };
        char headers[256];
        open_cloud(&fixture);
        game = (struct cloud_watcher){ .admits = admit_all, .answered = hear_nothing };
        fixture.cloud->watcher = rows[i].plays ? &game : NULL;
        snprintf(headers, sizeof headers, JSON_BODY "%s", rows[i].headers);
        struct client client = hear_at(&fixture, "POST " RULES, headers, "[{}]");
        if (status_of(&client) != rows[i].status)
            fail_msg("%s: %s", rows[i].why, client.got.at);
        part(&client);
        fixture.cloud->watcher = NULL;
        close_cloud(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_may_never_come), cmocka_unit_test(an_answer_may_be_cut),
        cmocka_unit_test(an_answer_may_be_slow),    cmocka_unit_test(the_date_may_be_wrong),
        cmocka_unit_test(chaos_is_made_by_rules),   cmocka_unit_test(chaos_goes_with_a_reset),
        cmocka_unit_test(chaos_asks_who_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
