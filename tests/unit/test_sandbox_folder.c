/* The folder of a process' sandboxes, while others start and sweep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox_inner.h"

enum { PROCESSES = 4, FOLDERS = 300 };

static bool stands(const char *folder)
{
    char path[80];
    struct stat found;
    snprintf(path, sizeof path, "%s/lock", folder);
    return stat(path, &found) == 0;
}

/* Each folder is there for as long as its lock is held; then it is somebody's to sweep. The status: how many were not. */
static int make_and_let_go(void)
{
    int lost = 0;
    for (int i = 0; i < FOLDERS; i++) {
        char folder[64];
        int lock;
        if (!sandbox_folder_make(folder, &lock)) {
            lost++;
            continue;
        }
        lost += !stands(folder);
        close(lock);
    }
    return lost < 100 ? lost : 100;
}

static void a_new_folder_is_not_swept(void **state)
{
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(make_and_let_go());
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void what_nobody_holds_goes(void **state)
{
    char held[64], left[64], last[64];
    int held_lock, left_lock, last_lock;
    assert_true(sandbox_folder_make(held, &held_lock));
    assert_true(sandbox_folder_make(left, &left_lock));
    close(left_lock);
    assert_true(sandbox_folder_make(last, &last_lock));
    assert_true(stands(held));
    assert_false(stands(left));
    assert_true(stands(last));
    close(held_lock);
    close(last_lock);
    assert_true(sandbox_folder_make(last, &last_lock));
    assert_false(stands(held));
    code_folder_remove(last);
    close(last_lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_folder_is_not_swept),
        cmocka_unit_test(what_nobody_holds_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
