#include "net/http_private.h"

/* llhttp frames the message; what it lets through and we do not is refused here. The head is parsed where it was read, in
 * the server's buffer, and copied into the arena in one piece: when it is whole, or at the end of the bytes that came. All
 * text of the head is a slice of that piece, so it is always known what stands between two slices; that is how bare line
 * feeds and folded headers are seen, which llhttp accepts (RFC 9112 section 2.2 and 5.2 let a server refuse both). */

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#define FIRST_HEAD_ROOM   2048
#define FIRST_HEADER_ROOM 24
#define FIRST_LARGE_BODY  (16 * 1024)

bool exchange_refuse(struct exchange *exchange, int status, const char *why)
{
    if (!exchange->refusal) {
        exchange->refusal = status;
        exchange->refusal_why = why;
    }
    return false;
}

bool exchange_has_body(const struct exchange *exchange)
{
    return (exchange->parser.flags & F_CHUNKED) || exchange->content_length > 0;
}

/* ---- the head's text ---- */

static void rebase(struct str *slice, const char *from, const char *to)
{
    if (slice->at)
        slice->at = to + (slice->at - from);
}

/* Copies the head to `to` and turns every slice of it that way. */
static void move_head(struct exchange *exchange, char *to)
{
    const char *from = exchange->head;
    memcpy(to, from, exchange->head_length);
    rebase(&exchange->request.target, from, to);
    rebase(&exchange->version, from, to);
    for (size_t i = 0; i < exchange->request.header_count; i++) {
        rebase(&exchange->request.headers[i].name, from, to);
        rebase(&exchange->request.headers[i].value, from, to);
    }
    exchange->last = to + (exchange->last - from);
    exchange->head = to;
}

static bool give_head_room(struct exchange *exchange, size_t room)
{
    move_head(exchange, arena_room(exchange->request.arena, room));
    exchange->head_room = room;
    return http_hold_bytes(exchange, room);
}

/* Behind what came before: the parser is to see one contiguous head. NULL: refused. */
static const char *append_to_head(struct exchange *exchange, const char *bytes, size_t length)
{
    size_t needed = exchange->head_length + length, twice = 2 * exchange->head_room;
    if (needed > exchange->head_room && !give_head_room(exchange, needed < twice ? twice : needed))
        return NULL;
    return memcpy(exchange->head + exchange->head_length, bytes, length);
}

static size_t most_of_head(const struct http_limits *limits)
{
    return limits->request_line + limits->headers_total + 4;
}

static bool line_end_only(const char *from, const char *to)
{
    /* One CR LF at the end, nothing but blanks before it. */
    return to - from >= 2 && to[-1] == '\n' && to[-2] == '\r' && !memchr(from, '\n', (size_t)(to - from - 1));
}

/* ---- what llhttp tells of the head ---- */

static struct exchange *of(llhttp_t *parser)
{
    return LIST_ITEM(parser, struct exchange, parser);
}

static int refuse_in_callback(struct exchange *exchange, int status, const char *why)
{
    exchange_refuse(exchange, status, why);
    return HPE_USER;
}

static const struct http_limits *limits_of(const struct exchange *exchange)
{
    return &exchange->connection->server->limits;
}

static bool line_too_long(const struct exchange *exchange, const char *end)
{
    return (size_t)(end - exchange->head) > limits_of(exchange)->request_line;
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *exchange = of(parser);
    struct str *target = &exchange->request.target;
    if (!target->at)
        target->at = at;
    target->length += length;
    exchange->last = at + length;
    if (line_too_long(exchange, exchange->last))
        return refuse_in_callback(exchange, 414, "The request line is too long.");
    return 0;
}

static int on_version(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *exchange = of(parser);
    if (!exchange->version.at)
        exchange->version.at = at;
    exchange->version.length += length;
    exchange->last = at + length;
    if (line_too_long(exchange, exchange->last))
        return refuse_in_callback(exchange, 414, "The request line is too long.");
    return 0;
}

static int begin_header(struct exchange *exchange, const char *at)
{
    const struct http_limits *limits = limits_of(exchange);
    struct http_request *request = &exchange->request;
    if (!line_end_only(exchange->last, at))
        return refuse_in_callback(exchange, 400, "A line does not end with CR LF, or a header is folded.");
    if (request->header_count == limits->header_count)
        return refuse_in_callback(exchange, 431, "There are too many headers.");
    if (request->header_count == exchange->header_room) {
        size_t room = exchange->header_room ? 2 * exchange->header_room : FIRST_HEADER_ROOM;
        struct http_header *headers = arena_room(request->arena, room * sizeof *headers);
        if (request->header_count)
            memcpy(headers, request->headers, request->header_count * sizeof *headers);
        request->headers = headers;
        exchange->header_room = room;
    }
    request->headers[request->header_count++] = (struct http_header){ { at, 0 }, STR_NONE };
    exchange->header_open = true;
    return 0;
}

static int check_header_size(struct exchange *exchange, const struct http_header *header)
{
    if (header->name.length + header->value.length > limits_of(exchange)->header_one)
        return refuse_in_callback(exchange, 431, "A header is too large.");
    return 0;
}

static int count_overhead(struct exchange *exchange, size_t length);

static int on_field(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *exchange = of(parser);
    if (exchange->head_whole)
        return count_overhead(exchange, length);
    if (!exchange->header_open && begin_header(exchange, at) != 0)
        return HPE_USER;
    /* llhttp compiled without its strict mode lets blanks into names. */
    if (memchr(at, ' ', length))
        return refuse_in_callback(exchange, 400, "A header's name is invalid.");
    struct http_header *header = &exchange->request.headers[exchange->request.header_count - 1];
    header->name.length += length;
    exchange->last = at + length;
    return check_header_size(exchange, header);
}

static int on_value(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *exchange = of(parser);
    if (exchange->head_whole)
        return count_overhead(exchange, length);
    if (length == 0)
        return 0; /* an empty value is told of at the beginning of the next line */
    struct http_header *header = &exchange->request.headers[exchange->request.header_count - 1];
    /* Between name and value there are a colon and blanks; a piece that does not follow the last one is a folded line. */
    bool folded = header->value.at ? at != exchange->last
                                   : memchr(exchange->last, '\n', (size_t)(at - exchange->last)) != NULL;
    if (folded)
        return refuse_in_callback(exchange, 400, "A header is folded.");
    if (!header->value.at)
        header->value.at = at;
    header->value.length += length;
    exchange->last = at + length;
    return check_header_size(exchange, header);
}

static int on_value_complete(llhttp_t *parser)
{
    struct exchange *exchange = of(parser);
    exchange->header_open = false;
    return exchange->head_whole ? count_overhead(exchange, 4) : 0; /* ": " and CR LF */
}

/* Pausing here and behind the body also keeps llhttp from treating the rest as another protocol where an Upgrade is offered,
 * as Java's client does with its first request: it may be ignored (RFC 9110 section 7.8), and is. */
static int on_headers_complete(llhttp_t *parser)
{
    of(parser)->head_whole = true;
    return HPE_PAUSED;
}

/* ---- what the head says ---- */

static bool is_host_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
}

static bool is_port(struct str text)
{
    if (text.length == 0 || text.length > 5)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return true;
}

/* A name, an IPv4 address or [IPv6], with a port or without: fewer characters than RFC 3986 has, and all that hosts need. */
static bool is_host(struct str host)
{
    size_t end = 0;
    if (host.length && host.at[0] == '[') {
        end = str_find_byte(host, ']');
        if (end == SIZE_MAX || end < 3)
            return false;
        for (size_t i = 1; i < end; i++)
            if (!strchr("0123456789abcdefABCDEF:.", host.at[i]))
                return false;
        end++;
    } else {
        while (end < host.length && is_host_byte(host.at[end]))
            end++;
    }
    if (end == 0 || end > 255)
        return false;
    return end == host.length || (host.at[end] == ':' && is_port(str_from(host, end + 1)));
}

static bool check_request_line(struct exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    /* llhttp goes on with "GET /\r\n" as HTTP/0.9, knows RTSP and ICE, and takes any number of blanks. */
    if (!exchange->version.at)
        return exchange_refuse(exchange, 505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    const char *target_end = request->target.at + request->target.length;
    if (exchange->version.at - target_end != 6 || memcmp(target_end, " HTTP/", 6) != 0)
        return exchange_refuse(exchange, 400, "The request line is malformed.");
    size_t method_length = strlen(llhttp_method_name(exchange->parser.method));
    if ((size_t)(request->target.at - exchange->head) != method_length + 1)
        return exchange_refuse(exchange, 400, "The request line is malformed.");
    if (!str_is(exchange->version, "1.1") && !str_is(exchange->version, "1.0"))
        return exchange_refuse(exchange, 505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    return true;
}

static bool check_method(struct exchange *exchange)
{
    switch (exchange->parser.method) {
    case HTTP_GET:
    case HTTP_HEAD:
    case HTTP_POST:
    case HTTP_PUT:
    case HTTP_DELETE:
    case HTTP_PATCH:
    case HTTP_OPTIONS:
        return true;
    default:
        return exchange_refuse(exchange, 405, "The method is not allowed.");
    }
}

/* Cuts an absolute target ("http://host/path?query") down to its path; the host in it counts (RFC 9112 section 3.2.2). */
static bool take_absolute_target(struct exchange *exchange, struct str *target)
{
    static const struct str scheme = { "http://", 7 };
    struct http_request *request = &exchange->request;
    if (!str_equal_ignoring_case(str_first(*target, scheme.length), scheme))
        return exchange_refuse(exchange, 400, "The target is malformed.");
    struct str rest = str_from(*target, scheme.length);
    size_t end = 0;
    while (end < rest.length && rest.at[end] != '/' && rest.at[end] != '?')
        end++;
    request->host = str_first(rest, end);
    if (!is_host(request->host))
        return exchange_refuse(exchange, 400, "The target's host is malformed.");
    *target = str_from(rest, end);
    return true;
}

static bool take_target(struct exchange *exchange)
{
    struct http_request *request = &exchange->request;
    struct str target = request->target;
    for (size_t i = 0; i < target.length; i++)
        if (target.at[i] <= ' ' || target.at[i] >= 0x7f || target.at[i] == '#')
            return exchange_refuse(exchange, 400, "The target holds a character that must be encoded.");
    if (str_is(target, "*") && exchange->parser.method == HTTP_OPTIONS) {
        request->path = target;
        request->query = STR("");
        return true;
    }
    if (target.at[0] != '/' && !take_absolute_target(exchange, &target))
        return false;
    request->path = str_cut(target, '?', &request->query);
    if (request->path.length == 0)
        request->path = STR("/");
    return true;
}

static bool take_host(struct exchange *exchange, struct str value, bool *seen)
{
    if (*seen)
        return exchange_refuse(exchange, 400, "There is more than one Host.");
    *seen = true;
    if (!is_host(value))
        return exchange_refuse(exchange, 400, "The Host is malformed.");
    if (!exchange->request.host.at)
        exchange->request.host = value;
    return true;
}

static bool take_transfer_encoding(struct exchange *exchange, struct str value, bool *seen)
{
    if (exchange->is_http10)
        return exchange_refuse(exchange, 400, "HTTP/1.0 has no Transfer-Encoding.");
    if (*seen || !str_equal_ignoring_case(value, STR("chunked")))
        return exchange_refuse(exchange, 501, "The only Transfer-Encoding is chunked.");
    *seen = true;
    return true;
}

static bool take_expect(struct exchange *exchange, struct str value)
{
    if (exchange->is_http10)
        return true; /* RFC 9110 section 10.1.1: to be ignored */
    if (!str_equal_ignoring_case(value, STR("100-continue")))
        return exchange_refuse(exchange, 417, "The only expectation met is 100-continue.");
    exchange->expects_continue = true;
    return true;
}

static bool name_is(struct str name, struct str wanted)
{
    return name.length == wanted.length && strncasecmp(name.at, wanted.at, wanted.length) == 0;
}

static bool take_headers(struct exchange *exchange)
{
    bool seen_host = false, seen_encoding = false;
    for (size_t i = 0; i < exchange->request.header_count; i++) {
        struct http_header *header = &exchange->request.headers[i];
        header->value = header->value.at ? str_trim(header->value) : STR("");
        bool good = true;
        if (header->name.length == 0)
            good = exchange_refuse(exchange, 400, "A header has no name.");
        else if (name_is(header->name, STR("Host")))
            good = take_host(exchange, header->value, &seen_host);
        else if (name_is(header->name, STR("Transfer-Encoding")))
            good = take_transfer_encoding(exchange, header->value, &seen_encoding);
        else if (name_is(header->name, STR("Expect")))
            good = take_expect(exchange, header->value);
        if (!good)
            return false;
    }
    /* HTTP/1.0 may leave Host out; but then nothing would tell a rebound name from ours. */
    return seen_host || exchange_refuse(exchange, 400, "There is no Host.");
}

/* The head is whole: `end` is behind its empty line. */
static bool take_head(struct exchange *exchange, const char *end)
{
    struct http_request *request = &exchange->request;
    if (!check_request_line(exchange))
        return false;
    if (end - exchange->last < 4 || memcmp(end - 4, "\r\n\r\n", 4) != 0 || !line_end_only(exchange->last, end - 2))
        return exchange_refuse(exchange, 400, "A line does not end with CR LF, or a header is folded.");
    request->method = (struct str){ exchange->head, (size_t)(request->target.at - exchange->head) - 1 };
    request->body = STR("");
    exchange->is_head = exchange->parser.method == HTTP_HEAD;
    exchange->is_http10 = str_is(exchange->version, "1.0");
    exchange->keep_alive = exchange->keep_alive && llhttp_should_keep_alive(&exchange->parser);
    exchange->content_length = exchange->parser.flags & F_CONTENT_LENGTH ? exchange->parser.content_length : 0;
    return check_method(exchange) && take_target(exchange) && take_headers(exchange);
}

/* ---- the body ---- */

/* Chunks' size lines and the trailer bring nothing that we keep, so they have an end. */
static int count_overhead(struct exchange *exchange, size_t length)
{
    exchange->overhead_bytes += length;
    if (exchange->overhead_bytes > limits_of(exchange)->trailer)
        return refuse_in_callback(exchange, 400, "The trailer is too large.");
    return 0;
}

static int on_chunk_extension(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *exchange = of(parser);
    exchange->extension_bytes += length + 1;
    if (exchange->extension_bytes > limits_of(exchange)->chunk_extension)
        return refuse_in_callback(exchange, 400, "A chunk's extension is too large.");
    return 0;
}

static int on_chunk_header(llhttp_t *parser)
{
    struct exchange *exchange = of(parser);
    exchange->extension_bytes = 0;
    if (parser->content_length > exchange->body_limit - exchange->body_length)
        return refuse_in_callback(exchange, 413, "The body is too large.");
    return 0;
}

/* Never more than twice what has really come, whatever Content-Length promises. */
static bool grow_large_body(struct exchange *exchange, size_t length)
{
    struct buf *body = &exchange->large_body;
    size_t before = body->capacity;
    buf_reserve(body, body->at || length > FIRST_LARGE_BODY ? length : FIRST_LARGE_BODY);
    return http_hold_bytes(exchange, body->capacity - before);
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *exchange = of(parser);
    exchange->overhead_bytes = 0;
    assert(length <= exchange->body_limit - exchange->body_length); /* the head or the chunk's line was refused else */
    if (exchange->request.streams_body) {
        const struct http_handler *handler = &exchange->connection->server->handler;
        exchange->body_length += length;
        exchange->unwanted = !handler->piece(handler->data, &exchange->request, (struct str){ at, length });
        return exchange->unwanted ? HPE_USER : 0;
    }
    if (exchange->small_body) {
        memcpy(exchange->small_body + exchange->body_length, at, length);
    } else {
        if (!grow_large_body(exchange, length))
            return HPE_USER;
        buf_add(&exchange->large_body, at, length);
    }
    exchange->body_length += length;
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    of(parser)->message_whole = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_version = on_version,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_chunk_extension_name = on_chunk_extension,
    .on_chunk_extension_value = on_chunk_extension,
    .on_chunk_header = on_chunk_header,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

static enum parsed refuse_error(struct exchange *exchange)
{
    switch (llhttp_get_errno(&exchange->parser)) {
    case HPE_INVALID_TRANSFER_ENCODING:
        exchange_refuse(exchange, 501, "The only Transfer-Encoding is chunked.");
        break;
    case HPE_INVALID_VERSION:
        exchange_refuse(exchange, 505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
        break;
    default:
        exchange_refuse(exchange, 400, "The request is malformed.");
    }
    return PARSED_WRONG;
}

/* The bytes have come to an end within the head. */
static enum parsed await_head(struct exchange *exchange)
{
    const struct http_limits *limits = limits_of(exchange);
    size_t line = exchange->version.at ? (size_t)(exchange->version.at - exchange->head) : exchange->head_length;
    if (line > limits->request_line) {
        exchange_refuse(exchange, 414, "The request line is too long.");
        return PARSED_WRONG;
    }
    if (exchange->head_length - line > limits->headers_total) {
        exchange_refuse(exchange, 431, "The headers are too large.");
        return PARSED_WRONG;
    }
    bool has_room = exchange->head_room;
    if (!has_room)
        has_room = give_head_room(exchange, exchange->head_length < FIRST_HEAD_ROOM / 2 ? FIRST_HEAD_ROOM
                                                                                        : 2 * exchange->head_length);
    return has_room ? PARSED_ALL : PARSED_WRONG;
}

enum parsed parse_head(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
    const struct http_limits *limits = limits_of(exchange);
    const char *piece = bytes;
    if (!exchange->head) {
        llhttp_init(&exchange->parser, HTTP_REQUEST, &settings);
        exchange->head = (char *)bytes;
        exchange->last = bytes;
    } else {
        size_t most = most_of_head(limits) + 1 - exchange->head_length;
        length = length < most ? length : most;
        piece = append_to_head(exchange, bytes, length);
    }
    *ret_used = length;
    if (!piece)
        return PARSED_WRONG;
    size_t before = exchange->head_length;
    exchange->head_length += length;

    int error = llhttp_execute(&exchange->parser, piece, length);
    if (exchange->refusal)
        return PARSED_WRONG;
    if (error == HPE_OK)
        return await_head(exchange);
    if (error != HPE_PAUSED || !exchange->head_whole)
        return refuse_error(exchange);

    *ret_used = (size_t)(llhttp_get_error_pos(&exchange->parser) - piece);
    exchange->head_length = before + *ret_used;
    if (!exchange->head_room && !give_head_room(exchange, exchange->head_length))
        return PARSED_WRONG;
    const char *end = exchange->head + exchange->head_length;
    if (!take_head(exchange, end))
        return PARSED_WRONG;
    if ((size_t)(end - exchange->version.at) > limits->headers_total) {
        exchange_refuse(exchange, 431, "The headers are too large.");
        return PARSED_WRONG;
    }
    return PARSED_HEAD;
}

enum parsed parse_body(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
    size_t body_before = exchange->body_length, overhead_before = exchange->overhead_bytes;
    llhttp_resume(&exchange->parser);
    int error = llhttp_execute(&exchange->parser, bytes, length);
    *ret_used = length;
    if (exchange->unwanted)
        return PARSED_UNWANTED;
    if (exchange->refusal)
        return PARSED_WRONG;
    if (error == HPE_OK) {
        /* The endless leading zeros of a chunk's size are told by no callback. */
        bool silent = exchange->body_length == body_before && exchange->overhead_bytes == overhead_before;
        return silent && count_overhead(exchange, length) != 0 ? PARSED_WRONG : PARSED_ALL;
    }
    if (error != HPE_PAUSED || !exchange->message_whole)
        return refuse_error(exchange);
    *ret_used = (size_t)(llhttp_get_error_pos(&exchange->parser) - bytes);
    if (!exchange->request.streams_body)
        exchange->request.body = exchange->small_body ? (struct str){ exchange->small_body, exchange->body_length }
                                                      : buf_str(&exchange->large_body);
    return PARSED_MESSAGE;
}
