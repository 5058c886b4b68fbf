#include "services/sagemaker/trained.h"

#include <stdlib.h>

struct trained {
    struct memo_kept kept;
    struct container container; /* of which only the answer is used */
};

/* ---- what it reads ---- */

static void add_text(struct buf *all, struct str text)
{
    buf_add_int64(all, (int64_t)text.length);
    buf_add_byte(all, ':');
    buf_add_str(all, text);
}

/* S3 has names of its own in each account: of a channel an algorithm knows name and type. */
static void add_channels(struct buf *all, const struct container *container)
{
    const cJSON *channel;
    cJSON_ArrayForEach(channel, container->channels)
    {
        add_text(all, json_str(channel, "ChannelName"));
        add_text(all, json_str(channel, "ContentType"));
    }
}

static void add_files(struct buf *all, const struct list *files)
{
    unsigned char digest[SHA256_BYTES];
    for (const struct list *link = files->next; link != files; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        digest_sha256(buf_str(&file->bytes), digest);
        add_text(all, str_of(file->path));
        buf_add(all, digest, sizeof digest);
    }
}

void trained_digest(const struct algorithm *algorithm, const struct container *container,
                    unsigned char ret_digest[SHA256_BYTES])
{
    struct buf all = BUF_EMPTY;
    add_text(&all, str_of(algorithm->name));
    if (container->hyperparameters)
        json_print(&all, container->hyperparameters);
    add_channels(&all, container);
    for (const char *const *folder = container->output_folders; folder && *folder; folder++)
        add_text(&all, str_of(*folder));
    add_files(&all, &container->input);
    digest_sha256(buf_str(&all), ret_digest);
    buf_release(&all);
}

/* ---- what it came to ---- */

static size_t copy_answer(const struct container *from, struct container *to)
{
    size_t bytes = from->log.length;
    for (const struct list *link = from->output.next; link != &from->output; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        struct buf copy = BUF_EMPTY;
        buf_add_str(&copy, buf_str(&file->bytes));
        bytes += copy.length + sizeof *file;
        container_leave(to, str_of(file->path), &copy);
    }
    buf_add_str(&to->log, buf_str(&from->log));
    to->log_cut = from->log_cut;
    memcpy(to->reason, from->reason, sizeof to->reason);
    container_exit(to, from->exit_code);
    return bytes;
}

static void release(struct memo_kept *kept)
{
    struct trained *trained = LIST_ITEM(kept, struct trained, kept);
    container_release(&trained->container);
    free(trained);
}

struct memo_kept *trained_new(const struct container *container)
{
    struct trained *trained = memory_alloc(sizeof *trained);
    container_init(&trained->container);
    trained->container.output_folders = container->output_folders;
    trained->kept.release = release;
    trained->kept.bytes = sizeof *trained + copy_answer(container, &trained->container);
    trained->container.output_folders = NULL; /* borrowed */
    return &trained->kept;
}

void trained_give(const struct memo_kept *kept, struct container *container)
{
    copy_answer(&LIST_ITEM(kept, struct trained, kept)->container, container);
}
