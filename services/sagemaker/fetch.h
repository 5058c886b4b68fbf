/* A fetch: the objects below one S3 URL, on their way into a container's file system. One step does a call or moves 64 KiB, so
 * that whoever steps it holds nobody up. */
#ifndef SAGEMAKER_FETCH_H
#define SAGEMAKER_FETCH_H

#include "aws/container.h"
#include "services/sagemaker/s3_access.h"

enum progress {
    PROGRESS_AGAIN, /* step once more */
    PROGRESS_WAITS, /* the access says `ready` */
    PROGRESS_DONE,
    PROGRESS_FAILED, /* `reason` */
};

struct fetch {
    struct s3_access *access;
    struct container *container;
    const char *url, *folder; /* borrowed; the container's folder */
    bool is_manifest, is_object;
    bool may_be_empty; /* a prefix with nothing below it is none of its faults */
    /* Its own. */
    enum { FETCH_LIST, FETCH_LISTED, FETCH_OBJECT, FETCH_OPENED, FETCH_PIECES } stage;
    struct arena *arena;
    struct str bucket, prefix, *keys, token;
    size_t key_count, key_room, next;
    struct buf bytes;
    uint64_t size;
    char reason[CONTAINER_MOST_TEXT];
};

/* The struct is zeroed but for what is borrowed. */
void fetch_begin(struct fetch *fetch);
enum progress fetch_step(struct fetch *fetch);
void fetch_end(struct fetch *fetch);

#endif
