/* The gateway between real sockets and a small cloud. The loop is turned by hand; a durable world commits when the test says
 * so, which shows what is held until then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "http_client.h"
#include "toy_cloud.h"

#include "net/gateway.h"
#include "net/hosts.h"
#include "world/journal.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

struct fixture {
    uv_loop_t loop;
    struct world *world;
    struct cloud *cloud;
    struct gateway *gateway;
    char folder[32]; /* "": in memory */
    bool strict, closing, closed;
    struct http_limits limits;
};

static void turn(struct fixture *fixture)
{
    uv_run(&fixture->loop, UV_RUN_NOWAIT);
}

static void open_world(struct fixture *fixture)
{
    const struct table_def **tables = cloud_tables(services);
    struct world_options options = { .seed = 1,
                                     .start_ms = START_MS,
                                     .stepped = true,
                                     .speed = 1,
                                     .duration_factor = 1,
                                     .data_folder = fixture->folder[0] ? fixture->folder : NULL,
                                     .tables = tables,
                                     .recover = cloud_recover };
    char *why = NULL;
    fixture->world = world_new(&options, &why);
    if (!fixture->world)
        fail_msg("%s", why);
    free(tables);
    fixture->cloud = cloud_new(fixture->world, services, &why);
    assert_non_null(fixture->cloud);
    fixture->cloud->strict = fixture->strict;
    world_recover(fixture->world);
    waiting = NULL;
    abandoned = 0;
}

/* Whatever is set in *fixture beforehand counts. */
static void open_cloud(struct fixture *fixture)
{
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    open_world(fixture);
    static const char *const public_hosts[] = { "game.example", NULL };
    struct gateway_options options = { .address = "127.0.0.1",
                                       .public_hosts = public_hosts,
                                       .token = TOKEN,
                                       .limits = fixture->limits.connections ? &fixture->limits : NULL };
    char *why = NULL;
    fixture->gateway = gateway_open(&fixture->loop, fixture->cloud, &options, &why);
    if (!fixture->gateway)
        fail_msg("%s", why);
}

static void open_durable_cloud(struct fixture *fixture)
{
    strcpy(fixture->folder, "/tmp/rehearse-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    open_cloud(fixture);
    world_commit(fixture->world);
    journal_flush(fixture->world->journal);
}

static void on_closed(void *data)
{
    struct fixture *fixture = data;
    fixture->closed = true;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    return remove(path);
}

static void close_cloud(struct fixture *fixture)
{
    if (!fixture->closing)
        gateway_close(fixture->gateway, 0, on_closed, fixture);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(fixture->closed);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    cloud_free(fixture->cloud);
    world_free(fixture->world);
    if (fixture->folder[0])
        assert_int_equal(nftw(fixture->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    assert_int_equal(json_live_documents(), 0);
}

static struct client meet(struct fixture *fixture)
{
    return meet_port(gateway_port(fixture->gateway));
}

/* One request on a connection of its own; "HOST" in it is the server's own. What came back stands in client->got. */
static struct client ask_once(struct fixture *fixture, const char *line, const char *headers, const char *body)
{
    return ask_port(gateway_port(fixture->gateway), line, headers, body);
}

static struct client hear_once(struct fixture *fixture, const char *line, const char *headers, const char *body)
{
    struct client client = ask_once(fixture, line, headers, body);
    AWAIT(fixture, &client, client.ended);
    return client;
}

#define SIGNED(key)                                                                                                    \
    "Authorization: AWS4-HMAC-SHA256 Credential=" key "/20300101/eu-west-1/toy/aws4_request, SignedHeaders=host, "     \
    "Signature=0\r\n"
#define TOY(operation)                                                                                                 \
    "X-Amz-Target: Toys.V1." operation "\r\nContent-Type: application/x-amz-json-1.0\r\n" SIGNED("test")

/* ---- hosts ---- */

static void hosts_are_looked_at(void **state)
{
    static const struct {
        const char *host;
        bool allowed;
        const char *why;
    } rows[] = {
        { "127.0.0.1", true, "the address" },
        { "127.0.0.1:4566", true, "with a port" },
        { "[::1]:4566", true, "the other address" },
        { "localhost", true, "the name" },
        { "LocalHost:1", true, "in any letters" },
        { "localhost.", true, "with the root's dot" },
        { "bucket.s3.localhost:4566", true, "names under it" },
        { "localhost.localstack.cloud:4566", true, "LocalStack's name" },
        { "x.localhost.localstack.cloud", true, "names under that" },
        { "slow-localhost:4566", true, "an operation's prefix" },
        { "slow-127.0.0.1:4566", true, "before the address too" },
        { "slow-toy.localhost", true, "before a service" },
        { "game.example", true, "a public host" },
        { "b.game.example:80", true, "names under it" },
        { "slow-game.example", true, "its prefix" },
        { "evil.example", false, "a rebound name" },
        { "127.0.0.1.evil.example", false, "which begins like ours" },
        { "localhost.evil.example", false, "or so" },
        { "evillocalhost", false, "or ends like ours" },
        { "evil-localhost", false, "a prefix of no operation" },
        { "evilgame.example", false, "no name under it" },
        { "example", false, "what a public host is under" },
        { "0.0.0.0", false, "an address that reaches us too" },
        { "127.0.0.2", false, "and another" },
        { "[::ffff:127.0.0.1]", false, "in other words" },
        { "169.254.169.254", false, "somebody else's" },
    };
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char header[128];
        snprintf(header, sizeof header, "Host: %s\r\n", rows[i].host);
        struct client house = hear_once(&fixture, "GET /_rehearse/health", header, "");
        struct client aws = hear_once(&fixture, "POST /", header, "");
        if (status_of(&house) != (rows[i].allowed ? 200 : 403) || (status_of(&aws) == 403) == rows[i].allowed)
            fail_msg("%s: %s: %d, %d", rows[i].host, rows[i].why, status_of(&house), status_of(&aws));
        part(&house);
        part(&aws);
    }
    close_cloud(&fixture);
}

/* ---- the house ---- */

static void the_house_answers(void **state)
{
    static const struct {
        const char *line, *headers, *body;
        int status;
        const char *holds, *why;
    } rows[] = {
        { "GET /_rehearse/health", "", "", 200, "{\"services\":{\"toybox\":\"running\",\"ask\":\"running\"}",
          "health" },
        { "GET /_localstack/health", "", "", 200, "\"edition\":\"rehearse\",\"version\":\"" REHEARSE_VERSION "\"}",
          "as tools ask" },
        { "HEAD /_rehearse/health", "", "", 200, "Content-Length: ", "for probes" },
        { "POST /_rehearse/health", "", "", 405, "Allow: GET, HEAD\r\n", "not by POST" },
        { "GET /_rehearse/", "", "", 200, "export AWS_ENDPOINT_URL=http://127.0.0.1:", "a few helpful lines" },
        { "GET /_rehearse/welcome", "", "", 200,
          "export AWS_ENDPOINT_URL=http://127.0.0.1:", "the same beside a page" },
        { "GET /_rehearse", "", "", 302, "Location: /_rehearse/\r\n", "without its slash" },
        { "GET /_rehearse/nothing", "", "", 404, "{\"__type\":\"NotFound\"", "nothing there" },
        { "GET /_rehearse/reset", "", "", 405, "Allow: POST\r\n", "no change by GET" },
        { "GET /_rehearse/health", "", "", 200, "X-Content-Type-Options: nosniff\r\n", "strict headers" },
        { "GET /_rehearse/nothing", "", "", 404, "frame-ancestors 'none'\r\n", "on errors too" },
        { "GET /", "Accept: text/html,*/*\r\n", "", 302, "Location: /_rehearse/\r\n", "a browser is led to the page" },
        { "GET /", "Sec-Fetch-Dest: document\r\n", "", 302, "Location: /_rehearse/\r\n", "in whatever way it shows" },
        { "GET /", "Accept: text/html\r\n" SIGNED("test"), "", 400, "", "but not who signs" },
        { "GET /", "", "", 400, "<ErrorResponse", "nor who is no browser" },
    };
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client client = hear_once(&fixture, rows[i].line, rows[i].headers, rows[i].body);
        if (status_of(&client) != rows[i].status || !has_heard(&client, rows[i].holds))
            fail_msg("%s: %s: %s", rows[i].line, rows[i].why, client.got.at);
        part(&client);
    }
    close_cloud(&fixture);
}

static void reset_asks_who_it_is(void **state)
{
    static const struct {
        bool strict;
        const char *headers, *body;
        int status;
        const char *why;
    } rows[] = {
        { false, "", "", 200, "this machine, an open cloud" },
        { false, "Content-Type: application/json; charset=utf-8\r\n", "{}", 200, "with a body" },
        { false, "Sec-Fetch-Site: same-origin\r\nOrigin: http://HERE\r\n", "", 200, "our own page" },
        { false, "Sec-Fetch-Site: none\r\n", "", 200, "typed by hand" },
        { false, "Content-Type: text/plain\r\n", "{}", 415, "what a form could send" },
        { false, "", "{}", 415, "a body of no type" },
        { false, "Origin: http://evil.example\r\n", "", 403, "a page elsewhere" },
        { false, "Origin: null\r\n", "", 403, "a page of nowhere" },
        { false, "Origin: http://localhost:3000\r\n", "", 403, "a page of another port" },
        { false, "Sec-Fetch-Site: cross-site\r\n", "", 403, "elsewhere, as the browser says" },
        { false, "Sec-Fetch-Site: same-site\r\n", "", 403, "another port, as the browser says" },
        { false, "Origin: http://evil.example\r\nAuthorization: Bearer " TOKEN "\r\n", "", 403,
          "the token does not help it" },
        { true, "", "", 401, "a strict cloud wants the token" },
        { true, "Authorization: Bearer " TOKEN "\r\n", "", 200, "the token" },
        { true, "authorization: bearer " TOKEN " \r\n", "", 200, "in other letters" },
        { true, "Authorization: Bearer x" TOKEN "\r\n", "", 401, "a wrong one" },
        { true, "Authorization: Bearer 0123456789abcdef\r\n", "", 401, "its beginning" },
        { true, "Authorization: Bearer \r\n", "", 401, "none" },
        { true, "Authorization: Basic " TOKEN "\r\n", "", 401, "another scheme" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = { .strict = rows[i].strict };
        open_cloud(&fixture);
        char headers[256], port[32];
        snprintf(headers, sizeof headers, "%s", rows[i].headers);
        snprintf(port, sizeof port, "127.0.0.1:%d", gateway_port(fixture.gateway));
        char *here = strstr(headers, "HERE");
        if (here)
            snprintf(here, sizeof headers - (size_t)(here - headers), "%s\r\n", port);
        uint64_t generation = fixture.world->generation;
        struct client client = hear_once(&fixture, "POST /_rehearse/reset", headers, rows[i].body);
        if (status_of(&client) != rows[i].status || (fixture.world->generation > generation) != (rows[i].status == 200))
            fail_msg("%s: %s", rows[i].why, client.got.at);
        part(&client);
        close_cloud(&fixture);
    }
}

static void reset_empties_the_cloud(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    const struct scope scope = { "000000000000", "eu-west-1" };
    struct client made = hear_once(&fixture, "POST /", TOY("CreateThing"), "{\"name\":\"n\"}");
    assert_int_equal(status_of(&made), 200);
    assert_int_equal(store_count(fixture.world->store, scope, &things), 1);
    struct client parked = ask_once(&fixture, "POST /", TOY("WaitForThing"), "{\"name\":\"n\"}");
    AWAIT(&fixture, &parked, waiting != NULL);
    struct client reset = hear_once(&fixture, "POST /_rehearse/reset", "", "");
    assert_string_equal(body_of(&reset), "{\"reset\":true}");
    assert_int_equal(store_count(fixture.world->store, scope, &things), 0);
    AWAIT(&fixture, &parked, parked.ended);
    assert_int_equal(status_of(&parked), 503);
    part(&made);
    part(&parked);
    part(&reset);
    close_cloud(&fixture);
}

/* ---- calls ---- */

static void calls_are_answered(void **state)
{
    static const struct {
        const char *line, *headers, *body;
        int status;
        const char *holds, *why;
    } rows[] = {
        { "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}", 200, "\"region\":\"eu-west-1\"", "JSON" },
        { "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}", 200, "\r\nx-amzn-RequestId: ", "with its id" },
        { "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}", 200, "\r\nContent-Type: application/x-amz-json-1.0\r\n",
          "its type" },
        { "POST /", TOY("DescribeThing"), "{", 400, "SerializationException", "an error" },
        { "POST /", TOY("DescribeThing") "Content-Encoding: gzip\r\n", "{}", 415, "Content-Encoding", "deflated" },
        { "POST /", TOY("DescribeThing") "content-encoding: Identity\r\n", "{\"name\":\"n\"}", 200, "", "or not" },
        { "POST /", "Content-Type: " FORM "\r\n", "Action=GetWho&Version=2011-11-11&name=n", 200, "<GetWhoResponse",
          "Query" },
        { "GET /?Action=GetWho&Version=2011-11-11&name=n", "", "", 200, "<GetWhoResponse", "Query by GET" },
        { "POST /", "X-Amz-Target: Nobody.Does\r\nContent-Type: application/x-amz-json-1.0\r\n", "{}", 400,
          "NotImplemented", "nobody's" },
    };
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client client = hear_once(&fixture, rows[i].line, rows[i].headers, rows[i].body);
        if (status_of(&client) != rows[i].status || !has_heard(&client, rows[i].holds))
            fail_msg("%s: %s", rows[i].why, client.got.at);
        part(&client);
    }
    close_cloud(&fixture);
}

static void a_body_has_its_operations_limit(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct client client = meet(&fixture);
    say(&client, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n" TOY("DescribeThing") "\r\n");
    AWAIT(&fixture, &client, client.ended);
    assert_int_equal(status_of(&client), 413);
    assert_true(has_heard(&client, "{\"__type\":\"RequestEntityTooLarge\""));
    part(&client);
    close_cloud(&fixture);
}

static void a_parked_call_is_answered_later(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct client client = ask_once(&fixture, "POST /", TOY("WaitForThing"), "{\"name\":\"n\"}");
    AWAIT(&fixture, &client, waiting != NULL);
    assert_int_equal(client.got.length, 0);
    struct call *call = waiting;
    output_string(call, "arn", "later");
    call_resume(call, CALL_DONE);
    AWAIT(&fixture, &client, client.ended);
    assert_string_equal(body_of(&client), "{\"arn\":\"later\"}");
    part(&client);
    close_cloud(&fixture);
}

static void who_goes_away_is_forgotten(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct client client = ask_once(&fixture, "POST /", TOY("WaitForThing"), "{\"name\":\"n\"}");
    AWAIT(&fixture, &client, waiting != NULL);
    part(&client);
    client.ended = true;
    AWAIT(&fixture, &client, abandoned == 1);
    assert_null(waiting);
    close_cloud(&fixture);
}

static void closing_fails_what_is_parked(void **state)
{
    struct fixture fixture = { 0 };
    open_cloud(&fixture);
    struct client client = ask_once(&fixture, "POST /", TOY("WaitForThing"), "{\"name\":\"n\"}");
    AWAIT(&fixture, &client, waiting != NULL);
    fixture.closing = true;
    gateway_close(fixture.gateway, PATIENCE_MS, on_closed, &fixture);
    AWAIT(&fixture, &client, client.ended);
    assert_int_equal(status_of(&client), 503);
    assert_int_equal(abandoned, 1);
    part(&client);
    close_cloud(&fixture);
}

/* ---- durable ---- */

static void an_answer_waits_for_its_commit(void **state)
{
    struct fixture fixture = { 0 };
    open_durable_cloud(&fixture);
    struct client reader = hear_once(&fixture, "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}");
    assert_int_equal(status_of(&reader), 200); /* nothing is open: at once */
    part(&reader);

    struct client writer = ask_once(&fixture, "POST /", TOY("CreateThing"), "{\"name\":\"n\"}");
    const struct scope scope = { "000000000000", "eu-west-1" };
    AWAIT(&fixture, &writer, store_count(fixture.world->store, scope, &things) == 1);
    reader = ask_once(&fixture, "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}");
    for (int i = 0; i < 20; i++) {
        turn(&fixture);
        hear(&writer, SIZE_MAX);
        hear(&reader, SIZE_MAX);
    }
    assert_int_equal(writer.got.length, 0);
    assert_int_equal(reader.got.length, 0); /* it saw what a crash could still take back */
    world_commit(fixture.world);
    journal_flush(fixture.world->journal);
    AWAIT(&fixture, &writer, writer.ended);
    AWAIT(&fixture, &reader, reader.ended);
    assert_int_equal(status_of(&writer), 200);
    assert_int_equal(status_of(&reader), 200);
    part(&writer);
    part(&reader);
    close_cloud(&fixture);
}

static void who_does_not_wait_is_forgotten(void **state)
{
    struct fixture fixture = { 0 };
    open_durable_cloud(&fixture);
    const struct scope scope = { "000000000000", "eu-west-1" };
    struct client writer = ask_once(&fixture, "POST /", TOY("CreateThing"), "{\"name\":\"n\"}");
    AWAIT(&fixture, &writer, store_count(fixture.world->store, scope, &things) == 1);
    const struct linger at_once = { 1, 0 };
    setsockopt(writer.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    part(&writer);
    for (int i = 0; i < 10; i++)
        turn(&fixture);
    world_commit(fixture.world);
    journal_flush(fixture.world->journal);
    struct client reader = hear_once(&fixture, "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}");
    assert_int_equal(status_of(&reader), 200);
    part(&reader);
    close_cloud(&fixture);
}

static void a_failed_commit_fails_the_answers(void **state)
{
    struct fixture fixture = { 0 };
    open_durable_cloud(&fixture);
    struct client json = ask_once(&fixture, "POST /", TOY("CreateThing"), "{\"name\":\"n\"}");
    const struct scope scope = { "000000000000", "eu-west-1" };
    AWAIT(&fixture, &json, store_count(fixture.world->store, scope, &things) == 1);
    struct client query = ask_once(&fixture, "GET /?Action=GetWho&Version=2011-11-11&name=n", "", "");
    struct client reset = ask_once(&fixture, "POST /_rehearse/reset", "", "");
    AWAIT(&fixture, &reset, fixture.world->generation > 0);

    struct rlimit size, none = { 0, 0 }; /* the disk is full */
    getrlimit(RLIMIT_FSIZE, &size);
    none.rlim_max = size.rlim_max;
    setrlimit(RLIMIT_FSIZE, &none);
    world_commit(fixture.world);
    journal_flush(fixture.world->journal);
    setrlimit(RLIMIT_FSIZE, &size);

    struct client *const clients[] = { &json, &query, &reset };
    for (int i = 0; i < 3; i++) {
        AWAIT(&fixture, clients[i], clients[i]->ended);
        assert_int_equal(status_of(clients[i]), 500);
        assert_true(has_heard(clients[i], "InternalFailure"));
    }
    assert_true(has_heard(&query, "<ErrorResponse"));
    for (int i = 0; i < 3; i++)
        part(clients[i]);
    close_cloud(&fixture);
}

static void a_key_has_so_many_in_flight(void **state)
{
    struct fixture fixture = { 0 };
    open_durable_cloud(&fixture);
    struct client clients[64];
    for (int i = 0; i < 64; i++) {
        char body[32];
        snprintf(body, sizeof body, "{\"name\":\"n%d\"}", i);
        clients[i] = ask_once(&fixture, "POST /", TOY("CreateThing"), body);
    }
    const struct scope scope = { "000000000000", "eu-west-1" };
    AWAIT(&fixture, &clients[0], store_count(fixture.world->store, scope, &things) == 64);
    struct client refused = hear_once(&fixture, "POST /", TOY("CreateThing"), "{\"name\":\"one too many\"}");
    assert_int_equal(status_of(&refused), 503);
    assert_true(has_heard(&refused, "ThrottlingException"));
    part(&refused);
    struct client other = ask_once(&fixture, "POST /", "X-Amz-Target: Toys.V1.CreateThing\r\n" SIGNED("other"),
                                   "{\"name\":\"other\"}");
    AWAIT(&fixture, &other, store_count(fixture.world->store, scope, &things) == 65);

    world_commit(fixture.world);
    journal_flush(fixture.world->journal);
    for (int i = 0; i < 64; i++) {
        AWAIT(&fixture, &clients[i], clients[i].ended);
        assert_int_equal(status_of(&clients[i]), 200);
        part(&clients[i]);
    }
    AWAIT(&fixture, &other, other.ended);
    part(&other);
    struct client again = hear_once(&fixture, "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}");
    assert_int_equal(status_of(&again), 200);
    part(&again);
    close_cloud(&fixture);
}

static void the_reserve_is_for_the_house(void **state)
{
    struct fixture fixture = { .limits = http_default_limits };
    fixture.limits.connections = 2;
    fixture.limits.reserved = 1;
    open_cloud(&fixture);
    struct client holder = meet(&fixture);
    turn(&fixture);
    struct client player = hear_once(&fixture, "POST /", TOY("DescribeThing"), "{\"name\":\"n\"}");
    assert_int_equal(status_of(&player), 503);
    assert_true(has_heard(&player, "SlowDown"));
    part(&player);
    for (int i = 0; i < 10; i++)
        turn(&fixture);
    struct client facilitator = hear_once(&fixture, "GET /_rehearse/health", "", "");
    assert_int_equal(status_of(&facilitator), 200);
    part(&facilitator);
    part(&holder);
    close_cloud(&fixture);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_looked_at),
        cmocka_unit_test(the_house_answers),
        cmocka_unit_test(reset_asks_who_it_is),
        cmocka_unit_test(reset_empties_the_cloud),
        cmocka_unit_test(calls_are_answered),
        cmocka_unit_test(a_body_has_its_operations_limit),
        cmocka_unit_test(a_parked_call_is_answered_later),
        cmocka_unit_test(who_goes_away_is_forgotten),
        cmocka_unit_test(closing_fails_what_is_parked),
        cmocka_unit_test(an_answer_waits_for_its_commit),
        cmocka_unit_test(who_does_not_wait_is_forgotten),
        cmocka_unit_test(a_failed_commit_fails_the_answers),
        cmocka_unit_test(a_key_has_so_many_in_flight),
        cmocka_unit_test(the_reserve_is_for_the_house),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
