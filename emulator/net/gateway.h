/* The gateway: where HTTP meets the road of calls. Every request is asked for its Host; the house's own endpoints are parted
 * from AWS's; a call is routed as soon as its headers are there and served when its body is; its answer is held until what
 * it rests on is durable.
 *
 *      admit: Host? ─ house or AWS? ─ road_route ─ how large may the body be?
 *      serve: road_serve ─┬─ DONE, FAILED ────────────────────────▶ hold ─▶ answer
 *                         └─ PARKED ···· finished ─▶ road_reply ──▶ hold ─▶ answer
 *                                   ···· client gone ─▶ call_abandon */
#ifndef NET_GATEWAY_H
#define NET_GATEWAY_H

#include "aws/cloud.h"
#include "base/web.h"
#include "net/http.h"

struct gateway;
struct holds;

struct gateway_options {
    const char *address;
    int port;                        /* 0: any that is free */
    const char *const *public_hosts; /* NULL-terminated, or NULL: further names that it answers to; copied */
    const struct web_site *const
        *sites;                       /* NULL-terminated, or NULL: what stands under /_rehearse/; kept by the caller */
    const char *token;                /* the facilitator's, 128 bits or more; NULL: there is none; copied */
    const struct http_limits *limits; /* NULL: the defaults */
    struct holds *holds;              /* net/hold.h: those of the world, which outlive this; NULL: its own */
    bool without_house; /* AWS's calls alone: who comes this way has no business with the house's endpoints */
};

/* NULL: *reterr_why is one line, free() it. */
struct gateway *gateway_open(uv_loop_t *loop, struct cloud *cloud, const struct gateway_options *options,
                             char **reterr_why);
/* Where news for pages go; good until gateway_close(). */
struct web_feed gateway_feed(struct gateway *gateway);
int gateway_port(const struct gateway *gateway);
/* Accepts nobody any more, fails the calls of clients that are parked, lets answers go out for at most grace_ms while the loop runs on,
 * frees itself; then `closed`. The cloud and its world must live until then. */
void gateway_close(struct gateway *gateway, int64_t grace_ms, void (*closed)(void *data), void *data);

#endif
