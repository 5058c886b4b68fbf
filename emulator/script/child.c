#include "script/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "base/time.h"

/* The backstop behind the child's own budget of instructions: pattern matching and other C functions count none. What it may use is
 * processor time: a busy machine, on which it waits for its turn, must not change a game. Behind that one that does nothing at all. */
#define SLOWER       (UNDER_SANITIZER ? 4 : 1)
#define MOST_CPU_US  (INT64_C(250000) * SLOWER)
#define MOST_WALL_MS INT64_C(30000)
#define LOOK_MS      25
#define REAP_MS      5
#define LINE_MOST    ((size_t)4 << 20) /* to the child and from it */
#define PIECE        ((size_t)65536)
#define WAITING_MOST ((size_t)16 << 20) /* lines that it has not read */
#define SAID_MOST    ((size_t)4 << 20)  /* lines aside, from one answer to the next: its own limits are far below */
#define TURN_PIECES  4                  /* read in a turn of the loop, however much more it writes */

struct child {
    struct child_options options;
    pid_t pid;
    clockid_t cpu; /* its processor time */
    int socket;
    bool ended, freed, telling, held, told;
    struct buf in, out;
    size_t out_done, said;
    struct list sent;                  /* child_work, first: what it works on; and the forgotten */
    int64_t step_wall_us, step_cpu_us; /* when it began that */
    int64_t looked_us;                 /* when it was last seen whether that takes too long; without a loop */
    struct timer answer;               /* stepped */
    struct watch *watch;               /* with a loop */
};

/* libuv's handles outlive the child until they have closed. */
struct watch {
    uv_poll_t readable;
    uv_timer_t look;
    uv_idle_t eager; /* while it runs the loop does not sleep */
    uint64_t eager_until_ns;
    struct child *child;
    unsigned open;
    bool wants_to_write, looking;
    pid_t dead; /* not yet taken away */
};

/* ---- time ---- */

static int64_t wall_us(void)
{
    return (int64_t)(time_monotonic_ns() / 1000);
}

static int64_t cpu_us(const struct child *child)
{
    struct timespec used;
    return clock_gettime(child->cpu, &used) == 0 ? (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000 : 0;
}

static struct child_work *working_on(const struct child *child)
{
    return list_is_empty(&child->sent) ? NULL : LIST_ITEM(child->sent.next, struct child_work, link);
}

static void begin_step(struct child *child)
{
    child->step_wall_us = wall_us();
    child->step_cpu_us = -1; /* read when somebody first looks: most steps end before */
    child->said = 0;
}

/* Short steps cost wall time only: nobody asks the kernel what they used. */
static void end_step(struct child *child, struct child_work *work)
{
    work->wall_us += wall_us() - child->step_wall_us;
    if (child->step_cpu_us >= 0)
        work->cpu_us += cpu_us(child) - child->step_cpu_us;
    begin_step(child);
}

/* What the step used before the first look is not known, and is given to it: on a busy machine much time may have gone by in which it
 * never ran. */
static bool works_too_long(struct child *child)
{
    const struct child_work *work = working_on(child);
    int64_t wall = wall_us() - child->step_wall_us, cpu = cpu_us(child);
    if (!work)
        return false;
    if (child->step_cpu_us < 0)
        child->step_cpu_us = cpu;
    return work->cpu_us + (cpu - child->step_cpu_us) > MOST_CPU_US ||
           work->wall_us + wall > child->options.most_wall_ms * 1000 || child->out.overflow;
}

/* ---- what follows from working or not ---- */

static void set_watch(struct child *child);

static void answer_is_due(struct timer *timer, void *data);

static void note_work(struct child *child)
{
    bool working = working_on(child) != NULL && !child->ended;
    if (!child->options.loop) {
        child->answer.fire = answer_is_due;
        child->answer.data = child;
        if (working && !timer_is_running(&child->answer))
            timer_start(child->options.clock, &child->answer, clock_now(child->options.clock));
        return;
    }
    set_watch(child);
    if (working == child->held)
        return;
    child->held = working;
    if (working)
        clock_hold(child->options.clock);
    else
        clock_release(child->options.clock);
}

/* ---- the end ---- */

/* With a loop nobody waits here: the watch takes the dead away when it finds them. */
static void reap(struct child *child)
{
    if (child->pid <= 0)
        return;
    kill(child->pid, SIGKILL);
    if (child->options.loop)
        return;
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
}

static void end(struct child *child, bool killed)
{
    if (child->ended)
        return;
    child->ended = true;
    reap(child);
    note_work(child);
    struct child_work *at = working_on(child);
    if (at)
        list_remove(&at->link);
    child->options.ended(child->options.data, at, killed);
}

static void release(struct child *child)
{
    buf_release(&child->in);
    buf_release(&child->out);
    free(child);
}

/* ---- lines ---- */

static void write_what_waits(struct child *child)
{
    while (child->out_done < child->out.length) {
        ssize_t put = send(child->socket, child->out.at + child->out_done, child->out.length - child->out_done,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return; /* full: later; broken: the reading side sees it */
        child->out_done += (size_t)put;
    }
    buf_clear(&child->out);
    child->out_done = 0;
}

void child_send(struct child *child, struct child_work *work, struct str line)
{
    if (work) {
        if (list_is_empty(&child->sent))
            begin_step(child);
        list_append(&child->sent, &work->link);
    }
    if (child->ended)
        return;
    buf_add_str(&child->out, line);
    write_what_waits(child);
    note_work(child);
}

static bool is_answer(const cJSON *line)
{
    return json_get(line, "done") || cJSON_IsObject(json_get(line, "failed")) || cJSON_IsString(json_get(line, "ask"));
}

/* False: it is no line that a child of ours would write. */
static bool tell(struct child *child, struct str text)
{
    struct json *line = json_parse(text, NULL);
    const cJSON *root = line ? json_root(line) : NULL;
    struct child_work *work = working_on(child);
    bool aside = json_get(root, "log") != NULL;
    child->said += aside ? text.length : 0;
    bool good = aside ? child->said <= SAID_MOST
                      : (work && is_answer(root) && json_int64(root, "job", -1) == (int64_t)work->number);
    if (good && !aside) {
        child->told = true;
        list_remove(&work->link);
        end_step(child, work);
    }
    if (good)
        child->options.told(child->options.data, aside ? NULL : work, line);
    json_unref(line);
    return good;
}

/* Complete lines that were read; with a stepped clock no more than one answer. */
static void tell_lines(struct child *child)
{
    struct str rest = buf_str(&child->in);
    size_t break_at;
    bool good = true;
    child->told = false;
    while (good && !child->freed && !child->ended && (!child->told || child->options.loop) &&
           (break_at = str_find_byte(rest, '\n')) != SIZE_MAX) {
        struct str line = str_first(rest, break_at);
        rest = str_from(rest, break_at + 1);
        good = tell(child, line);
    }
    if (child->freed)
        return;
    if (rest.length)
        memmove(child->in.at, rest.at, rest.length);
    child->in.length = rest.length;
    if (!good)
        end(child, true);
}

/* Reads what is there and tells it; true: there may be more. */
static bool read_lines(struct child *child)
{
    ssize_t got = -1;
    errno = ENOBUFS;
    if (buf_reserve(&child->in, PIECE))
        got = recv(child->socket, child->in.at + child->in.length, PIECE, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return errno == EINTR;
    if (got <= 0) {
        end(child, false);
        return false;
    }
    child->in.length += (size_t)got;
    tell_lines(child);
    return (size_t)got == PIECE;
}

/* Does what may end it or let its owner free it. */
static void guarded(struct child *child, void (*work)(struct child *child))
{
    assert(!child->telling);
    child->telling = true;
    work(child);
    child->telling = false;
    if (child->freed)
        release(child);
    else if (!child->ended)
        note_work(child);
}

/* ---- with a loop ---- */

static void end_if_too_long(struct child *child)
{
    if (works_too_long(child))
        end(child, true);
}

static void look(uv_timer_t *timer)
{
    guarded(timer->data, end_if_too_long);
}

static void pump(struct child *child)
{
    for (int i = 0; i < TURN_PIECES && !child->freed && !child->ended && read_lines(child); i++)
        ;
}

static void can_go_on(uv_poll_t *poll, int status, int events)
{
    struct child *child = poll->data;
    if (events & UV_WRITABLE)
        write_what_waits(child);
    guarded(child, pump);
}

/* A loop that sleeps takes longer to wake than most answers take to come. */
static void stay_awake(uv_idle_t *idle)
{
    struct watch *watch = idle->data;
    if (!watch->looking || time_monotonic_ns() > watch->eager_until_ns)
        uv_idle_stop(idle);
}

static void set_watch(struct child *child)
{
    struct watch *watch = child->watch;
    bool working = working_on(child) != NULL && !child->ended;
    if (watch->looking != working) {
        watch->looking = working;
        if (working)
            uv_timer_start(&watch->look, look, LOOK_MS, LOOK_MS);
        else
            uv_timer_stop(&watch->look);
    }
    if (working) {
        watch->eager_until_ns = time_monotonic_ns() + CHILD_EAGER_NS;
        uv_idle_start(&watch->eager, stay_awake);
    }
    bool wants_to_write = child->out.length > 0 && !child->ended;
    if (child->ended)
        uv_poll_stop(&watch->readable);
    else if (watch->wants_to_write != wants_to_write)
        uv_poll_start(&watch->readable, UV_READABLE | (wants_to_write ? UV_WRITABLE : 0), can_go_on);
    watch->wants_to_write = wants_to_write;
}

static void has_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    if (--watch->open == 0)
        free(watch);
}

static void start_watch(struct child *child)
{
    struct watch *watch = child->watch = memory_alloc(sizeof *watch);
    uv_poll_init(child->options.loop, &watch->readable, child->socket);
    uv_timer_init(child->options.loop, &watch->look);
    uv_idle_init(child->options.loop, &watch->eager);
    watch->readable.data = watch->look.data = child;
    watch->eager.data = watch;
    watch->open = 3;
    uv_poll_start(&watch->readable, UV_READABLE, can_go_on);
}

static void take_away(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    if (waitpid(watch->dead, NULL, WNOHANG) == 0)
        return;
    uv_close((uv_handle_t *)timer, has_closed);
}

static void stop_watch(struct watch *watch, pid_t dead)
{
    watch->readable.data = watch->look.data = watch;
    watch->dead = dead;
    uv_close((uv_handle_t *)&watch->readable, has_closed);
    uv_close((uv_handle_t *)&watch->eager, has_closed);
    uv_timer_start(&watch->look, take_away, 0, REAP_MS);
}

/* ---- without ---- */

/* Until something was told, or it has ended. */
static void wait_for_line(struct child *child)
{
    uint64_t eager_until_ns = time_monotonic_ns() + CHILD_EAGER_NS;
    tell_lines(child);
    while (!child->freed && !child->ended && !child->told) {
        struct pollfd socket = { .fd = child->socket,
                                 .events = (short)(POLLIN | (child->out.length > 0 ? POLLOUT : 0)) };
        bool eager = time_monotonic_ns() < eager_until_ns;
        if (poll(&socket, 1, eager ? 0 : LOOK_MS) == 0 && eager)
            sched_yield();
        if (wall_us() - child->looked_us >= LOOK_MS * 1000) {
            child->looked_us = wall_us();
            end_if_too_long(child);
        }
        if (!child->ended && (socket.revents & POLLOUT))
            write_what_waits(child);
        if (!child->ended && (socket.revents & (POLLIN | POLLHUP | POLLERR)))
            read_lines(child);
    }
}

bool child_wait(struct child *child)
{
    if (!working_on(child) || child->ended)
        return false;
    guarded(child, wait_for_line);
    return true;
}

/* One answer a firing, so that whatever it sets going comes before the next. */
static void answer_is_due(struct timer *timer, void *data)
{
    child_wait(data);
}

/* ---- start and end ---- */

static bool spawn(struct child *child, int its_socket, char **reterr_why)
{
    const char *program = child->options.program ? child->options.program : "/proc/self/exe";
    char *words[] = { (char *)"rehearse", (char *)"pack-host", NULL }, *nothing[] = { NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, its_socket, CHILD_SOCKET);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, CHILD_SOCKET + 1);
    posix_spawnattr_init(&attributes);
    /* A group of its own: Ctrl-C in the terminal is for the parent. */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    int failed = posix_spawn(&child->pid, program, &files, &attributes, words, nothing);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failed && asprintf(reterr_why, "cannot start %s pack-host: %s", program, strerror(failed)) < 0)
        memory_exhausted();
    if (!failed)
        clock_getcpuclockid(child->pid, &child->cpu);
    return !failed;
}

struct child *child_start(const struct child_options *options, char **reterr_why)
{
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        if (asprintf(reterr_why, "cannot make a socket: %s", strerror(errno)) < 0)
            memory_exhausted();
        return NULL;
    }
    struct child *child = memory_alloc(sizeof *child);
    child->options = *options;
    if (!child->options.most_wall_ms)
        child->options.most_wall_ms = MOST_WALL_MS;
    child->socket = sockets[0];
    list_init(&child->sent);
    buf_init(&child->in, LINE_MOST);
    buf_init(&child->out, WAITING_MOST);
    bool started = spawn(child, sockets[1], reterr_why);
    close(sockets[1]);
    if (!started) {
        close(sockets[0]);
        release(child);
        return NULL;
    }
    if (options->loop)
        start_watch(child);
    return child;
}

void child_free(struct child *child_or_null)
{
    struct child *child = child_or_null;
    if (!child)
        return;
    child->ended = child->freed = true;
    reap(child);
    note_work(child);
    timer_stop(child->options.clock, &child->answer);
    if (child->watch)
        stop_watch(child->watch, child->pid);
    close(child->socket);
    if (!child->telling)
        release(child);
}

struct child_work *child_take_sent(struct child *child)
{
    struct list *link = list_take_first(&child->sent);
    return link ? LIST_ITEM(link, struct child_work, link) : NULL;
}
