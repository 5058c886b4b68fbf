/* A delivery: files that a container left, on their way into S3. One step is one call: an object, or 5 MiB of a larger one by a
 * multipart upload. */
#ifndef SAGEMAKER_DELIVER_H
#define SAGEMAKER_DELIVER_H

#include "services/sagemaker/fetch.h"

struct delivery {
    struct s3_access *access;
    struct list *files; /* struct container_file; each is released when it has arrived */
    /* Where a file goes: "s3://bucket/key" in the arena, NULL: nowhere. */
    const char *(*url)(void *data, struct arena *arena, const struct container_file *file);
    void *data;
    /* Its own. */
    struct arena *arena;
    enum { DELIVER_NEXT, DELIVER_PUT, DELIVER_BEGUN, DELIVER_PART, DELIVER_COMPLETED } stage;
    struct container_file *file;
    struct str bucket, key;
    const char *upload_id;
    size_t offset;
    cJSON *parts;
    char reason[CONTAINER_MOST_TEXT];
};

void delivery_begin(struct delivery *delivery);
enum progress delivery_step(struct delivery *delivery);
void delivery_end(struct delivery *delivery);

#endif
