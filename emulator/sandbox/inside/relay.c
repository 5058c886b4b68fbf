/* relay: the first process of a sandbox. A program of its own, since it stands alone in there: libc and nothing of ours.
 *
 *      relay MEMORY_MB PROCESSES PORT=SOCKET… -- COMMAND…
 *
 *      127.0.0.1:PORT ◀─ what the handler's SDK speaks to        SOCKET: the emulator's, bound into the sandbox
 *              └───────────── bytes both ways ──────────────────────┘
 *
 * It starts COMMAND with those of its own variables that begin with '+', without the '+': what a function sets (LD_PRELOAD) is not
 * for the relay. It forwards connections, reaps what others leave behind, and ends everything (SIGKILL, as a machine out of
 * memory does) where all processes together hold more than MEMORY_MB or there are more than PROCESSES of them: cgroups would do
 * this better, but not every user has any. Standard input is the emulator's hand: 'S' stops every process but this one, 'C' lets
 * them go on; its end means that the emulator is gone. It ends as COMMAND ended: with its status, or 128 and its signal. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORTS_MOST    4
#define PAIRS_MOST    128
#define BUFFER_BYTES  65536
#define WATCH_MS      20
#define FILES_MOST    1024 /* "Lambda quotas": file descriptors of an environment */
#define FILE_MOST     ((rlim_t)10 * 1024 * 1024 * 1024)
#define FAILED_STATUS 125 /* the relay's own, as env(1) has it */

static struct door {
    int listener;
    const char *path;
} doors[PORTS_MOST];
static int door_count;

/* Two ends, and what was read from each and not yet written to the other. */
static struct pair {
    int end[2];
    char *waiting[2];
    size_t from[2], to[2];
    bool ended[2], told[2]; /* no more comes from this end; and the other end was told */
} pairs[PAIRS_MOST];
static int pair_count;

static long memory_most_pages, processes_most;
static pid_t command;
static bool stopped;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
    exit(FAILED_STATUS);
}

/* ---- doors ---- */

static void open_door(const char *word)
{
    char *equals = strchr(word, '=');
    int one = 1;
    struct sockaddr_in where = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (!equals || door_count == PORTS_MOST) {
        errno = EINVAL;
        fail(word);
    }
    where.sin_port = htons((uint16_t)atoi(word));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(listener, (struct sockaddr *)&where, sizeof where) != 0 || listen(listener, 64) != 0)
        fail(word);
    doors[door_count++] = (struct door){ listener, equals + 1 };
}

static int call_emulator(const char *path)
{
    struct sockaddr_un where = { .sun_family = AF_UNIX };
    snprintf(where.sun_path, sizeof where.sun_path, "%s", path);
    int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (end < 0)
        return -1;
    if (connect(end, (struct sockaddr *)&where, sizeof where) == 0 && fcntl(end, F_SETFL, O_NONBLOCK) == 0)
        return end;
    close(end);
    return -1;
}

static void answer_door(const struct door *door)
{
    int one = 1, inner = accept4(door->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (inner < 0)
        return;
    int outer = pair_count < PAIRS_MOST ? call_emulator(door->path) : -1;
    if (outer < 0) {
        close(inner);
        return;
    }
    setsockopt(inner, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct pair *pair = &pairs[pair_count++];
    *pair = (struct pair){ .end = { inner, outer } };
    for (int side = 0; side < 2; side++) {
        pair->waiting[side] = malloc(BUFFER_BYTES);
        if (!pair->waiting[side])
            fail("memory");
    }
}

/* ---- pairs ---- */

static bool has_waiting(const struct pair *pair, int side)
{
    return pair->from[side] < pair->to[side];
}

/* Moves what there is from one end to the other. False: the pair is broken. */
static bool move(struct pair *pair, int side)
{
    if (!has_waiting(pair, side) && !pair->ended[side]) {
        ssize_t got = read(pair->end[side], pair->waiting[side], BUFFER_BYTES);
        if (got < 0)
            return errno == EAGAIN || errno == EINTR;
        pair->ended[side] = got == 0;
        pair->from[side] = 0;
        pair->to[side] = (size_t)got;
    }
    while (has_waiting(pair, side)) {
        ssize_t put = send(pair->end[!side], pair->waiting[side] + pair->from[side], pair->to[side] - pair->from[side],
                           MSG_NOSIGNAL);
        if (put < 0)
            return errno == EAGAIN || errno == EINTR;
        pair->from[side] += (size_t)put;
    }
    if (pair->ended[side] && !pair->told[side]) {
        pair->told[side] = true;
        shutdown(pair->end[!side], SHUT_WR);
    }
    return true;
}

static void end_pair(int index)
{
    struct pair *pair = &pairs[index];
    for (int side = 0; side < 2; side++) {
        close(pair->end[side]);
        free(pair->waiting[side]);
    }
    *pair = pairs[--pair_count];
}

static void move_all(void)
{
    for (int i = pair_count - 1; i >= 0; i--) {
        struct pair *pair = &pairs[i];
        if (!move(pair, 0) || !move(pair, 1) || (pair->told[0] && pair->told[1]))
            end_pair(i);
    }
}

/* ---- watching over the processes ---- */

static long pages_of(const char *pid)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%.20s/statm", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t got = read(file, text, sizeof text - 1);
    close(file);
    if (got <= 0)
        return 0;
    text[got] = '\0';
    char *second = strchr(text, ' ');
    return second ? strtol(second, NULL, 10) : 0;
}

static bool is_process(const char *name)
{
    return name[0] >= '1' && name[0] <= '9' && atoi(name) != getpid();
}

static bool is_too_much(void)
{
    long pages = 0, processes = 0;
    DIR *folder = opendir("/proc");
    if (!folder)
        return false;
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (!is_process(entry->d_name))
            continue;
        pages += pages_of(entry->d_name);
        processes++;
    }
    closedir(folder);
    return pages > memory_most_pages || processes > processes_most;
}

static _Noreturn void end_all(int status)
{
    kill(-1, SIGKILL);
    exit(status);
}

static void reap(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == command)
            end_all(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
}

static void take_orders(void)
{
    char orders[64];
    ssize_t got = read(STDIN_FILENO, orders, sizeof orders);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        end_all(0);
    for (ssize_t i = 0; i < got; i++) {
        stopped = orders[i] == 'S';
        kill(-1, stopped ? SIGSTOP : SIGCONT);
    }
}

/* ---- the command ---- */

static void limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit limits;
    if (getrlimit(what, &limits) != 0)
        return;
    if (limits.rlim_max == RLIM_INFINITY || limits.rlim_max > most)
        limits.rlim_max = most;
    limits.rlim_cur = limits.rlim_max;
    setrlimit(what, &limits);
}

static char **variables_of_command(void)
{
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **variables = calloc(count + 1, sizeof *variables);
    if (!variables)
        fail("memory");
    for (size_t i = 0; i < count; i++) {
        if (environ[i][0] == '+')
            variables[kept++] = environ[i] + 1;
    }
    return variables;
}

static _Noreturn void become(char **words, const sigset_t *signals)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, FILES_MOST);
    limit(RLIMIT_FSIZE, FILE_MOST);
    setpriority(PRIO_PROCESS, 0, 5); /* the emulator, and this relay, come first */
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0)
        fail("/dev/null");
    execve(words[0], words, variables_of_command());
    fail(words[0]);
}

/* ---- the turn ---- */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static short wants(const struct pair *pair, int side)
{
    short events = 0;
    if (!pair->ended[side] && !has_waiting(pair, side))
        events |= POLLIN;
    if (has_waiting(pair, !side))
        events |= POLLOUT;
    return events;
}

static int gather(struct pollfd *polled, int signals)
{
    int count = 0;
    polled[count++] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
    polled[count++] = (struct pollfd){ signals, POLLIN, 0 };
    for (int i = 0; i < door_count; i++)
        polled[count++] = (struct pollfd){ doors[i].listener, POLLIN, 0 };
    for (int i = 0; i < pair_count; i++) {
        for (int side = 0; side < 2; side++) {
            short events = wants(&pairs[i], side);
            polled[count++] = (struct pollfd){ events ? pairs[i].end[side] : -1, events, 0 };
        }
    }
    return count;
}

static _Noreturn void relay(int signals)
{
    int64_t watched_ms = 0;
    for (;;) {
        struct pollfd polled[2 + PORTS_MOST + 2 * PAIRS_MOST];
        int count = gather(polled, signals);
        poll(polled, (nfds_t)count, stopped ? -1 : WATCH_MS);
        if (polled[0].revents)
            take_orders();
        if (polled[1].revents) {
            struct signalfd_siginfo told;
            (void)!read(signals, &told, sizeof told);
            reap();
        }
        move_all();
        for (int i = 0; i < door_count; i++) {
            if (polled[2 + i].revents)
                answer_door(&doors[i]);
        }
        int64_t ms = now_ms();
        if (!stopped && ms - watched_ms >= WATCH_MS) {
            watched_ms = ms;
            if (is_too_much())
                end_all(128 + SIGKILL);
        }
    }
}

int main(int count, char **words)
{
    int at = 3;
    sigset_t signals;
    if (count < 5)
        return FAILED_STATUS;
    prctl(PR_SET_DUMPABLE, 0); /* the handler runs as the same user: it must not look in here */
    close_range(3, ~0U, 0);    /* what whoever started the emulator left open is not for handlers */
    memory_most_pages = atol(words[1]) * (1024 * 1024 / sysconf(_SC_PAGESIZE));
    processes_most = atol(words[2]);
    for (; at < count && strcmp(words[at], "--") != 0; at++)
        open_door(words[at]);
    if (at + 1 >= count)
        return FAILED_STATUS;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int told = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (told < 0)
        fail("signalfd");
    command = fork();
    if (command < 0)
        fail("fork");
    if (command == 0)
        become(words + at + 1, &signals);
    relay(told);
}
