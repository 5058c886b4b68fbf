/* Bodies that come and go in pieces: the HTTP server's sinks and sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "net/http_private.h"

struct fixture {
    uv_loop_t loop;
    struct http_server *server;
    size_t pieces, bytes, largest, unwanted_after; /* of the body that comes; unwanted_after 0: all of it is wanted */
    struct http_source source;
    int admitted, served, gone, waits; /* waits: reads that said UV_EAGAIN */
    bool cold, closed;
    struct http_request *refused; /* in the middle of its body, to be answered later */
    bool answers_late;
};

static void turn(struct fixture *fixture)
{
    uv_run(&fixture->loop, UV_RUN_NOWAIT);
}

#include "http_client.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define H           "Host: a\r\n"

static int admit(void *data, struct http_request *request, uint64_t *ret_body_limit)
{
    struct fixture *fixture = data;
    fixture->admitted++;
    fixture->pieces = fixture->bytes = fixture->largest = 0;
    request->streams_body = true;
    *ret_body_limit = UINT64_MAX;
    return 0;
}

static void answer(struct http_request *request, int status, const char *text)
{
    struct buf body = BUF_EMPTY;
    buf_add_text(&body, text);
    http_respond(request, &(struct http_response){ .status = status, .body_taken = &body });
}

static bool piece(void *data, struct http_request *request, struct str bytes)
{
    struct fixture *fixture = data;
    for (size_t i = 0; i < bytes.length; i++)
        assert_int_equal((unsigned char)bytes.at[i], (unsigned char)((fixture->bytes + i) * 31));
    fixture->pieces++;
    fixture->bytes += bytes.length;
    fixture->largest = bytes.length > fixture->largest ? bytes.length : fixture->largest;
    if (!fixture->unwanted_after || fixture->bytes < fixture->unwanted_after)
        return true;
    if (fixture->answers_late)
        fixture->refused = request;
    else
        answer(request, 400, "enough");
    return false;
}

static void serve(void *data, struct http_request *request)
{
    struct fixture *fixture = data;
    fixture->served++;
    assert_int_equal(request->body.length, 0);
    if (fixture->source.read)
        http_respond(request, &(struct http_response){ .status = 206, .source = &fixture->source });
    else
        answer(request, 200, "taken");
}

static void gone(void *data, struct http_request *request)
{
    ((struct fixture *)data)->gone++;
}

/* Bytes that are known by where they stand; a cold source has every other piece to be waited for. */
static int64_t read_known(const void *data, uint64_t offset, void *ret_bytes, size_t length, bool may_wait)
{
    struct fixture *fixture = (struct fixture *)(uintptr_t)data;
    if (fixture->cold && !may_wait && offset / HTTP_SOURCE_BYTES % 2) {
        fixture->waits++;
        return UV_EAGAIN;
    }
    for (size_t i = 0; i < length; i++)
        ((unsigned char *)ret_bytes)[i] = (unsigned char)((offset + i) * 31);
    return (int64_t)length;
}

static int64_t read_torn(const void *data, uint64_t offset, void *ret_bytes, size_t length, bool may_wait)
{
    return offset ? UV_EIO : read_known(data, offset, ret_bytes, length, true);
}

static void open_server(struct fixture *fixture)
{
    *fixture = (struct fixture){ 0 };
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    const struct http_handler handler = {
        .admit = admit, .piece = piece, .serve = serve, .gone = gone, .data = fixture
    };
    char *why = NULL;
    fixture->server = http_listen(&fixture->loop, "127.0.0.1", 0, &handler, NULL, &why);
    assert_non_null(fixture->server);
}

static void on_closed(void *data)
{
    ((struct fixture *)data)->closed = true;
}

static void close_server(struct fixture *fixture)
{
    http_close(fixture->server, 0, on_closed, fixture);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(fixture->closed);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
}

static struct client meet(struct fixture *fixture)
{
    return meet_port(http_port(fixture->server));
}

/* Says so many known bytes, as the server takes them; stops where it has ended. */
static void say_known(struct fixture *fixture, struct client *client, size_t length)
{
    static char bytes[64 * 1024];
    for (size_t at = 0; at < length && !client->ended;) {
        size_t most = length - at < sizeof bytes ? length - at : sizeof bytes;
        for (size_t i = 0; i < most; i++)
            bytes[i] = (char)((at + i) * 31);
        ssize_t sent = send(client->descriptor, bytes, most, MSG_NOSIGNAL | MSG_DONTWAIT);
        at += sent > 0 ? (size_t)sent : 0;
        turn(fixture);
        hear(client, SIZE_MAX);
    }
}

#define LARGE ((size_t)20 * 1000 * 1000)

/* Nothing is collected; pieces are no larger than what is read at a time; the connection goes on. */
static void bodies_come_in_pieces(void **state)
{
    struct fixture fixture;
    open_server(&fixture);
    struct client client = meet(&fixture);
    for (int i = 1; i <= 2; i++) {
        say(&client, "PUT / HTTP/1.1\r\n" H "Content-Length: 20000000\r\n\r\n");
        say_known(&fixture, &client, LARGE);
        AWAIT(&fixture, &client, fixture.served == i && has_heard(&client, "taken"));
        assert_int_equal(fixture.bytes, LARGE);
        assert_true(fixture.largest <= HTTP_READ_BYTES);
        assert_true(fixture.server->held_bytes < 1024 * 1024);
        buf_clear(&client.got);
    }
    assert_int_equal(fixture.gone, 0);
    part(&client);
    close_server(&fixture);
}

static void chunked_bodies_and_continue(void **state)
{
    struct fixture fixture;
    open_server(&fixture);
    struct client client = meet(&fixture);
    say(&client, "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
    AWAIT(&fixture, &client, has_heard(&client, "HTTP/1.1 100 Continue\r\n\r\n"));
    say_bytes(&client, "2\r\n\x00\x1f\r\n1\r\n\x3e\r\n0\r\n\r\n", 18);
    AWAIT(&fixture, &client, has_heard(&client, "taken"));
    assert_int_equal(fixture.bytes, 3);
    say(&client, "PUT / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n");
    AWAIT(&fixture, &client, fixture.served == 2);
    assert_int_equal(fixture.pieces, 0);
    part(&client);
    close_server(&fixture);
}

/* The handler has had enough: it answers, at once or later, and the connection ends with that. */
static void bodies_are_refused_on_the_way(void **state)
{
    for (int late = 0; late < 2; late++) {
        struct fixture fixture;
        open_server(&fixture);
        fixture.unwanted_after = 100000;
        fixture.answers_late = late;
        struct client client = meet(&fixture);
        say(&client, "PUT / HTTP/1.1\r\n" H "Content-Length: 1000000\r\n\r\n");
        say_known(&fixture, &client, 300000);
        if (late) {
            AWAIT(&fixture, &client, fixture.refused != NULL);
            answer(fixture.refused, 400, "enough");
        }
        AWAIT(&fixture, &client, has_heard(&client, "enough") && client.ended);
        assert_true(has_heard(&client, "HTTP/1.1 400") && has_heard(&client, "Connection: close"));
        assert_int_equal(fixture.served, 0);
        assert_int_equal(fixture.gone, 0);
        part(&client);
        close_server(&fixture);
    }
}

/* A client that leaves in the middle of its body is told once. */
static void clients_leave(void **state)
{
    struct fixture fixture;
    open_server(&fixture);
    struct client client = meet(&fixture), other = { .ended = true };
    say(&client, "PUT / HTTP/1.1\r\n" H "Content-Length: 1000000\r\n\r\n");
    say_known(&fixture, &client, 1000);
    AWAIT(&fixture, &client, fixture.bytes == 1000);
    part(&client);
    AWAIT(&fixture, &other, fixture.gone == 1 && http_connections(fixture.server) == 0);
    assert_int_equal(fixture.served, 0);
    close_server(&fixture);
}

static void check_known(const struct client *client, size_t length)
{
    struct str got = buf_str(&client->got);
    size_t head = str_find(got, STR("\r\n\r\n"));
    assert_int_not_equal(head, SIZE_MAX);
    struct str body = str_from(got, head + 4);
    assert_int_equal(body.length, length);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)body.at[i] != (unsigned char)(i * 31))
            fail_msg("byte %zu is another", i);
}

/* What is in memory of an answer is one piece of it, whether the disk has to be waited for or not. */
static void answers_go_in_pieces(void **state)
{
    static const size_t sizes[] = { 1, HTTP_SOURCE_BYTES, HTTP_SOURCE_BYTES + 1, LARGE };
    for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
        struct fixture fixture;
        open_server(&fixture);
        size_t size = sizes[i / 2];
        fixture.cold = i % 2;
        fixture.source = (struct http_source){ size, read_known, &fixture };
        struct client client = meet(&fixture);
        say(&client, "GET / HTTP/1.1\r\n" H "\r\n");
        size_t held = 0;
        int64_t last_ms = time_monotonic_ms() + PATIENCE_MS;
        while (client.got.length < size + 60 && time_monotonic_ms() < last_ms) {
            turn(&fixture);
            held = fixture.server->held_bytes > held ? fixture.server->held_bytes : held;
            hear(&client, SIZE_MAX);
        }
        char length[64];
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", size);
        AWAIT(&fixture, &client, has_heard(&client, "\r\n\r\n"));
        AWAIT(&fixture, &client, client.got.length >= str_find(buf_str(&client.got), STR("\r\n\r\n")) + 4 + size);
        assert_true(has_heard(&client, "HTTP/1.1 206 Partial Content\r\n") && has_heard(&client, length));
        check_known(&client, size);
        assert_true(held <= 2 * HTTP_SOURCE_BYTES);
        assert_true(!fixture.cold || size < 2 * HTTP_SOURCE_BYTES || fixture.waits > 0);
        part(&client);
        close_server(&fixture);
    }
}

/* Two answers on one connection stay in their order, and HEAD gets a length and no body. */
static void answers_stay_in_order(void **state)
{
    struct fixture fixture;
    open_server(&fixture);
    fixture.source = (struct http_source){ 600000, read_known, &fixture };
    struct client client = meet(&fixture);
    say(&client, "HEAD / HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H "\r\nHEAD / HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client,
          fixture.served == 3 && client.got.length > 600000 && str_ends(buf_str(&client.got), STR("\r\n\r\n")));
    struct str got = buf_str(&client.got);
    size_t heads = 0;
    for (size_t at; (at = str_find(got, STR("Content-Length: 600000\r\n"))) != SIZE_MAX; got = str_from(got, at + 1))
        heads++;
    assert_int_equal(heads, 3);
    part(&client);
    close_server(&fixture);
}

/* Less than was promised ends the connection; so does a peer that leaves while a thread reads. */
static void sources_fail(void **state)
{
    struct fixture fixture;
    open_server(&fixture);
    fixture.source = (struct http_source){ 10 * HTTP_SOURCE_BYTES, read_torn, &fixture };
    struct client client = meet(&fixture);
    say(&client, "GET / HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client, client.ended);
    assert_true(client.got.length < 2 * HTTP_SOURCE_BYTES);
    part(&client);
    fixture.source.read = read_known;
    fixture.cold = true;
    struct client leaver = meet(&fixture), other = { .ended = true };
    say(&leaver, "GET / HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &leaver, fixture.waits > 0);
    part(&leaver);
    AWAIT(&fixture, &other, http_connections(fixture.server) == 0);
    close_server(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_come_in_pieces),
        cmocka_unit_test(chunked_bodies_and_continue),
        cmocka_unit_test(bodies_are_refused_on_the_way),
        cmocka_unit_test(clients_leave),
        cmocka_unit_test(answers_go_in_pieces),
        cmocka_unit_test(answers_stay_in_order),
        cmocka_unit_test(sources_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
