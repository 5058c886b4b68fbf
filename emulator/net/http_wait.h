/* Deadlines of connections. Each kind of waiting has one duration, so a queue per kind, appended at its end, stands in order
 * of deadline by itself: to begin, renew or end a wait costs a few pointers, however many connections there are, and one
 * uv_timer for all of them looks only at the queues' heads. */
#ifndef NET_HTTP_WAIT_H
#define NET_HTTP_WAIT_H

#include <uv.h>

#include "base/list.h"

enum wait_kind {
    WAIT_FIRST_BYTE,  /* of a new connection */
    WAIT_HEADERS,     /* from the first byte of a request to the end of its headers */
    WAIT_IDLE,        /* between requests */
    WAIT_BODY,        /* for the next piece of a body */
    WAIT_HALF_CLOSED, /* the peer has said all it will; its answers are still being made */
    WAIT_LINGER,      /* all is answered and our side shut: for the peer to shut its own */
    WAIT_WRITE,       /* for the peer to read */
    WAIT_PACE,        /* for the next bytes of an answer that goes out slowly */
    WAIT_KINDS,
    WAIT_NONE = WAIT_KINDS
};

struct waiter {
    struct list link;
    int64_t deadline_ms; /* of the loop's clock */
    enum wait_kind kind;
};

struct waits {
    uv_timer_t timer;
    struct list queues[WAIT_KINDS];
    int64_t durations_ms[WAIT_KINDS];
    int64_t armed_for_ms; /* INT64_MAX: the timer rests */
    /* The wait is over already when this is called; it may begin another. */
    void (*over)(struct waiter *waiter, enum wait_kind kind);
};

void waits_init(struct waits *waits, uv_loop_t *loop, void (*over)(struct waiter *waiter, enum wait_kind kind));
void waits_close(struct waits *waits, uv_close_cb closed); /* nobody waits any more */

void waiter_init(struct waiter *waiter);
void wait_begin(struct waits *waits, struct waiter *waiter, enum wait_kind kind); /* also: moves, renews */
void wait_end(struct waiter *waiter);

#endif
