#include "sandbox/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX    "rehearse-lambda-"
#define LOCK      "/lock"
#define YOUNG_S   60 /* one without a lock may be somebody's who is about to make it */
#define PATH_MOST 256

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int lock(const char *path, int flags)
{
    char name[PATH_MOST + sizeof LOCK];
    snprintf(name, sizeof name, "%s" LOCK, path);
    return open(name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
}

/* It is ours, and nobody holds it. */
static bool is_left_behind(const char *path)
{
    struct stat found;
    if (lstat(path, &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != geteuid())
        return false;
    int file = lock(path, 0);
    if (file < 0)
        return time(NULL) - found.st_mtime > YOUNG_S;
    bool free = flock(file, LOCK_EX | LOCK_NB) == 0;
    close(file);
    return free;
}

static void sweep(const char *root)
{
    char path[PATH_MOST];
    DIR *folder = opendir(root);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 &&
            snprintf(path, sizeof path, "%s/%s", root, entry->d_name) < (int)sizeof path && is_left_behind(path))
            folder_remove(path);
    }
    if (folder)
        closedir(folder);
}

bool folder_make(const char *root, char *ret_path, size_t room, int *ret_lock)
{
    sweep(root);
    snprintf(ret_path, room, "%s/" PREFIX "XXXXXX", root);
    if (!mkdtemp(ret_path))
        return false;
    *ret_lock = lock(ret_path, O_CREAT | O_EXCL);
    if (*ret_lock >= 0 && flock(*ret_lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (*ret_lock >= 0)
        close(*ret_lock);
    folder_remove(ret_path);
    return false;
}
