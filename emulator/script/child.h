/* A child process that runs a pack: its start and end, lines to it and from it, its watch.
 *
 * Every line that goes to a child and names a job is answered by exactly one line for that job ("drop" by none), in order:
 * so the first of those that were sent is the one that it works on, and what it costs is measured from there.
 *
 *   clock runs by itself    the loop tells when there are lines; the clock is held while the child works
 *   clock is stepped        no loop: a timer at this very moment reads the child's answer, and waits for it; so it comes in
 *                           the total order of the world's timers, and simulated games repeat exactly */
#ifndef SCRIPT_CHILD_H
#define SCRIPT_CHILD_H

#include "base/json.h"
#include "base/list.h"
#include "world/clock.h"

#define CHILD_EAGER_NS 100000 /* so long each side looks for the other's word before it sleeps */
#define CHILD_SOCKET   3      /* in the child */

/* Under sanitizers everything takes longer, and their shadow wants room and calls that the child is else denied. */
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

struct child;
struct clock;
struct uv_loop_s;

/* What the child works on: a member of whoever asks for it. */
struct child_work {
    uint64_t number;
    struct list link;        /* among what was sent and not yet answered */
    int64_t wall_us, cpu_us; /* what its steps took so far */
};

struct child_options {
    const char *program; /* NULL: /proc/self/exe */
    struct clock *clock;
    struct uv_loop_s *loop; /* NULL: the clock is stepped */
    int64_t most_wall_ms;   /* that it may work on something without using the processor; 0: 30 s */
    void *data;
    /* A line came: an answer for `work`, or something said aside (work NULL). The document is borrowed. */
    void (*told)(void *data, struct child_work *work, struct json *line);
    /* It has ended by itself, or was ended because it worked too long (`killed`) or spoke nonsense; `at` is what it worked on, NULL:
     * nothing. What it had not begun is still in the list of child_sent(). Never called from inside child_send(). */
    void (*ended)(void *data, struct child_work *at, bool killed);
};

/* NULL: *reterr_why is one line, free() it. */
struct child *child_start(const struct child_options *options, char **reterr_why);
void child_free(
    struct child *child_or_null); /* ends it; nothing is told any more; also from inside told() and ended() */
/* The line (with its line break) is copied. work NULL: it will not be answered. */
void child_send(struct child *child, struct child_work *work, struct str line);
/* Takes what was sent and not answered, in order: after `ended`. */
struct child_work *child_take_sent(struct child *child);
/* Waits for the next answer and tells it, as the loop or the timer would; false: it does not work on anything, or has ended. */
bool child_wait(struct child *child);

#endif
