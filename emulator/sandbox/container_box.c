/* A container's run in a sandbox: a user's Python script with the files of a job at /opt/ml.
 *
 *   HOOK_CONTAINER ─▶ waiting (durable? room?) ─▶ writing (pool) ─▶ running ─▶ reading (pool) ─▶ hook_answer
 *                                                                     └ measured every second: too much, and it is killed
 *
 * Inside, the relay is the first process as for functions: 127.0.0.1 leads to the cloud and nowhere else. A box outlives its question
 * until the pool has let go of it. Like a function's run it holds the clock and is answered by a timer of its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/container.h"
#include "base/time.h"
#include "sandbox/container_files.h"
#include "sandbox/launch_words.h"
#include "sandbox/sandbox_inner.h"
#include "sandbox/system_calls.h"
#include "world/account.h"
#include "world/store.h"
#include "world/clock.h"
#include "world/world.h"

#define BOXES_MOST 4 /* that run at once */
#define DUE_MS     1
#define MEASURE_MS 1000
#define MEMORY_MB  2048
#define PROCESSES  "512"
#define BYTES_MOST ((uint64_t)2 * CONTAINER_MOST_BYTES)
#define DAY_MS     ((int64_t)24 * 3600 * 1000)

enum box_state { BOX_WAITING, BOX_WRITING, BOX_RUNNING, BOX_READING, BOX_REMOVING };

struct box {
    struct sandboxes *sandboxes;
    struct question *question;   /* NULL: nobody waits any more */
    struct container *container; /* likewise */
    const char *account;         /* whose job it is; interned by the store */
    enum box_state state;
    struct hold hold;
    struct timer due;
    bool is_held, is_due, is_over, holds_clock;
    struct arena *arena;
    char folder[96], access_key_id[32];
    struct list files; /* input first, output then */
    const char **output_folders;
    struct buf failure;
    const char *refusal; /* why it could not run; NULL: it could */
    uv_work_t pool;
    bool in_pool, measuring, too_large;
    uv_process_t process;
    uv_pipe_t orders, output;
    uv_timer_t timer;
    int open_handles;
    bool has_process, has_handles, timed_out;
    int64_t started_ms, exit_status;
    int exit_signal;
    char read_buffer[16 * 1024];
    struct list link;
};

static struct world *world_of(const struct box *box)
{
    return box->sandboxes->cloud->world;
}

static void pump(struct sandboxes *sandboxes);
static void see_whether_done(struct box *box);

/* ---- the answer ---- */

static void take_output(struct box *box)
{
    for (struct list *link; (link = list_take_first(&box->files));) {
        struct container_file *file = LIST_ITEM(link, struct container_file, link);
        container_leave(box->container, str_of(file->path), &file->bytes);
        free(file->path);
        free(file);
    }
}

static void answer(struct box *box)
{
    struct container *container = box->container;
    struct question *question = box->question;
    struct world *world = world_of(box);
    box->question = NULL;
    box->container = NULL;
    if (box->refusal) {
        container_refuse(container, "%s", box->refusal);
    } else {
        int number = box->exit_signal ? 128 + box->exit_signal : (int)box->exit_status;
        container->timed_out = box->timed_out;
        if (box->failure.length)
            snprintf(container->reason, sizeof container->reason, "%s", box->failure.at);
        if (box->too_large)
            container_log(container,
                          STR("[the container was ended: it wrote more than this practice cloud has room for]\n"));
        box->container = container;
        take_output(box);
        box->container = NULL;
        container_exit(container, number);
    }
    hook_answer(world, question, VERDICT_CHANGED);
}

/* The clock may go on, and so the question's asker, once it is due. */
static void settle(struct box *box)
{
    struct clock *clock = world_of(box)->clock;
    box->is_over = true;
    bool held = box->holds_clock;
    box->holds_clock = false;
    if (box->question && box->is_due)
        answer(box);
    if (held)
        clock_release(clock);
}

static void due(struct timer *timer, void *data)
{
    struct box *box = data;
    box->is_due = true;
    if (!box->is_over || !box->question)
        return;
    answer(box);
    see_whether_done(box);
}

/* ---- the end of a box ---- */

static void release_files(struct list *files)
{
    for (struct list *link; (link = list_take_first(files));) {
        struct container_file *file = LIST_ITEM(link, struct container_file, link);
        buf_release(&file->bytes);
        free(file->path);
        free(file);
    }
}

static void free_box(struct box *box)
{
    struct sandboxes *sandboxes = box->sandboxes;
    list_remove(&box->link);
    release_files(&box->files);
    buf_release(&box->failure);
    arena_free(box->arena);
    free(box);
    sandboxes_box_gone(sandboxes);
    if (!sandboxes->closing)
        pump(sandboxes);
}

/* Its folder is gone and nobody waits for its answer any more. */
static void see_whether_done(struct box *box)
{
    if (box->state == BOX_REMOVING && !box->in_pool && !box->question && !box->open_handles)
        free_box(box);
}

static void remove_folder(uv_work_t *pool)
{
    container_files_remove(((struct box *)pool->data)->folder);
}

static void folder_is_removed(uv_work_t *pool, int status)
{
    struct box *box = pool->data;
    box->in_pool = false;
    see_whether_done(box);
}

static void begin_removing(struct box *box)
{
    box->state = BOX_REMOVING;
    account_delete_key(world_of(box), str_of(box->access_key_id));
    if (box->folder[0]) {
        box->in_pool = true;
        uv_queue_work(box->sandboxes->loop, &box->pool, remove_folder, folder_is_removed);
    }
    settle(box);
    see_whether_done(box);
}

static void refuse(struct box *box, const char *why)
{
    box->refusal = arena_copy(box->arena, str_of(why));
    begin_removing(box);
}

/* ---- reading ---- */

static void read_files(uv_work_t *pool)
{
    struct box *box = pool->data;
    container_files_read(box->folder, box->output_folders, &box->files);
    if (!container_files_read_text(box->folder, "/opt/ml/output/failure", &box->failure))
        container_files_read_text(box->folder, "/opt/ml/output/message", &box->failure);
}

static void files_are_read(uv_work_t *pool, int status)
{
    struct box *box = pool->data;
    box->in_pool = false;
    begin_removing(box);
}

static void begin_reading(struct box *box)
{
    if (!box->question) {
        begin_removing(box);
        return;
    }
    box->state = BOX_READING;
    box->in_pool = true;
    uv_queue_work(box->sandboxes->loop, &box->pool, read_files, files_are_read);
}

/* ---- running ---- */

static void hear(struct box *box, struct str text)
{
    if (box->container)
        container_log(box->container, text);
}

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct box *box = handle->data;
    *ret_buffer = uv_buf_init(box->read_buffer, sizeof box->read_buffer);
}

static void on_output(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct box *box = stream->data;
    if (got > 0)
        hear(box, (struct str){ buffer->base, (size_t)got });
    else if (got < 0)
        uv_read_stop(stream);
}

/* What it wrote before it ended stands in the pipe by now. */
static void drain(struct box *box)
{
    uv_os_fd_t file;
    ssize_t got;
    if (uv_fileno((uv_handle_t *)&box->output, &file) != 0)
        return;
    for (size_t drained = 0; drained < CONTAINER_MOST_LOG; drained += (size_t)got) {
        got = read(file, box->read_buffer, sizeof box->read_buffer);
        if (got <= 0)
            return;
        hear(box, (struct str){ box->read_buffer, (size_t)got });
    }
}

static void end_process(struct box *box)
{
    if (box->has_process)
        uv_kill(-box->process.pid, SIGKILL); /* its group: it leads one */
}

static void handle_closed(uv_handle_t *handle)
{
    struct box *box = handle->data;
    if (--box->open_handles > 0)
        return;
    if (box->state == BOX_RUNNING && !box->measuring)
        begin_reading(box);
    else
        see_whether_done(box);
}

static void close_handles(struct box *box, bool with_process)
{
    box->open_handles = 3 + with_process;
    if (with_process)
        uv_close((uv_handle_t *)&box->process, handle_closed);
    uv_close((uv_handle_t *)&box->orders, handle_closed);
    uv_close((uv_handle_t *)&box->output, handle_closed);
    uv_close((uv_handle_t *)&box->timer, handle_closed);
}

/* bwrap could not build the sandbox: nothing of the script ever ran. */
static void look_for_walls_fault(struct box *box)
{
    struct str rest, log = buf_str(&box->container->log), why = str_cut(log, '\n', &rest);
    if (str_starts(log, STR("bwrap:")) || str_starts(log, STR("relay:")))
        box->refusal = arena_printf(
            box->arena, "ClientError: this practice cloud cannot run the script in a sandbox: %.*s", STR_ARG(why));
}

static void on_exit_of_process(uv_process_t *process, int64_t status, int signal_number)
{
    struct box *box = process->data;
    box->exit_status = status;
    box->exit_signal = signal_number;
    box->has_process = false;
    drain(box);
    if (box->container && (status || signal_number))
        look_for_walls_fault(box);
    close_handles(box, true);
}

static void measure(uv_work_t *pool)
{
    struct box *box = pool->data;
    box->too_large = container_files_bytes(box->folder) > BYTES_MOST;
}

static void measured(uv_work_t *pool, int status)
{
    struct box *box = pool->data;
    box->in_pool = box->measuring = false;
    if (box->too_large)
        end_process(box);
    if (!box->has_process && box->open_handles == 0) /* it ended meanwhile */
        begin_reading(box);
}

static void tick(uv_timer_t *timer)
{
    struct box *box = timer->data;
    int64_t limit_ms = box->container ? box->container->timeout_ms : 0;
    if (!box->container || time_monotonic_ms() - box->started_ms > (limit_ms < DAY_MS ? limit_ms : DAY_MS)) {
        box->timed_out = true;
        end_process(box);
        return;
    }
    if (box->in_pool)
        return;
    box->in_pool = box->measuring = true;
    uv_queue_work(box->sandboxes->loop, &box->pool, measure, measured);
}

/* ---- starting ---- */

static void set_variables(struct box *box, struct list_of_text *variables)
{
    const struct container *container = box->container;
    const struct sandboxes *sandboxes = box->sandboxes;
    const cJSON *own;
    bool trains = container->task == CONTAINER_TRAIN;
    words_add_variable(variables, "LANG", "C.UTF-8");
    words_add_variable(variables, "HOME", "/tmp");
    words_add_variable(variables, "PATH", "/usr/local/bin:/usr/bin:/bin");
    words_add_variable(variables, "PYTHONDONTWRITEBYTECODE", "1");
    words_add_variable(variables, "PYTHONUNBUFFERED", "1");
    words_add_variable(variables, "OMP_NUM_THREADS", "1");
    words_add_variable(variables, "AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    words_add_variable(variables, "AWS_EC2_METADATA_DISABLED", "true");
    words_add_variable(variables, "AWS_ENDPOINT_URL", arena_printf(box->arena, "http://127.0.0.1:%d", sandboxes->port));
    cJSON_ArrayForEach(own, container->environment)
    {
        if (cJSON_IsString(own))
            words_add_variable(variables, own->string, own->valuestring);
    }
    words_add_variable(variables, trains ? "TRAINING_JOB_NAME" : "PROCESSING_JOB_NAME", container->name);
    words_add_variable(variables, trains ? "TRAINING_JOB_ARN" : "PROCESSING_JOB_ARN", container->arn);
    words_add_variable(variables, "AWS_REGION", container->scope.region);
    words_add_variable(variables, "AWS_DEFAULT_REGION", container->scope.region);
    words_add_keys(variables, sandboxes->cloud, container->scope.account, container->role_arn, "SageMaker",
                   box->access_key_id);
}

static bool ends_with(const char *text, const char *tail)
{
    return str_ends(str_of(text), str_of(tail));
}

static void add_rest(struct list_of_text *words, const cJSON *word)
{
    for (; word; word = word->next) {
        if (cJSON_IsString(word))
            words_add(words, word->valuestring);
    }
}

/* Python by whatever name and path the image has it; "smspark-submit --its-options script.py …" runs the script; a shell is
 * this machine's. False: there is nothing like it here. */
static bool add_entrypoint(struct list_of_text *words, const struct container *container, const char *python)
{
    const cJSON *first = container->entrypoint ? container->entrypoint->child : NULL, *script;
    const char *name = cJSON_IsString(first) ? first->valuestring : "";
    const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    if (strncmp(base, "python", 6) == 0) {
        words_add(words, python);
        add_rest(words, first->next);
    } else if (strcmp(base, "smspark-submit") == 0) {
        for (script = first->next; script && !ends_with(script->valuestring, ".py"); script = script->next)
            ;
        words_add(words, python);
        add_rest(words, script);
        if (!script)
            return false;
    } else if (strcmp(base, "bash") == 0 || strcmp(base, "sh") == 0) {
        words_add(words, "/bin/sh");
        add_rest(words, first->next);
    } else {
        return false;
    }
    add_rest(words, container->arguments ? container->arguments->child : NULL);
    return true;
}

static bool add_command(struct list_of_text *words, const struct container *container, const char *python)
{
    if (container->task != CONTAINER_TRAIN || container->entrypoint)
        return add_entrypoint(words, container, python);
    words_add(words, python);
    words_add(words, "/var/runtime/train.py");
    return true;
}

static void add_places(struct box *box, struct list_of_text *options)
{
    const struct sandboxes *sandboxes = box->sandboxes;
    words_add_walls(options, "algo-1");
    words_add_system(options);
    words_add_places(options, sandboxes->folder);
    words_add_bind(options, "--bind", box->folder, CONTAINER_ROOT);
    words_add_bind(options, "--ro-bind", arena_printf(box->arena, "%s/runtime", sandboxes->folder), "/var/runtime");
    words_add_bind(options, "--bind", sandboxes->cloud_socket + strlen(HTTP_UNIX), "/run/rehearse/cloud.sock");
    words_add(options, "--remount-ro");
    words_add(options, "/");
    words_add(options, "--chdir");
    words_add(options, CONTAINER_ROOT);
    words_add(options, "--seccomp");
    words_add(options, "4");
}

static bool prepare(struct box *box, const char *python, struct launch *ret_launch)
{
    struct arena *arena = box->arena;
    struct list_of_text *variables = ARENA_NEW(arena, struct list_of_text),
                        *options = ARENA_NEW(arena, struct list_of_text),
                        *words = ARENA_NEW(arena, struct list_of_text);
    variables->arena = options->arena = words->arena = arena;
    words_add(words, "bwrap");
    words_add(words, "--args");
    words_add(words, "3");
    words_add(words, "--");
    words_add(words, "/var/runtime/relay");
    words_add(words, arena_printf(arena, "%d", MEMORY_MB));
    words_add(words, PROCESSES);
    words_add(words, arena_printf(arena, "%d=/run/rehearse/cloud.sock", box->sandboxes->port));
    words_add(words, "--");
    if (!add_command(words, box->container, python))
        return false;
    set_variables(box, variables);
    add_places(box, options);
    for (size_t i = 0; i < variables->count; i++)
        words_add_setenv(options, variables->at[i]);
    *ret_launch = (struct launch){ .file = launch_find_bwrap(),
                                   .words = words_taken(words),
                                   .variables = ARENA_ARRAY(arena, char *, 1),
                                   .options_file = words_file(options),
                                   .filter_file = system_calls_file() };
    return true;
}

static void open_handles(struct box *box, int output)
{
    uv_loop_t *loop = box->sandboxes->loop;
    uv_pipe_init(loop, &box->orders, 0);
    uv_pipe_init(loop, &box->output, 0);
    uv_timer_init(loop, &box->timer);
    box->orders.data = box->output.data = box->timer.data = box->process.data = box;
    fcntl(output, F_SETFL, O_NONBLOCK);
    uv_pipe_open(&box->output, output);
}

static int spawn(struct box *box, const struct launch *launch, int child_end)
{
    uv_stdio_container_t stdio[5] = {
        { .flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&box->orders },
        { .flags = UV_INHERIT_FD, .data.fd = child_end },
        { .flags = UV_INHERIT_FD, .data.fd = child_end },
        { .flags = UV_INHERIT_FD, .data.fd = launch->options_file },
        { .flags = UV_INHERIT_FD, .data.fd = launch->filter_file },
    };
    uv_process_options_t options = { .exit_cb = on_exit_of_process,
                                     .file = launch->file,
                                     .args = launch->words,
                                     .env = launch->variables,
                                     .flags = UV_PROCESS_DETACHED,
                                     .stdio_count = 5,
                                     .stdio = stdio };
    return uv_spawn(box->sandboxes->loop, &box->process, &options);
}

static void close_files(const struct launch *launch)
{
    if (launch->options_file >= 0)
        close(launch->options_file);
    if (launch->filter_file >= 0)
        close(launch->filter_file);
}

static void begin_running(struct box *box)
{
    struct launch launch;
    int ends[2];
    if (!prepare(box, launch_find_python(box->container->interpreter), &launch)) {
        refuse(box, "AlgorithmError: this practice cloud runs Python scripts: the container's entrypoint is nothing "
                    "that it has, "
                    "exit code: 127");
        return;
    }
    if (launch.options_file < 0 || launch.filter_file < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        close_files(&launch);
        refuse(box, "InternalServerError: We encountered an internal error. Please try again.");
        return;
    }
    open_handles(box, ends[0]);
    box->state = BOX_RUNNING;
    int error = spawn(box, &launch, ends[1]);
    close(ends[1]);
    close_files(&launch);
    if (error != 0) {
        box->refusal = "InternalServerError: We encountered an internal error. Please try again.";
        close_handles(box, true); /* libuv made a handle all the same */
        return;
    }
    box->has_process = true;
    box->started_ms = time_monotonic_ms();
    uv_read_start((uv_stream_t *)&box->output, allocate, on_output);
    uv_timer_start(&box->timer, tick, MEASURE_MS, MEASURE_MS);
}

/* ---- writing ---- */

static void write_files(uv_work_t *pool)
{
    struct box *box = pool->data;
    box->too_large = !container_files_write(box->folder, &box->files, box->output_folders);
}

static void files_are_written(uv_work_t *pool, int status)
{
    struct box *box = pool->data;
    bool failed = box->too_large;
    box->in_pool = box->too_large = false;
    release_files(&box->files);
    if (!box->question)
        begin_removing(box);
    else if (failed)
        refuse(box, "ClientError: Data download failed:the files of the inputs do not fit together in one folder");
    else
        begin_running(box);
}

/* The files are the box's from here on: who asks may go away while the pool works. */
static void begin_writing(struct box *box)
{
    struct container *container = box->container;
    size_t count = 0;
    box->state = BOX_WRITING;
    snprintf(box->folder, sizeof box->folder, "%s/box-%llu", box->sandboxes->folder,
             (unsigned long long)++box->sandboxes->last_number);
    for (struct list *link; (link = list_take_first(&container->input));)
        list_append(&box->files, link);
    while (container->output_folders && container->output_folders[count])
        count++;
    box->output_folders = ARENA_ARRAY(box->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        box->output_folders[i] = arena_copy(box->arena, str_of(container->output_folders[i]));
    box->in_pool = true;
    uv_queue_work(box->sandboxes->loop, &box->pool, write_files, files_are_written);
}

/* Of one account, or of all. */
static size_t running_of(const struct sandboxes *sandboxes, const char *account_or_null)
{
    size_t running = 0;
    for (struct list *link = sandboxes->boxes.next; link != &sandboxes->boxes; link = link->next) {
        const struct box *box = LIST_ITEM(link, struct box, link);
        running += box->state != BOX_WAITING && (!account_or_null || strcmp(box->account, account_or_null) == 0);
    }
    return running;
}

/* Of the team that has the fewest running; the first of these. NULL: all wait for others to end. */
static struct box *next_of(struct sandboxes *sandboxes)
{
    struct box *next = NULL;
    size_t fewest = sandboxes_share(sandboxes, BOXES_MOST);
    for (struct list *link = sandboxes->boxes.next; link != &sandboxes->boxes && fewest > 0; link = link->next) {
        struct box *box = LIST_ITEM(link, struct box, link);
        if (box->state != BOX_WAITING || box->is_held)
            continue;
        size_t running = running_of(sandboxes, box->account);
        if (running >= fewest)
            continue;
        fewest = running;
        next = box;
    }
    return next;
}

static void pump(struct sandboxes *sandboxes)
{
    struct box *next;
    while (running_of(sandboxes, NULL) < BOXES_MOST && (next = next_of(sandboxes)))
        begin_writing(next);
}

/* ---- the hook ---- */

static void hold_is_over(struct hold *hold, bool failed)
{
    struct box *box = LIST_ITEM(hold, struct box, hold);
    box->is_held = false;
    if (!failed)
        pump(box->sandboxes);
}

static const char *why_not(const struct sandboxes *sandboxes, const struct container *container)
{
    if (container->task != CONTAINER_PROCESS && container->task != CONTAINER_TRAIN)
        return "This practice cloud serves no models by scripts.";
    if (sandboxes->mode != LAMBDA_SANDBOXED)
        return "ClientError: this practice cloud was started without sandboxes (--lambda): it runs no containers.";
    if (!launch_find_bwrap())
        return "ClientError: this practice cloud runs scripts in a bubblewrap sandbox, and there is no bwrap on this "
               "machine: install the package bubblewrap.";
    if (!launch_find_python(container->interpreter))
        return "ClientError: there is no python3 in /usr/bin or /usr/local/bin of this machine to run scripts with.";
    return NULL;
}

static enum verdict ask(struct hook *hook, struct question *question)
{
    struct sandboxes *sandboxes = hook->data;
    struct container *container = question->subject;
    if (container->answered || !container->interpreter)
        return VERDICT_PASS;
    const char *refusal = why_not(sandboxes, container);
    if (refusal) {
        container_refuse(container, "%s", refusal);
        return VERDICT_CHANGED;
    }
    struct box *box = memory_alloc(sizeof *box);
    box->sandboxes = sandboxes;
    box->question = question;
    box->container = container;
    box->account = store_intern(sandboxes->cloud->world->store, container->scope).account;
    box->arena = arena_new();
    box->pool.data = box;
    box->is_held = box->holds_clock = true;
    list_init(&box->files);
    list_init(&box->hold.link);
    list_append(&sandboxes->boxes, &box->link);
    box->due.fire = due;
    box->due.data = box;
    clock_hold(world_of(box)->clock);
    timer_start(world_of(box)->clock, &box->due, clock_now(world_of(box)->clock) + DUE_MS);
    hold_begin(sandboxes->holds, &box->hold, store_last_change(sandboxes->cloud->world->store), hold_is_over);
    return VERDICT_PARKED;
}

/* Nobody waits any more: whatever it is doing comes to its end. */
static void let_go(struct box *box)
{
    box->question = NULL;
    box->container = NULL;
    timer_stop(world_of(box)->clock, &box->due);
    if (box->is_held)
        hold_forget(&box->hold);
    box->is_held = false;
    end_process(box);
    if (box->state == BOX_WAITING) {
        begin_removing(box);
    } else {
        settle(box);
        see_whether_done(box);
    }
}

static void forgotten(struct hook *hook, struct question *question)
{
    struct sandboxes *sandboxes = hook->data;
    for (struct list *link = sandboxes->boxes.next; link != &sandboxes->boxes; link = link->next) {
        struct box *box = LIST_ITEM(link, struct box, link);
        if (box->question == question) {
            let_go(box);
            return;
        }
    }
}

void container_boxes_listen(struct sandboxes *sandboxes)
{
    sandboxes->container_hook = (struct hook){ .point = HOOK_CONTAINER,
                                               .order = 1000, /* behind every pack's */
                                               .pack = "",
                                               .service = "sagemaker",
                                               .chance = 1,
                                               .ask = ask,
                                               .forgotten = forgotten,
                                               .data = sandboxes };
    hook_add(sandboxes->cloud->world->hooks, &sandboxes->container_hook);
}

/* Jobs stay as they stand in rows, and are begun anew after the next start. */
void container_boxes_end(struct sandboxes *sandboxes)
{
    for (struct list *link = sandboxes->boxes.next, *next; link != &sandboxes->boxes; link = next) {
        next = link->next;
        let_go(LIST_ITEM(link, struct box, link));
    }
}
