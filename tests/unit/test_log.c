/* base/log.h: what arrives on stderr. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

static char message[70000];

/* Logs one message and returns what a single read of a datagram socket sees: the line of one write. */
static const char *logged(enum log_level level, const char *text)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    int saved = dup(STDERR_FILENO);
    dup2(pair[1], STDERR_FILENO);
    errno = EDOM;
    log_line(level, "%s", text);
    int kept_errno = errno;
    dup2(saved, STDERR_FILENO);
    close(saved);
    ssize_t got = recv(pair[0], message, sizeof message - 1, MSG_DONTWAIT);
    close(pair[0]);
    close(pair[1]);
    assert_int_equal(kept_errno, EDOM);
    message[got > 0 ? got : 0] = '\0';
    return message;
}

static void test_one_line(void **state)
{
    const char *line = logged(LOG_WARN, "port 80: \xc3\xa9\xe2\x82\xac");
    assert_int_equal(strlen("2026-11-22T09:15:08.123Z"), strcspn(line, " "));
    assert_string_equal(line + 24, " warn  port 80: \xc3\xa9\xe2\x82\xac\n");
}

static void test_nothing_escapes_its_line(void **state)
{
    assert_string_equal(logged(LOG_ERROR, "a\nb\r\x1b[31m\x7f\t\xff\xc2\x9b") + 24,
                        " error a\\x0ab\\x0d\\x1b[31m\\x7f\\x09\\xff\\x9b\n");
}

static void test_levels(void **state)
{
    assert_string_equal(logged(LOG_DEBUG, "hidden"), "");
    log_set_level(LOG_DEBUG);
    assert_string_equal(logged(LOG_DEBUG, "shown") + 24, " debug shown\n");
    log_set_level(LOG_ERROR);
    assert_string_equal(logged(LOG_WARN, "hidden"), "");
    log_set_level(LOG_INFO);
    assert_string_equal(logged(LOG_INFO, "shown") + 24, " info  shown\n");
}

static void test_long_message_is_cut(void **state)
{
    static char text[20001];
    memset(text, 'x', 20000);
    const char *line = logged(LOG_INFO, text);
    assert_int_equal(strlen(line), 24 + strlen(" info  ") + 16384 + 1);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_line),
        cmocka_unit_test(test_nothing_escapes_its_line),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_long_message_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
