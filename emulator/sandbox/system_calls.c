#include "sandbox/system_calls.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct {
    int call, error;
} refused[] = {
    { SCMP_SYS(unshare), EPERM },
    { SCMP_SYS(setns), EPERM },
    { SCMP_SYS(clone3), ENOSYS }, /* its flags stand where no filter sees them; libc then takes clone() */
    { SCMP_SYS(mount), EPERM },
    { SCMP_SYS(umount2), EPERM },
    { SCMP_SYS(pivot_root), EPERM },
    { SCMP_SYS(open_tree), ENOSYS },
    { SCMP_SYS(move_mount), ENOSYS },
    { SCMP_SYS(mount_setattr), ENOSYS },
    { SCMP_SYS(fsopen), ENOSYS },
    { SCMP_SYS(fsconfig), ENOSYS },
    { SCMP_SYS(fsmount), ENOSYS },
    { SCMP_SYS(fspick), ENOSYS },
    { SCMP_SYS(memfd_create), ENOSYS },
    { SCMP_SYS(memfd_secret), ENOSYS },
    { SCMP_SYS(shmget), ENOSYS },
    { SCMP_SYS(add_key), EPERM },
    { SCMP_SYS(request_key), EPERM },
    { SCMP_SYS(keyctl), EPERM },
    { SCMP_SYS(bpf), EPERM },
    { SCMP_SYS(perf_event_open), EPERM },
    { SCMP_SYS(userfaultfd), EPERM },
    { SCMP_SYS(io_uring_setup), ENOSYS },
    { SCMP_SYS(io_uring_enter), ENOSYS },
    { SCMP_SYS(io_uring_register), ENOSYS },
};

static int add_rules(scmp_filter_ctx filter)
{
    int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));
    for (size_t i = 0; !failed && i < sizeof refused / sizeof *refused; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)refused[i].error), refused[i].call, 0);
    return failed;
}

int system_calls_file(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int file = filter ? memfd_create("system calls", MFD_CLOEXEC) : -1;
    int failed = !filter ? -ENOMEM : file < 0 ? -errno : add_rules(filter);
    if (!failed)
        failed = seccomp_export_bpf(filter, file);
    if (filter)
        seccomp_release(filter);
    if (!failed && lseek(file, 0, SEEK_SET) == 0)
        return file;
    if (file >= 0)
        close(file);
    return failed ? failed : -errno;
}
