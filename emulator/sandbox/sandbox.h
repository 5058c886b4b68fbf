/* Handlers really run: code of python3.x, nodejs*.x and provided.al2* functions, from their ZIP, each environment a bubblewrap
 * sandbox of its own: no network, a read-only system, its own /tmp, processes, users and hostname, bounded memory and time.
 *
 *   HOOK_INVOKE ─▶ job ─▶ waiting ─▶ an environment of this function and revision ─▶ hook_answer
 *                            │            ▲ idle again (frozen, ended after a while)
 *                            └─ none free: one is started, as long as there is room; else whoever idles longest makes room
 *
 *   inside: relay (first process) ─▶ interpreter + bootstrap ─▶ handler
 *             127.0.0.1:9001 ──▶ Runtime API, an environment's own Unix socket          (runtime_api.c)
 *             127.0.0.1:PORT ──▶ the cloud, by a Unix socket on which the gateway listens: a handler's SDK calls come back
 *                                down the one road, signed with temporary keys of the function's role
 *
 * A run holds the clock and is answered by a timer of its own: see "Work off the loop" in the design. Where there is no bubblewrap or no
 * interpreter, Invoke says so; nothing ever runs outside of a sandbox unless the options say LAMBDA_UNSANDBOXED. */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <uv.h>

#include "aws/cloud.h"
#include "sandbox/lambda_mode.h"

struct sandboxes;
struct holds;

struct sandbox_options {
    enum lambda_mode mode;
    struct holds *holds;  /* net/hold.h: an invocation leaves for its sandbox when what it rests on is durable */
    int port;             /* the emulator's own: inside, AWS_ENDPOINT_URL names it too */
    const char *endpoint; /* what unsandboxed handlers call; copied */
};

/* NULL: *reterr_why is one line, free() it. The folder of sockets and code is made here and goes with sandboxes_close(). */
struct sandboxes *sandboxes_open(uv_loop_t *loop, struct cloud *cloud, const struct sandbox_options *options,
                                 char **reterr_why);
const char *sandboxes_cloud_socket(const struct sandboxes *sandboxes); /* where the gateway has to listen: "unix:/…" */
/* Ends every environment; `closed` when the loop holds nothing of theirs any more. Jobs stay parked, so that executions find
 * them again after the next start. sandboxes_free() after the world's end. */
void sandboxes_close(struct sandboxes *sandboxes, void (*closed)(void *data), void *data);
void sandboxes_free(struct sandboxes *sandboxes_or_null);

#endif
