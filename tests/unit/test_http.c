/* The HTTP server over real sockets, in one thread: clients here write raw bytes and read raw bytes, the loop is turned by
 * hand in between. Limits are made small so that reaching them takes no time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "http_client.h"
#include "net/http_private.h"

#define BODY_LIMIT   64
#define MOST_WAITING 64

/* ---- a server with a small handler ---- */

struct fixture {
    uv_loop_t loop;
    struct http_server *server;
    struct http_limits limits;
    struct http_request *waiting[MOST_WAITING]; /* to /later and /stream, in the order of coming */
    int waiting_count;
    int served, gone;
    size_t big_body;
    bool closing, closed;
};

static void answer(struct http_request *request, int status, const char *text)
{
    struct buf body = BUF_EMPTY;
    buf_add_text(&body, text);
    const struct http_header headers[] = { { STR("Content-Type"), STR("text/plain") } };
    http_respond(request, &(struct http_response){ status, headers, 1, &body });
}

static int admit(void *data, struct http_request *request, uint64_t *ret_body_limit)
{
    struct fixture *fixture = data;
    *ret_body_limit = fixture->big_body ? fixture->big_body : BODY_LIMIT;
    if (!str_is(request->path, "/refuse"))
        return 0;
    answer(request, 403, "no");
    return 1;
}

static void describe(struct http_request *request)
{
    struct buf body = BUF_EMPTY;
    buf_printf(&body, "%.*s|%.*s|%.*s|%.*s", STR_ARG(request->method), STR_ARG(request->path), STR_ARG(request->query),
               STR_ARG(request->host));
    for (size_t i = 0; i < request->header_count; i++)
        buf_printf(&body, "|%.*s=%.*s", STR_ARG(request->headers[i].name), STR_ARG(request->headers[i].value));
    buf_printf(&body, "|%.*s", STR_ARG(request->body));
    http_respond(request, &(struct http_response){ .status = 200, .body_taken = &body });
}

static void inject(struct http_request *request)
{
    struct http_header headers[] = { { STR("X-Echo"), STR("a\r\nX-Evil: b\n") } };
    http_respond(request, &(struct http_response){ .status = 200, .headers = headers, .header_count = 1 });
}

static void send_large(struct http_request *request)
{
    struct buf body = BUF_EMPTY;
    char piece[1024];
    memset(piece, 'x', sizeof piece);
    for (int i = 0; i < 8 * 1024; i++)
        buf_add(&body, piece, sizeof piece);
    http_respond(request, &(struct http_response){ .status = 200, .body_taken = &body });
}

static void serve(void *data, struct http_request *request)
{
    struct fixture *fixture = data;
    fixture->served++;
    if (str_is(request->path, "/later") || str_is(request->path, "/stream")) {
        assert_true(fixture->waiting_count < MOST_WAITING);
        fixture->waiting[fixture->waiting_count++] = request;
    } else if (str_is(request->path, "/describe")) {
        describe(request);
    } else if (str_is(request->path, "/inject")) {
        inject(request);
    } else if (str_is(request->path, "/large")) {
        send_large(request);
    } else if (str_is(request->path, "/none")) {
        http_respond(request, &(struct http_response){ .status = 204 });
    } else if (str_is(request->path, "/reserve")) {
        answer(request, request->from_reserve ? 200 : 404, request->from_reserve ? "reserve" : "common");
    } else {
        answer(request, 200, "ok");
    }
}

static void gone(void *data, struct http_request *request)
{
    struct fixture *fixture = data;
    fixture->gone++;
}

static void open_at(struct fixture *fixture, const char *address, const struct http_limits *limits)
{
    *fixture = (struct fixture){ .limits = limits ? *limits : http_default_limits };
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    const struct http_handler handler = { .admit = admit, .serve = serve, .gone = gone, .data = fixture };
    char *why = NULL;
    fixture->server = http_listen(&fixture->loop, address, 0, &handler, &fixture->limits, &why);
    if (!fixture->server)
        fail_msg("%s", why);
}

static void open_server(struct fixture *fixture, const struct http_limits *limits)
{
    open_at(fixture, "127.0.0.1", limits);
}

static void on_server_closed(void *data)
{
    struct fixture *fixture = data;
    fixture->closed = true;
}

static void turn(struct fixture *fixture)
{
    uv_run(&fixture->loop, UV_RUN_NOWAIT);
}

static void begin_closing(struct fixture *fixture, int64_t grace_ms)
{
    fixture->closing = true;
    http_close(fixture->server, grace_ms, on_server_closed, fixture);
}

/* Every handle is closed, every connection and arena released: the sanitizer sees what is not. */
static void close_server(struct fixture *fixture)
{
    if (!fixture->closing)
        begin_closing(fixture, 0);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(fixture->closed);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
}

/* ---- clients ---- */

static struct client meet(struct fixture *fixture)
{
    return meet_port(http_port(fixture->server));
}

/* What a client heard, in short: the statuses in their order; 100 among them. Bodies are stepped over by their length. */
static void sum_up(const struct client *client, bool to_head, char *ret_summary, size_t size)
{
    struct str rest = buf_str(&client->got);
    size_t length = 0;
    ret_summary[0] = '\0';
    while (str_starts(rest, STR("HTTP/1.1 "))) {
        size_t end = str_find(rest, STR("\r\n\r\n"));
        if (end == SIZE_MAX)
            break;
        length += (size_t)snprintf(ret_summary + length, size - length, "%.3s ", rest.at + 9);
        struct str head = str_first(rest, end + 2);
        size_t at = str_find(head, STR("\r\nContent-Length: "));
        rest = str_from(rest, end + 4);
        if (at != SIZE_MAX && !to_head)
            rest = str_from(rest, strtoul(head.at + at + 18, NULL, 10));
    }
    if (rest.length)
        length += (size_t)snprintf(ret_summary + length, size - length, "? ");
    if (length)
        ret_summary[length - 1] = '\0';
}

/* ---- bytes in, statuses out ---- */

struct row {
    const char *said, *answered; /* "closed" at the end: the server ends the connection; else it must serve on */
    const char *why;
};

#define H    "Host: a\r\n"
#define GOOD "GET / HTTP/1.1\r\n" H "\r\n"

static const struct row plain_rows[] = {
    { GOOD, "200", "the simplest request" },
    { GOOD GOOD GOOD, "200 200 200", "three at once" },
    { "\r\n\r\n" GOOD, "200", "empty lines before a request are ignored" },
    { "\r\n\r\n\r\n" GOOD, "400 closed", "but not any number of them" },
    { "GET /none HTTP/1.1\r\n" H "\r\n", "204", "an answer that has no body" },
    { "HEAD / HTTP/1.1\r\n" H "\r\n", "200", "HEAD: a length, no body" },
    { "OPTIONS * HTTP/1.1\r\n" H "\r\n", "200", "asterisk form" },
    { "GET http://b/c?d HTTP/1.1\r\n" H "\r\n", "200", "absolute form" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc" GOOD, "200 200", "a body, then another request" },
    { "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n", "200 closed", "as asked" },
    { "GET / HTTP/1.1\r\n" H "Connection: keep-alive, close\r\n\r\n" GOOD, "200 closed",
      "what follows close is not read" },
    { "GET / HTTP/1.0\r\n" H "\r\n", "200 closed", "HTTP/1.0 ends" },
    { "GET / HTTP/1.0\r\n" H "Connection: keep-alive\r\n\r\n", "200", "unless asked to go on" },
    { "GET / HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n", "200",
      "an upgrade is ignored" },
    { "PUT / HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 1\r\n\r\nx" GOOD, "200 200",
      "and with it a body is no tunnel" },
    { "GET / HTTP/1.1\r\n" H "A:\r\nB: \r\nC: x\ty\x80 \r\n\r\n", "200", "empty values, tabs, bytes beyond ASCII" },
    { "GET /refuse HTTP/1.1\r\n" H "\r\n", "403", "refused before its body, having none: goes on" },
    { "PUT /refuse HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc", "403 closed", "its body is not wanted: the end" },
};

static const struct row line_rows[] = {
    { "GET  / HTTP/1.1\r\n" H "\r\n", "400 closed", "two blanks" },
    { "GET / x HTTP/1.1\r\n" H "\r\n", "400 closed", "a blank in the target" },
    { "GET / HTTP/1.1 \r\n" H "\r\n", "505 closed", "a blank behind the version" },
    { " GET / HTTP/1.1\r\n" H "\r\n", "400 closed", "a blank in front" },
    { "GET /\r\n" H "\r\n", "505 closed", "HTTP/0.9" },
    { "GET / HTTP/0.9\r\n" H "\r\n", "505 closed", "HTTP/0.9, said aloud" },
    { "GET / HTTP/1.2\r\n" H "\r\n", "505 closed", "a version that is not" },
    { "GET / HTTP/2.0\r\n" H "\r\n", "505 closed", "HTTP/2 in the words of HTTP/1" },
    { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400 closed", "HTTP/2's preface" },
    { "GET / HTTP/11\r\n" H "\r\n", "505 closed", "a malformed version" },
    { "GET / http/1.1\r\n" H "\r\n", "400 closed", "case counts" },
    { "get / HTTP/1.1\r\n" H "\r\n", "400 closed", "in the method too" },
    { "FOO / HTTP/1.1\r\n" H "\r\n", "400 closed", "a method that nobody knows" },
    { "OPTIONS / RTSP/1.0\r\n" H "\r\n", "400 closed", "another protocol of the parser's" },
    { "SOURCE / ICE/1.0\r\n" H "\r\n", "400 closed", "and another" },
    { "TRACE / HTTP/1.1\r\n" H "\r\n", "405 closed", "TRACE shows headers to scripts" },
    { "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "405 closed", "no tunnels" },
    { "PROPFIND / HTTP/1.1\r\n" H "\r\n", "405 closed", "WebDAV" },
    { "GET * HTTP/1.1\r\n" H "\r\n", "400 closed", "only OPTIONS has an asterisk" },
    { "GET a HTTP/1.1\r\n" H "\r\n", "400 closed", "a relative target" },
    { "GET /a#b HTTP/1.1\r\n" H "\r\n", "400 closed", "fragments are never sent" },
    { "GET /\x80 HTTP/1.1\r\n" H "\r\n", "400 closed", "bytes that must be encoded" },
    { "GET /\t HTTP/1.1\r\n" H "\r\n", "400 closed", "a tab in the target" },
    { "GET ftp://a/ HTTP/1.1\r\n" H "\r\n", "400 closed", "another scheme" },
    { "GET http://u@a/ HTTP/1.1\r\n" H "\r\n", "400 closed", "a user in the target" },
    { "GET http:///x HTTP/1.1\r\n" H "\r\n", "400 closed", "no host in an absolute target" },
    { "HTTP/1.1 200 OK\r\n\r\n", "400 closed", "an answer is no request" },
    { "\x16\x03\x01\x02\x01", "400 closed", "TLS is seen at its first byte" },
    { "GET / HTTP/1.1\n" H "\r\n", "400 closed", "a bare line feed behind the request line" },
    { "GET / HTTP/1.1\r\nHost: a\n\r\n", "400 closed", "behind a header" },
    { "GET / HTTP/1.1\r\n" H "\n", "400 closed", "at the end" },
    { "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "400 closed", "a bare carriage return" },
};

static const struct row header_rows[] = {
    { "GET / HTTP/1.1\r\n\r\n", "400 closed", "no Host" },
    { "GET / HTTP/1.0\r\n\r\n", "400 closed", "not even in HTTP/1.0: nothing would tell a rebound name" },
    { "GET / HTTP/1.1\r\n" H H "\r\n", "400 closed", "two Hosts" },
    { "GET / HTTP/1.1\r\n" H "hOST: b\r\n\r\n", "400 closed", "in whatever letters" },
    { "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400 closed", "an empty one" },
    { "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400 closed", "a blank in it" },
    { "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 closed", "a path in it" },
    { "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "400 closed", "a user in it" },
    { "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", "400 closed", "a list" },
    { "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "400 closed", "an empty port" },
    { "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", "400 closed", "no port" },
    { "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n", "400 closed", "a port too long" },
    { "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "400 closed", "an open bracket" },
    { "GET / HTTP/1.1\r\nHost: [zz]\r\n\r\n", "400 closed", "no address" },
    { "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "200", "an address of IPv6" },
    { "GET / HTTP/1.1\r\nHost: a_b.c-d:4566\r\n\r\n", "200", "a name with a port" },
    { "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400 closed", "a blank before the colon" },
    { "GET / HTTP/1.1\r\n" H "a b: c\r\n\r\n", "400 closed", "a blank in a name" },
    { "GET / HTTP/1.1\r\n" H ": c\r\n\r\n", "400 closed", "no name" },
    { "GET / HTTP/1.1\r\n" H "a\r\n\r\n", "400 closed", "no colon" },
    { "GET / HTTP/1.1\r\n" H "a@: c\r\n\r\n", "400 closed", "a character no name has" },
    { "GET / HTTP/1.1\r\n" H "a: b\x01\r\n\r\n", "400 closed", "a control character" },
    { "GET / HTTP/1.1\r\n " H "\r\n", "400 closed", "a folded line behind the request line" },
    { "GET / HTTP/1.1\r\n" H "a: b\r\n c\r\n\r\n", "400 closed", "a folded header" },
    { "GET / HTTP/1.1\r\n" H "a:\r\n b\r\n\r\n", "400 closed", "folded at once" },
    { "GET / HTTP/1.1\r\n" H "a: b\r\n \r\nc: d\r\n\r\n", "400 closed", "an empty fold" },
    { "GET / HTTP/1.1\r\n" H "a: b\r\n\t\r\n\r\n", "400 closed", "an empty fold at the end" },
    { "GET / HTTP/1.1\r\n" H "a:\r\n \r\n\r\n", "400 closed", "of an empty header" },
    { "PUT / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 1\r\n\r\nx", "200",
      "the body was there already" },
    { "GET / HTTP/1.1\r\n" H "Expect: 100-continue\r\n\r\n", "200", "no body to wait for" },
    { "PUT / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n", "100 200", "an empty one is a body" },
    { "GET / HTTP/1.1\r\n" H "Expect: miracles\r\n\r\n", "417 closed", "another expectation" },
    { "GET / HTTP/1.0\r\n" H "Expect: miracles\r\n\r\n", "200 closed", "HTTP/1.0 expects nothing" },
};

static const struct row body_rows[] = {
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n", "200", "an empty body" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", "400 closed", "two lengths" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 1, 1\r\n\r\nx", "400 closed", "a list of lengths" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: +1\r\n\r\nx", "400 closed", "a sign" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\nx", "400 closed", "a negative one" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 0x1\r\n\r\nx", "400 closed", "hexadecimal" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 1 1\r\n\r\nx", "400 closed", "a blank in it" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length:\r\n\r\nx", "400 closed", "none" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\n", "400 closed", "past 64 bits" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 18446744073709551615\r\n\r\n", "413 closed", "64 bits" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 65\r\n\r\n", "413 closed", "past the limit: nothing is read" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 65\r\nExpect: 100-continue\r\n\r\n", "413 closed", "nor asked for" },
    { "PUT / HTTP/1.1\r\n" H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 closed",
      "two framings" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", "400 closed",
      "the other way" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "200", "no chunks" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n" GOOD,
      "200 200", "two chunks" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\nT: u\r\n\r\n" GOOD, "200 200",
      "an extension, a trailer" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501 closed",
      "another coding before it" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", "501 closed", "behind it" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501 closed", "nearly" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n", "501 closed", "identity" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n", "501 closed", "an empty one" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "501 closed",
      "twice" },
    { "PUT / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 closed", "HTTP/1.0 has none" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "400 closed",
      "a chunk longer than it says" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nx\r\n", "400 closed", "no size" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "400 closed", "a negative size" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1 \r\nx\r\n0\r\n\r\n", "400 closed",
      "a blank behind the size" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n", "400 closed", "bare line feeds" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n", "400 closed",
      "a size past 64 bits" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "413 closed", "64 bits" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n41\r\n", "413 closed",
      "past the limit: nothing is read" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n40\r\n", "413 closed", "past it in sum" },
};

/* With request_line 40, headers_total 120, header_count 4, header_one 60, chunk_extension 16, trailer 40. */
static const struct row limit_rows[] = {
    { "GET /0123456789 HTTP/1.1\r\n" H "\r\n", "200", "a line that fits" },
    { "GET /01234567890123456789012345678901234567890123456789 HTTP/1.1\r\n" H "\r\n", "414 closed",
      "one that does not" },
    { "GET /0123456789012345678901234567890123456789012345678901234567890123456789", "414 closed",
      "even before it ends" },
    { "GET / HTTP/1.1\r\n" H "B: 1\r\nC: 1\r\nD: 1\r\n\r\n", "200", "four headers" },
    { "GET / HTTP/1.1\r\n" H "B: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n", "431 closed", "five" },
    { "GET / HTTP/1.1\r\n" H "B: 0123456789012345678901234567890123456789012345678901234567890123456789", "431 closed",
      "a large value, before it ends" },
    { "GET / HTTP/1.1\r\n" H "B012345678901234567890123456789012345678901234567890123456789", "431 closed",
      "a large name" },
    { "GET / HTTP/1.1\r\n" H "B: 01234567890123456789012345678901234567890123456789\r\n"
      "C: 01234567890123456789012345678901234567890123456789\r\n\r\n",
      "431 closed", "too large together" },
    { "GET / HTTP/1.1\r\n" H "B: 01234567890123456789012345678901234567890123456789\r\n"
      "C:                                                      ",
      "431 closed", "blanks count" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1;01234567890123456789\r\n", "400 closed",
      "a long extension" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1;a;b;c;d;e;f;g;h;i;j\r\n", "400 closed",
      "many extensions" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\na: 0123456789\r\n\r\n", "200",
      "a trailer that fits" },
    { "PUT / HTTP/1.1\r\n" H
      "Transfer-Encoding: chunked\r\n\r\n0\r\na: 01234567890123456789012345678901234567890123456789\r\n\r\n",
      "400 closed", "a long trailer" },
    { "PUT / HTTP/1.1\r\n" H
      "Transfer-Encoding: chunked\r\n\r\n0\r\na:b\r\nc:d\r\ne:f\r\ng:h\r\ni:j\r\nk:l\r\nm:n\r\no:p\r\nq:r\r\n\r\n",
      "400 closed", "many trailers" },
    { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n00000000000000000000000000000000000000000000000000",
      "400 closed", "zeros without end" },
};

/* Says the row at once or byte by byte; where it should go on, a last request shows that it does. */
static void check_row(struct fixture *fixture, const struct row *row, bool byte_by_byte)
{
    bool closes = str_ends(str_of(row->answered), STR("closed")), to_head = str_starts(str_of(row->said), STR("HEAD"));
    struct client client = meet(fixture);
    for (const char *at = row->said; byte_by_byte && *at && !client.ended; at++) {
        say_bytes(&client, at, 1);
        turn(fixture);
        hear(&client, SIZE_MAX);
    }
    if (!byte_by_byte)
        say(&client, row->said);
    if (!closes)
        say(&client, "GET /none?last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    AWAIT(fixture, &client, client.ended);

    char heard[256], expected[256];
    sum_up(&client, to_head, heard, sizeof heard);
    snprintf(expected, sizeof expected, closes ? "%.*s" : "%.*s 204", (int)(strlen(row->answered) - (closes ? 7 : 0)),
             row->answered);
    /* Byte by byte a body is always waited for. */
    if (strcmp(heard, expected) != 0 &&
        !(byte_by_byte && strstr(row->said, "Expect: 100") && str_starts(str_of(heard), STR("100 "))))
        fail_msg("%s%s: heard \"%s\" where \"%s\" was due, after %s", row->why, byte_by_byte ? " (byte by byte)" : "",
                 heard, expected, row->said);
    part(&client);
}

static void check_rows(const struct row *rows, size_t count, const struct http_limits *limits)
{
    struct fixture fixture;
    open_server(&fixture, limits);
    for (size_t i = 0; i < count; i++) {
        check_row(&fixture, &rows[i], false);
        check_row(&fixture, &rows[i], true);
    }
    close_server(&fixture);
}

#define ROWS(table) table, sizeof table / sizeof *table

static void requests_are_answered(void **state)
{
    check_rows(ROWS(plain_rows), NULL);
}

static void request_lines_are_strict(void **state)
{
    check_rows(ROWS(line_rows), NULL);
}

static void headers_are_strict(void **state)
{
    check_rows(ROWS(header_rows), NULL);
}

static void bodies_are_strict(void **state)
{
    check_rows(ROWS(body_rows), NULL);
}

static void sizes_have_limits(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.request_line = 40;
    limits.headers_total = 120;
    limits.header_count = 4;
    limits.header_one = 60;
    limits.chunk_extension = 16;
    limits.trailer = 40;
    check_rows(ROWS(limit_rows), &limits);
}

/* The real limits, from both sides. */
static void default_limits_hold(void **state)
{
    static const struct {
        const char *before, *behind;
        size_t fits, exceeds; /* so many bytes between them */
        const char *status;
    } rows[] = {
        { "GET /", " HTTP/1.1\r\n" H "\r\n", 16 * 1024 - 32, 16 * 1024 + 1, "414" },
        { "GET / HTTP/1.1\r\n" H "A: ", "\r\n\r\n", 16 * 1024 - 1, 16 * 1024 + 1, "431" },
    };
    struct fixture fixture;
    open_server(&fixture, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int too_much = 0; too_much < 2; too_much++) {
            struct buf text = BUF_EMPTY;
            buf_add_text(&text, rows[i].before);
            for (size_t n = 0; n < (too_much ? rows[i].exceeds : rows[i].fits); n++)
                buf_add_byte(&text, 'a');
            buf_add_text(&text, rows[i].behind);
            struct client client = meet(&fixture);
            say_bytes(&client, text.at, text.length);
            AWAIT(&fixture, &client, has_heard(&client, "\r\n\r\n"));
            assert_true(has_heard(&client, too_much ? rows[i].status : "200"));
            part(&client);
            buf_release(&text);
        }
    }
    close_server(&fixture);
}

static void requests_are_read_right(void **state)
{
    static const struct {
        const char *said, *read;
    } rows[] = {
        { "GET /describe?a=b&c HTTP/1.1\r\nHost: x:1\r\nB:  c d \t\r\n\r\n",
          "GET|/describe|a=b&c|x:1|Host=x:1|B=c d|" },
        { "PUT /describe HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nh\r\nl!",
          "PUT|/describe||x|Host=x|Content-Length=5|h\r\nl!" },
        { "PUT /describe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e\r\nde\r\n0\r\nT: "
          "u\r\n\r\n",
          "PUT|/describe||x|Host=x|Transfer-Encoding=chunked|abcde" },
        { "GET HTTP://y:2/describe? HTTP/1.1\r\nHost: x\r\n\r\n", "GET|/describe||y:2|Host=x|" },
        { "GET /describe?? HTTP/1.1\r\nHost: x\r\nA:\r\n\r\n", "GET|/describe|?|x|Host=x|A=|" },
    };
    struct fixture fixture;
    open_server(&fixture, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        /* In two pieces, cut everywhere: slices of the head must survive its moving. */
        for (size_t cut = 0; cut < strlen(rows[i].said); cut++) {
            struct client client = meet(&fixture);
            say_bytes(&client, rows[i].said, cut);
            turn(&fixture);
            turn(&fixture);
            say(&client, rows[i].said + cut);
            AWAIT(&fixture, &client, has_heard(&client, rows[i].read));
            part(&client);
        }
    }
    close_server(&fixture);
}

static void a_large_body_arrives_whole(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    fixture.big_body = 4 * 1024 * 1024;
    struct buf body = BUF_EMPTY;
    for (int i = 0; i < 100000; i++)
        buf_printf(&body, "%d,", i);
    struct client client = meet(&fixture);
    char head[256];
    snprintf(head, sizeof head, "PUT /later HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", body.length);
    say(&client, head);
    for (size_t sent = 0; sent < body.length;) {
        ssize_t length = send(client.descriptor, body.at + sent, body.length - sent, MSG_NOSIGNAL);
        sent += length > 0 ? (size_t)length : 0;
        turn(&fixture);
    }
    AWAIT(&fixture, &client, fixture.waiting_count == 1);
    assert_true(str_equal(fixture.waiting[0]->body, buf_str(&body)));
    answer(fixture.waiting[0], 200, "whole");
    AWAIT(&fixture, &client, has_heard(&client, "whole"));
    assert_int_equal(fixture.server->held_bytes, 0);
    buf_release(&body);
    part(&client);
    close_server(&fixture);
}

static void requests_have_a_limit_together(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.requests_total = 200 * 1024;
    struct fixture fixture;
    open_server(&fixture, &limits);
    fixture.big_body = 1024 * 1024;
    char piece[99999];
    memset(piece, 'x', sizeof piece);
    struct client first = meet(&fixture), second = meet(&fixture);
    say(&first, "PUT / HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
    say_bytes(&first, piece, sizeof piece);
    AWAIT(&fixture, &first, fixture.server->held_bytes > sizeof piece);
    say(&second, "PUT / HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
    say_bytes(&second, piece, sizeof piece);
    AWAIT(&fixture, &second, has_heard(&second, "HTTP/1.1 503"));
    say(&first, "x");
    AWAIT(&fixture, &first, has_heard(&first, "HTTP/1.1 200"));
    assert_int_equal(fixture.gone, 1); /* the one that was admitted and then refused */

    /* Heads that do not come to their end, and answers that are not given, count too. */
    struct client clients[16];
    int refused = 0;
    for (int i = 0; i < 16; i++) {
        clients[i] = meet(&fixture);
        say(&clients[i], i % 2 ? "GET /later HTTP/1.1\r\n" H "\r\n" : "GET / HTTP/1.1\r\n");
        for (int n = 0; n < 5; n++)
            turn(&fixture);
        hear(&clients[i], SIZE_MAX);
        refused += has_heard(&clients[i], "HTTP/1.1 503");
    }
    assert_in_range(refused, 3, 8);
    for (int i = 0; i < 16; i++)
        part(&clients[i]);
    part(&first);
    part(&second);
    close_server(&fixture);
}

static void answers_are_well_formed(void **state)
{
    static const struct {
        const char *path, *holds, *lacks;
    } rows[] = {
        { "GET /", "HTTP/1.1 200 OK\r\nDate: ", "Connection" },
        { "GET /", "\r\nContent-Length: 2\r\n\r\nok", "Transfer-Encoding" },
        { "HEAD /", "\r\nContent-Length: 2\r\n\r\n", "ok" },
        { "GET /none", "HTTP/1.1 204 No Content\r\n", "Content-Length" },
        { "GET /inject", "\r\nX-Echo: a  X-Evil: b \r\n", "\nX-Evil" },
        { "TRACE /", "\r\nAllow: GET, ", "TRACE" },
        { "TRACE /", "\r\nConnection: close\r\n", "TRACE" },
    };
    struct fixture fixture;
    open_server(&fixture, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client client = meet(&fixture);
        char text[128];
        snprintf(text, sizeof text, "%s HTTP/1.1\r\n" H "\r\n", rows[i].path);
        say(&client, text);
        AWAIT(&fixture, &client, has_heard(&client, rows[i].holds));
        if (has_heard(&client, rows[i].lacks))
            fail_msg("%s: heard %s", rows[i].path, client.got.at);
        part(&client);
    }
    close_server(&fixture);
}

static void a_body_is_asked_for(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture);
    say(&client, "PUT / HTTP/1.1\r\n" H "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
    AWAIT(&fixture, &client, client.got.length > 0);
    assert_string_equal(client.got.at, "HTTP/1.1 100 Continue\r\n\r\n");
    say(&client, "abc");
    AWAIT(&fixture, &client, has_heard(&client, "HTTP/1.1 200 OK"));

    /* Behind another request it waits for that one's answer. */
    buf_clear(&client.got);
    say(&client,
        "GET /later HTTP/1.1\r\n" H "\r\nPUT / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    AWAIT(&fixture, &client, fixture.waiting_count == 1);
    assert_int_equal(client.got.length, 0);
    answer(fixture.waiting[0], 200, "first");
    AWAIT(&fixture, &client, has_heard(&client, "firstHTTP/1.1 100 Continue\r\n\r\n"));
    say(&client, "x");
    AWAIT(&fixture, &client, has_heard(&client, "Continue\r\n\r\nHTTP/1.1 200 OK"));
    part(&client);
    close_server(&fixture);
}

/* ---- pipelines ---- */

static void answers_keep_their_order(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture);
    for (int i = 0; i < 4; i++)
        say(&client, "GET /later HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client, fixture.waiting_count == 4);
    answer(fixture.waiting[2], 200, "three.");
    answer(fixture.waiting[1], 200, "two.");
    AWAIT(&fixture, &client, client.got.length == 0);
    answer(fixture.waiting[0], 200, "one.");
    answer(fixture.waiting[3], 200, "four.");
    AWAIT(&fixture, &client, has_heard(&client, "four."));
    size_t last = 0;
    static const char *const order[] = { "one.", "two.", "three.", "four." };
    for (int i = 0; i < 4; i++) {
        size_t at = str_find(buf_str(&client.got), str_of(order[i]));
        assert_true(at != SIZE_MAX && at >= last);
        last = at;
    }
    part(&client);
    close_server(&fixture);
}

static void a_pipeline_is_paused(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.pipelined = 4;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture);
    for (int i = 0; i < 20; i++)
        say(&client, "GET /later HTTP/1.1\r\n" H "\r\n");
    for (int answered = 0; answered < 20; answered++) {
        AWAIT(&fixture, &client, fixture.waiting_count == (answered + 4 < 20 ? answered + 4 : 20));
        turn(&fixture);
        turn(&fixture);
        assert_int_equal(fixture.waiting_count, answered + 4 < 20 ? answered + 4 : 20);
        answer(fixture.waiting[answered], 200, "x");
    }
    char heard[256];
    AWAIT(&fixture, &client, (sum_up(&client, false, heard, sizeof heard), strlen(heard) == 20 * 4 - 1));
    part(&client);
    close_server(&fixture);
}

static void a_long_pipeline_is_served(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture);
    struct buf text = BUF_EMPTY;
    for (int i = 0; i < 1000; i++)
        buf_add_text(&text, GOOD);
    for (size_t sent = 0; sent < text.length;) {
        ssize_t length = send(client.descriptor, text.at + sent, text.length - sent, MSG_NOSIGNAL);
        sent += length > 0 ? (size_t)length : 0;
        turn(&fixture);
        hear(&client, SIZE_MAX);
    }
    AWAIT(&fixture, &client, fixture.served == 1000);
    say(&client, "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n");
    AWAIT(&fixture, &client, client.ended);
    assert_int_equal(fixture.served, 1001);
    buf_release(&text);
    part(&client);
    close_server(&fixture);
}

static void a_connection_has_so_many_requests(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.requests_per_connection = 3;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture);
    say(&client, GOOD GOOD GOOD GOOD GOOD);
    AWAIT(&fixture, &client, client.ended);
    char heard[256];
    sum_up(&client, false, heard, sizeof heard);
    assert_string_equal(heard, "200 200 200");
    assert_true(has_heard(&client, "Connection: close"));
    part(&client);
    close_server(&fixture);
}

/* ---- time ---- */

static void slow_clients_are_ended(void **state)
{
    static const struct {
        const char *said, *answered, *why;
        int gone;
    } rows[] = {
        { "", "", "a first byte is waited for", 0 },
        { "GET / HTTP/1.1\r\n", "408", "headers are waited for", 0 },
        { GOOD, "200", "another request is waited for", 0 },
        { GOOD "G", "200 408", "its headers too", 0 },
        { "PUT / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nab", "408", "a body is waited for", 1 },
        { "PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1", "408", "in chunks too", 1 },
    };
    struct http_limits limits = http_default_limits;
    limits.first_byte_ms = limits.headers_ms = limits.idle_ms = limits.body_stall_ms = 40;
    struct fixture fixture;
    open_server(&fixture, &limits);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture.gone = 0;
        struct client client = meet(&fixture);
        say(&client, rows[i].said);
        AWAIT(&fixture, &client, client.ended);
        char heard[64];
        sum_up(&client, false, heard, sizeof heard);
        if (strcmp(heard, rows[i].answered) != 0 || fixture.gone != rows[i].gone)
            fail_msg("%s: heard \"%s\", %d gone", rows[i].why, heard, fixture.gone);
        part(&client);
    }
    close_server(&fixture);
}

/* A byte now and then keeps neither headers nor a body alive. */
static void tricklers_are_ended(void **state)
{
    static const struct {
        const char *said;
        int64_t headers_ms, total_ms, rate_after_ms;
        const char *why;
    } rows[] = {
        { "GET / HTTP/1.1\r\n" H "A: ", 100, PATIENCE_MS, PATIENCE_MS, "headers" },
        { "PUT / HTTP/1.1\r\n" H "Content-Length: 60\r\n\r\n", PATIENCE_MS, 100, PATIENCE_MS, "the whole body's time" },
        { "PUT / HTTP/1.1\r\n" H "Content-Length: 60\r\n\r\n", PATIENCE_MS, PATIENCE_MS, 100, "the body's rate" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_limits limits = http_default_limits;
        limits.headers_ms = rows[i].headers_ms;
        limits.body_total_ms = rows[i].total_ms;
        limits.body_rate_after_ms = rows[i].rate_after_ms;
        struct fixture fixture;
        open_server(&fixture, &limits);
        struct client client = meet(&fixture);
        say(&client, rows[i].said);
        int bytes = 0;
        while (!client.ended && ++bytes < 50) {
            say(&client, "x");
            turn(&fixture);
            hear(&client, SIZE_MAX);
            usleep(10 * 1000);
        }
        if (!client.ended || !has_heard(&client, "HTTP/1.1 408"))
            fail_msg("%s: heard %s", rows[i].why, client.got.at ? client.got.at : "nothing");
        part(&client);
        close_server(&fixture);
    }
}

/* Requests of which each comes in time are served, though the bytes always end within a head. */
static void halves_of_requests_go_on(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.headers_ms = 200;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture);
    int requests = 0;
    say(&client, "GET / HT");
    for (int64_t end_ms = time_monotonic_ms() + 600; time_monotonic_ms() < end_ms; requests++) {
        say(&client, "TP/1.1\r\n" H "\r\nGET / HT");
        AWAIT(&fixture, &client, client.ended || fixture.served > requests);
        assert_false(client.ended);
        usleep(5 * 1000);
    }
    part(&client);
    close_server(&fixture);
}

static void who_does_not_read_is_reset(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.write_stall_ms = 50;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture), idle = { .descriptor = -1, .ended = true };
    say(&client, "GET /large HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &idle, fixture.served == 1 && http_connections(fixture.server) == 0);
    AWAIT(&fixture, &client, client.ended);
    assert_true(client.was_reset);
    part(&client);
    close_server(&fixture);
}

static void who_reads_slowly_is_not(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.write_stall_ms = 300;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture);
    say(&client, "GET /large HTTP/1.1\r\n" H "\r\n");
    int64_t most_ms = time_monotonic_ms() + PATIENCE_MS;
    while (client.got.length < 8 * 1024 * 1024 && !client.ended && time_monotonic_ms() < most_ms) {
        turn(&fixture);
        hear(&client, 256 * 1024);
        usleep(30 * 1000);
    }
    assert_true(client.got.length > 8 * 1024 * 1024);
    part(&client);
    close_server(&fixture);
}

/* ---- going away ---- */

static void who_goes_away_is_told(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture), idle = { .descriptor = -1, .ended = true };
    say(&client, "GET /later HTTP/1.1\r\n" H "\r\nGET /later HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client, fixture.waiting_count == 2);
    answer(fixture.waiting[1], 200, "known, but its turn has not come");
    const struct linger at_once = { 1, 0 };
    setsockopt(client.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    part(&client);
    AWAIT(&fixture, &idle, http_connections(fixture.server) == 0);
    assert_int_equal(fixture.gone, 1);
    close_server(&fixture);
}

static void who_has_said_all_is_answered(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture);
    say(&client, "GET /later HTTP/1.1\r\n" H "\r\n");
    shutdown(client.descriptor, SHUT_WR);
    AWAIT(&fixture, &client, fixture.waiting_count == 1);
    for (int i = 0; i < 5; i++)
        turn(&fixture);
    answer(fixture.waiting[0], 200, "still here");
    AWAIT(&fixture, &client, client.ended);
    assert_true(has_heard(&client, "still here"));
    assert_int_equal(fixture.gone, 0);
    part(&client);

    struct client cut_short = meet(&fixture);
    say(&cut_short, "GET / HTTP/1.1\r\nHo");
    shutdown(cut_short.descriptor, SHUT_WR);
    AWAIT(&fixture, &cut_short, cut_short.ended);
    assert_true(has_heard(&cut_short, "HTTP/1.1 400"));
    part(&cut_short);
    close_server(&fixture);
}

static void who_has_said_all_does_not_wait_for_ever(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.half_closed_ms = 30;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture);
    say(&client, "GET /later HTTP/1.1\r\n" H "\r\n");
    shutdown(client.descriptor, SHUT_WR);
    AWAIT(&fixture, &client, fixture.gone == 1);
    AWAIT(&fixture, &client, client.ended);
    part(&client);
    close_server(&fixture);
}

/* An error is read by a client that is still sending. */
static void the_last_answer_is_not_lost(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture);
    char piece[32 * 1024];
    memset(piece, 'x', sizeof piece);
    say(&client, "PUT / HTTP/1.1\r\n" H "Content-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 30; i++) {
        say_bytes(&client, piece, sizeof piece);
        turn(&fixture);
    }
    AWAIT(&fixture, &client, client.ended);
    assert_true(has_heard(&client, "HTTP/1.1 413"));
    assert_false(client.was_reset);
    assert_int_equal(http_connections(fixture.server), 1); /* our side is shut, theirs is waited for */
    part(&client);
    AWAIT(&fixture, &(struct client){ .ended = true }, http_connections(fixture.server) == 0);
    close_server(&fixture);
}

/* ---- streams ---- */

static void a_stream_flows(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture);
    say(&client, "GET /later HTTP/1.1\r\n" H "\r\nGET /stream HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client, fixture.waiting_count == 2);
    struct http_request *stream = fixture.waiting[1];
    const struct http_header headers[] = { { STR("Content-Type"), STR("text/event-stream") } };
    http_stream_begin(stream, &(struct http_response){ 200, headers, 1, NULL });
    assert_true(http_stream_write(stream, STR("data: 1\n\n")));
    AWAIT(&fixture, &client, client.got.length == 0); /* its turn has not come */
    answer(fixture.waiting[0], 200, "first");
    AWAIT(&fixture, &client, has_heard(&client, "data: 1\n\n"));
    assert_true(has_heard(&client, "text/event-stream"));
    assert_true(http_stream_write(stream, STR("data: 2\n\n")));
    AWAIT(&fixture, &client, has_heard(&client, "data: 1\n\ndata: 2\n\n"));
    http_stream_end(stream);
    AWAIT(&fixture, &client, client.ended);
    assert_int_equal(fixture.gone, 0);
    part(&client);
    close_server(&fixture);
}

static void a_stream_ends_with_its_peer(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client client = meet(&fixture), idle = { .descriptor = -1, .ended = true };
    say(&client, "GET /stream HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client, fixture.waiting_count == 1);
    http_stream_begin(fixture.waiting[0], &(struct http_response){ .status = 200 });
    AWAIT(&fixture, &client, has_heard(&client, "\r\n\r\n"));
    const struct linger at_once = { 1, 0 };
    setsockopt(client.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    part(&client);
    AWAIT(&fixture, &idle, fixture.gone == 1);
    close_server(&fixture);
}

static void a_stream_that_is_not_read_ends(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.write_queue = 256 * 1024;
    struct fixture fixture;
    open_server(&fixture, &limits);
    struct client client = meet(&fixture);
    say(&client, "GET /stream HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &client, fixture.waiting_count == 1);
    http_stream_begin(fixture.waiting[0], &(struct http_response){ .status = 200 });
    char piece[16 * 1024];
    memset(piece, 'x', sizeof piece);
    int written = 0;
    while (http_stream_write(fixture.waiting[0], (struct str){ piece, sizeof piece })) {
        turn(&fixture);
        assert_true(++written < 10000);
    }
    AWAIT(&fixture, &client, client.ended);
    assert_int_equal(fixture.gone, 0); /* it was told already */
    part(&client);
    close_server(&fixture);
}

/* ---- many ---- */

static void connections_have_a_limit(void **state)
{
    struct http_limits limits = http_default_limits;
    limits.connections = 4;
    limits.reserved = 1;
    struct fixture fixture;
    open_server(&fixture, &limits);
    static const char *const expected[] = { "common", "common", "common", "reserve" };
    struct client clients[4];
    for (int i = 0; i < 4; i++) {
        clients[i] = meet(&fixture);
        say(&clients[i], "GET /reserve HTTP/1.1\r\n" H "\r\n");
        AWAIT(&fixture, &clients[i], has_heard(&clients[i], expected[i]));
        assert_int_equal(has_heard(&clients[i], "Connection: close"), i == 3);
    }
    part(&clients[3]);
    AWAIT(&fixture, &clients[0], http_connections(fixture.server) == 3);
    for (int i = 0; i < 2; i++) {
        struct client holder = meet(&fixture); /* takes the reserve */
        turn(&fixture);
        struct client refused = meet(&fixture);
        AWAIT(&fixture, &refused, refused.ended);
        assert_true(has_heard(&refused, "HTTP/1.1 503"));
        part(&refused);
        part(&holder);
        AWAIT(&fixture, &clients[0], http_connections(fixture.server) == 3);
    }
    for (int i = 0; i < 3; i++)
        part(&clients[i]);
    close_server(&fixture);
}

/* An address of this machine that is not loopback's; false: it has none. */
static bool find_other_address(struct sockaddr_storage *ret_address, socklen_t *ret_size)
{
    struct ifaddrs *all, *at;
    bool found = false;
    if (getifaddrs(&all) != 0)
        return false;
    for (at = all; at && !found; at = at->ifa_next) {
        if (!at->ifa_addr || (at->ifa_flags & IFF_LOOPBACK) || !(at->ifa_flags & IFF_UP))
            continue;
        int family = at->ifa_addr->sa_family;
        *ret_size = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        if (family != AF_INET && family != AF_INET6)
            continue;
        memcpy(ret_address, at->ifa_addr, *ret_size);
        found = family == AF_INET || !IN6_IS_ADDR_LINKLOCAL(&((struct sockaddr_in6 *)ret_address)->sin6_addr);
    }
    freeifaddrs(all);
    return found;
}

static void an_address_has_a_limit(void **state)
{
    struct sockaddr_storage address;
    socklen_t size;
    if (!find_other_address(&address, &size))
        skip();
    struct http_limits limits = http_default_limits;
    limits.connections_per_address = 2;
    struct fixture fixture;
    open_at(&fixture, address.ss_family == AF_INET ? "0.0.0.0" : "::", &limits);
    ((struct sockaddr_in *)&address)->sin_port = htons((uint16_t)http_port(fixture.server));
    struct client clients[3];
    for (int i = 0; i < 3; i++) {
        clients[i] = (struct client){ .descriptor = open_socket((struct sockaddr *)&address, size) };
        say(&clients[i], GOOD);
        AWAIT(&fixture, &clients[i], has_heard(&clients[i], "\r\n\r\n"));
        assert_true(has_heard(&clients[i], i < 2 ? "HTTP/1.1 200" : "HTTP/1.1 503"));
    }
    for (int i = 0; i < 3; i++) {
        struct client local = meet(&fixture); /* loopback has no limit of its own */
        say(&local, GOOD);
        AWAIT(&fixture, &local, has_heard(&local, "HTTP/1.1 200"));
        part(&local);
    }
    for (int i = 0; i < 3; i++)
        part(&clients[i]);
    AWAIT(&fixture, &(struct client){ .ended = true }, http_connections(fixture.server) == 0);
    assert_int_equal(map_count(fixture.server->addresses), 0);
    close_server(&fixture);
}

static void no_descriptor_is_no_disaster(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client unlucky = meet(&fixture);
    struct rlimit files, none;
    getrlimit(RLIMIT_NOFILE, &files);
    none = files;
    none.rlim_cur = (rlim_t)unlucky.descriptor + 1; /* the next one is not to be had */
    setrlimit(RLIMIT_NOFILE, &none);
    for (int i = 0; i < 5; i++)
        turn(&fixture);
    setrlimit(RLIMIT_NOFILE, &files);
    AWAIT(&fixture, &unlucky, unlucky.ended);
    struct client lucky = meet(&fixture);
    say(&lucky, GOOD);
    AWAIT(&fixture, &lucky, has_heard(&lucky, "HTTP/1.1 200"));
    part(&unlucky);
    part(&lucky);
    close_server(&fixture);
}

static void idle_connections_are_cheap(void **state)
{
    assert_true(sizeof(struct connection) <= 1024);
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    size_t count = files.rlim_cur > 4500 ? 2000 : files.rlim_cur / 2 - 256;
    struct client *clients = calloc(count, sizeof *clients);
    for (size_t i = 0; i < count; i++) {
        clients[i] = meet(&fixture);
        if (i % 2)
            say(&clients[i], i % 4 == 1 ? GOOD : "GET / HT");
        turn(&fixture);
    }
    struct client idle = { .ended = true };
    AWAIT(&fixture, &idle, http_connections(fixture.server) == count && fixture.served == (int)(count / 4));
    struct client client = meet(&fixture);
    say(&client, GOOD);
    AWAIT(&fixture, &client, has_heard(&client, "HTTP/1.1 200"));
    part(&client);
    for (size_t i = 0; i < count; i++)
        part(&clients[i]);
    free(clients);
    close_server(&fixture);
}

/* ---- listening and closing ---- */

static void listening_fails_with_one_line(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    const struct http_handler handler = { .admit = admit, .serve = serve, .gone = gone, .data = &fixture };
    char taken[64];
    snprintf(taken, sizeof taken, "port %d on 127.0.0.1 is taken", http_port(fixture.server));
    const struct {
        const char *address;
        int port;
        const char *why;
    } rows[] = {
        { "127.0.0.1", http_port(fixture.server), taken },
        { "here", 0, "here is no IP address" },
        { "127.0.0.1", 65536, "65536 is no port" },
        { "203.0.113.7", 0, "203.0.113.7 is no address of this machine" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *why = NULL;
        assert_null(http_listen(&fixture.loop, rows[i].address, rows[i].port, &handler, NULL, &why));
        assert_string_equal(why, rows[i].why);
        free(why);
    }
    close_server(&fixture);
}

static void localhost_is_either_address(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct sockaddr_in6 address = { .sin6_family = AF_INET6,
                                    .sin6_port = htons((uint16_t)http_port(fixture.server)),
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    if (fixture.server->listener_count == 2) {
        struct client client = { .descriptor = open_socket((struct sockaddr *)&address, sizeof address) };
        say(&client, "GET /later HTTP/1.1\r\n" H "\r\n");
        AWAIT(&fixture, &client, fixture.waiting_count == 1);
        assert_string_equal(fixture.waiting[0]->peer, "::1");
        assert_true(fixture.waiting[0]->from_loopback);
        part(&client);
    }
    close_server(&fixture);
}

static void closing_lets_answers_out(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client waiting = meet(&fixture), idle = meet(&fixture);
    say(&waiting, "GET /later HTTP/1.1\r\n" H "\r\n");
    say(&idle, GOOD);
    AWAIT(&fixture, &waiting, fixture.waiting_count == 1);
    AWAIT(&fixture, &idle, has_heard(&idle, "HTTP/1.1 200"));
    begin_closing(&fixture, PATIENCE_MS);
    AWAIT(&fixture, &idle, idle.ended);
    assert_false(fixture.closed);
    answer(fixture.waiting[0], 200, "the last");
    AWAIT(&fixture, &waiting, waiting.ended);
    assert_true(has_heard(&waiting, "Connection: close") && has_heard(&waiting, "the last"));
    part(&waiting);
    part(&idle);
    close_server(&fixture);
    assert_int_equal(fixture.gone, 0);
}

static void closing_does_not_wait_for_ever(void **state)
{
    struct fixture fixture;
    open_server(&fixture, NULL);
    struct client waiting = meet(&fixture);
    say(&waiting, "GET /later HTTP/1.1\r\n" H "\r\n");
    AWAIT(&fixture, &waiting, fixture.waiting_count == 1);
    begin_closing(&fixture, 30);
    AWAIT(&fixture, &waiting, waiting.ended && fixture.closed);
    assert_int_equal(fixture.gone, 1);
    part(&waiting);
    close_server(&fixture);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_answered),
        cmocka_unit_test(request_lines_are_strict),
        cmocka_unit_test(headers_are_strict),
        cmocka_unit_test(bodies_are_strict),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(default_limits_hold),
        cmocka_unit_test(requests_are_read_right),
        cmocka_unit_test(a_large_body_arrives_whole),
        cmocka_unit_test(requests_have_a_limit_together),
        cmocka_unit_test(answers_are_well_formed),
        cmocka_unit_test(a_body_is_asked_for),
        cmocka_unit_test(answers_keep_their_order),
        cmocka_unit_test(a_pipeline_is_paused),
        cmocka_unit_test(a_long_pipeline_is_served),
        cmocka_unit_test(a_connection_has_so_many_requests),
        cmocka_unit_test(slow_clients_are_ended),
        cmocka_unit_test(tricklers_are_ended),
        cmocka_unit_test(halves_of_requests_go_on),
        cmocka_unit_test(who_does_not_read_is_reset),
        cmocka_unit_test(who_reads_slowly_is_not),
        cmocka_unit_test(who_goes_away_is_told),
        cmocka_unit_test(who_has_said_all_is_answered),
        cmocka_unit_test(who_has_said_all_does_not_wait_for_ever),
        cmocka_unit_test(the_last_answer_is_not_lost),
        cmocka_unit_test(a_stream_flows),
        cmocka_unit_test(a_stream_ends_with_its_peer),
        cmocka_unit_test(a_stream_that_is_not_read_ends),
        cmocka_unit_test(connections_have_a_limit),
        cmocka_unit_test(an_address_has_a_limit),
        cmocka_unit_test(no_descriptor_is_no_disaster),
        cmocka_unit_test(idle_connections_are_cheap),
        cmocka_unit_test(listening_fails_with_one_line),
        cmocka_unit_test(localhost_is_either_address),
        cmocka_unit_test(closing_lets_answers_out),
        cmocka_unit_test(closing_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
