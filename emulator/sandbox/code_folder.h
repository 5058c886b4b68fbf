/* Code as folders: each ZIP is unpacked once, by a thread of libuv's pool, into a folder that no name of the ZIP leads out of.
 * A folder stays while somebody uses it; of those that nobody does a few are kept. */
#ifndef SANDBOX_CODE_FOLDER_H
#define SANDBOX_CODE_FOLDER_H

#include <uv.h>

#include "base/buf.h"
#include "base/list.h"

struct code_folders;
struct code_folder;

struct code_use {
    struct code_folder *folder;
    struct list link;
    /* Told from the loop. NULL: it cannot be unpacked. Not told after code_folder_let_go(). */
    void (*ready)(struct code_use *use, const char *path_or_null);
};

struct code_folders *code_folders_new(uv_loop_t *loop, const char *root);
void code_folders_free(struct code_folders *folders); /* nobody uses any, no thread works for them */
bool code_folders_are_busy(const struct code_folders *folders);
/* Its path, where it stands already; else NULL, and `ready` is told. `digest` names the ZIP; `read` is asked for it where it is
 * needed. */
const char *code_folder_use(struct code_folders *folders, struct str digest, bool (*read)(void *data, struct buf *zip),
                            void *data, struct code_use *use);
void code_folder_let_go(struct code_use *use);

#endif
