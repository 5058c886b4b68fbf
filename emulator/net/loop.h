/* The loop: the process' one event loop, and how a world moves in it.
 *
 *      ┌▶ timers ──▶ the world's timer fires only to get the turn going
 *      │  idle ────▶ runs while the world has more to do, so that the poll does not sleep
 *      │  prepare ─▶ world_run (at most 2 ms), world_commit, then: when is the next thing due?
 *      │  poll ────▶ sockets: requests come in, handlers change rows · the writer is done: journal_poll, held answers go out
 *      └─ closing
 *
 * Everything that puts work into the world runs in one of these phases, and `prepare` comes between each of them and the next
 * sleep: nothing is forgotten, all changes of one turn are one transaction, and a process with nothing to do sleeps. While
 * strands spin, sockets are served every 2 ms. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <uv.h>

struct loop;
struct world;

/* asked_to_end is called once, at the first SIGINT or SIGTERM; a second one ends the process as it does by default. */
struct loop *loop_new(void (*asked_to_end)(void *data), void *data);
uv_loop_t *loop_uv(struct loop *loop);
void loop_bind(struct loop *loop, struct world *world);
void loop_run(struct loop *loop);  /* until loop_stop() */
void loop_stop(struct loop *loop); /* from a callback */
/* After the world's end, whose writer rings the loop's bell to the last. Closes what is its own and runs until every handle
 * has closed: those of others must be closing by now. */
void loop_free(struct loop *loop);

#endif
