#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/call.h"
#include "sandbox/sandbox_inner.h"
#include "world/account.h"
#include "world/clock.h"
#include "world/world.h"

#define ENVIRONMENTS_PER_PROCESSOR 4
#define ENVIRONMENTS_LEAST         4
#define ENVIRONMENTS_MOST          32
#define DUE_MS                     1

/* ---- jobs ---- */

static struct world *world_of(const struct job *job)
{
    return job->sandboxes->cloud->world;
}

/* Its timer has fired and its answer is there. */
static void tell(struct job *job)
{
    struct question *question = job->question;
    struct world *world = world_of(job);
    enum verdict verdict = job->end == JOB_REFUSED ? VERDICT_FAIL : VERDICT_CHANGED;
    list_remove(&job->link);
    free(job);
    hook_answer(world, question, verdict);
}

static void due(struct timer *timer, void *data)
{
    struct job *job = data;
    job->is_due = true;
    if (job->end != JOB_OPEN)
        tell(job);
}

/* With the last hold the clock may go on at once, and this job with it. */
void sandbox_job_finish(struct job *job, enum job_end end)
{
    struct clock *clock = world_of(job)->clock;
    bool is_due = job->is_due;
    job->end = end;
    if (is_due)
        tell(job);
    clock_release(clock);
}

void sandbox_job_refuse(struct job *job, const char *format, ...)
{
    struct question *question = job->question;
    va_list args;
    va_start(args, format);
    vsnprintf(question->message, sizeof question->message, format, args);
    va_end(args);
    snprintf(question->code, sizeof question->code, "InvalidRuntimeException");
    sandbox_job_finish(job, JOB_REFUSED);
}

/* Where the commit failed the world is loaded anew, and the job's asker goes with the old one. */
static void hold_is_over(struct hold *hold, bool failed)
{
    struct job *job = LIST_ITEM(hold, struct job, hold);
    job->is_held = false;
    if (!failed)
        sandboxes_pump(job->sandboxes);
}

static struct job *job_new(struct sandboxes *sandboxes, struct question *question)
{
    struct job *job = memory_alloc(sizeof *job);
    job->sandboxes = sandboxes;
    job->question = question;
    job->invocation = question->subject;
    job->invocation->keeps_time = true;
    job->due.fire = due;
    job->due.data = job;
    job->is_held = true;
    list_init(&job->hold.link);
    list_append(&sandboxes->jobs, &job->link);
    clock_hold(world_of(job)->clock);
    timer_start(world_of(job)->clock, &job->due, clock_now(world_of(job)->clock) + DUE_MS);
    return job;
}

/* ---- which environment runs which ---- */

/* One that asks already before one that has just answered and is about to. */
static struct environment *find_idle(struct sandboxes *sandboxes, const struct job *job)
{
    struct environment *returning = NULL;
    for (struct list *link = sandboxes->environments.next; link != &sandboxes->environments; link = link->next) {
        struct environment *environment = LIST_ITEM(link, struct environment, link);
        if (environment->state != ENVIRONMENT_IDLE || !environment_fits(environment, job))
            continue;
        if (environment->asking)
            return environment;
        returning = environment;
    }
    return returning;
}

/* Whoever idles longest. */
static bool make_room(struct sandboxes *sandboxes)
{
    struct environment *oldest = NULL;
    for (struct list *link = sandboxes->environments.next; link != &sandboxes->environments; link = link->next) {
        struct environment *environment = LIST_ITEM(link, struct environment, link);
        if (environment->state == ENVIRONMENT_IDLE && environment->asking &&
            (!oldest || environment->idle_since_ms < oldest->idle_since_ms))
            oldest = environment;
    }
    if (oldest)
        environment_end(oldest); /* it counts until it is gone; then the pump comes here again */
    return false;
}

static bool has_room(struct sandboxes *sandboxes)
{
    return sandboxes->environment_count < sandboxes->environments_most || make_room(sandboxes);
}

/* ---- to each team its share ---- */

/* Where several teams play, none takes more than half of what there is, however long its functions run. */
size_t sandboxes_share(const struct sandboxes *sandboxes, size_t most)
{
    bool is_shared = account_count(sandboxes->cloud->world) > 1;
    return is_shared && most > 1 ? most / 2 : most;
}

static size_t busy_of(const struct sandboxes *sandboxes, const char *account)
{
    size_t busy = 0;
    for (struct list *link = sandboxes->environments.next; link != &sandboxes->environments; link = link->next) {
        const struct environment *environment = LIST_ITEM(link, struct environment, link);
        busy += environment->state != ENVIRONMENT_IDLE && environment_is_of(environment, account);
    }
    return busy;
}

static bool waits(const struct job *job)
{
    return job->end == JOB_OPEN && !job->is_held && !job->environment;
}

/* The first that an idle environment can run now; the pump comes here again when one that has answered asks anew. */
static bool hand_over_next(struct sandboxes *sandboxes)
{
    for (struct list *link = sandboxes->jobs.next; link != &sandboxes->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        struct environment *idle = waits(job) ? find_idle(sandboxes, job) : NULL;
        if (!idle || !idle->asking)
            continue;
        environment_hand_over(idle, job);
        return true;
    }
    return false;
}

/* Of those that no environment can run, that of the team that has the fewest at work; the first of these. */
static struct job *next_to_start(struct sandboxes *sandboxes)
{
    struct job *next = NULL;
    size_t fewest = sandboxes_share(sandboxes, sandboxes->environments_most);
    for (struct list *link = sandboxes->jobs.next; link != &sandboxes->jobs && fewest > 0; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (!waits(job) || find_idle(sandboxes, job))
            continue;
        size_t busy = busy_of(sandboxes, job->invocation->scope.account);
        if (busy >= fewest)
            continue;
        fewest = busy;
        next = job;
    }
    return next;
}

static bool start_next(struct sandboxes *sandboxes)
{
    struct job *next = next_to_start(sandboxes);
    if (!next || !has_room(sandboxes))
        return false;
    environment_start(sandboxes, next);
    return true;
}

/* One at a time: placing a job may change the list. */
void sandboxes_pump(struct sandboxes *sandboxes)
{
    while (!sandboxes->closing && (hand_over_next(sandboxes) || start_next(sandboxes)))
        ;
}

/* ---- the hook ---- */

static enum verdict refuse(struct question *question, const char *why)
{
    snprintf(question->code, sizeof question->code, "InvalidRuntimeException");
    snprintf(question->message, sizeof question->message, "%s", why);
    return VERDICT_FAIL;
}

static enum verdict ask(struct hook *hook, struct question *question)
{
    struct sandboxes *sandboxes = hook->data;
    const struct invocation *invocation = question->subject;
    bool mine;
    const char *why;
    if (invocation->answered)
        return VERDICT_PASS;
    const char *interpreter = launch_interpreter(sandboxes, invocation->runtime, &mine, &why);
    if (!mine)
        return VERDICT_PASS;
    if (sandboxes->mode == LAMBDA_OFF)
        return refuse(question, "This practice cloud was started with --lambda off: it runs no handlers.");
    if (!interpreter)
        return refuse(question, why);
    struct job *job = job_new(sandboxes, question);
    hold_begin(sandboxes->holds, &job->hold, store_last_change(sandboxes->cloud->world->store), hold_is_over);
    return VERDICT_PARKED;
}

static struct job *find_job(struct sandboxes *sandboxes, const struct question *question)
{
    for (struct list *link = sandboxes->jobs.next; link != &sandboxes->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (job->question == question)
            return job;
    }
    return NULL;
}

/* Nobody waits for the answer any more: what runs for it ends. */
static void forgotten(struct hook *hook, struct question *question)
{
    struct job *job = find_job(hook->data, question);
    struct environment *environment = job->environment;
    struct clock *clock = world_of(job)->clock;
    bool open = job->end == JOB_OPEN;
    timer_stop(clock, &job->due);
    list_remove(&job->link);
    hold_forget(&job->hold);
    if (environment) {
        environment->job = NULL;
        environment_end(environment);
    }
    free(job);
    if (open)
        clock_release(clock);
}

/* ---- life ---- */

static char *why_not(const char *what)
{
    struct buf why = BUF_EMPTY;
    buf_printf(&why, "%s: %s", what, strerror(errno));
    return buf_take(&why);
}

static size_t most_environments(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = (size_t)(processors > 0 ? processors : 1) * ENVIRONMENTS_PER_PROCESSOR;
    return most < ENVIRONMENTS_LEAST ? ENVIRONMENTS_LEAST : most > ENVIRONMENTS_MOST ? ENVIRONMENTS_MOST : most;
}

struct sandboxes *sandboxes_open(uv_loop_t *loop, struct cloud *cloud, const struct sandbox_options *options,
                                 char **reterr_why)
{
    struct sandboxes *sandboxes = memory_alloc(sizeof *sandboxes);
    char codes[96];
    list_init(&sandboxes->jobs);
    list_init(&sandboxes->environments);
    list_init(&sandboxes->boxes);
    sandboxes->loop = loop;
    sandboxes->cloud = cloud;
    sandboxes->holds = options->holds;
    sandboxes->mode = options->mode;
    sandboxes->port = options->port;
    sandboxes->endpoint = memory_copy(str_of(options->endpoint));
    sandboxes->environments_most = most_environments();
    if (!sandbox_folder_make(sandboxes->folder, &sandboxes->folder_lock)) {
        *reterr_why = why_not("cannot make a folder for functions in /tmp");
        free(sandboxes->endpoint);
        free(sandboxes);
        return NULL;
    }
    snprintf(sandboxes->cloud_socket, sizeof sandboxes->cloud_socket, HTTP_UNIX "%s/cloud.sock", sandboxes->folder);
    snprintf(codes, sizeof codes, "%s/code", sandboxes->folder);
    sandboxes->codes = code_folders_new(loop, codes);
    sandboxes->hook = (struct hook){ .point = HOOK_INVOKE,
                                     .order = 1000, /* behind every pack's */
                                     .pack = "",
                                     .service = "lambda",
                                     .chance = 1,
                                     .ask = ask,
                                     .forgotten = forgotten,
                                     .data = sandboxes };
    hook_add(cloud->world->hooks, &sandboxes->hook);
    container_boxes_listen(sandboxes);
    if (launch_write_files(sandboxes, reterr_why))
        return sandboxes;
    hook_remove(cloud->world->hooks, &sandboxes->hook);
    hook_remove(cloud->world->hooks, &sandboxes->container_hook);
    sandboxes_free(sandboxes);
    return NULL;
}

const char *sandboxes_cloud_socket(const struct sandboxes *sandboxes)
{
    return sandboxes->cloud_socket;
}

static void see_whether_closed(struct sandboxes *sandboxes)
{
    if (!sandboxes->closing || !list_is_empty(&sandboxes->environments) || !list_is_empty(&sandboxes->boxes) ||
        !sandboxes->closed)
        return;
    void (*closed)(void *data) = sandboxes->closed;
    sandboxes->closed = NULL;
    closed(sandboxes->closed_data);
}

void sandboxes_box_gone(struct sandboxes *sandboxes)
{
    see_whether_closed(sandboxes);
}

void sandboxes_environment_gone(struct environment *environment)
{
    environment->sandboxes->environment_count--;
    see_whether_closed(environment->sandboxes);
}

void sandboxes_close(struct sandboxes *sandboxes, void (*closed)(void *data), void *data)
{
    sandboxes->closing = true;
    sandboxes->closed = closed;
    sandboxes->closed_data = data;
    for (struct list *link = sandboxes->environments.next, *next; link != &sandboxes->environments; link = next) {
        struct environment *environment = LIST_ITEM(link, struct environment, link);
        next = link->next;
        if (environment->job)
            environment->job->environment = NULL;
        environment->job = NULL;
        environment_end(environment);
    }
    container_boxes_end(sandboxes);
    see_whether_closed(sandboxes);
}

void sandboxes_free(struct sandboxes *sandboxes_or_null)
{
    struct sandboxes *sandboxes = sandboxes_or_null;
    if (!sandboxes)
        return;
    code_folders_free(sandboxes->codes);
    code_folder_remove(sandboxes->folder);
    close(sandboxes->folder_lock);
    free(sandboxes->endpoint);
    free(sandboxes);
}
