#include "net/http_private.h"

/* How a connection goes on is decided in one place, connection_settle(), after whatever happened to it: bytes came, an
 * answer was given, a write ended, a wait was over. It writes what is ready, then sees to reading and to the waits:
 *
 *      nothing asked yet       WAIT_FIRST_BYTE ─▶ closed
 *      a head is coming        WAIT_HEADERS    ─▶ 408
 *      a body is coming        WAIT_BODY       ─▶ 408
 *      all is answered         WAIT_IDLE       ─▶ closed
 *      the peer shut its side  WAIT_HALF_CLOSED─▶ closed; its requests are told `gone`
 *      we shut our side        WAIT_LINGER     ─▶ closed
 *      a write is on its way   WAIT_WRITE      ─▶ reset, unless the peer has read something (beside one of the above)
 *      an answer goes slowly   WAIT_PACE       ─▶ its next bytes (beside one of the above)
 *
 * A connection that is lost is closed at once but looked at again only in libuv's closing phase: then who is owed an answer
 * is told `gone`. So no caller of http_respond() ever finds a request of his vanished meanwhile. */

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define MOST_BLANK 4 /* RFC 9112 section 2.2: an empty line before a request is to be ignored */

static struct connection *connection_of(const uv_handle_t *handle)
{
    return LIST_ITEM(handle, struct connection, tcp);
}

/* ---- the end ---- */

void http_connection_gone(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (!connection->was_closed || connection->off_loop)
        return;
    while (!list_is_empty(&connection->exchanges)) {
        struct exchange *exchange = LIST_ITEM(connection->exchanges.next, struct exchange, link);
        if (exchange->admitted && exchange->state != ANSWERED && server->handler.gone)
            server->handler.gone(server->handler.data, &exchange->request);
        http_exchange_release(exchange);
    }
    buf_release(&connection->kept);
    http_connection_closed(connection);
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = connection_of(handle);
    connection->was_closed = true;
    http_connection_gone(connection);
}

void connection_drop(struct connection *connection, bool reset)
{
    if (connection->closing)
        return;
    connection->closing = connection->deaf = true;
    wait_end(&connection->read_wait);
    wait_end(&connection->write_wait);
    wait_end(&connection->pace_wait);
    if (!reset || uv_tcp_close_reset(&connection->tcp, on_closed) != 0)
        uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

/* All is answered. Closing at once would make the kernel answer bytes that are still coming with a reset, which can destroy
 * our last answer before the peer has read it; so we shut our side and read on for a little. */
static void linger(struct connection *connection)
{
    uv_os_fd_t descriptor;
    if (connection->half_closed || uv_fileno((uv_handle_t *)&connection->tcp, &descriptor) != 0 ||
        shutdown(descriptor, SHUT_WR) != 0) {
        connection_drop(connection, false);
        return;
    }
    connection->lingering = true;
    connection->deaf = true;
}

/* ---- requests ---- */

static void refuse(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct http_server *server = connection->server;
    connection->deaf = true;
    connection->reading = NULL;
    if (exchange->admitted) {
        exchange->admitted = false;
        if (server->handler.gone)
            server->handler.gone(server->handler.data, &exchange->request);
    }
    reply_refusal(exchange);
}

static void refuse_with(struct exchange *exchange, int status, const char *why)
{
    exchange_refuse(exchange, status, why);
    refuse(exchange);
}

static void serve(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    connection->reading = NULL;
    if (!exchange->keep_alive)
        connection->deaf = true;
    exchange->state = SERVING;
    connection->server->handler.serve(connection->server->handler.data, &exchange->request);
}

static void begin_body(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    if (exchange->content_length > exchange->body_limit) {
        refuse_with(exchange, 413, "The body is too large.");
        return;
    }
    if (exchange->request.streams_body && !http_hold_bytes(exchange, HTTP_STREAM_BYTES)) {
        refuse(exchange);
        return;
    }
    exchange->state = READING_BODY;
    connection->body_began_ms = (int64_t)uv_now(connection->server->loop);
    if (!exchange->request.streams_body && exchange->content_length > 0 && exchange->content_length <= HTTP_SMALL_BODY)
        exchange->small_body = arena_room(exchange->request.arena, exchange->content_length);
    if (exchange->expects_continue)
        reply_continue(exchange);
}

static void take_request(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    const struct http_handler *handler = &connection->server->handler;
    exchange->admitted = true;
    if (handler->admit(handler->data, &exchange->request, &exchange->body_limit) != 0) {
        /* Answered already. What would follow is a body that nobody wants. */
        connection->reading = NULL;
        if (!exchange->keep_alive || exchange_has_body(exchange))
            connection->deaf = true;
        return;
    }
    if (exchange_has_body(exchange)) {
        begin_body(exchange);
        return;
    }
    /* An empty body is waited for like any other: botocore, when it gets the answer itself in the place of this line, misreads
     * the next one on the connection. */
    if (exchange->expects_continue && (exchange->parser.flags & F_CONTENT_LENGTH))
        reply_continue(exchange);
    serve(exchange);
}

static bool body_is_too_slow(const struct exchange *exchange)
{
    const struct connection *connection = exchange->connection;
    const struct http_limits *limits = &connection->server->limits;
    int64_t took_ms = (int64_t)uv_now(connection->server->loop) - connection->body_began_ms;
    int64_t total_ms = exchange->request.body_total_ms ? exchange->request.body_total_ms : limits->body_total_ms;
    if (took_ms > total_ms)
        return true;
    return took_ms > limits->body_rate_after_ms &&
           (double)exchange->body_length * 1000 < (double)limits->body_rate * (double)took_ms;
}

/* The handler wants no more of the body: it has been answered, or will be. */
static void stop_body(struct exchange *exchange)
{
    exchange->connection->reading = NULL;
    exchange->connection->deaf = true;
}

/* A piece of the request being read; returns how many bytes it took. */
static size_t read_piece(struct exchange *exchange, const char *bytes, size_t length)
{
    size_t used;
    bool in_head = exchange->state == READING_HEAD;
    switch ((in_head ? parse_head : parse_body)(exchange, bytes, length, &used)) {
    case PARSED_ALL:
        if (!in_head && body_is_too_slow(exchange))
            refuse_with(exchange, 408, "The body comes too slowly.");
        break;
    case PARSED_HEAD:
        take_request(exchange);
        break;
    case PARSED_MESSAGE:
        serve(exchange);
        break;
    case PARSED_WRONG:
        refuse(exchange);
        break;
    case PARSED_UNWANTED:
        stop_body(exchange);
        break;
    }
    return used;
}

static size_t skip_blank(struct connection *connection, const char *bytes, size_t length)
{
    size_t blank = 0;
    while (blank < length && connection->blank < MOST_BLANK && (bytes[blank] == '\r' || bytes[blank] == '\n')) {
        blank++;
        connection->blank++;
    }
    return blank;
}

static bool has_room(const struct connection *connection)
{
    return connection->exchange_count < connection->server->limits.pipelined;
}

/* Parses bytes until they are used up or no further request may be taken now; the rest is kept or, on a deaf connection,
 * thrown away. */
static void feed(struct connection *connection, const char *bytes, size_t length)
{
    connection->corked++;
    while (length > 0 && !connection->deaf) {
        if (!connection->reading) {
            if (!has_room(connection) && (!reply_flush(connection) || !has_room(connection)))
                break;
            size_t blank = skip_blank(connection, bytes, length);
            bytes += blank;
            length -= blank;
            if (length == 0)
                break;
            connection->reading = http_exchange_begin(connection);
            wait_end(&connection->read_wait); /* its own begins anew, even where the last one was of the same kind */
            if (connection->reading->refusal) {
                refuse(connection->reading);
                break;
            }
        }
        size_t used = read_piece(connection->reading, bytes, length);
        bytes += used;
        length -= used;
    }
    connection->corked--;
    if (length > 0 && !connection->deaf)
        buf_add(&connection->kept, bytes, length);
}

/* ---- reading ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct http_server *server = connection_of(handle)->server;
    *ret_buffer = uv_buf_init(server->read_buffer, sizeof server->read_buffer);
}

static void discard(struct connection *connection, size_t length)
{
    connection->discarded += length;
    if (connection->discarded <= HTTP_DISCARD_BYTES)
        return;
    if (connection->lingering) {
        connection_drop(connection, false);
        return;
    }
    uv_read_stop((uv_stream_t *)&connection->tcp);
    connection->is_reading = false;
}

static void hear_the_end(struct connection *connection)
{
    connection->half_closed = true;
    connection->is_reading = false;
    uv_read_stop((uv_stream_t *)&connection->tcp);
    if (connection->lingering || connection->exchange_count == 0) {
        connection_drop(connection, false);
        return;
    }
    if (connection->reading)
        refuse_with(connection->reading, 400, "The request ended too early.");
    connection->deaf = true;
    connection_settle(connection);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct connection *connection = connection_of((uv_handle_t *)stream);
    if (length == 0)
        return;
    if (length == UV_EOF) {
        hear_the_end(connection);
        return;
    }
    if (length < 0) {
        connection_drop(connection, false);
        return;
    }
    if (connection->deaf) {
        discard(connection, (size_t)length);
        return;
    }
    bool streams = connection->reading && connection->reading->request.streams_body;
    connection->streamed += streams ? (size_t)length : 0;
    if (connection->streamed >= HTTP_TURN_BYTES) {
        connection->streamed = 0;
        connection->rests = true;
        http_resume_later(connection);
    }
    feed(connection, buffer->base, (size_t)length);
    connection_settle(connection);
}

static bool may_read(const struct connection *connection)
{
    if (connection->half_closed)
        return false;
    if (connection->deaf)
        return connection->discarded <= HTTP_DISCARD_BYTES; /* to see it close */
    if (connection->rests || connection->kept.length || connection->in_flight >= connection->server->limits.write_queue)
        return false;
    return connection->reading || has_room(connection);
}

static void see_to_reading(struct connection *connection)
{
    bool wanted = may_read(connection);
    if (wanted == connection->is_reading)
        return;
    connection->is_reading = wanted;
    if (!wanted)
        uv_read_stop((uv_stream_t *)&connection->tcp);
    else if (uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read) != 0)
        connection_drop(connection, false);
}

/* ---- waiting ---- */

static enum wait_kind what_is_awaited(const struct connection *connection)
{
    if (connection->lingering)
        return WAIT_LINGER;
    if (connection->half_closed)
        return connection->in_flight ? WAIT_NONE : WAIT_HALF_CLOSED;
    if (!connection->is_reading && !connection->rests)
        return WAIT_NONE;
    if (connection->reading)
        return connection->reading->state == READING_HEAD ? WAIT_HEADERS : WAIT_BODY;
    if (connection->exchange_count)
        return WAIT_NONE;
    return connection->requests ? WAIT_IDLE : WAIT_FIRST_BYTE;
}

/* Bytes on their way to the peer: libuv's, which the kernel does not take before a third of its own have gone, and so those
 * too, or a slow reader would look like one who does not read. */
static size_t count_unwritten(const struct connection *connection)
{
    size_t unwritten = uv_stream_get_write_queue_size((const uv_stream_t *)&connection->tcp);
    uv_os_fd_t descriptor;
    int in_kernel = 0;
    if (uv_fileno((const uv_handle_t *)&connection->tcp, &descriptor) == 0 &&
        ioctl(descriptor, SIOCOUTQ, &in_kernel) == 0)
        unwritten += (size_t)in_kernel;
    return unwritten;
}

static void see_to_waits(struct connection *connection)
{
    struct waits *waits = &connection->server->waits;
    enum wait_kind kind = what_is_awaited(connection);
    bool renewed = kind == WAIT_IDLE || kind == WAIT_BODY;
    if (kind == WAIT_NONE)
        wait_end(&connection->read_wait);
    else if (renewed || kind != connection->read_wait.kind)
        wait_begin(waits, &connection->read_wait, kind);

    if (!connection->in_flight) {
        wait_end(&connection->write_wait);
    } else if (connection->write_wait.kind == WAIT_NONE) {
        connection->unwritten = count_unwritten(connection);
        wait_begin(waits, &connection->write_wait, WAIT_WRITE);
    }
}

static void see_to_pace(struct connection *connection)
{
    const struct exchange *first = list_is_empty(&connection->exchanges)
                                       ? NULL
                                       : LIST_ITEM(connection->exchanges.next, struct exchange, link);
    if (!first || !reply_is_paced(first) || connection->in_flight)
        wait_end(&connection->pace_wait);
    else if (connection->pace_wait.kind == WAIT_NONE)
        wait_begin(&connection->server->waits, &connection->pace_wait, WAIT_PACE);
}

static void write_wait_over(struct connection *connection)
{
    size_t unwritten = count_unwritten(connection);
    if (unwritten >= connection->unwritten) {
        connection_drop(connection, true);
        return;
    }
    connection->unwritten = unwritten;
    wait_begin(&connection->server->waits, &connection->write_wait, WAIT_WRITE);
}

void connection_wait_over(struct waiter *waiter, enum wait_kind kind)
{
    if (kind == WAIT_WRITE) {
        write_wait_over(LIST_ITEM(waiter, struct connection, write_wait));
        return;
    }
    if (kind == WAIT_PACE) {
        connection_settle(LIST_ITEM(waiter, struct connection, pace_wait));
        return;
    }
    struct connection *connection = LIST_ITEM(waiter, struct connection, read_wait);
    if (kind != WAIT_HEADERS && kind != WAIT_BODY) {
        connection_drop(connection, false);
        return;
    }
    refuse_with(connection->reading, 408,
                kind == WAIT_HEADERS ? "The headers came too slowly." : "The body stopped coming.");
    connection_settle(connection);
}

/* ---- going on ---- */

void connection_settle(struct connection *connection)
{
    if (connection->corked || connection->closing)
        return;
    if (!reply_flush(connection)) {
        connection_drop(connection, false);
        return;
    }
    bool all_said = connection->exchange_count == 0 && (connection->deaf || connection->server->closing);
    if (all_said && !connection->lingering)
        linger(connection);
    if (!connection->closing)
        see_to_reading(connection);
    if (connection->closing)
        return;
    see_to_waits(connection);
    see_to_pace(connection);
    if (connection->kept.length && !connection->deaf && has_room(connection))
        http_resume_later(connection);
}

void connection_resume(struct connection *connection)
{
    struct buf kept = connection->kept;
    connection->rests = false;
    connection->kept = BUF_EMPTY;
    feed(connection, kept.at, kept.length);
    buf_release(&kept);
    connection_settle(connection);
}
