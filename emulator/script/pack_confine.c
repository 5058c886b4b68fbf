#include "script/pack.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__linux__)
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#endif
#include <sys/resource.h>

#include "script/child.h"

#define ADDRESS_SPACE ((rlim_t)256 << 20)

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "rehearse: the pack's process cannot be confined: %s: %s\n", what, strerror(errno));
    _exit(1);
}

static void limit(int resource, rlim_t most, const char *what)
{
    struct rlimit limits = { most, most };
    if (setrlimit(resource, &limits) != 0)
        give_up(what);
}

#if defined(__linux__)
static void leave_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

#if !UNDER_SANITIZER
static int equal(const void *a, const void *b)
{
    return 0;
}

/* With an array of a KiB or more the C library's qsort asks, once, how much memory the machine has: afterwards it may not. */
static void sort_once(void)
{
    uint64_t many[256] = { 0 };
    qsort(many, sizeof many / sizeof *many, sizeof *many, equal);
}

/* What is left: its socket, memory, the clock, an end. Anything else ends the process. */
static void allow_calls(void)
{
    static const int calls[] = { SCMP_SYS(read),         SCMP_SYS(write),         SCMP_SYS(recvfrom),
                                 SCMP_SYS(sched_yield),  SCMP_SYS(mmap),          SCMP_SYS(mremap),
                                 SCMP_SYS(munmap),       SCMP_SYS(madvise),       SCMP_SYS(brk),
                                 SCMP_SYS(futex),        SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
                                 SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),          SCMP_SYS(exit_group) };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int failed = filter ? 0 : -ENOMEM;
    for (size_t i = 0; !failed && i < sizeof calls / sizeof *calls; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    if (!failed)
        failed = seccomp_load(filter); /* sets no_new_privs first */
    if (failed) {
        errno = -failed;
        give_up("seccomp");
    }
    seccomp_release(filter);
}
#endif
#else
static void leave_with_parent(void)
{
    /* The socket's end tells it, too. */
}
#endif

void pack_confine(void)
{
    leave_with_parent();
    limit(RLIMIT_NOFILE, 8, "the number of files");
    limit(RLIMIT_CORE, 0, "core dumps");
#if !UNDER_SANITIZER
    limit(RLIMIT_NPROC, 0, "processes");
    limit(RLIMIT_AS, ADDRESS_SPACE, "memory");
#if defined(__linux__)
    sort_once();
    allow_calls();
#endif
#endif
}
