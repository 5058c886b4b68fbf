#include "net/sse.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/map.h"
#include "base/random.h"
#include "world/store.h"
#include "world/world.h"

#define RING_EVENTS  512 /* of one channel, kept for those who come back */
#define RING_BYTES   ((size_t)192 * 1024) /* less than what may wait for one reader: who comes back gets it in one piece */
#define HEARTBEAT_MS 15000 /* so that a connection nobody is at the end of is found out */
#define EPOCH_BYTES  4

struct sse {
    struct holds *holds;
    struct map *channels;
    uv_timer_t heartbeat;
    char epoch[2 * EPOCH_BYTES + 1];
};

/* The pieces stand in the order of their numbers: first those that went out, then those that wait for the disk. */
struct channel {
    struct sse *sse;
    struct list pieces, readers;
    size_t reader_count;
    size_t count, bytes;      /* of the pieces */
    uint64_t published, told; /* the last numbers */
    uint64_t forgotten;       /* the last number that is not among the pieces any more */
};

struct piece {
    struct list link;
    struct hold hold;
    struct channel *channel;
    uint64_t number;
    size_t length;
    char text[];
};

struct reader {
    struct list link;
    struct channel *channel;
    struct http_request *request;
};

/* ---- readers ---- */

static void let_go(struct reader *reader)
{
    list_remove(&reader->link);
    reader->channel->reader_count--;
    free(reader);
}

static void write_to(struct reader *reader, struct str text)
{
    if (!http_stream_write(reader->request, text))
        let_go(reader); /* it reads too slowly, or has gone */
}

static void write_to_all(struct channel *channel, struct str text)
{
    for (struct list *at = channel->readers.next, *next; at != &channel->readers; at = next) {
        next = at->next;
        write_to(LIST_ITEM(at, struct reader, link), text);
    }
}

static void write_reset(const struct channel *channel, struct reader *reader)
{
    char text[128];
    int length = snprintf(text, sizeof text, "id: %s-%llu\nevent: reset\ndata: {}\n\n", channel->sse->epoch,
                          (unsigned long long)channel->told);
    write_to(reader, (struct str){ text, (size_t)length });
}

/* ---- pieces ---- */

static void forget(struct piece *piece)
{
    struct channel *channel = piece->channel;
    hold_forget(&piece->hold);
    list_remove(&piece->link);
    channel->count--;
    channel->bytes -= piece->length;
    channel->forgotten = piece->number;
    free(piece);
}

/* The oldest go, but none that has not been told yet. */
static void trim(struct channel *channel)
{
    while (channel->count > RING_EVENTS || channel->bytes > RING_BYTES) {
        struct piece *oldest = LIST_ITEM(channel->pieces.next, struct piece, link);
        if (oldest->number >= channel->told)
            return;
        forget(oldest);
    }
}

static void piece_over(struct hold *hold, bool failed)
{
    struct piece *piece = LIST_ITEM(hold, struct piece, hold);
    struct channel *channel = piece->channel;
    if (failed) {
        sse_restart(channel->sse);
        return;
    }
    channel->told = piece->number;
    write_to_all(channel, (struct str){ piece->text, piece->length });
    trim(channel);
}

static struct channel *channel_of(struct sse *sse, const char *name)
{
    struct channel *channel = map_get(sse->channels, str_of(name));
    if (channel)
        return channel;
    channel = memory_alloc(sizeof *channel);
    channel->sse = sse;
    list_init(&channel->pieces);
    list_init(&channel->readers);
    map_put(sse->channels, str_of(name), channel);
    return channel;
}

void sse_publish(struct sse *sse, const char *name, const char *event, struct str json)
{
    struct channel *channel = channel_of(sse, name);
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "id: %s-%llu\nevent: %s\ndata: ", sse->epoch, (unsigned long long)++channel->published, event);
    buf_add_str(&text, json);
    buf_add_text(&text, "\n\n");
    struct piece *piece = memory_alloc(sizeof *piece + text.length);
    piece->channel = channel;
    piece->number = channel->published;
    piece->length = text.length;
    memcpy(piece->text, text.at, text.length);
    buf_release(&text);
    list_append(&channel->pieces, &piece->link);
    channel->count++;
    channel->bytes += piece->length;
    hold_begin(sse->holds, &piece->hold, store_last_change(sse->holds->world->store), piece_over);
}

size_t sse_all_readers(const struct sse *sse)
{
    size_t count = 0;
    for (struct map_entry *at = map_first(sse->channels); at; at = map_next(at))
        count += ((const struct channel *)map_value(at))->reader_count;
    return count;
}

size_t sse_readers(const struct sse *sse, const char *name)
{
    const struct channel *channel = map_get(sse->channels, str_of(name));
    return channel ? channel->reader_count : 0;
}

void sse_position(struct sse *sse, const char *channel, char ret_id[48])
{
    snprintf(ret_id, 48, "%s-%llu", sse->epoch, (unsigned long long)channel_of(sse, channel)->published);
}

/* ---- another beginning ---- */

static void new_epoch(struct sse *sse)
{
    unsigned char secret[EPOCH_BYTES];
    random_secret(secret, sizeof secret);
    snprintf(sse->epoch, sizeof sse->epoch, "%02x%02x%02x%02x", secret[0], secret[1], secret[2], secret[3]);
}

static void begin_anew(struct channel *channel)
{
    while (!list_is_empty(&channel->pieces))
        forget(LIST_ITEM(channel->pieces.next, struct piece, link));
    channel->published = channel->told = channel->forgotten = 0;
    for (struct list *at = channel->readers.next, *next; at != &channel->readers; at = next) {
        next = at->next;
        write_reset(channel, LIST_ITEM(at, struct reader, link));
    }
}

void sse_restart(struct sse *sse)
{
    new_epoch(sse);
    for (struct map_entry *at = map_first(sse->channels); at; at = map_next(at))
        begin_anew(map_value(at));
}

/* ---- streams ---- */

/* What the ring has behind `after`; false: nobody can say what came since then. */
static bool catch_up(struct channel *channel, struct reader *reader, struct str after)
{
    int64_t number;
    struct str digits, epoch = str_cut(after, '-', &digits);
    if (!str_is(epoch, channel->sse->epoch) || !str_to_int64(digits, &number) || number < 0 ||
        (uint64_t)number < channel->forgotten || (uint64_t)number > channel->published)
        return false;
    struct buf text = BUF_EMPTY;
    for (struct list *at = channel->pieces.next; at != &channel->pieces; at = at->next) {
        struct piece *piece = LIST_ITEM(at, struct piece, link);
        if (piece->number > (uint64_t)number && piece->number <= channel->told)
            buf_add(&text, piece->text, piece->length);
    }
    if (text.length)
        write_to(reader, buf_str(&text));
    buf_release(&text);
    return true;
}

void sse_open(struct sse *sse, struct http_request *request, const struct http_response *head, const char *name,
              struct str after)
{
    struct channel *channel = channel_of(sse, name);
    struct reader *reader = memory_alloc(sizeof *reader);
    reader->request = request;
    reader->channel = channel;
    channel->reader_count++;
    request->user = reader;
    http_stream_begin(request, head);
    list_append(&channel->readers, &reader->link);
    if (!http_stream_write(request, STR("retry: 1000\n\n"))) {
        let_go(reader);
        return;
    }
    if (after.length && !catch_up(channel, reader, after))
        write_reset(channel, reader);
}

void sse_gone(struct http_request *request)
{
    let_go(request->user);
}

/* ---- life ---- */

static void on_heartbeat(uv_timer_t *timer)
{
    struct sse *sse = timer->data;
    for (struct map_entry *at = map_first(sse->channels); at; at = map_next(at))
        write_to_all(map_value(at), STR(": still here\n\n"));
}

struct sse *sse_new(uv_loop_t *loop, struct holds *holds)
{
    struct sse *sse = memory_alloc(sizeof *sse);
    sse->holds = holds;
    sse->channels = map_new();
    new_epoch(sse);
    uv_timer_init(loop, &sse->heartbeat);
    sse->heartbeat.data = sse;
    uv_timer_start(&sse->heartbeat, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS);
    uv_unref((uv_handle_t *)&sse->heartbeat); /* nobody waits for it */
    return sse;
}

static void free_channel(void *value)
{
    struct channel *channel = value;
    while (!list_is_empty(&channel->pieces))
        forget(LIST_ITEM(channel->pieces.next, struct piece, link));
    while (!list_is_empty(&channel->readers))
        let_go(LIST_ITEM(channel->readers.next, struct reader, link));
    free(channel);
}

static void closed(uv_handle_t *timer)
{
    free(timer->data);
}

void sse_free(struct sse *sse)
{
    map_free(sse->channels, free_channel);
    uv_close((uv_handle_t *)&sse->heartbeat, closed);
}
