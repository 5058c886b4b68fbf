/* What the processes of a sandbox may not ask the kernel for: spaces of their own inside of ours (with one they would be root
 * there, and could mount memory without end), memory that no process' size shows, the keys of the user, and the newest doors of
 * the kernel. Everything else is as it was. */
#ifndef SANDBOX_SYSTEM_CALLS_H
#define SANDBOX_SYSTEM_CALLS_H

/* A file of seccomp's program, for bwrap's --seccomp; close() it. Negative: errno, negated. */
int system_calls_file(void);

#endif
