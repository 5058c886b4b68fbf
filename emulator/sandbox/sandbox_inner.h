/* The inside of the sandboxes, shared by their files and by nobody else.
 *
 *      sandbox.c        the hook, jobs, which environment runs which
 *      environment.c    one environment: its process, its log, its time
 *      launch.c         the words and variables that a process is started with
 *      launch_words.c   what the launches of functions and of containers share
 *      container_box.c  a container's run: another hook, one process, its folder
 *      container_files.c  that folder, written and read on libuv's pool
 *      system_calls.c   what it may not ask the kernel for
 *      runtime_api.c    the Lambda Runtime API of one environment
 *      folder.c         where sockets, code and the runtimes' files lie
 *      code_folder.c    ZIPs unpacked, once for all environments that run them
 */
#ifndef SANDBOX_SANDBOX_INNER_H
#define SANDBOX_SANDBOX_INNER_H

#include "aws/invocation.h"
#include "net/hold.h"
#include "net/http.h"
#include "sandbox/code_folder.h"
#include "sandbox/sandbox.h"
#include "world/hook.h"

#define RUNTIME_API_PORT "9001"

struct environment;

/* ---- jobs: sandbox.c ---- */

enum job_end { JOB_OPEN, JOB_ANSWERED, JOB_REFUSED };

struct job {
    struct sandboxes *sandboxes;
    struct question *question;
    struct invocation *invocation;
    struct environment *environment; /* that runs it, or is started for it; NULL: none yet */
    struct timer due;                /* virtual: not answered before */
    struct hold hold;                /* until what it rests on is durable */
    bool is_due, is_held;
    enum job_end end;
    struct list link; /* among all that are under way, in their order */
};

struct sandboxes {
    uv_loop_t *loop;
    struct cloud *cloud;
    struct holds *holds;
    enum lambda_mode mode;
    int port;
    char *endpoint;
    char folder[64]; /* "/tmp/rehearse-lambda-XXXXXX" */
    int folder_lock;
    char cloud_socket[96]; /* "unix:" and a path in it */
    struct code_folders *codes;
    struct hook hook;
    struct list jobs, environments;
    struct hook container_hook;
    struct list boxes; /* container_box.c's */
    size_t environment_count, environments_most;
    uint64_t last_number;
    bool closing;
    void (*closed)(void *data);
    void *closed_data;
};

bool sandbox_folder_make(char ret_folder[64], int *ret_lock); /* false: errno */
/* An environment reached its end or has room: told from the loop. */
void sandboxes_pump(struct sandboxes *sandboxes);
/* Of so many that may run at once one team may have so many. */
size_t sandboxes_share(const struct sandboxes *sandboxes, size_t most);
void sandboxes_environment_gone(struct environment *environment); /* it is freed next */
void sandbox_job_finish(struct job *job, enum job_end end);
/* A fault of the cloud in question.code and message. */
__attribute__((format(printf, 2, 3))) void sandbox_job_refuse(struct job *job, const char *format, ...);

/* ---- containers: container_box.c ---- */

void container_boxes_listen(struct sandboxes *sandboxes);
void container_boxes_end(struct sandboxes *sandboxes);
void sandboxes_box_gone(struct sandboxes *sandboxes); /* a box was freed: told from the loop */

/* ---- environments: environment.c, runtime_api.c ---- */

enum environment_state {
    ENVIRONMENT_FETCHING, /* its code is being unpacked */
    ENVIRONMENT_STARTING, /* until it first asks for an invocation */
    ENVIRONMENT_IDLE,
    ENVIRONMENT_BUSY,
    ENVIRONMENT_ENDING, /* killed; until its handles have closed */
};

struct environment {
    struct sandboxes *sandboxes;
    enum environment_state state;
    struct list link; /* among all */
    char *key;        /* function and revision */
    struct arena *arena;
    const struct launch *launch;
    char access_key_id[32];
    int64_t keys_expire_ms; /* virtual */
    struct job *job;        /* that it runs, or was started for */
    struct code_use code;
    char socket[96]; /* "unix:" and the path of its Runtime API */
    struct http_server *server;
    struct http_request *asking; /* its parked GET next */
    uv_process_t process;
    uv_pipe_t orders, output;
    uv_timer_t timer;
    bool has_process, has_pipes, frozen, was_heard, output_paused;
    uv_timer_t output_timer;
    int open_handles;
    int64_t exit_status;
    int exit_signal;
    struct buf early;      /* what it wrote while no job ran */
    struct buf init_error; /* its own account of why it cannot start */
    uint64_t started_ns, handed_ns, init_us;
    uint64_t idle_since_ms;
    char read_buffer[16 * 1024];
};

void environment_start(struct sandboxes *sandboxes, struct job *job);
void environment_hand_over(struct environment *environment, struct job *job);
void environment_end(struct environment *environment); /* kills it; a job of its own must have been taken away */
bool environment_is_of(const struct environment *environment, const char *account);
bool environment_fits(const struct environment *environment, const struct job *job);
char *environment_key(const struct invocation *invocation); /* free() it */
/* Told by the Runtime API: */
void environment_asked(struct environment *environment, struct http_request *request);
/* `too_large`: the body was not read. */
void environment_answered(struct environment *environment, struct http_request *request, bool is_error, bool too_large);
void environment_init_failed(struct environment *environment, struct str error);

bool runtime_api_open(struct environment *environment, char **reterr_why);
void runtime_api_send_next(struct environment *environment); /* its job, as the answer of its GET next */

/* ---- launch.c ---- */

struct launch {
    const char *file; /* to be executed */
    char **words, **variables;
    const char *working_folder; /* NULL: where we are */
    /* For descriptors 3 and 4 of the process, -1 where they could not be made; close() them after the start. A sandbox that
     * lacks one cannot be started. */
    int options_file, filter_file;
};

/* What runs this runtime on this machine: "/usr/bin/python3"; NULL: *reterr_why says what is missing. A runtime that is not ours
 * to run at all: *ret_mine is false. */
const char *launch_interpreter(const struct sandboxes *sandboxes, const char *runtime, bool *ret_mine,
                               const char **reterr_why);
const char *launch_find_python(const char *runtime); /* NULL: there is none */
const char *launch_find_bwrap(void);                 /* likewise */
/* In the environment's arena. The keys of the role are made here. */
const struct launch *launch_prepare(struct environment *environment, const struct invocation *invocation,
                                    const char *code_path);
bool launch_write_files(const struct sandboxes *sandboxes,
                        char **reterr_why); /* what every sandbox sees at /var/runtime */

#endif
