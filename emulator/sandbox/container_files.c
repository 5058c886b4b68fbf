#include "sandbox/container_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

#define DEPTH_MOST 32
#define TEXT_MOST  (CONTAINER_MOST_TEXT - 1)

/* ---- paths ---- */

/* Where a path of the container stands on this machine; false: not below /opt/ml. */
static bool real_path(const char *folder, const char *path, char ret_path[PATH_MAX])
{
    size_t root = strlen(CONTAINER_ROOT);
    if (strncmp(path, CONTAINER_ROOT, root) != 0 || (path[root] != '/' && path[root] != '\0'))
        return false;
    return snprintf(ret_path, PATH_MAX, "%s%s", folder, path + root) < PATH_MAX;
}

static bool make_folder(const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST;
}

/* Every folder on the way to a file; `start` bytes of the path are there already. */
static bool make_parents(char *path, size_t start)
{
    for (char *at = path + start + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        bool good = make_folder(path);
        *at = '/';
        if (!good)
            return false;
    }
    return true;
}

/* ---- writing ---- */

static bool write_file(const char *path, struct str bytes)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    bool good = file >= 0;
    while (good && bytes.length) {
        ssize_t written = write(file, bytes.at, bytes.length);
        good = written > 0;
        bytes = str_from(bytes, good ? (size_t)written : 0);
    }
    if (file >= 0)
        close(file);
    return good;
}

bool container_files_write(const char *folder, const struct list *files, const char *const *output_folders)
{
    char path[PATH_MAX];
    size_t start = strlen(folder);
    if (!make_folder(folder))
        return false;
    for (const char *const *output = output_folders; output && *output; output++) {
        if (real_path(folder, *output, path) && (!make_parents(path, start) || !make_folder(path)))
            return false;
    }
    for (struct list *link = files->next; link != files; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        if (real_path(folder, file->path, path) &&
            (!make_parents(path, start) || !write_file(path, buf_str(&file->bytes))))
            return false;
    }
    return true;
}

/* ---- reading; nothing that a container left is followed, whatever it points to ---- */

struct reading {
    struct list *files;
    size_t count;
    uint64_t bytes;
};

static bool read_bytes(int file, size_t most, struct buf *bytes)
{
    struct stat found;
    if (fstat(file, &found) != 0 || !S_ISREG(found.st_mode) || (uint64_t)found.st_size > most)
        return false;
    buf_reserve(bytes, (size_t)found.st_size + 1);
    while (bytes->length < (size_t)found.st_size) {
        ssize_t got = read(file, bytes->at + bytes->length, (size_t)found.st_size - bytes->length);
        if (got <= 0)
            break;
        bytes->length += (size_t)got;
    }
    bytes->at[bytes->length] = '\0';
    return true;
}

static void take_file(struct reading *reading, int parent, const char *name, const char *path)
{
    struct buf bytes = BUF_EMPTY;
    int file = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    if (reading->count < CONTAINER_MOST_FILES && read_bytes(file, CONTAINER_MOST_BYTES - reading->bytes, &bytes)) {
        struct container_file *taken = memory_alloc(sizeof *taken);
        reading->count++;
        reading->bytes += bytes.length;
        taken->path = memory_copy(str_of(path));
        taken->bytes = bytes;
        list_append(reading->files, &taken->link);
    }
    close(file);
}

static void take_folder(struct reading *reading, int folder_taken, const char *path, int depth)
{
    DIR *folder = fdopendir(folder_taken);
    const struct dirent *entry;
    if (!folder) {
        close(folder_taken);
        return;
    }
    while (depth < DEPTH_MOST && (entry = readdir(folder))) {
        char below[PATH_MAX];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= (int)sizeof below)
            continue;
        int inner = openat(folder_taken, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0)
            take_folder(reading, inner, below, depth + 1);
        else
            take_file(reading, folder_taken, entry->d_name, below);
    }
    closedir(folder);
}

/* From the folder's own root on, so that no link on the way is followed. */
static int open_below(const char *folder, const char *path, int flags)
{
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct str rest = str_from(str_of(path), strlen(CONTAINER_ROOT) + 1);
    while (at >= 0 && rest.length) {
        char name[NAME_MAX + 1];
        struct str segment = str_cut(rest, '/', &rest);
        snprintf(name, sizeof name, "%.*s", STR_ARG(segment));
        int next = openat(at, name, (rest.length ? O_RDONLY | O_DIRECTORY : flags) | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        at = next;
    }
    return at;
}

void container_files_read(const char *folder, const char *const *output_folders, struct list *ret_files)
{
    struct reading reading = { .files = ret_files };
    for (const char *const *output = output_folders; output && *output; output++) {
        int at = open_below(folder, *output, O_RDONLY | O_DIRECTORY);
        if (at >= 0)
            take_folder(&reading, at, *output, 0);
    }
}

bool container_files_read_text(const char *folder, const char *path, struct buf *ret_text)
{
    int file = open_below(folder, path, O_RDONLY | O_NONBLOCK);
    if (file < 0)
        return false;
    bool good = read_bytes(file, 64 * 1024, ret_text);
    if (ret_text->length > TEXT_MOST)
        ret_text->length = TEXT_MOST;
    close(file);
    return good;
}

/* ---- the folder as a whole ---- */

/* nftw(3) has no place for a caller's own: one for each thread of the pool. */
static __thread uint64_t counted;

static int count_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    counted += (uint64_t)status->st_blocks * 512;
    return 0;
}

uint64_t container_files_bytes(const char *folder)
{
    counted = 0;
    nftw(folder, count_one, 16, FTW_PHYS);
    return counted;
}

static int open_up(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    if (S_ISDIR(status->st_mode))
        (void)!chmod(path, 0700);
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    return remove(path);
}

void container_files_remove(const char *folder)
{
    nftw(folder, open_up, 16, FTW_PHYS);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
