#include "net/http_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

#define GATHERED 16 /* exchanges in one write */

/* ---- the text of an answer's head ---- */

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 206, "Partial Content" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 411, "Length Required" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 416, "Range Not Satisfiable" },
        { 417, "Expectation Failed" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
        { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Status";
}

static char *put(char *at, const void *bytes, size_t length)
{
    memcpy(at, bytes, length);
    return at + length;
}

#define PUT(at, literal) put((at), "" literal, sizeof(literal) - 1)

/* A byte below ' ', eight bytes at a time; a carry may also report a good one behind it. */
static bool may_have_control(struct str text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    uint64_t found = 0, word = 0;
    while (text.length >= sizeof word) {
        memcpy(&word, text.at, sizeof word);
        found |= (word - ones * ' ') & ~word & high;
        text = str_from(text, sizeof word);
    }
    for (size_t i = 0; i < text.length; i++)
        found |= (unsigned char)text.at[i] < ' ';
    return found != 0;
}

/* Nothing that a client sent can end a line of ours. */
static char *put_clean(char *at, struct str text)
{
    char *end = text.length ? put(at, text.at, text.length) : at;
    if (!may_have_control(text))
        return end;
    for (; at < end; at++)
        if ((unsigned char)*at < ' ' && *at != '\t')
            *at = ' ';
    return end;
}

static char *put_number(char *at, uint64_t number)
{
    char digits[20];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return put(at, digits + start, sizeof digits - start);
}

static char *put_status_line(char *at, int status)
{
    if (status == 200)
        return PUT(at, "HTTP/1.1 200 OK\r\n");
    return at + sprintf(at, "HTTP/1.1 %03d %s\r\n", status, reason_of(status));
}

static char *put_other_date(char *at, int64_t instant_ms)
{
    char date[30];
    time_print_http(instant_ms, date);
    return at + sprintf(at, "Date: %s\r\n", date);
}

static char *put_date(char *at, struct http_server *server)
{
    int64_t now_ms = time_wall_ms();
    if (now_ms / 1000 != server->date_second) {
        char date[30];
        time_print_http(now_ms, date);
        server->date_second = now_ms / 1000;
        server->date_length = (size_t)snprintf(server->date, sizeof server->date, "Date: %s\r\n", date);
    }
    return put(at, server->date, server->date_length);
}

#define FIXED_HEAD 256 /* status line, Date, Content-Length, Connection, the empty line */

static size_t head_size(const struct http_response *response)
{
    size_t size = FIXED_HEAD;
    for (size_t i = 0; i < response->header_count; i++)
        size += response->headers[i].name.length + response->headers[i].value.length + 4;
    return size;
}

static bool has_no_body(int status)
{
    return status == 204 || status == 304;
}

static void compose_head(struct exchange *exchange, const struct http_response *response, uint64_t body_length)
{
    char *head = arena_room(exchange->request.arena, head_size(response));
    char *at = put_status_line(head, response->status);
    at = response->date_shift_ms ? put_other_date(at, time_wall_ms() + response->date_shift_ms)
                                 : put_date(at, exchange->connection->server);
    for (size_t i = 0; i < response->header_count; i++) {
        at = put_clean(at, response->headers[i].name);
        at = PUT(at, ": ");
        at = put_clean(at, response->headers[i].value);
        at = PUT(at, "\r\n");
    }
    if (exchange->state != STREAMING && !has_no_body(response->status)) {
        at = PUT(at, "Content-Length: ");
        at = put_number(at, body_length);
        at = PUT(at, "\r\n");
    }
    if (!exchange->keep_alive)
        at = PUT(at, "Connection: close\r\n");
    else if (exchange->is_http10)
        at = PUT(at, "Connection: keep-alive\r\n");
    at = PUT(at, "\r\n");
    exchange->out[PIECE_HEAD] = uv_buf_init(head, (unsigned int)(at - head));
}

static void see_whether_it_ends(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    bool unread_body = exchange->state == READING_BODY ||
                       (exchange->state == READING_HEAD && exchange_has_body(exchange));
    if (connection->server->closing || unread_body)
        exchange->keep_alive = false;
    if (!exchange->keep_alive)
        connection->deaf = true;
}

/* What is to be sent of so many bytes. */
static uint64_t without_lost(const struct http_response *response, uint64_t length)
{
    if (response->lost <= 0 || length == 0)
        return length;
    uint64_t kept = (uint64_t)((double)length * (1 - response->lost));
    return kept < length ? kept : length - 1;
}

static void set_pace(struct exchange *exchange, const struct http_response *response, uint64_t length)
{
    exchange->pace = (struct pace){ .over_ms = response->slow_ms, .length = length };
}

void reply_compose(struct exchange *exchange, const struct http_response *response)
{
    exchange->keep_alive &= response->lost <= 0;
    see_whether_it_ends(exchange);
    exchange->state = ANSWERED;
    if (!exchange->connection->in_flight && exchange_has_body(exchange))
        exchange->out[PIECE_CONTINUE].len = 0; /* it came too late */
    struct buf *body = response->body_taken;
    size_t length = body && body->at ? body->length : 0;
    bool silent = exchange->is_head || has_no_body(response->status);
    uint64_t said = response->source ? response->source->length : length;
    if (exchange->is_head && response->length_said)
        said = response->length_said;
    compose_head(exchange, response, said);
    set_pace(exchange, response, without_lost(response, said));
    if (response->source && !silent) {
        exchange->source = *response->source;
        exchange->source.length = without_lost(response, said);
    }
    if (length && !silent) {
        exchange->body_owned = buf_take(body);
        exchange->out[PIECE_BODY] = uv_buf_init(exchange->body_owned, (unsigned int)without_lost(response, length));
    } else if (body) {
        buf_release(body);
    }
}

/* ---- answers of the server's own ---- */

static void plain_refusal(const char *why, struct buf *ret_body, const char **ret_content_type)
{
    buf_add_text(ret_body, why);
    buf_add_byte(ret_body, '\n');
    *ret_content_type = "text/plain; charset=utf-8";
}

void reply_refusal(struct exchange *exchange)
{
    struct http_handler *handler = &exchange->connection->server->handler;
    struct buf body = BUF_EMPTY;
    const char *content_type = NULL;
    if (handler->refused)
        handler->refused(handler->data, &exchange->request, exchange->refusal, exchange->refusal_why, &body,
                         &content_type);
    else
        plain_refusal(exchange->refusal_why, &body, &content_type);

    struct http_header headers[2] = { { STR("Content-Type"), str_of(content_type) } };
    size_t count = 1;
    if (exchange->refusal == 405)
        headers[count++] = (struct http_header){ STR("Allow"), STR("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS") };
    else if (exchange->refusal == 503)
        headers[count++] = (struct http_header){ STR("Retry-After"), STR("1") };
    exchange->keep_alive = false;
    exchange->is_head = exchange->version.at && exchange->parser.method == HTTP_HEAD;
    reply_compose(exchange, &(struct http_response){ exchange->refusal, headers, count, &body });
}

void reply_continue(struct exchange *exchange)
{
    static char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    exchange->out[PIECE_CONTINUE] = uv_buf_init(line, sizeof line - 1);
}

void reply_write_bare(uv_tcp_t *tcp, int status, const char *why)
{
    char text[FIXED_HEAD + 256];
    char *at = put_status_line(text, status);
    at += snprintf(at, 256,
                   "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\nRetry-After: 1\r\n"
                   "Connection: close\r\n\r\n%s\n",
                   strlen(why) + 1, why);
    uv_buf_t buffer = uv_buf_init(text, (unsigned int)(at - text));
    (void)uv_try_write((uv_stream_t *)tcp, &buffer, 1); /* a new socket has room; who gets nothing sees the end */
}

/* ---- a body that is read as it is written ---- */

bool reply_has_more(const struct exchange *exchange)
{
    return exchange->source_read < exchange->source.length;
}

static bool take_read(struct exchange *exchange, int64_t got)
{
    if (got <= 0) { /* less than was promised: only an end of the connection says so */
        connection_drop(exchange->connection, true);
        return false;
    }
    exchange->source_read += (uint64_t)got;
    exchange->out[PIECE_BODY] = uv_buf_init(exchange->body_owned, (unsigned int)got);
    return true;
}

static int64_t read_source(struct exchange *exchange, bool may_wait)
{
    uint64_t rest = exchange->source.length - exchange->source_read;
    return exchange->source.read(exchange->source.data, exchange->source_read, exchange->body_owned,
                                 rest < HTTP_SOURCE_BYTES ? (size_t)rest : HTTP_SOURCE_BYTES, may_wait);
}

struct off_loop {
    uv_work_t work;
    struct exchange *exchange;
    int64_t got;
};

static void read_off_loop(uv_work_t *work)
{
    struct off_loop *read = work->data;
    read->got = read_source(read->exchange, true);
}

static void was_read_off_loop(uv_work_t *work, int status)
{
    struct off_loop *read = work->data;
    struct exchange *exchange = read->exchange;
    struct connection *connection = exchange->connection;
    connection->off_loop--;
    exchange->source_waits = false;
    if (connection->closing)
        http_connection_gone(connection);
    else if (take_read(exchange, status < 0 ? status : read->got))
        connection_settle(connection);
    free(read);
}

static void begin_read_off_loop(struct exchange *exchange)
{
    struct off_loop *read = memory_alloc(sizeof *read);
    read->work.data = read;
    read->exchange = exchange;
    exchange->source_waits = true;
    exchange->connection->off_loop++;
    uv_queue_work(exchange->connection->server->loop, &read->work, read_off_loop, was_read_off_loop);
}

/* The next piece, where the last one has been written. */
static void refill(struct exchange *exchange)
{
    if (!reply_has_more(exchange) || exchange->out[PIECE_BODY].len || exchange->source_waits)
        return;
    if (!exchange->body_owned) {
        uint64_t most = exchange->source.length < HTTP_SOURCE_BYTES ? exchange->source.length : HTTP_SOURCE_BYTES;
        exchange->body_owned = memory_alloc((size_t)most);
        http_hold_bytes(exchange, (size_t)most); /* what is too much refuses the next requests */
    }
    int64_t got = read_source(exchange, false);
    if (got == UV_EAGAIN)
        begin_read_off_loop(exchange);
    else
        take_read(exchange, got);
}

/* ---- writing ---- */

static bool is_written(const struct exchange *exchange)
{
    if (exchange->out[PIECE_HEAD].len || exchange->out[PIECE_BODY].len || reply_has_more(exchange))
        return false;
    return exchange->state == ANSWERED ||
           (exchange->state == STREAMING && exchange->ended && !exchange->pending.length);
}

/* A stream's next bytes leave its buffer, so that it can grow while they are being written. */
static void take_pending(struct exchange *exchange)
{
    if (exchange->state != STREAMING || exchange->out[PIECE_BODY].len || !exchange->pending.length)
        return;
    free(exchange->body_owned);
    size_t length = exchange->pending.length;
    exchange->body_owned = buf_take(&exchange->pending);
    exchange->out[PIECE_BODY] = uv_buf_init(exchange->body_owned, (unsigned int)length);
}

/* ---- an answer that goes out slowly ---- */

/* How much of the body's next piece may go now. */
static size_t paced(struct exchange *exchange)
{
    struct pace *pace = &exchange->pace;
    size_t ready = exchange->out[PIECE_BODY].len;
    int64_t now_ms = (int64_t)uv_now(exchange->connection->server->loop);
    if (!pace->over_ms)
        return ready;
    if (!pace->began_ms)
        pace->began_ms = now_ms;
    int64_t passed_ms = now_ms - pace->began_ms;
    if (passed_ms >= pace->over_ms)
        return ready;
    uint64_t due = (uint64_t)((double)pace->length * (double)passed_ms / (double)pace->over_ms);
    uint64_t may = due > pace->sent ? due - pace->sent : 0;
    return may < ready ? (size_t)may : ready;
}

bool reply_is_paced(const struct exchange *exchange)
{
    return exchange->pace.over_ms && exchange->out[PIECE_BODY].len;
}

/* All that is ready from the front on, until one that is not answered yet; returns how many buffers, *ret_total bytes. */
static unsigned int gather(struct connection *connection, uv_buf_t *buffers, size_t *ret_total)
{
    unsigned int count = 0;
    int exchanges = 0;
    *ret_total = 0;
    for (struct list *at = connection->exchanges.next; at != &connection->exchanges && exchanges < GATHERED;
         at = at->next) {
        struct exchange *exchange = LIST_ITEM(at, struct exchange, link);
        take_pending(exchange);
        refill(exchange);
        bool held_back = false;
        for (int piece = 0; piece < PIECES; piece++) {
            size_t length = piece == PIECE_BODY ? paced(exchange) : exchange->out[piece].len;
            held_back = length < exchange->out[piece].len;
            if (!length)
                continue;
            *ret_total += length;
            buffers[count++] = uv_buf_init(exchange->out[piece].base, (unsigned int)length);
        }
        if (exchange->state != ANSWERED || reply_has_more(exchange) || held_back)
            break;
        exchanges++;
    }
    return count;
}

/* `length` bytes of what gather() saw have been written: exchanges that are done with are released. */
static void advance(struct connection *connection, size_t length)
{
    while (!list_is_empty(&connection->exchanges)) {
        struct exchange *exchange = LIST_ITEM(connection->exchanges.next, struct exchange, link);
        for (int piece = 0; piece < PIECES; piece++) {
            uv_buf_t *out = &exchange->out[piece];
            size_t written = length < out->len ? length : out->len;
            out->base += written;
            out->len -= written;
            length -= written;
            exchange->pace.sent += piece == PIECE_BODY ? written : 0;
        }
        if (!is_written(exchange))
            return;
        http_exchange_release(exchange);
    }
}

static void on_written(uv_write_t *write, int status)
{
    struct connection *connection = write->data;
    free(write);
    size_t length = connection->in_flight;
    connection->in_flight = 0;
    if (connection->closing)
        return;
    if (status < 0) {
        connection_drop(connection, false);
        return;
    }
    advance(connection, length);
    connection_settle(connection);
}

/* What the socket does not take at once libuv keeps and writes; the bytes stand in their exchanges until then. */
static bool write_the_rest(struct connection *connection)
{
    uv_buf_t buffers[PIECES * GATHERED];
    unsigned int count = gather(connection, buffers, &connection->in_flight);
    if (connection->closing)
        return true;
    uv_write_t *write = memory_alloc(sizeof *write);
    write->data = connection;
    if (uv_write(write, (uv_stream_t *)&connection->tcp, buffers, count, on_written) == 0)
        return true;
    free(write);
    connection->in_flight = 0;
    return false;
}

bool reply_flush(struct connection *connection)
{
    uv_buf_t buffers[PIECES * GATHERED];
    size_t all = 0;
    while (!connection->in_flight && !connection->closing) {
        if (all >= HTTP_TURN_BYTES) { /* a peer that reads as fast as we write would keep the loop */
            http_resume_later(connection);
            return true;
        }
        size_t total;
        unsigned int count = gather(connection, buffers, &total);
        if (connection->closing)
            return true;
        if (count == 0) {
            advance(connection, 0); /* a stream may have ended with nothing left to write */
            return true;
        }
        all += total;
        int written = uv_try_write((uv_stream_t *)&connection->tcp, buffers, count);
        if (written < 0 && written != UV_EAGAIN)
            return false;
        advance(connection, written > 0 ? (size_t)written : 0);
        if (written < 0 || (size_t)written < total)
            return write_the_rest(connection);
    }
    return true;
}

/* ---- for the handler ---- */

static struct exchange *exchange_of(struct http_request *request)
{
    return LIST_ITEM(request, struct exchange, request);
}

void http_respond(struct http_request *request, const struct http_response *response)
{
    struct exchange *exchange = exchange_of(request);
    assert(exchange->state == SERVING || exchange->state == READING_HEAD || exchange->state == READING_BODY);
    reply_compose(exchange, response);
    connection_settle(exchange->connection);
}

void http_reset(struct http_request *request)
{
    struct exchange *exchange = exchange_of(request);
    exchange->state = ANSWERED; /* nothing is owed to it any more */
    connection_drop(exchange->connection, true);
}

void http_stream_begin(struct http_request *request, const struct http_response *head)
{
    struct exchange *exchange = exchange_of(request);
    assert(exchange->state == SERVING);
    exchange->keep_alive = false; /* its end is the connection's */
    see_whether_it_ends(exchange);
    exchange->state = STREAMING;
    compose_head(exchange, head, 0);
    if (head->body_taken)
        buf_release(head->body_taken);
    connection_settle(exchange->connection);
}

bool http_stream_write(struct http_request *request, struct str bytes)
{
    struct exchange *exchange = exchange_of(request);
    struct connection *connection = exchange->connection;
    assert(exchange->state == STREAMING && !exchange->ended);
    size_t waiting = connection->in_flight + exchange->pending.length;
    if (connection->closing || waiting + bytes.length > connection->server->limits.stream_queue) {
        exchange->state = ANSWERED; /* nothing is owed to it any more */
        connection_drop(connection, true);
        return false;
    }
    if (!exchange->is_head)
        buf_add(&exchange->pending, bytes.at, bytes.length);
    connection_settle(connection);
    return true;
}

void http_stream_end(struct http_request *request)
{
    struct exchange *exchange = exchange_of(request);
    assert(exchange->state == STREAMING);
    exchange->ended = true;
    connection_settle(exchange->connection);
}

struct str http_header(const struct http_request *request, const char *name)
{
    struct str wanted = str_of(name);
    for (size_t i = 0; i < request->header_count; i++)
        if (str_equal_ignoring_case(request->headers[i].name, wanted))
            return request->headers[i].value;
    return STR_NONE;
}
