#include "world/blob_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"

#define FOLDER    "blobs"
#define NAME_SIZE 40

enum work { PUBLISH, WRITE_BACK, REMOVE, PUNCH };

struct job {
    struct list link;
    enum work work;
    int file; /* REMOVE: closed, if there is one */
    uint64_t start, length, ticket;
    char from[NAME_SIZE], id[NAME_SIZE];
};

struct blob_files {
    char *data_folder; /* NULL: in memory */
    int folder;        /* -1: there is none yet */
    int memory;        /* the anonymous file; -1 likewise */
    uint64_t places;   /* of the anonymous file that were given away */
    uint64_t tickets;

    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    /* Under the lock: */
    struct list urgent, leisure;
    uint64_t published;
    int error; /* of the first publishing that failed since the last settling */
    bool working, stop;
};

/* ---- the thread ---- */

/* Whose bytes are not durable before the name is, nor the name before the folder is synced. */
static int publish(const struct blob_files *files, const struct job *job)
{
    if (fdatasync(job->file) != 0 || renameat(files->folder, job->from, files->folder, job->id) != 0 ||
        fsync(files->folder) != 0)
        return -errno;
    return 0;
}

static void remove_file(const struct blob_files *files, const struct job *job)
{
    if (job->file >= 0)
        close(job->file);
    if (unlinkat(files->folder, job->id, 0) != 0 && errno != ENOENT)
        log_warn("%s/" FOLDER "/%s cannot be removed: %s", files->data_folder, job->id, strerror(errno));
}

static int do_job(const struct blob_files *files, const struct job *job)
{
    switch (job->work) {
    case PUBLISH:
        return publish(files, job);
    case WRITE_BACK:
        /* Starts the writing, waits for none of it and takes no error away from the fdatasync that will. */
        sync_file_range(job->file, (off_t)job->start, (off_t)job->length, SYNC_FILE_RANGE_WRITE);
        return 0;
    case REMOVE:
        remove_file(files, job);
        return 0;
    case PUNCH:
        if (fallocate(files->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)job->start,
                      (off_t)job->length) != 0)
            log_warn("the memory of a blob is not given back: %s", strerror(errno));
        return 0;
    }
    return 0;
}

static struct job *take_job(struct blob_files *files)
{
    struct list *link = list_take_first(&files->urgent);
    if (!link)
        link = list_take_first(&files->leisure);
    return link ? LIST_ITEM(link, struct job, link) : NULL;
}

static void note_done(struct blob_files *files, const struct job *job, int error)
{
    if (job->work == PUBLISH)
        files->published = job->ticket;
    if (error && !files->error)
        files->error = error;
    files->working = false;
    pthread_cond_broadcast(&files->done);
}

static void *do_all(void *data)
{
    struct blob_files *files = data;
    pthread_mutex_lock(&files->lock);
    for (;;) {
        struct job *job = take_job(files);
        if (!job && files->stop)
            break;
        if (!job) {
            pthread_cond_wait(&files->work, &files->lock);
            continue;
        }
        files->working = true;
        pthread_mutex_unlock(&files->lock);
        int error = do_job(files, job);
        pthread_mutex_lock(&files->lock);
        note_done(files, job, error);
        free(job);
    }
    pthread_mutex_unlock(&files->lock);
    return NULL;
}

/* The process' signals are for the loop's thread. */
static void start_thread(struct blob_files *files)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&files->thread, NULL, do_all, files);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        log_error("the thread for blobs does not start: %s", strerror(code));
        exit(1); /* as when memory ends: what was promised cannot be kept */
    }
    files->has_thread = true;
}

static void give(struct blob_files *files, struct list *list, const struct job *job)
{
    struct job *copy = memory_alloc(sizeof *copy);
    *copy = *job;
    if (!files->has_thread)
        start_thread(files);
    pthread_mutex_lock(&files->lock);
    list_append(list, &copy->link);
    pthread_cond_signal(&files->work);
    pthread_mutex_unlock(&files->lock);
}

bool blob_files_wait(struct blob_files *files, uint64_t ticket, int *reterr_why)
{
    pthread_mutex_lock(&files->lock);
    while (files->published < ticket && !files->error)
        pthread_cond_wait(&files->done, &files->lock);
    *reterr_why = files->error;
    pthread_mutex_unlock(&files->lock);
    return *reterr_why == 0;
}

uint64_t blob_files_published(struct blob_files *files)
{
    pthread_mutex_lock(&files->lock);
    uint64_t published = files->published;
    pthread_mutex_unlock(&files->lock);
    return published;
}

void blob_files_settle(struct blob_files *files)
{
    pthread_mutex_lock(&files->lock);
    while (files->working || !list_is_empty(&files->urgent) || !list_is_empty(&files->leisure))
        pthread_cond_wait(&files->done, &files->lock);
    files->error = 0;
    pthread_mutex_unlock(&files->lock);
}

/* ---- the loop's side ---- */

static void print_part(char name[NAME_SIZE], uint64_t part)
{
    snprintf(name, NAME_SIZE, "%" PRIu64 ".part", part);
}

/* The folder's own entry is to outlive a crash too. */
static int make_folder(struct blob_files *files)
{
    if (files->folder >= 0)
        return 0;
    int parent = open(files->data_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
        return -errno;
    bool made = (mkdirat(parent, FOLDER, 0700) == 0 || errno == EEXIST) && fsync(parent) == 0;
    if (made)
        files->folder = openat(parent, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    int error = files->folder < 0 ? -errno : 0;
    close(parent);
    return error;
}

static int take_place(struct blob_files *files, int *ret_file, uint64_t *ret_start)
{
    if (files->memory < 0)
        files->memory = memfd_create("rehearse-blobs", MFD_CLOEXEC);
    if (files->memory < 0)
        return -errno;
    *ret_file = files->memory;
    *ret_start = files->places++ * BLOB_MOST_BYTES;
    return 0;
}

int blob_files_create(struct blob_files *files, uint64_t part, int *ret_file, uint64_t *ret_start)
{
    if (!files->data_folder)
        return take_place(files, ret_file, ret_start);
    int error = make_folder(files);
    if (error)
        return error;
    char name[NAME_SIZE];
    print_part(name, part);
    *ret_start = 0;
    *ret_file = openat(files->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return *ret_file < 0 ? -errno : 0;
}

int blob_files_open(struct blob_files *files, const char *id)
{
    int file = openat(files->folder, id, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return file < 0 ? -errno : file;
}

void blob_files_write_back(struct blob_files *files, int file, uint64_t start, uint64_t length)
{
    if (files->data_folder)
        give(files, &files->leisure,
             &(struct job){ .work = WRITE_BACK, .file = file, .start = start, .length = length });
}

/* The file may be closed once it is published. */
static void drop_write_backs(struct blob_files *files, int file)
{
    pthread_mutex_lock(&files->lock);
    struct list *next;
    for (struct list *link = files->leisure.next; link != &files->leisure; link = next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        next = link->next;
        if (job->work == WRITE_BACK && job->file == file) {
            list_remove(link);
            free(job);
        }
    }
    pthread_mutex_unlock(&files->lock);
}

uint64_t blob_files_publish(struct blob_files *files, int file, uint64_t part, const char *id)
{
    if (!files->data_folder)
        return files->tickets;
    struct job job = { .work = PUBLISH, .file = file, .ticket = ++files->tickets };
    print_part(job.from, part);
    snprintf(job.id, sizeof job.id, "%s", id);
    drop_write_backs(files, file);
    give(files, &files->urgent, &job);
    return job.ticket;
}

void blob_files_remove(struct blob_files *files, const char *id)
{
    struct job job = { .work = REMOVE, .file = -1 };
    snprintf(job.id, sizeof job.id, "%s", id);
    give(files, &files->leisure, &job);
}

void blob_files_remove_part(struct blob_files *files, uint64_t part, int file_taken)
{
    struct job job = { .work = REMOVE, .file = file_taken };
    print_part(job.id, part);
    give(files, &files->leisure, &job);
}

void blob_files_punch(struct blob_files *files, uint64_t start, uint64_t length)
{
    if (length > 0)
        give(files, &files->leisure, &(struct job){ .work = PUNCH, .start = start, .length = length });
}

static bool is_id(const char *name)
{
    return strlen(name) == BLOB_ID_BYTES && strspn(name, "0123456789abcdef") == BLOB_ID_BYTES;
}

/* NUMBER.part */
static bool is_part(const char *name, uint64_t *ret_part)
{
    char again[NAME_SIZE];
    *ret_part = strtoull(name, NULL, 10);
    print_part(again, *ret_part);
    return strcmp(name, again) == 0;
}

void blob_files_list(struct blob_files *files, void (*published)(void *data, const char *id, uint64_t length),
                     void (*part)(void *data, uint64_t part), void *data)
{
    struct buf path = BUF_EMPTY;
    buf_printf(&path, "%s/" FOLDER, files->data_folder);
    DIR *folder = opendir(path.at); /* of its own: a descriptor that was read to its end stays there */
    buf_release(&path);
    if (!folder || make_folder(files) != 0) {
        if (folder)
            closedir(folder);
        return;
    }
    const struct dirent *entry;
    uint64_t number;
    while ((entry = readdir(folder))) {
        struct stat status;
        if (is_part(entry->d_name, &number))
            part(data, number);
        else if (is_id(entry->d_name) && fstatat(files->folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                 S_ISREG(status.st_mode))
            published(data, entry->d_name, (uint64_t)status.st_size);
    }
    closedir(folder);
}

/* ---- life ---- */

struct blob_files *blob_files_new(const char *data_folder_or_null)
{
    struct blob_files *files = memory_alloc(sizeof *files);
    files->data_folder = data_folder_or_null ? memory_copy(str_of(data_folder_or_null)) : NULL;
    files->folder = files->memory = -1;
    list_init(&files->urgent);
    list_init(&files->leisure);
    pthread_mutex_init(&files->lock, NULL);
    pthread_cond_init(&files->work, NULL);
    pthread_cond_init(&files->done, NULL);
    return files;
}

bool blob_files_in_memory(const struct blob_files *files)
{
    return !files->data_folder;
}

int blob_files_memory(const struct blob_files *files)
{
    return files->memory;
}

void blob_files_free(struct blob_files *files)
{
    if (files->has_thread) {
        pthread_mutex_lock(&files->lock);
        files->stop = true;
        pthread_cond_signal(&files->work);
        pthread_mutex_unlock(&files->lock);
        pthread_join(files->thread, NULL);
    }
    if (files->folder >= 0)
        close(files->folder);
    if (files->memory >= 0)
        close(files->memory);
    pthread_cond_destroy(&files->work);
    pthread_cond_destroy(&files->done);
    pthread_mutex_destroy(&files->lock);
    free(files->data_folder);
    free(files);
}
