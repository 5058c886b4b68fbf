/* The folder of this process' sandboxes. One that a process left behind which was killed is known by its lock, which nobody holds any
 * more, and taken away by the next that starts. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/sandbox_inner.h"

#define PLACE  "/tmp"
#define PREFIX "rehearse-lambda-"

#define MOST_TRIES 8

static int open_lock(const char *folder, int flags)
{
    char path[128];
    snprintf(path, sizeof path, "%s/lock", folder);
    int lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0)
        return lock;
    close(lock);
    return -1;
}

static void sweep_one(const char *name)
{
    char path[96];
    struct stat found;
    if (snprintf(path, sizeof path, PLACE "/%s", name) >= (int)sizeof path)
        return;
    if (lstat(path, &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != getuid())
        return;
    int lock = open_lock(path, 0);
    if (lock < 0)
        return;
    code_folder_remove(path);
    close(lock);
}

static void sweep(void)
{
    DIR *place = opendir(PLACE);
    const struct dirent *entry;
    while (place && (entry = readdir(place))) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
            sweep_one(entry->d_name);
    }
    if (place)
        closedir(place);
}

/* Another process that starts may find the lock before it is held, and sweep. What it has taken away then has no name any more. */
static int lock_new(const char *folder)
{
    struct stat found;
    int lock = open_lock(folder, O_CREAT | O_EXCL);
    if (lock < 0 || (fstat(lock, &found) == 0 && found.st_nlink > 0))
        return lock;
    close(lock);
    return -1;
}

bool sandbox_folder_make(char ret_folder[64], int *ret_lock)
{
    sweep();
    *ret_lock = -1;
    for (int tries = 0; tries < MOST_TRIES && *ret_lock < 0; tries++) {
        snprintf(ret_folder, 64, PLACE "/" PREFIX "XXXXXX");
        if (!mkdtemp(ret_folder))
            return false;
        *ret_lock = lock_new(ret_folder);
    }
    return *ret_lock >= 0;
}
