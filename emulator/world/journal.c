#include "world/journal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "world/blob.h"
#include "world/clock.h"
#include "world/journal_disk.h"
#include "world/strand.h"
#include "world/world.h"

#define BATCH_ROWS       64
#define EARLY_ROWS       16
#define BATCH_BYTES      ((size_t)1 << 20)
#define BEHIND_BYTES     ((size_t)4 << 20)
#define IDLE_SECONDS     2
#define FAILURE_PAUSE_US 100000
#define MOST_SHELVES     ((int64_t)1 << 28)
#define CHANGE_BYTES     64 /* what a change costs beside its text, about */
#define FIRST_CHANGES    64

/* Where a shelf's rows belong. */
struct shelf {
    int64_t id;
    struct scope scope;            /* interned */
    const struct table_def *table; /* NULL: nobody knows this table now; its rows stay on disk */
};

struct journal {
    struct world *world;
    struct disk *disk;
    struct turn *open;
    struct turn *spare;     /* kept for the next turn: its arrays have grown already */
    struct shelf **shelves; /* by id; NULL: there is none */
    size_t shelf_capacity;
    int64_t last_shelf;
    struct map *shelf_names; /* the same by table's and scope's addresses */
    uint64_t submitted, synced;
    size_t waiting_turns, waiting_bytes;
    bool polling;
    struct list listeners;
    void (*failure)(void *data);
    void *failure_data;
    void (*ending)(void *data);
    void *ending_data;

    pthread_t writer;
    bool has_writer;
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    /* Under the lock: */
    struct list queue;   /* turns that wait, oldest first */
    struct list written; /* turns that are synced; the loop releases them */
    struct list lost;    /* those of a failed commit */
    bool writing, failed, stop;
    struct journal_tally tally;
    void (*ready)(void *data);
    void *ready_data;
};

/* ---- turns ---- */

static struct turn *new_turn(struct journal *journal)
{
    struct turn *turn = journal->spare;
    journal->spare = NULL;
    if (turn)
        return turn;
    turn = memory_alloc(sizeof *turn);
    turn->arena = arena_new();
    turn->slot_count = 2 * FIRST_CHANGES;
    turn->slots = memory_alloc(turn->slot_count * sizeof *turn->slots);
    return turn;
}

static void free_turn(struct turn *turn)
{
    if (!turn)
        return;
    arena_free(turn->arena);
    free(turn->changes);
    free(turn->shelves);
    free(turn->slots);
    free(turn);
}

static void clear_turn(struct turn *turn)
{
    for (size_t i = 0; i < turn->change_count; i++)
        json_unref(turn->changes[i].document);
    memset(turn->slots, 0, turn->slot_count * sizeof *turn->slots);
    turn->change_count = turn->shelf_count = turn->bytes = 0;
    arena_reset(turn->arena);
}

static void release_turn(struct journal *journal, struct turn *turn)
{
    clear_turn(turn);
    if (!journal->spare && turn->change_capacity <= 16 * FIRST_CHANGES)
        journal->spare = turn;
    else
        free_turn(turn);
}

/* The slot of the row, or the free one where it belongs. */
static unsigned *slot_of(struct turn *turn, uint64_t row)
{
    size_t mask = turn->slot_count - 1;
    size_t at = (size_t)(row * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (turn->slots[at] && turn->changes[turn->slots[at] - 1].row != row)
        at = (at + 1) & mask;
    return &turn->slots[at];
}

static void grow_turn(struct turn *turn)
{
    turn->change_capacity = turn->change_capacity ? 2 * turn->change_capacity : FIRST_CHANGES;
    turn->changes = memory_resize(turn->changes, turn->change_capacity * sizeof *turn->changes);
    if (turn->slot_count >= 2 * turn->change_capacity)
        return;
    turn->slot_count = 2 * turn->change_capacity;
    free(turn->slots);
    turn->slots = memory_alloc(turn->slot_count * sizeof *turn->slots);
    for (size_t i = 0; i < turn->change_count; i++)
        *slot_of(turn, turn->changes[i].row) = (unsigned)i + 1;
}

static struct row_change *change_of(struct turn *turn, uint64_t row)
{
    unsigned index = *slot_of(turn, row);
    return index ? &turn->changes[index - 1] : NULL;
}

static struct row_change *add_change(struct turn *turn, uint64_t row)
{
    if (turn->change_count == turn->change_capacity)
        grow_turn(turn);
    turn->changes[turn->change_count] = (struct row_change){ .row = row };
    *slot_of(turn, row) = (unsigned)++turn->change_count;
    return &turn->changes[turn->change_count - 1];
}

/* ---- shelves ---- */

static struct str shelf_name(char name[2 * sizeof(void *)], struct scope scope, const struct table_def *table)
{
    memcpy(name, &scope.account, sizeof(void *)); /* interned: the address is the scope */
    memcpy(name + sizeof(void *), &table, sizeof(void *));
    return (struct str){ name, 2 * sizeof(void *) };
}

static struct shelf *keep_shelf(struct journal *journal, int64_t id, struct scope scope, const struct table_def *table)
{
    if ((size_t)id >= journal->shelf_capacity) {
        size_t capacity = 2 * (size_t)id + 16;
        journal->shelves = memory_resize(journal->shelves, capacity * sizeof(struct shelf *));
        memset(&journal->shelves[journal->shelf_capacity], 0,
               (capacity - journal->shelf_capacity) * sizeof(struct shelf *));
        journal->shelf_capacity = capacity;
    }
    struct shelf *shelf = memory_alloc(sizeof *shelf);
    *shelf = (struct shelf){ id, scope, table };
    journal->shelves[id] = shelf;
    char name[2 * sizeof(void *)];
    if (table)
        map_put(journal->shelf_names, shelf_name(name, scope, table), shelf);
    if (id > journal->last_shelf)
        journal->last_shelf = id;
    return shelf;
}

static int64_t shelf_for(struct journal *journal, const struct change *change)
{
    char name[2 * sizeof(void *)];
    struct shelf *shelf = map_get(journal->shelf_names, shelf_name(name, change->scope, change->table));
    if (shelf)
        return shelf->id;
    shelf = keep_shelf(journal, journal->last_shelf + 1, change->scope, change->table);
    struct turn *turn = journal->open;
    if (turn->shelf_count == turn->shelf_capacity) {
        turn->shelf_capacity = turn->shelf_capacity ? 2 * turn->shelf_capacity : 8;
        turn->shelves = memory_resize(turn->shelves, turn->shelf_capacity * sizeof *turn->shelves);
    }
    turn->shelves[turn->shelf_count++] = (struct new_shelf){ shelf->id, change->table->name, change->scope.account,
                                                             change->scope.region };
    return shelf->id;
}

static void forget_shelves(struct journal *journal)
{
    for (size_t id = 0; id < journal->shelf_capacity; id++)
        free(journal->shelves[id]);
    free(journal->shelves);
    map_free(journal->shelf_names, NULL);
    journal->shelves = NULL;
    journal->shelf_names = NULL;
    journal->shelf_capacity = 0;
    journal->last_shelf = 0;
}

/* ---- the loop's side ---- */

void journal_add(struct journal *journal, const struct change *change)
{
    if (change->table->fleeting)
        return;
    struct row_change *row = change_of(journal->open, change->row);
    if (!row) {
        int64_t shelf = shelf_for(journal, change);
        row = add_change(journal->open, change->row);
        row->shelf = shelf;
        row->key = arena_str(journal->open->arena, change->key);
        row->made_here = !change->before;
    }
    json_unref(row->document);
    row->document = json_ref(change->after);
    row->bytes = change->bytes;
    /* An estimate until the turn ends: printing it now would be in vain if it changes again. */
    journal->open->bytes += CHANGE_BYTES + change->key.length;
}

/* A document's text is for the loop's thread alone, but its tree, once sealed, never changes: the writer prints it. So
 * a tree that nobody has asked for its text does not keep one for good either, and the loop goes on meanwhile. */
static void settle_turn(struct turn *turn)
{
    turn->bytes = 0;
    for (size_t i = 0; i < turn->change_count; i++) {
        struct row_change *change = &turn->changes[i];
        turn->bytes += CHANGE_BYTES + change->key.length + change->bytes;
        if (!change->document)
            continue;
        if (json_has_text(change->document))
            change->body = json_text(change->document);
        else
            change->root = json_root(change->document);
    }
}

static struct moment_on_disk moment_now(const struct journal *journal)
{
    return (struct moment_on_disk){ .last_change = store_last_change(journal->world->store),
                                    .clock_ms = clock_now(journal->world->clock),
                                    .random = journal->world->random };
}

static void tell(struct journal *journal, bool failed)
{
    for (struct list *link = journal->listeners.next; link != &journal->listeners; link = link->next) {
        const struct journal_listener *listener = LIST_ITEM(link, struct journal_listener, link);
        listener->told(listener->data, failed);
    }
}

void journal_submit(struct journal *journal)
{
    if (journal->ending)
        journal->ending(journal->ending_data);
    uint64_t last_change = store_last_change(journal->world->store);
    if (last_change == journal->submitted)
        return;
    journal->submitted = last_change;
    struct turn *turn = journal->open;
    if (turn->change_count == 0 && journal->waiting_turns == 0) {
        journal->synced = last_change; /* nothing of it is for the disk */
        tell(journal, false);
        return;
    }
    settle_turn(turn);
    turn->moment = moment_now(journal);
    turn->blobs = blobs_ticket(journal->world->blobs);
    journal->waiting_turns++;
    journal->waiting_bytes += turn->bytes;
    journal->open = new_turn(journal);
    pthread_mutex_lock(&journal->lock);
    list_append(&journal->queue, &turn->link);
    pthread_cond_signal(&journal->work);
    pthread_mutex_unlock(&journal->lock);
}

/* Is the writer waiting for work? */
static bool is_at_rest(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    bool at_rest = !journal->writing && list_is_empty(&journal->queue) && !journal->failed;
    pthread_mutex_unlock(&journal->lock);
    return at_rest;
}

bool journal_wants_turn(struct journal *journal)
{
    return journal->open->change_count >= EARLY_ROWS && is_at_rest(journal);
}

static void append_all(struct list *to, struct list *from)
{
    struct list *link;
    while ((link = list_take_first(from)))
        list_append(to, link);
}

/* Releases what is synced. */
static bool take_written(struct journal *journal)
{
    struct list written;
    list_init(&written);
    pthread_mutex_lock(&journal->lock);
    append_all(&written, &journal->written);
    pthread_mutex_unlock(&journal->lock);
    if (list_is_empty(&written))
        return false;
    struct list *link;
    while ((link = list_take_first(&written))) {
        struct turn *turn = LIST_ITEM(link, struct turn, link);
        journal->synced = turn->moment.last_change;
        journal->waiting_turns--;
        journal->waiting_bytes -= turn->bytes;
        release_turn(journal, turn);
    }
    return true;
}

static bool has_failed(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    bool failed = journal->failed;
    pthread_mutex_unlock(&journal->lock);
    return failed;
}

void journal_poll(struct journal *journal)
{
    if (journal->polling)
        return;
    journal->polling = true;
    if (take_written(journal)) {
        tell(journal, false);
        if (!runner_is_idle(journal->world->runner) && !journal_is_behind(journal))
            world_nudge(journal->world); /* strands waited for the writer */
    }
    if (has_failed(journal)) {
        log_error("a commit failed, back to what is durable: %s", disk_error(journal->disk));
        tell(journal, true);
        if (journal->failure)
            journal->failure(journal->failure_data);
    }
    journal->polling = false;
}

void journal_flush(struct journal *journal)
{
    journal_submit(journal);
    pthread_mutex_lock(&journal->lock);
    while ((journal->writing || !list_is_empty(&journal->queue)) && !journal->failed)
        pthread_cond_wait(&journal->done, &journal->lock);
    pthread_mutex_unlock(&journal->lock);
    journal_poll(journal);
}

uint64_t journal_synced(const struct journal *journal)
{
    return journal->synced;
}

size_t journal_waiting_bytes(const struct journal *journal)
{
    return journal->waiting_bytes + journal->open->bytes;
}

struct journal_tally journal_tally(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    struct journal_tally tally = journal->tally;
    pthread_mutex_unlock(&journal->lock);
    return tally;
}

bool journal_is_behind(const struct journal *journal)
{
    return journal_waiting_bytes(journal) > BEHIND_BYTES;
}

void journal_on_synced(struct journal *journal, struct journal_listener *listener)
{
    list_append(&journal->listeners, &listener->link);
}

void journal_on_failure(struct journal *journal, void (*failed)(void *data), void *data)
{
    journal->failure = failed;
    journal->failure_data = data;
}

void journal_on_turn(struct journal *journal, void (*ending)(void *data), void *data)
{
    journal->ending = ending;
    journal->ending_data = data;
}

void journal_on_ready(struct journal *journal, void (*ready)(void *data), void *data)
{
    pthread_mutex_lock(&journal->lock);
    journal->ready = ready;
    journal->ready_data = data;
    pthread_mutex_unlock(&journal->lock);
}

/* ---- the writer's side ---- */

static bool has_work(const struct journal *journal)
{
    return !list_is_empty(&journal->queue) && !journal->failed;
}

/* Waits, with the lock, for turns or the end; uses the leisure. */
static void wait_for_work(struct journal *journal)
{
    bool at_leisure = false;
    while (!has_work(journal) && !journal->stop) {
        if (at_leisure || journal->failed) {
            pthread_cond_wait(&journal->work, &journal->lock);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += IDLE_SECONDS;
        if (pthread_cond_timedwait(&journal->work, &journal->lock, &until) != ETIMEDOUT || journal->failed)
            continue;
        at_leisure = true;
        pthread_mutex_unlock(&journal->lock);
        disk_tend_log(journal->disk, true);
        pthread_mutex_lock(&journal->lock);
    }
}

static void take_batch(struct journal *journal, struct list *batch)
{
    size_t rows = 0, bytes = 0;
    while (!list_is_empty(&journal->queue) && rows < BATCH_ROWS && bytes < BATCH_BYTES) {
        struct list *link = list_take_first(&journal->queue);
        rows += LIST_ITEM(link, struct turn, link)->change_count;
        bytes += LIST_ITEM(link, struct turn, link)->bytes;
        list_append(batch, link);
    }
}

/* The bytes that rows name come before the rows. */
static bool write_turns(struct journal *journal, const struct list *turns)
{
    int why;
    if (blobs_wait(journal->world->blobs, LIST_ITEM(turns->previous, struct turn, link)->blobs, &why))
        return disk_write(journal->disk, turns);
    disk_note_error(journal->disk, "the bytes of an object cannot be synced", -why);
    return false;
}

/* With the lock, which it lets go while it writes. */
static void write_batch(struct journal *journal)
{
    struct list batch;
    list_init(&batch);
    take_batch(journal, &batch);
    journal->writing = true;
    pthread_mutex_unlock(&journal->lock);

    bool written = write_turns(journal, &batch);

    pthread_mutex_lock(&journal->lock);
    journal->writing = false;
    journal->failed = !written;
    journal->tally = disk_tally(journal->disk);
    append_all(written ? &journal->written : &journal->lost, &batch);
    void (*ready)(void *) = journal->ready;
    void *data = journal->ready_data;
    pthread_cond_broadcast(&journal->done);
    pthread_mutex_unlock(&journal->lock);

    if (ready)
        ready(data);
    if (written)
        disk_tend_log(journal->disk, false);
    else
        usleep(FAILURE_PAUSE_US); /* a full disk does not empty itself while the world is loaded again and again */
    pthread_mutex_lock(&journal->lock);
}

static void *write_all(void *data)
{
    struct journal *journal = data;
    pthread_mutex_lock(&journal->lock);
    for (;;) {
        wait_for_work(journal);
        if (!has_work(journal))
            break;
        write_batch(journal);
    }
    pthread_mutex_unlock(&journal->lock);
    return NULL;
}

/* The process' signals are for the loop's thread. */
static bool start_writer(struct journal *journal, char **reterr_why)
{
    if (journal->has_writer)
        return true;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&journal->writer, NULL, write_all, journal);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    journal->has_writer = code == 0;
    if (code != 0) {
        struct buf line = BUF_EMPTY;
        buf_printf(&line, "the writer's thread does not start: %s", strerror(code));
        *reterr_why = buf_take(&line);
    }
    return code == 0;
}

/* ---- loading ---- */

static void drop_turns(struct journal *journal, struct list *turns)
{
    struct list *link;
    while ((link = list_take_first(turns)))
        release_turn(journal, LIST_ITEM(link, struct turn, link));
}

/* What was not synced rests on rows that are about to be loaded anew. The writer rests meanwhile. */
static void drop_unwritten(struct journal *journal)
{
    struct list all;
    list_init(&all);
    pthread_mutex_lock(&journal->lock);
    append_all(&all, &journal->queue);
    append_all(&all, &journal->written);
    append_all(&all, &journal->lost);
    pthread_mutex_unlock(&journal->lock);
    drop_turns(journal, &all);
    clear_turn(journal->open);
    journal->waiting_turns = journal->waiting_bytes = 0;
}

static bool load_shelf(void *data, const struct new_shelf *found)
{
    struct journal *journal = data;
    if (found->id < 0 || found->id > MOST_SHELVES)
        return false;
    struct store *store = journal->world->store;
    struct scope scope = store_intern(store, (struct scope){ found->account, found->region });
    const struct table_def *table = store_table(store, found->table);
    if (!table)
        log_warn("the data hold rows of %s, which this rehearse does not know; they are left alone", found->table);
    keep_shelf(journal, found->id, scope, table);
    return true;
}

static const struct shelf *shelf_at(const struct journal *journal, int64_t id)
{
    return id >= 0 && (size_t)id < journal->shelf_capacity ? journal->shelves[id] : NULL;
}

static const char *table_name(void *data, int64_t shelf_id)
{
    const struct shelf *shelf = shelf_at(data, shelf_id);
    return !shelf ? NULL : shelf->table ? shelf->table->name : "a table that this rehearse does not know";
}

static bool load_row(void *data, uint64_t row, int64_t shelf_id, struct str key, struct str body)
{
    struct journal *journal = data;
    const struct shelf *shelf = shelf_at(journal, shelf_id);
    if (!shelf || body.length == 0)
        return false;
    if (!shelf->table)
        return true;
    struct buf text = BUF_EMPTY;
    buf_add_str(&text, body);
    store_load(journal->world->store, shelf->scope, shelf->table, key, row, json_seal_text(&text));
    return true;
}

bool journal_load(struct journal *journal, int64_t *ret_clock_ms, char **reterr_why)
{
    drop_unwritten(journal);
    forget_shelves(journal);
    journal->shelf_names = map_new();
    struct disk_reader reader = { load_shelf, load_row, table_name, journal };
    struct moment_on_disk moment;
    bool loaded = disk_load(journal->disk, &reader, &moment, reterr_why);
    if (!loaded || !start_writer(journal, reterr_why))
        return false;

    store_resume(journal->world->store, moment.last_change);
    if (moment.last_change > 0)
        journal->world->random = moment.random;
    *ret_clock_ms = moment.clock_ms;
    journal->submitted = journal->synced = store_last_change(journal->world->store);
    pthread_mutex_lock(&journal->lock);
    journal->failed = false;
    pthread_mutex_unlock(&journal->lock);
    return true;
}

/* ---- opening and closing ---- */

struct journal *journal_open(struct world *world, const char *folder, bool fresh, char **reterr_why)
{
    struct disk *disk = disk_open(folder, fresh, reterr_why);
    if (!disk)
        return NULL;
    struct journal *journal = memory_alloc(sizeof *journal);
    journal->world = world;
    journal->disk = disk;
    journal->open = new_turn(journal);
    list_init(&journal->queue);
    list_init(&journal->written);
    list_init(&journal->lost);
    list_init(&journal->listeners);
    pthread_mutex_init(&journal->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&journal->work, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&journal->done, NULL);
    return journal;
}

static void stop_writer(struct journal *journal)
{
    if (!journal->has_writer)
        return;
    pthread_mutex_lock(&journal->lock);
    journal->stop = true;
    pthread_cond_signal(&journal->work);
    pthread_mutex_unlock(&journal->lock);
    pthread_join(journal->writer, NULL);
}

void journal_close(struct journal *journal)
{
    while (list_take_first(&journal->listeners))
        ;
    if (journal->has_writer)
        journal_submit(journal);
    stop_writer(journal);
    /* Where it never loaded there is no clock to write down yet. */
    bool clean = journal->has_writer && !journal->failed;
    struct moment_on_disk moment = clean ? moment_now(journal) : (struct moment_on_disk){ 0 };
    if (journal->failed)
        log_error("the last commit failed: %s", disk_error(journal->disk));
    disk_close(journal->disk, clean ? &moment : NULL);

    drop_unwritten(journal);
    free_turn(journal->open);
    free_turn(journal->spare);
    forget_shelves(journal);
    pthread_cond_destroy(&journal->work);
    pthread_cond_destroy(&journal->done);
    pthread_mutex_destroy(&journal->lock);
    free(journal);
}
