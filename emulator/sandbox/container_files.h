/* A container's /opt/ml: a folder of this machine's, written before the container starts and read when it has ended. On libuv's pool: it
 * touches nothing but what it is given. */
#ifndef SANDBOX_CONTAINER_FILES_H
#define SANDBOX_CONTAINER_FILES_H

#include "aws/container.h"

#define CONTAINER_ROOT "/opt/ml"

/* Makes the folder with these files and with the output folders, empty. False: it cannot be. Files elsewhere than below /opt/ml are
 * not for it. */
bool container_files_write(const char *folder, const struct list *files, const char *const *output_folders);
/* Adds what stands below the output folders to *ret_files (struct container_file, container paths), as far as there is room. */
void container_files_read(const char *folder, const char *const *output_folders, struct list *ret_files);
/* The text of one small file; false: there is none. */
bool container_files_read_text(const char *folder, const char *path, struct buf *ret_text);
uint64_t container_files_bytes(const char *folder); /* of all that stands in it */
void container_files_remove(const char *folder);

#endif
