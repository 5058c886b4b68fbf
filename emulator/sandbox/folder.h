/* The folder that a cloud keeps for its functions while it runs: their code unpacked, sockets. It is locked as long as the
 * process lives, so what one left behind that was killed can be told from those in use. */
#ifndef SANDBOX_FOLDER_H
#define SANDBOX_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Removes those under `root` whose clouds are no more, then makes one. False: errno says why. */
bool folder_make(const char *root, char *ret_path, size_t room, int *ret_lock);
/* All in it as well; close() the lock behind. */
void folder_remove(const char *path);

#endif
