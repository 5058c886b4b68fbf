/* Events tell what happened: after it, to many, without an answer. bus_post() only queues; world_run() delivers, in the
 * order of posting, before strands step. Listeners are told in the order of listening; one may post, subscribe and
 * unsubscribe (itself too) while it is told; who subscribes during a delivery is told from the next event on. */
#ifndef WORLD_BUS_H
#define WORLD_BUS_H

#include "base/json.h"
#include "world/store.h"

struct bus;

struct event {
    const char *topic; /* "stepfunctions.execution.ended": one of the constants that services export */
    struct scope scope;
    struct str key;      /* what it is about, as a rule the row's key or the ARN */
    struct json *detail; /* may be NULL; borrowed during delivery */
    int64_t at_ms;
    uint64_t change; /* the store's last change when it was posted: what a page event must wait for */
};

struct listener {
    const char *topic; /* NULL: every topic */
    const char *key;   /* NULL: every key; else copied by bus_listen */
    void (*told)(struct listener *listener, const struct event *event);
    void *data;
    struct listener_private {
        void *node;
    } private; /* zeroed before its first use */
};

void bus_post(struct bus *bus, const char *topic, struct scope scope, struct str key,
              struct json *detail_taken_or_null);
void bus_listen(struct bus *bus, struct listener *listener); /* the caller keeps the struct alive until bus_unlisten */
void bus_unlisten(struct bus *bus, struct listener *listener); /* nothing happens to one that does not listen */

/* For world/. */
struct bus *bus_new(struct world *world);
void bus_free(struct bus *bus);
bool bus_deliver_next(struct bus *bus); /* false: nothing was queued */
bool bus_is_idle(const struct bus *bus);
void bus_drop_queued(struct bus *bus);

#endif
