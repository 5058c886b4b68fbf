#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "sandbox/sandbox_inner.h"
#include "world/account.h"
#include "world/clock.h"
#include "world/world.h"

#define INIT_MS        10000  /* Lambda's own limit of the start */
#define FREEZE_MS      50     /* idle for so long, its processes are stopped */
#define IDLE_END_MS    300000 /* and after so long ended */
#define EARLY_MOST     (64 * 1024)
#define DRAIN_MOST     (256 * 1024)
#define KEYS_MARGIN_MS 900000 /* a handler may run so long with keys that still open something */

/* ---- names ---- */

char *environment_key(const struct invocation *invocation)
{
    struct buf key = BUF_EMPTY;
    buf_printf(&key, "%s/%s/%s/%s/%s", invocation->scope.account, invocation->scope.region, invocation->function_name,
               invocation->version, invocation->revision);
    return buf_take(&key);
}

static bool keys_are_good(const struct environment *environment)
{
    struct world *world = environment->sandboxes->cloud->world;
    return environment->keys_expire_ms > clock_now(world->clock) + KEYS_MARGIN_MS &&
           account_find_key(world, str_of(environment->access_key_id)) != NULL;
}

bool environment_fits(const struct environment *environment, const struct job *job)
{
    char *key = environment_key(job->invocation);
    bool fits = strcmp(key, environment->key) == 0 && keys_are_good(environment);
    free(key);
    return fits;
}

/* The key begins with the account. */
bool environment_is_of(const struct environment *environment, const char *account)
{
    size_t length = strlen(account);
    return strncmp(environment->key, account, length) == 0 && environment->key[length] == '/';
}

/* ---- its log ---- */

static void hear(struct environment *environment, const char *bytes, size_t length)
{
    environment->was_heard |= length > 0;
    struct job *job = environment->job;
    if (environment->state == ENVIRONMENT_BUSY && job)
        invocation_log_bytes(job->invocation, (struct str){ bytes, length });
    else if (environment->early.length + length <= EARLY_MOST)
        buf_add(&environment->early, bytes, length);
}

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct environment *environment = handle->data;
    *ret_buffer = uv_buf_init(environment->read_buffer, sizeof environment->read_buffer);
}

static void on_output(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);

static void output_goes_on(uv_timer_t *timer)
{
    struct environment *environment = timer->data;
    environment->output_paused = false;
    if (environment->has_pipes && environment->state != ENVIRONMENT_ENDING)
        uv_read_start((uv_stream_t *)&environment->output, allocate, on_output);
}

/* One that writes without end is read a piece a millisecond, so that it costs the loop little; it waits in its write(). */
static void on_output(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct environment *environment = stream->data;
    if (got < 0) {
        uv_read_stop(stream);
        return;
    }
    hear(environment, buffer->base, (size_t)got);
    if ((size_t)got < sizeof environment->read_buffer)
        return;
    uv_read_stop(stream);
    environment->output_paused = true;
    uv_timer_start(&environment->output_timer, output_goes_on, 1, 0);
}

/* What it wrote before it answered stands in the pipe by now. */
static void drain(struct environment *environment)
{
    uv_os_fd_t file;
    size_t drained = 0;
    if (!environment->has_pipes || uv_fileno((uv_handle_t *)&environment->output, &file) != 0)
        return;
    while (drained < DRAIN_MOST) {
        ssize_t got = read(file, environment->read_buffer, sizeof environment->read_buffer);
        if (got <= 0)
            return;
        hear(environment, environment->read_buffer, (size_t)got);
        drained += (size_t)got;
    }
}

/* ---- its end ---- */

static void release(struct environment *environment)
{
    struct sandboxes *sandboxes = environment->sandboxes;
    unlink(environment->socket + strlen(HTTP_UNIX));
    list_remove(&environment->link);
    sandboxes_environment_gone(environment);
    code_folder_let_go(&environment->code);
    buf_release(&environment->early);
    buf_release(&environment->init_error);
    free(environment->key);
    arena_free(environment->arena);
    free(environment);
    sandboxes_pump(sandboxes);
}

static void one_closed(struct environment *environment)
{
    if (--environment->open_handles == 0)
        release(environment);
}

static void handle_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void server_closed(void *data)
{
    one_closed(data);
}

/* After the process' end, or where there never was one. */
static void close_handles(struct environment *environment)
{
    environment->open_handles = 2 + (environment->server != NULL) + 2 * environment->has_pipes;
    uv_close((uv_handle_t *)&environment->timer, handle_closed);
    uv_close((uv_handle_t *)&environment->output_timer, handle_closed);
    if (environment->has_pipes) {
        environment->has_pipes = false;
        uv_close((uv_handle_t *)&environment->orders, handle_closed);
        uv_close((uv_handle_t *)&environment->output, handle_closed);
    }
    if (environment->server)
        http_close(environment->server, 0, server_closed, environment);
}

static void process_closed(uv_handle_t *handle)
{
    close_handles(handle->data);
}

/* "signal: killed", "exit status 1": as Go's os/exec prints it, which Lambda shows. */
static const char *how_it_ended(const struct environment *environment)
{
    static char text[64];
    int64_t status = environment->exit_status;
    int number = environment->exit_signal ? environment->exit_signal : status > 128 ? (int)(status - 128) : 0;
    const char *name = number == SIGKILL   ? "killed"
                       : number == SIGSEGV ? "segmentation fault"
                       : number == SIGABRT ? "aborted"
                       : number == SIGTERM ? "terminated"
                                           : NULL;
    if (name)
        snprintf(text, sizeof text, "signal: %s", name);
    else
        snprintf(text, sizeof text, "exit status %lld", (long long)status);
    return text;
}

/* bwrap could not build the sandbox: nothing of the function ever ran. */
static bool is_walls_fault(const struct environment *environment)
{
    struct str text = buf_str(&environment->early);
    return str_starts(text, STR("bwrap:")) || str_starts(text, STR("relay:"));
}

static void end_job(struct environment *environment)
{
    struct job *job = environment->job;
    environment->job = NULL;
    if (!job)
        return;
    job->environment = NULL;
    if (environment->state == ENVIRONMENT_STARTING && is_walls_fault(environment)) {
        struct str rest, why = str_cut(buf_str(&environment->early), '\n', &rest);
        sandbox_job_refuse(job, "This practice cloud cannot run the handler in a sandbox: %.*s", STR_ARG(why));
        return;
    }
    if (environment->early.length)
        invocation_log(job->invocation, buf_str(&environment->early));
    if (environment->init_error.length)
        invocation_raise_payload(job->invocation, buf_str(&environment->init_error));
    else
        invocation_exit(job->invocation, how_it_ended(environment));
    sandbox_job_finish(job, JOB_ANSWERED);
}

static void on_exit_of_process(uv_process_t *process, int64_t status, int signal_number)
{
    struct environment *environment = process->data;
    environment->exit_status = status;
    environment->exit_signal = signal_number;
    environment->has_process = false;
    drain(environment);
    end_job(environment);
    environment->state = ENVIRONMENT_ENDING;
    uv_close((uv_handle_t *)process, process_closed);
}

void environment_end(struct environment *environment)
{
    bool had_process = environment->has_process;
    if (environment->state == ENVIRONMENT_ENDING)
        return;
    enum environment_state state = environment->state;
    environment->state = ENVIRONMENT_ENDING;
    environment->asking = NULL;
    uv_timer_stop(&environment->timer);
    if (had_process)
        uv_kill(-environment->process.pid, SIGKILL); /* its group: it leads one */
    else if (state == ENVIRONMENT_FETCHING)
        close_handles(environment);
}

/* ---- its time ---- */

static void time_is_up(uv_timer_t *timer)
{
    struct environment *environment = timer->data;
    struct job *job = environment->job;
    drain(environment);
    environment->job = NULL;
    if (job) {
        job->environment = NULL;
        if (environment->early.length)
            invocation_log(job->invocation, buf_str(&environment->early));
        invocation_time_out(job->invocation);
        sandbox_job_finish(job, JOB_ANSWERED);
    }
    environment_end(environment);
}

static void order(struct environment *environment, char what)
{
    uv_buf_t word = uv_buf_init(&what, 1);
    if (environment->sandboxes->mode == LAMBDA_SANDBOXED)
        uv_try_write((uv_stream_t *)&environment->orders, &word, 1);
}

static void idle_for_long(uv_timer_t *timer)
{
    environment_end(timer->data);
}

static void idle_for_a_while(uv_timer_t *timer)
{
    struct environment *environment = timer->data;
    order(environment, 'S');
    environment->frozen = true;
    uv_timer_start(timer, idle_for_long, IDLE_END_MS, 0);
}

/* ---- what the Runtime API tells ---- */

/* It has nothing to do and asks for work. */
static void rest(struct environment *environment)
{
    environment->state = ENVIRONMENT_IDLE;
    environment->idle_since_ms = (uint64_t)time_monotonic_ms();
    uv_timer_start(&environment->timer, idle_for_a_while, FREEZE_MS, 0);
    sandboxes_pump(environment->sandboxes);
}

void environment_asked(struct environment *environment, struct http_request *request)
{
    struct job *job = environment->job;
    if (environment->state == ENVIRONMENT_ENDING)
        return; /* it was killed after it wrote this */
    environment->asking = request;
    if (environment->state == ENVIRONMENT_BUSY)
        return; /* before it answered, or without: the answer or the timeout will see to it */
    if (environment->state == ENVIRONMENT_STARTING)
        environment->init_us = (time_monotonic_ns() - environment->started_ns) / 1000;
    environment->state = ENVIRONMENT_IDLE;
    environment->job = NULL;
    if (!job) {
        rest(environment);
        return;
    }
    job->environment = NULL;
    environment_hand_over(environment, job);
}

void environment_hand_over(struct environment *environment, struct job *job)
{
    if (environment->frozen)
        order(environment, 'C');
    environment->frozen = false;
    environment->state = ENVIRONMENT_BUSY;
    environment->job = job;
    job->environment = environment;
    job->invocation->init_us = (int64_t)environment->init_us;
    environment->init_us = 0;
    if (environment->early.length)
        invocation_log(job->invocation, buf_str(&environment->early));
    buf_clear(&environment->early);
    environment->handed_ns = time_monotonic_ns();
    uv_timer_start(&environment->timer, time_is_up, (uint64_t)job->invocation->timeout_ms, 0);
    runtime_api_send_next(environment);
}

void environment_answered(struct environment *environment, struct http_request *request, bool is_error, bool too_large)
{
    struct job *job = environment->job;
    struct invocation *invocation = job->invocation;
    int64_t peak_mb;
    drain(environment);
    invocation->duration_us = (int64_t)((time_monotonic_ns() - environment->handed_ns) / 1000);
    if (str_to_int64(http_header(request, "Rehearse-Peak-Mb"), &peak_mb) && peak_mb > 0 && peak_mb < INT32_MAX)
        invocation->memory_used_mb = peak_mb;
    if (too_large)
        invocation_return_too_much(invocation);
    else if (is_error)
        invocation_raise_payload(invocation, request->body);
    else
        invocation_return(invocation, request->body.length ? request->body : STR("null"));
    environment->job = NULL;
    environment->state =
        ENVIRONMENT_IDLE; /* it gets nothing before it asks; its timeout runs until then, as Lambda's */
    job->environment = NULL;
    sandbox_job_finish(job, JOB_ANSWERED);
    if (environment->asking)
        rest(environment);
}

void environment_init_failed(struct environment *environment, struct str error)
{
    if (environment->state != ENVIRONMENT_STARTING || error.length > EARLY_MOST)
        return;
    buf_clear(&environment->init_error);
    buf_add_str(&environment->init_error, error);
}

/* ---- its start ---- */

/* One pipe for standard output and error, so that lines keep their order. */
static bool open_pipes(struct environment *environment, int *ret_child_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    uv_loop_t *loop = environment->sandboxes->loop;
    uv_pipe_init(loop, &environment->orders, 0);
    uv_pipe_init(loop, &environment->output, 0);
    environment->orders.data = environment->output.data = environment;
    environment->has_pipes = true;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    uv_pipe_open(&environment->output, ends[0]);
    *ret_child_end = ends[1];
    return true;
}

static int spawn(struct environment *environment, const struct launch *launch, int child_end)
{
    bool sandboxed = environment->sandboxes->mode == LAMBDA_SANDBOXED;
    uv_stdio_container_t stdio[5] = {
        { .flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&environment->orders },
        { .flags = UV_INHERIT_FD, .data.fd = child_end },
        { .flags = UV_INHERIT_FD, .data.fd = child_end },
        { .flags = UV_INHERIT_FD, .data.fd = launch->options_file },
        { .flags = UV_INHERIT_FD, .data.fd = launch->filter_file },
    };
    uv_process_options_t options = {
        .exit_cb = on_exit_of_process,
        .file = launch->file,
        .args = launch->words,
        .env = launch->variables,
        .cwd = launch->working_folder,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = sandboxed ? 5 : 3,
        .stdio = stdio,
    };
    environment->process.data = environment;
    return uv_spawn(environment->sandboxes->loop, &environment->process, &options);
}

static void refuse_job(struct environment *environment, const char *why)
{
    struct job *job = environment->job;
    environment->job = NULL;
    job->environment = NULL;
    sandbox_job_refuse(job, "This practice cloud cannot start the handler: %s", why);
}

static void refuse_start(struct environment *environment, const char *why)
{
    refuse_job(environment, why);
    environment_end(environment);
}

static void close_files(const struct launch *launch)
{
    if (launch->options_file >= 0)
        close(launch->options_file);
    if (launch->filter_file >= 0)
        close(launch->filter_file);
}

/* Its files could not be made: as good as no sandbox at all. */
static bool is_without_walls(const struct environment *environment, const struct launch *launch)
{
    return environment->sandboxes->mode == LAMBDA_SANDBOXED && (launch->options_file < 0 || launch->filter_file < 0);
}

static void launch(struct environment *environment, const char *code_path)
{
    const struct job *job = environment->job;
    int child_end = -1;
    char *why = NULL;
    if (!runtime_api_open(environment, &why)) {
        refuse_start(environment, why);
        free(why);
        return;
    }
    const struct launch *wanted = launch_prepare(environment, job->invocation, code_path);
    if (is_without_walls(environment, wanted) || !open_pipes(environment, &child_end)) {
        int error = errno;
        close_files(wanted);
        refuse_start(environment, strerror(error));
        return;
    }
    environment->started_ns = time_monotonic_ns();
    int error = spawn(environment, wanted, child_end);
    close(child_end);
    close_files(wanted);
    if (error != 0) {
        environment->state = ENVIRONMENT_ENDING;
        refuse_job(environment, uv_strerror(error));
        uv_close((uv_handle_t *)&environment->process, process_closed); /* libuv made a handle all the same */
        return;
    }
    environment->has_process = true;
    environment->state = ENVIRONMENT_STARTING;
    uv_read_start((uv_stream_t *)&environment->output, allocate, on_output);
    uv_timer_start(&environment->timer, time_is_up, INIT_MS, 0);
}

static void code_is_ready(struct code_use *use, const char *path_or_null)
{
    struct environment *environment = LIST_ITEM(use, struct environment, code);
    if (environment->state != ENVIRONMENT_FETCHING || !environment->job)
        return;
    if (path_or_null)
        launch(environment, path_or_null);
    else
        refuse_start(environment, "its ZIP file cannot be unpacked.");
}

static bool read_zip(void *data, struct buf *zip)
{
    const struct job *job = data;
    return job->invocation->read_code(job->invocation, zip);
}

void environment_start(struct sandboxes *sandboxes, struct job *job)
{
    struct environment *environment = memory_alloc(sizeof *environment);
    environment->sandboxes = sandboxes;
    environment->arena = arena_new();
    environment->key = environment_key(job->invocation);
    environment->job = job;
    environment->code.ready = code_is_ready;
    list_init(&environment->code.link);
    job->environment = environment;
    snprintf(environment->socket, sizeof environment->socket, HTTP_UNIX "%s/%llu.sock", sandboxes->folder,
             (unsigned long long)++sandboxes->last_number);
    uv_timer_init(sandboxes->loop, &environment->timer);
    uv_timer_init(sandboxes->loop, &environment->output_timer);
    environment->timer.data = environment->output_timer.data = environment;
    list_append(&sandboxes->environments, &environment->link);
    sandboxes->environment_count++;
    const char *path = code_folder_use(sandboxes->codes, str_of(job->invocation->code_sha256), read_zip, job,
                                       &environment->code);
    if (path)
        launch(environment, path);
}
