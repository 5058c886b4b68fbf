/* The world: all state and the time it lives in. It knows no HTTP and no Lua. One thread, the loop's, owns it.
 *
 * It moves only when somebody calls world_run(): due timers fire, events are told, strands take their steps, in one
 * total order, so the same inputs give the same world. The loop calls it once a turn and when a timer is due; a test
 * calls it after stepping the clock by hand.
 *
 *      clock ──due──▶ timers ─┐
 *      bus ───posts──▶ events ┼─▶ world_run ─▶ strands step ─▶ store changes ─▶ journal (batch closed at the turn's end)
 *      calls ─wakes─▶ strands ┘
 */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "base/list.h"
#include "base/random.h"
#include "base/str.h"

struct clock;
struct store;
struct journal;
struct blobs;
struct bus;
struct hooks;
struct past;
struct runner; /* the run queue of strands */
struct accounts;
struct lifecycles;
struct works;
struct memo;
struct table_def;

struct world {
    struct clock *clock;
    struct store *store;
    struct journal *journal; /* NULL: kept in memory only */
    struct blobs *blobs;
    struct bus *bus;
    struct hooks *hooks;
    struct past *past; /* rows as they were a little while ago */
    struct runner *runner;
    struct accounts *accounts;
    struct lifecycles *lifecycles;
    struct works *works; /* computations off the loop */
    struct memo *memo;   /* what they came to */
    struct list written; /* who is told of rows: written.h */
    /* While an operation works: the pack whose callback made the call, "" else; NULL: none works. */
    const char *made_by;
    struct random random;   /* the game's; its state is in every commit */
    double duration_factor; /* share of AWS's time that lifecycles take (0.01 in the sandbox) */
    uint64_t generation;    /* grows with rewind, reset and reload: a late result of an older one is dropped */
    /* The loop that drives this world: somebody put work where world_run() finds it while it was not running. NULL: whoever
     * steps the clock runs the world (tests, check). */
    void (*on_wake)(void *);
    void *on_wake_data;
    /* Reset, rewind and reload: every row is about to change and every strand to end; who keeps calls parked lets them go
     * now. May be NULL; the layer above sets it. */
    void (*on_upheaval)(struct world *);
    void *aws; /* what the layer above keeps here (aws/cloud.h); the world only carries it */
    struct world_private *private;
};

struct world_options {
    uint64_t seed;
    int64_t start_ms;        /* the clock's first value where nothing was kept */
    bool stepped;            /* the clock moves only by clock_step(): tests and check */
    double speed;            /* 1 (or 0): as the wall clock */
    double duration_factor;  /* 0: 1 */
    const char *data_folder; /* NULL: memory only */
    bool fresh;              /* what the folder keeps is forgotten first, teams and clock too */
    bool catch_up;        /* after a restart the clock goes on from the wall clock, not from where it stood (sandbox) */
    size_t state_ceiling; /* bytes of rows; 0: 2 GiB */
    uint64_t blob_ceiling;                 /* bytes of blobs; 0: 64 GiB on the disk, 2 GiB in memory */
    const struct table_def *const *tables; /* NULL-terminated; all that may be kept */
    void (*recover)(struct world *);       /* rebuilds timers and strands from rows; also after rewind and reload */
};

/* Makes the world and loads what was kept; nothing moves yet: who wires things up (the cloud) does so, then calls world_recover(), once.
 * NULL: it cannot be (data folder locked, damaged, written by a newer version): *reterr_why is one line, free() it. */
struct world *world_new(const struct world_options *options, char **reterr_why);
void world_recover(struct world *world);
/* Ends the strands (their release says what they held), commits what is open, stops the writer, releases everything. Whoever
 * keeps timers, listeners or hooks of this world stops them before. */
void world_free(struct world *world_or_null);

/* Does what is due, for at most about `budget_us` of time (0: until nothing is left). True: there is more to do now. While the
 * writer is too far behind, strands stay where they are: on_wake tells when they can go on. */
bool world_run(struct world *world, int64_t budget_us);
/* Milliseconds of wall time until the next timer, 0: now, -1: none. */
int64_t world_next_due_ms(const struct world *world);
/* Ends the turn: hands its changes to the writer. Every change made since the last call is in one transaction. Cheap when
 * nothing changed. A commit that failed meanwhile is told here (or in journal_poll()): the world goes back to what is
 * durable, so nobody may keep a row or a strand over this call. */
void world_commit(struct world *world);
/* Between two calls: ends a turn that is worth a commit if the writer is at rest, so that it writes while the loop takes more
 * calls, instead of one of them always waiting for the other. What is due runs first (at most as long as in a turn of the
 * loop), so that rows are written as they come to rest. Tells nobody that waits for the journal. */
void world_commit_early(struct world *world);

/* Runs the stepped clock from timer to timer until nothing is due within `most_ms` of virtual time, or a hold is taken: then
 * settle again when it is released. A turn ends at each timer. Tests and check. */
void world_settle(struct world *world, int64_t most_ms);

/* Empties the cloud: every row of every account goes (teams and their keys stay, keys that IAM or STS handed out go), parked
 * calls fail with 503, strands end. */
void world_reset(struct world *world);
/* Goes back to a mark with clock and seed (store.h); false: the mark is gone. */
bool world_rewind(struct world *world, uint64_t mark);

/* For world/: there is work for world_run(). */
void world_nudge(struct world *world);

#endif
