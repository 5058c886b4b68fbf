/* Bytes to a connection of the real server, over a socket pair. The first byte says into pieces of what size they are cut and
 * what the handler does: answers at once, or at the end in the reverse order, or streams. Whatever comes, the server neither
 * crashes nor hangs, hands over only requests that are sane, and says nothing but HTTP. */
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_private.h"

#define MOST_WAITING 64

static uv_loop_t loop;
static struct http_server *server;
static struct http_request *waiting[MOST_WAITING];
static int waiting_count;
static bool answers_later, streams;

static void check_text(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        assert(text.at[i] != '\r' && text.at[i] != '\n' && text.at[i] != '\0');
}

static void check_request(const struct http_request *request)
{
    assert(request->method.length && request->path.length && request->host.length);
    assert(request->path.at[0] == '/' || str_is(request->path, "*"));
    check_text(request->path);
    check_text(request->query);
    check_text(request->host);
    size_t hosts = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        assert(request->headers[i].name.length);
        check_text(request->headers[i].name);
        check_text(request->headers[i].value);
        hosts += str_equal_ignoring_case(request->headers[i].name, STR("host"));
    }
    assert(hosts == 1);
}

static void answer(struct http_request *request)
{
    struct buf body = BUF_EMPTY;
    buf_add_str(&body, request->body);
    const struct http_header headers[] = { { STR("X-Path"), request->path } };
    http_respond(request, &(struct http_response){ 200, headers, 1, &body });
}

static int admit(void *data, struct http_request *request, uint64_t *ret_body_limit)
{
    check_request(request);
    *ret_body_limit = 64 * 1024;
    request->streams_body = str_is(request->method, "PUT");
    if (!str_starts(request->path, STR("/no")))
        return 0;
    answer(request);
    return 1;
}

/* A streamed body that holds an '!' is wanted no further. */
static bool piece(void *data, struct http_request *request, struct str bytes)
{
    assert(request->streams_body && bytes.length && !request->body.length);
    if (str_find_byte(bytes, '!') == SIZE_MAX)
        return true;
    answer(request);
    return false;
}

/* Every other read has to wait for another thread. */
static int64_t read_source(const void *data, uint64_t offset, void *ret_bytes, size_t length, bool may_wait)
{
    static bool cold;
    cold = !cold;
    if (cold && !may_wait)
        return UV_EAGAIN;
    memset(ret_bytes, 'x', length < 100 ? length : 100);
    return (int64_t)(length < 100 ? length : 100);
}

static void serve(void *data, struct http_request *request)
{
    check_request(request);
    if (str_is(request->path, "/source")) {
        const struct http_source source = { 1000, read_source, NULL };
        http_respond(request, &(struct http_response){ .status = 200, .source = &source });
        return;
    }
    if (streams) {
        http_stream_begin(request, &(struct http_response){ .status = 200 });
        if (http_stream_write(request, STR("data: 1\n\n")))
            http_stream_end(request);
    } else if (answers_later && waiting_count < MOST_WAITING) {
        waiting[waiting_count++] = request;
    } else {
        answer(request);
    }
}

static void gone(void *data, struct http_request *request)
{
    for (int i = 0; i < waiting_count; i++)
        if (waiting[i] == request)
            waiting[i] = NULL;
}

static void start(void)
{
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&loop);
    struct http_limits limits = http_default_limits;
    limits.half_closed_ms = limits.linger_ms = 0;
    limits.pipelined = 4;
    limits.requests_per_connection = 20;
    const struct http_handler handler = { .admit = admit, .piece = piece, .serve = serve, .gone = gone };
    char *why = NULL;
    server = http_listen(&loop, "127.0.0.1", 0, &handler, &limits, &why);
    assert(server);
}

static void answer_all(void)
{
    while (waiting_count > 0) {
        struct http_request *last = waiting[--waiting_count];
        if (last)
            answer(last);
    }
}

static void hear(int descriptor, bool *first)
{
    char buffer[16 * 1024];
    ssize_t length;
    while ((length = recv(descriptor, buffer, sizeof buffer, MSG_DONTWAIT)) > 0) {
        assert(!*first || length < 9 || memcmp(buffer, "HTTP/1.1 ", 9) == 0);
        *first = false;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!server)
        start();
    if (size < 2 || size > 128 * 1024)
        return 0;
    size_t step = data[0] & 0x3f ? data[0] & 0x3f : size;
    answers_later = data[0] & 0x40;
    streams = data[0] & 0x80;
    waiting_count = 0;

    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    http_adopt(server, pair[0]);
    bool first = true;
    for (size_t at = 1; at < size; at += step) {
        size_t length = size - at < step ? size - at : step;
        if (send(pair[1], data + at, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length)
            break;
        uv_run(&loop, UV_RUN_NOWAIT);
        hear(pair[1], &first);
    }
    answer_all();
    shutdown(pair[1], SHUT_WR);
    for (int turns = 0; http_connections(server) > 0; turns++) {
        assert(turns < 10000);
        if (turns > 100) /* another thread reads */
            usleep(1000);
        uv_run(&loop, UV_RUN_NOWAIT);
        hear(pair[1], &first);
        answer_all();
    }
    close(pair[1]);
    return 0;
}
