#include "aws/container.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

void container_init(struct container *container)
{
    *container = (struct container){ 0 };
    list_init(&container->input);
    list_init(&container->output);
}

static void release_files(struct list *files)
{
    for (struct list *link; (link = list_take_first(files));) {
        struct container_file *file = LIST_ITEM(link, struct container_file, link);
        buf_release(&file->bytes);
        free(file->path);
        free(file);
    }
}

void container_release(struct container *container)
{
    release_files(&container->input);
    release_files(&container->output);
    buf_release(&container->log);
    buf_release(&container->reply);
}

static void add_file(struct list *files, struct str path, struct buf *bytes_taken)
{
    struct container_file *file = memory_alloc(sizeof *file);
    file->path = memory_copy(path);
    file->bytes = *bytes_taken;
    *bytes_taken = BUF_EMPTY;
    list_append(files, &file->link);
}

void container_give(struct container *container, struct str path, struct buf *bytes_taken)
{
    add_file(&container->input, path, bytes_taken);
}

const struct container_file *container_input(const struct container *container, const char *path)
{
    for (struct list *link = container->input.previous; link != &container->input; link = link->previous) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        if (strcmp(file->path, path) == 0)
            return file;
    }
    return NULL;
}

void container_log(struct container *container, struct str text)
{
    struct buf *log = &container->log;
    if (container->log_cut)
        return;
    if (text.length > CONTAINER_MOST_LOG - log->length) {
        container->log_cut = true;
        buf_add_str(log, STR("\n[the log of this run is cut here]\n"));
        return;
    }
    buf_add_str(log, text);
}

static bool is_output(const struct container *container, struct str path)
{
    for (const char *const *folder = container->output_folders; folder && *folder; folder++) {
        struct str below = str_of(*folder);
        if (str_starts(path, below) && path.length > below.length + 1 && path.at[below.length] == '/')
            return true;
    }
    return false;
}

bool container_leave(struct container *container, struct str path, struct buf *bytes_taken)
{
    bool good = container->output_count < CONTAINER_MOST_FILES &&
                bytes_taken->length <= CONTAINER_MOST_BYTES - container->output_bytes && container_path_is_fit(path);
    if (!good || !is_output(container, path)) {
        buf_release(bytes_taken);
        return good;
    }
    container->output_bytes += bytes_taken->length;
    container->output_count++;
    add_file(&container->output, path, bytes_taken);
    return true;
}

void container_exit(struct container *container, int exit_code)
{
    assert(!container->answered);
    container->answered = true;
    container->exit_code = exit_code;
}

void container_refuse(struct container *container, const char *format, ...)
{
    va_list args;
    assert(!container->answered);
    va_start(args, format);
    vsnprintf(container->reason, sizeof container->reason, format, args);
    va_end(args);
    container->answered = container->refused = true;
}

bool container_path_is_fit(struct str path)
{
    if (!path.length || path.at[0] != '/' || path.length > 1024 || memchr(path.at, 0, path.length))
        return false;
    struct str rest = str_from(path, 1);
    do {
        struct str segment = str_cut(rest, '/', &rest);
        if (!segment.length || segment.length > 255 || str_is(segment, ".") || str_is(segment, ".."))
            return false;
    } while (rest.length);
    return path.at[path.length - 1] != '/';
}
