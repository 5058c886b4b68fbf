#include "sandbox/code_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "base/arena.h"
#include "base/log.h"
#include "sandbox/folder.h"

#define UNUSED_MOST   16
#define UNZIPPED_MOST 262144000 /* as Lambda's own limit; what an entry says of its size is not believed */
#define ENTRIES_MOST  100000
#define PATH_MOST     1024

struct code_folder {
    struct code_folders *folders;
    struct list link; /* most lately used last */
    struct list uses;
    char *path;
    uv_work_t work;
    struct buf zip;
    bool working, good;
};

struct code_folders {
    uv_loop_t *loop;
    char *root;
    struct list all;
};

/* ---- on the thread ---- */

/* No name leads out of the folder: nothing absolute, no "..", and no links are ever made. */
static bool is_good_name(const char *name)
{
    if (!name || !name[0] || name[0] == '/' || strlen(name) > PATH_MOST || strchr(name, '\\'))
        return false;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    }
    return true;
}

static bool make_parents(char *path, size_t root_length)
{
    for (char *at = path + root_length + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        bool made = mkdir(path, 0755) == 0 || errno == EEXIST;
        *at = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool copy_entry(zip_file_t *from, int to, uint64_t *written)
{
    char block[65536];
    zip_int64_t got;
    while ((got = zip_fread(from, block, sizeof block)) > 0) {
        *written += (uint64_t)got;
        if (*written > UNZIPPED_MOST || write(to, block, (size_t)got) != got)
            return false;
    }
    return got == 0;
}

static bool is_program(zip_t *archive, zip_uint64_t index)
{
    zip_uint8_t system;
    zip_uint32_t attributes;
    return zip_file_get_external_attributes(archive, index, 0, &system, &attributes) == 0 && system == ZIP_OPSYS_UNIX &&
           (attributes >> 16 & 0111);
}

static bool unpack_entry(zip_t *archive, zip_uint64_t index, const char *root, uint64_t *written)
{
    char path[4096];
    const char *name = zip_get_name(archive, index, 0);
    if (!is_good_name(name) || snprintf(path, sizeof path, "%s/%s", root, name) >= (int)sizeof path)
        return false;
    if (!make_parents(path, strlen(root)))
        return false;
    if (path[strlen(path) - 1] == '/')
        return true;
    zip_file_t *from = zip_fopen_index(archive, index, 0);
    int to = from ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                         is_program(archive, index) ? 0755 : 0644)
                  : -1;
    bool good = to >= 0 && copy_entry(from, to, written);
    if (from)
        zip_fclose(from);
    if (to >= 0)
        close(to);
    return good;
}

static bool unpack(struct str bytes, const char *root)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.length, 0, &why);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    if (!archive && source)
        zip_source_free(source);
    zip_error_fini(&why);
    zip_int64_t count = archive ? zip_get_num_entries(archive, 0) : 0;
    bool good = archive && count <= ENTRIES_MOST && (mkdir(root, 0755) == 0 || errno == EEXIST);
    uint64_t written = 0;
    for (zip_int64_t i = 0; good && i < count; i++)
        good = unpack_entry(archive, (zip_uint64_t)i, root, &written);
    if (archive)
        zip_discard(archive);
    return good;
}

static void work(uv_work_t *job)
{
    struct code_folder *folder = job->data;
    folder->good = unpack(buf_str(&folder->zip), folder->path);
}

/* ---- on the loop ---- */

static void drop(struct code_folder *folder)
{
    list_remove(&folder->link);
    folder_remove(folder->path);
    buf_release(&folder->zip);
    free(folder->path);
    free(folder);
}

static void drop_unused(struct code_folders *folders, size_t keep)
{
    size_t unused = 0;
    for (struct list *link = folders->all.previous, *before; link != &folders->all; link = before) {
        struct code_folder *folder = LIST_ITEM(link, struct code_folder, link);
        before = link->previous;
        if (list_is_empty(&folder->uses) && !folder->working && ++unused > keep)
            drop(folder);
    }
}

static void worked(uv_work_t *job, int status)
{
    struct code_folder *folder = job->data;
    struct code_folders *folders = folder->folders;
    struct list told;
    buf_release(&folder->zip);
    list_init(&told);
    for (struct list *link; (link = list_take_first(&folder->uses));)
        list_append(&told, link);
    while (!list_is_empty(&told)) { /* who is told may let go */
        struct code_use *use = LIST_ITEM(told.next, struct code_use, link);
        list_remove(&use->link);
        list_append(&folder->uses, &use->link);
        use->ready(use, folder->good ? folder->path : NULL);
    }
    folder->working = false;
    if (list_is_empty(&folder->uses) && !folder->good)
        drop(folder);
    drop_unused(folders, UNUSED_MOST);
}

static char *path_of(const struct code_folders *folders, struct str digest)
{
    struct buf path = BUF_EMPTY;
    buf_printf(&path, "%s/", folders->root);
    for (size_t i = 0; i < digest.length; i++) {
        char c = digest.at[i];
        buf_add_byte(&path, c == '/' ? '_' : c == '+' ? '-' : c == '=' ? '.' : c);
    }
    return buf_take(&path);
}

static struct code_folder *find(struct code_folders *folders, const char *path)
{
    for (struct list *link = folders->all.next; link != &folders->all; link = link->next) {
        struct code_folder *folder = LIST_ITEM(link, struct code_folder, link);
        if (strcmp(folder->path, path) == 0)
            return folder;
    }
    return NULL;
}

static struct code_folder *make(struct code_folders *folders, const char *path)
{
    struct code_folder *folder = memory_alloc(sizeof *folder);
    folder->folders = folders;
    folder->path = memory_copy(str_of(path));
    folder->work.data = folder;
    list_init(&folder->uses);
    list_init(&folder->link);
    return folder;
}

static void begin(struct code_folder *folder, bool (*read)(void *data, struct buf *zip), void *data)
{
    folder->working = true;
    if (!read(data, &folder->zip))
        buf_clear(&folder->zip); /* is no ZIP either */
    uv_queue_work(folder->folders->loop, &folder->work, work, worked);
}

const char *code_folder_use(struct code_folders *folders, struct str digest, bool (*read)(void *data, struct buf *zip),
                            void *data, struct code_use *use)
{
    char *path = path_of(folders, digest);
    struct code_folder *folder = find(folders, path);
    if (!folder)
        folder = make(folders, path);
    free(path);
    list_remove(&folder->link);
    list_append(&folders->all, &folder->link);
    if (!folder->working && !folder->good)
        begin(folder, read, data);
    use->folder = folder;
    list_append(&folder->uses, &use->link);
    return !folder->working && folder->good ? folder->path : NULL;
}

/* One that could not be unpacked is tried anew by the next. */
void code_folder_let_go(struct code_use *use)
{
    struct code_folder *folder = use->folder;
    if (!folder)
        return;
    list_remove(&use->link);
    use->folder = NULL;
    if (list_is_empty(&folder->uses) && !folder->working && !folder->good)
        drop(folder);
    else
        drop_unused(folder->folders, UNUSED_MOST);
}

bool code_folders_are_busy(const struct code_folders *folders)
{
    for (struct list *link = folders->all.next; link != &folders->all; link = link->next) {
        if (LIST_ITEM(link, struct code_folder, link)->working)
            return true;
    }
    return false;
}

struct code_folders *code_folders_new(uv_loop_t *loop, const char *root)
{
    struct code_folders *folders = memory_alloc(sizeof *folders);
    folders->loop = loop;
    folders->root = memory_copy(str_of(root));
    list_init(&folders->all);
    if (mkdir(root, 0755) != 0 && errno != EEXIST)
        log_error("cannot make the folder %s: %s", root, strerror(errno));
    return folders;
}

void code_folders_free(struct code_folders *folders)
{
    drop_unused(folders, 0);
    free(folders->root);
    free(folders);
}
