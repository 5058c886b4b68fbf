/* The inside of the HTTP server, shared by its files and by nobody else.
 *
 *      http.c             the server: listening, accepting, closing
 *      http_connection.c  a connection: when it reads, waits, writes and ends
 *      http_parse.c       a request out of bytes, and what about it is refused
 *      http_reply.c       an answer into bytes
 *      http_wait.c        deadlines
 *
 * A connection holds no buffers of its own: bytes are read into one buffer of the server and parsed at once. A request
 * lives, from its first byte until its answer is written, in an arena taken from the server's pool together with all that
 * the handler makes of it, as a `struct exchange`:
 *
 *      READING_HEAD ─▶ READING_BODY ─▶ SERVING ─▶ ANSWERED ─▶ (written: released)
 *            │               │            └─────▶ STREAMING ─▶ (ended and written: released)
 *            └───────────────┴── refused by us or in admit() ─▶ ANSWERED
 */
#ifndef NET_HTTP_PRIVATE_H
#define NET_HTTP_PRIVATE_H

#include <llhttp.h>

#include "base/list.h"
#include "base/map.h"
#include "net/http.h"
#include "net/http_wait.h"

#define HTTP_LISTENERS     2 /* 127.0.0.1 and ::1 */
#define HTTP_SPARE_ARENAS  64
#define HTTP_ARENA_BYTES   (16 * 1024)
#define HTTP_READ_BYTES    (64 * 1024)
#define HTTP_SMALL_BODY    (8 * 1024)        /* up to here a body stands in the arena */
#define HTTP_DISCARD_BYTES (4 * 1024 * 1024) /* read off a connection that is ending before we give up on it */
#define HTTP_STREAM_BYTES  (64 * 1024)       /* what a streamed body is reckoned to take of memory, whoever takes it */
#define HTTP_SOURCE_BYTES  (256 * 1024)      /* of a source's body in memory at a time */
#define HTTP_TURN_BYTES    (512 * 1024)      /* one connection reads or writes so much before others have their turn */

struct http_server {
    uv_loop_t *loop;
    struct http_handler handler;
    struct http_limits limits;
    int port;
    uv_tcp_t listeners[HTTP_LISTENERS];
    int listener_count;
    struct waits waits;
    struct list connections;
    size_t connection_count;
    struct list resumable;
    uv_idle_t resume;      /* runs while there are any */
    struct map *addresses; /* connections of each address that is not loopback: struct address_count */
    size_t held_bytes;     /* by requests */
    struct arena *spare[HTTP_SPARE_ARENAS];
    int spare_count;
    int64_t date_second;
    char date[48]; /* "Date: …\r\n" */
    size_t date_length;
    bool closing, warned_accept;
    int open_handles; /* of the server's own, while closing */
    uv_timer_t grace;
    void (*closed)(void *data);
    void *closed_data;
    char read_buffer[HTTP_READ_BYTES];
};

struct connection {
    uv_tcp_t tcp;
    struct http_server *server;
    struct list link;
    struct list resume_link; /* among those that http_resume_later() was asked for */
    struct list exchanges;   /* in the order of their requests; the last one may still be read */
    size_t exchange_count;
    struct exchange *reading; /* the one being read, or NULL */
    struct waiter read_wait, write_wait, pace_wait;
    struct address_count *address;
    struct buf kept;  /* bytes read but not yet parsed, while too many requests are unanswered */
    size_t requests;  /* begun */
    size_t in_flight; /* bytes handed to uv_write() and not yet written */
    size_t unwritten; /* of them when the write's wait began: has the peer read since? */
    size_t discarded;
    size_t streamed; /* bytes of streamed bodies since it last let others go first */
    int64_t body_began_ms;
    uint8_t blank;    /* CR and LF before a request */
    uint8_t corked;   /* depth: answers are gathered and go out together afterwards */
    bool deaf;        /* no further request is taken from it */
    bool half_closed; /* the peer will send no more */
    bool is_reading, closing, lingering;
    bool rests;      /* until http_resume_later() comes round: others go first */
    int off_loop;    /* reads of sources on other threads */
    bool was_closed; /* the socket is; such reads are waited for */
    bool from_loopback, from_reserve;
    char peer[64];
};

enum exchange_state { READING_HEAD, READING_BODY, SERVING, STREAMING, ANSWERED };

/* Where an exchange's bytes to write stand, in order. */
enum piece { PIECE_CONTINUE, PIECE_HEAD, PIECE_BODY, PIECES };

struct exchange {
    struct http_request request;
    struct connection *connection;
    struct list link;
    enum exchange_state state;

    /* reading */
    llhttp_t parser;
    char *head; /* the request's first byte; in the read buffer while head_room is 0, else in the arena */
    size_t head_length, head_room;
    const char *last; /* end of what was last recognised in the head */
    struct str version;
    size_t header_room;
    bool header_open; /* a header's name or value is still going on */
    bool head_whole, message_whole;
    uint64_t body_limit;
    size_t content_length;
    char *small_body; /* room for content_length bytes in the arena, or NULL: large_body */
    struct buf large_body;
    size_t body_length;
    bool unwanted;     /* what is still to come of a streamed body */
    size_t held_bytes; /* its share of the server's */
    size_t extension_bytes,
        overhead_bytes; /* of this chunk; of chunks' lines and trailers since the last byte of body */
    int refusal;        /* a status, with the reason: why it cannot be served; 0: it can */
    const char *refusal_why;

    /* answering */
    bool admitted; /* the handler knows of it and is owed serve() or gone() */
    bool is_head, is_http10, keep_alive;
    bool expects_continue;
    bool ended;                /* a stream: nothing more will be written */
    struct http_source source; /* .length 0: none */
    uint64_t source_read;      /* of its bytes */
    bool source_waits;         /* for another thread */
    size_t source_got;         /* what that one has read into body_owned */
    int64_t source_error;
    struct pace {
        int64_t over_ms, began_ms; /* 0: at once; not yet */
        uint64_t length, sent;     /* of the body */
    } pace;
    uv_buf_t out[PIECES]; /* what is still to be written */
    char *body_owned;     /* malloc'ed; what out[PIECE_BODY] points into */
    struct buf pending;   /* a stream's next bytes */
};

/* http.c */
struct exchange *http_exchange_begin(struct connection *connection);
void http_exchange_release(struct exchange *exchange);
bool http_hold_bytes(struct exchange *exchange, size_t more); /* false: all requests together hold too much */
void http_connection_closed(struct connection *connection);   /* the socket is; the server forgets the connection */
void http_connection_gone(
    struct connection *connection); /* its socket or a thread that read for it is done: ends it where both are */
/* A connection on a descriptor that somebody else opened: accept, and the fuzzer's socket pair. Takes the descriptor. */
struct connection *http_adopt(struct http_server *server, int descriptor_taken);

/* Parses what the connection kept, from the loop: the handler is never entered from inside http_respond(). */
void http_resume_later(struct connection *connection);

/* http_connection.c */
void connection_settle(struct connection *connection); /* writes what can be written, then sees how it goes on */
void connection_drop(struct connection *connection, bool reset); /* now; who is owed an answer is told `gone` later */
void connection_resume(struct connection *connection);
void connection_wait_over(struct waiter *waiter, enum wait_kind kind);

/* http_parse.c */
enum parsed {
    PARSED_ALL,      /* every byte was used up and more are needed */
    PARSED_HEAD,     /* the headers are whole and good; parse_body() comes next where exchange_has_body() */
    PARSED_MESSAGE,  /* the body is whole */
    PARSED_WRONG,    /* `refusal` says why */
    PARSED_UNWANTED, /* the handler wants no more of a streamed body */
};
enum parsed parse_head(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used);
enum parsed parse_body(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used);
bool exchange_has_body(const struct exchange *exchange);
bool exchange_refuse(struct exchange *exchange, int status,
                     const char *why); /* keeps the first; false, for callers' use */

/* http_reply.c */
bool reply_is_paced(const struct exchange *exchange); /* its next bytes wait for their time */
void reply_compose(struct exchange *exchange, const struct http_response *response);
void reply_refusal(struct exchange *exchange); /* of exchange->refusal */
void reply_continue(struct exchange *exchange);
/* Writes what is ready, in order, and releases what is written. False: the connection is lost. */
bool reply_flush(struct connection *connection);
bool reply_has_more(const struct exchange *exchange);              /* its source has bytes that are not in memory yet */
void reply_write_bare(uv_tcp_t *tcp, int status, const char *why); /* to a peer that gets no connection of ours */

#endif
