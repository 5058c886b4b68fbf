/* Where blobs' bytes stand, and the thread that waits for the disk; only blob.c uses this. With a data folder a blob is a file
 * there: NUMBER.part while it is written, its id once it is published. In memory all blobs stand in one anonymous file, each
 * at a start of its own, BLOB_MOST_BYTES apart: the file is sparse, and what goes is punched out of it.
 *
 * The thread does what is urgent (publishing) before what is not (writing back early, removing), each in its order. */
#ifndef WORLD_BLOB_FILES_H
#define WORLD_BLOB_FILES_H

#include "world/blob.h"

struct blob_files;

struct blob_files *blob_files_new(const char *data_folder_or_null);
void blob_files_free(struct blob_files *files); /* does all that is to be done first */
bool blob_files_in_memory(const struct blob_files *files);
int blob_files_memory(const struct blob_files *files); /* the anonymous file's descriptor */

/* The loop's side; nothing of it waits for the disk but the first blob_files_create(). 0, or a negative errno. */
int blob_files_create(struct blob_files *files, uint64_t part, int *ret_file, uint64_t *ret_start);
int blob_files_open(struct blob_files *files,
                    const char *id); /* for reading, on the disk: a descriptor, or a negative errno */
/* What was written goes to the disk early; nobody waits for it. */
void blob_files_write_back(struct blob_files *files, int file, uint64_t start, uint64_t length);
/* Makes a written file durable under its id. The file stays open, the caller closes it once that is done. Returns the ticket
 * to wait for: they count up. */
uint64_t blob_files_publish(struct blob_files *files, int file, uint64_t part, const char *id);
uint64_t blob_files_published(struct blob_files *files); /* the last ticket that is done, well or not */
void blob_files_remove(struct blob_files *files, const char *id);
void blob_files_remove_part(struct blob_files *files, uint64_t part, int file_taken);
void blob_files_punch(struct blob_files *files, uint64_t start, uint64_t length); /* in memory */
/* Each published file with its length, and each part; what has neither name is left alone. */
void blob_files_list(struct blob_files *files, void (*published)(void *data, const char *id, uint64_t length),
                     void (*part)(void *data, uint64_t part), void *data);
void blob_files_settle(struct blob_files *files); /* waits until nothing is to be done; a failure is forgotten */

/* Any thread: waits until the ticket is done. False: it or one before it failed, *reterr_why is a negative errno. */
bool blob_files_wait(struct blob_files *files, uint64_t ticket, int *reterr_why);

#endif
