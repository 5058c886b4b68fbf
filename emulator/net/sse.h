/* Server-sent events: news for pages, by channel. Each event gets a number when it is published and goes out once what it
 * rests on is durable; the last ones stay in a ring, so that a page which lost its connection goes on behind the id that
 * it saw last (Last-Event-ID), nothing twice and nothing lost. Where that cannot be told any more (too long ago, another
 * start of this process, the world was set back) it gets `reset` first and reads everything anew.
 *
 *      publish ─▶ ring of the channel ─ durable? ─▶ every stream of the channel
 *      open(after) ── behind `after` ──▶ what the ring has since then ─▶ what comes
 *
 * An id is EPOCH-NUMBER; the epoch is another one after each start and each sse_restart(). A reader who is 256 KiB behind is
 * dropped: it comes back and goes on. */
#ifndef NET_SSE_H
#define NET_SSE_H

#include "base/web.h"
#include "net/hold.h"
#include "net/http.h"

struct sse;

struct sse *sse_new(uv_loop_t *loop, struct holds *holds);
/* Ends every stream; the handle closes with the loop. */
void sse_free(struct sse *sse);

void sse_publish(struct sse *sse, const char *channel, const char *event, struct str json);
void sse_position(struct sse *sse, const char *channel, char ret_id[48]);
void sse_restart(struct sse *sse);
size_t sse_all_readers(const struct sse *sse);
size_t sse_readers(const struct sse *sse, const char *channel);

/* Makes the request a stream of the channel; `head` has its headers. From then on request->user is the stream's. */
void sse_open(struct sse *sse, struct http_request *request, const struct http_response *head, const char *channel,
              struct str after);
void sse_gone(struct http_request *request); /* the client went away */

#endif
