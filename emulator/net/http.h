/* The HTTP/1.1 server: libuv and llhttp, every limit of the trust page, nothing of AWS. A request is handed over once it is
 * whole; its answer may come in the same call or any time later, in any order (pipelined answers go out in order).
 *
 *      socket ─bytes▶ parse ─headers whole▶ admit (limit of the body, or refused now)
 *                           ─a piece of it▶ piece (only where admit asked for it: then the body is not collected)
 *                           ─body whole───▶ serve ····▶ http_respond ─▶ socket
 *
 * What a client gets wrong (framing, Host, limits) the server answers itself and ends the connection. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <uv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct http_server;

struct http_header {
    struct str name, value;
};

/* Lives until it is answered and written, or until `gone` was told. Text stands in its arena. */
struct http_request {
    struct str method, target, path, query; /* as they came, still encoded; query without '?' */
    struct str host;                        /* with its port, as it came; the target's where that is absolute */
    struct http_header *headers;
    size_t header_count;
    struct str body;
    struct arena *arena;
    bool from_loopback;
    bool from_reserve; /* came on one of the last connections, kept for administration: refuse what is not */
    char peer[64];     /* the address, without its port */
    void *user;        /* the handler's */
    /* For admit() to set: */
    bool streams_body;     /* piece() gets it; `body` stays empty */
    int64_t body_total_ms; /* in the place of the limits'; 0: theirs */
};

/* A body that is not in memory: read as the peer takes it, a piece at a time. Where `read` would wait for the disk it says
 * UV_EAGAIN, and is asked again on another thread, with may_wait; `data` must stay until the request is no more. */
struct http_source {
    uint64_t length;
    /* Up to `length` bytes from `offset` on: how many, or a negative UV_E… (0 too): then the connection is reset. */
    int64_t (*read)(const void *data, uint64_t offset, void *ret_bytes, size_t length, bool may_wait);
    const void *data;
};

struct http_response {
    int status;
    const struct http_header *headers; /* copied; Content-Length, Date, Connection are the server's */
    size_t header_count;
    struct buf *body_taken;           /* its bytes are taken; NULL: none */
    const struct http_source *source; /* in its place, copied; NULL: none */
    /* HEAD alone: what Content-Length says, since no bytes tell (a source or a body does); 0: that of the body. */
    uint64_t length_said;
    /* A wire that goes wrong: zeroes are as ever. */
    double lost;           /* such a share of the body's bytes is never sent, at least one: the connection ends before */
    int64_t slow_ms;       /* the body's bytes take so long */
    int64_t date_shift_ms; /* Date tells a time so much later */
};

struct http_limits { /* defaults: http_default_limits */
    size_t request_line, headers_total, header_count, header_one;
    size_t connections;             /* never more than the process may have open files, less 256 */
    size_t connections_per_address; /* none on loopback */
    size_t reserved;                /* the last so many of `connections` are marked `from_reserve` */
    size_t pipelined;               /* requests of one connection that are read and not yet answered */
    size_t requests_per_connection;
    int64_t first_byte_ms, headers_ms, idle_ms, body_stall_ms, body_total_ms, write_stall_ms;
    int64_t half_closed_ms; /* a peer that has said all is waited for so long with its answers */
    int64_t linger_ms;      /* after the last answer, so that it is not lost in a reset */
    size_t body_rate;       /* bytes a second, on the average, once body_rate_after_ms have gone by */
    int64_t body_rate_after_ms;
    size_t requests_total; /* bytes that all requests hold together, from their first byte to their answer */
    size_t write_queue;    /* bytes that wait for one peer */
    size_t stream_queue;   /* the same of a stream, which may have hundreds of peers that read slowly; not more */
    size_t chunk_extension, trailer;
};
extern const struct http_limits http_default_limits;

struct http_handler {
    /* The headers are whole. 0: go on, with at most *ret_body_limit bytes of body (413 past it, before reading on); else
     * it has been answered by http_respond() already. */
    int (*admit)(void *data, struct http_request *request, uint64_t *ret_body_limit);
    /* A piece of a body that streams. False: it has been answered by http_respond(), or will be, and what follows is thrown
     * away; the connection ends with the answer. */
    bool (*piece)(void *data, struct http_request *request, struct str bytes);
    void (*serve)(void *data, struct http_request *request);
    /* An admitted request will not be answered: the client went away, or broke a limit while its body came. Told from the
     * loop, never from inside http_respond(). */
    void (*gone)(void *data, struct http_request *request);
    /* The body of an error that the server itself answers (400, 408, 413, 414, 431, 503 …); may be NULL: plain text. Of the
     * request nothing may be there but `user`, which is NULL unless admit() set it. */
    void (*refused)(void *data, const struct http_request *request, int status, const char *why, struct buf *ret_body,
                    const char **ret_content_type);
    void *data;
};

#define HTTP_UNIX "unix:"
/* Listens; "unix:/path" is a socket of the file system (no port, nobody on it counts as from loopback); on "127.0.0.1" (and "localhost") also on ::1 where the machine has it. NULL: *reterr_why is one line ("port
 * 4566 on 127.0.0.1 is taken"), free() it. Limits NULL: the defaults. The handler is copied. */
struct http_server *http_listen(uv_loop_t *loop, const char *address, int port, const struct http_handler *handler,
                                const struct http_limits *limits, char **reterr_why);
int http_port(const struct http_server *server); /* the real one when 0 was asked for */
void http_respond(struct http_request *request, const struct http_response *response);
/* In the place of an answer: the connection is reset. `gone` is not told. */
void http_reset(struct http_request *request);
struct str http_header(const struct http_request *request, const char *name); /* ignoring case; STR_NONE */
/* Stops accepting, lets answers in flight out (at most grace_ms), closes everything and frees the server; told when done. */
void http_close(struct http_server *server, int64_t grace_ms, void (*closed)(void *data), void *data);
size_t http_connections(const struct http_server *server);

/* A stream of server-sent events on a request instead of one answer: for sse.c. Headers go out at once; each piece later.
 * It ends with its connection. A client that goes away is told by `gone`, as ever. */
void http_stream_begin(struct http_request *request, const struct http_response *head);
/* False: the peer reads too slowly or has gone; the request is no more, `gone` is not told. */
bool http_stream_write(struct http_request *request, struct str bytes);
void http_stream_end(struct http_request *request);

#endif
