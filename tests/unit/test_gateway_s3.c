/* The gateway between real sockets and the shelf of toy_rest.h: what S3's clients see of the edge itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_client.h"
#include "toy_rest.h"

#include "net/gateway.h"
#include "world/blob.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

struct fixture {
    uv_loop_t loop;
    struct stage stage;
    struct gateway *gateway;
    struct http_limits limits;
    bool closed;
};

static void turn(struct fixture *fixture)
{
    uv_run(&fixture->loop, UV_RUN_NOWAIT);
}

static void open_gateway(struct fixture *fixture)
{
    *fixture = (struct fixture){ .limits = http_default_limits };
    fixture->limits.body_stall_ms = 300;
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    raise_rest(&fixture->stage);
    struct gateway_options options = { .address = "127.0.0.1", .limits = &fixture->limits };
    char *why = NULL;
    fixture->gateway = gateway_open(&fixture->loop, fixture->stage.cloud, &options, &why);
    if (!fixture->gateway)
        fail_msg("%s", why);
}

static void on_closed(void *data)
{
    ((struct fixture *)data)->closed = true;
}

static void close_gateway(struct fixture *fixture)
{
    gateway_close(fixture->gateway, 0, on_closed, fixture);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(fixture->closed);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    strike_stage(&fixture->stage);
}

#define H "Host: localhost\r\n"

static const struct {
    const char *said;
    const char *heard[3];
    const char *unheard, *why; /* NULL: nothing in particular */
} rows[] = {
    { "GET /b/k HTTP/1.1\r\n" H "\r\n",
      { "HTTP/1.1 200 OK\r\n", "x-amz-request-id: ", "Content-Length: 10\r\n\r\n" },
      "x-amzn-RequestId",
      "S3's own ids" },
    { "HEAD /b/k HTTP/1.1\r\n" H "\r\nGET /b HTTP/1.1\r\n" H "\r\n",
      { "HTTP/1.1 400", "HTTP/1.1 200", NULL },
      NULL,
      "the shelf has no HEAD: an error without a body, and the connection goes on" },
    { "GET /b/part HTTP/1.1\r\n" H "\r\n", { "HTTP/1.1 206 Partial Content\r\n", NULL, NULL }, NULL, "a part" },
    { "GET /b/k HTTP/1.1\r\n" H "\r\n",
      { "x-amz-meta-a: 1  X: y\r\n", NULL, NULL },
      "\r\nX: y",
      "no header is smuggled in" },
    { "GET /b/k HTTP/1.1\r\n" H "Sec-Fetch-Dest: document\r\nSec-Fetch-Site: none\r\n\r\n",
      { "Content-Security-Policy: sandbox\r\n", "X-Content-Type-Options: nosniff\r\n", NULL },
      NULL,
      "a browser runs no object" },
    { "GET /b/k HTTP/1.1\r\n" H "Sec-Fetch-Dest: empty\r\nSec-Fetch-Site: same-origin\r\n\r\n",
      { "200 OK", NULL, NULL },
      "sandbox",
      "a script may read one" },
    { "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
      { "HTTP/1.1 200 OK\r\n", "&lt;hello&gt;", NULL },
      NULL,
      "a body that did not wait to be asked for" },
    { "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      { "HTTP/1.1 411 Length Required\r\n", "<Code>MissingContentLength</Code>", NULL },
      "100 Continue",
      "no length" },
    { "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n",
      { "HTTP/1.1 400 Bad Request\r\n", "<Code>EntityTooLarge</Code>", "Connection: close\r\n" },
      "100 Continue",
      "refused before any of it comes" },
    { "PUT /k/l HTTP/1.1\r\nHost: buck.localhost:1\r\nContent-Length: 1\r\n\r\nx",
      { "&quot;Bucket&quot;:&quot;buck&quot;,&quot;Key&quot;:&quot;k/l&quot;", NULL, NULL },
      NULL,
      "a bucket in the host's name" },
    { "PUT /b/k HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhel", /* and no more */
      { "HTTP/1.1 408 Request Timeout\r\n", "<Error><Code>RequestTimeout</Code>", "Content-Type: application/xml\r\n" },
      NULL,
      "a body that stops" },
    { "PUT /b/k HTTP/1.1\r\n" H
      "x-amz-decoded-content-length: 5\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n"
      "Content-Length: 15\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      { "&lt;hello&gt;", NULL, NULL },
      NULL,
      "frames within" },
};

static void the_edge_speaks_s3(void **state)
{
    struct fixture fixture;
    open_gateway(&fixture);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client client = meet_port(gateway_port(fixture.gateway));
        say(&client, rows[i].said);
        for (size_t at = 0; at < 3 && rows[i].heard[at]; at++)
            AWAIT(&fixture, &client, has_heard(&client, rows[i].heard[at]));
        if (rows[i].unheard && has_heard(&client, rows[i].unheard))
            fail_msg("%s: %s", rows[i].why, client.got.at);
        part(&client);
    }
    close_gateway(&fixture);
}

/* What was never whole is never kept. */
static void who_leaves_leaves_nothing(void **state)
{
    struct fixture fixture;
    open_gateway(&fixture);
    struct client client = meet_port(gateway_port(fixture.gateway)), other = { .ended = true };
    static char bytes[200 * 1024];
    say(&client, "PUT /b/k HTTP/1.1\r\n" H "Content-Length: 1000000\r\n\r\n");
    say_bytes(&client, bytes, sizeof bytes);
    AWAIT(&fixture, &client, blobs_bytes(fixture.stage.world) > 0);
    part(&client);
    AWAIT(&fixture, &other, blobs_bytes(fixture.stage.world) == 0);
    close_gateway(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_edge_speaks_s3),
        cmocka_unit_test(who_leaves_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
