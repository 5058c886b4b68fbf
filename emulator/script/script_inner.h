/* The inside of a script, for the files of this folder that run in the parent.
 *
 *      script ─┬─ playing ──▶ version: one reading of the pack's sources, its child, its declaration
 *              ├─ loading ──▶ version   (an edit that is being tried)
 *              ├─ leaving ──▶ versions  (replaced; their callbacks end there)
 *              ├─ jobs: callbacks under way, whoever asked for them
 *              └─ arms: faults of the cloud that stand, each with its hooks */
#ifndef SCRIPT_SCRIPT_INNER_H
#define SCRIPT_SCRIPT_INNER_H

#include "base/map.h"
#include "script/child.h"
#include "script/script.h"
#include "world/hook.h"

#define JOBS_MOST 1024
#define ASKS_MOST 1000

struct call;
struct wire_fault;
struct invocation;
struct job;
struct watcher;

struct version {
    struct script *script;
    struct json *sources;     /* { "pack.lua": text, … } */
    struct child *child;      /* NULL: it has ended and is not started again */
    struct json *declaration; /* NULL: not loaded yet */
    struct map *callbacks;    /* the names that it declares */
    size_t jobs;
    bool restarted; /* this load is not the first of these sources */
    struct list link;
};

enum job_kind { JOB_LOAD, JOB_CALL, JOB_HOOK, JOB_INVOCATION, JOB_CONTAINER, JOB_REFUSED };

struct job {
    struct child_work work;
    struct script *script;
    struct version *version; /* NULL: JOB_REFUSED */
    enum job_kind kind;
    char *callback;
    char account[13];
    char *first_line; /* until it has begun: it is sent again to a new child */
    bool in_child, begun, cancelled;
    bool lost; /* its child is gone and it is about to be interrupted: what still answers it comes too late */
    unsigned asks;
    script_done *done;
    void *data;
    struct question *question; /* of a hook, an invocation or a container */
    struct arm *arm;           /* JOB_HOOK */
    /* What it waits for: */
    struct json *asked; /* the line that asks */
    struct call *call;
    struct script_request *request;
    struct timer timer;
    struct list link;
};

/* A fault of the cloud, armed for one account: for each of its patterns a hook that asks Lua, where it has a `call`, and what its
 * `wire` and `life` say. */
struct arm {
    struct script *script;
    char *fault, *callback;
    char account[13];
    struct aim {
        struct hook hook;
        struct arm *arm;
        char *service, *operation; /* its pattern; service NULL: all */
        bool asks;                 /* the hook is there */
    } * aims;
    size_t aim_count;
    struct wire_fault **effects;
    size_t effect_count;
    bool looks_back; /* Lua may want a read to see the past */
    uint64_t hits;
    struct json *declaration; /* keeps the filters' text */
    struct list link;
};

struct script {
    struct script_options options;
    struct cloud *cloud;
    struct world *world;
    char *folder, *fixtures, *name; /* name: the folder's, which calls of this pack carry */
    struct version *playing, *loading;
    struct list leaving, jobs, arms;
    struct map *strikes; /* callback → how often it was killed */
    struct map *read;    /* paths of the fixtures that were */
    struct hook invocations, images;
    uint64_t last_number;
    uint64_t stamp;       /* of the fixtures, when the pack was read last */
    bool edit_is_refused; /* the last one: what is played is not what is saved */
    struct watcher *watcher;
};

/* ---- script.c ---- */
void script_tell(struct script *script, enum script_notice kind, const char *subject, const char *text);
void script_refuse(struct script *script, const char *why);
void script_loaded(struct version *version, const cJSON *loaded);
void script_refused(struct version *version, const struct script_error *error);

/* ---- version.c ---- */
/* Its child is loading when this returns. NULL: *reterr_why is one line, free() it. */
struct version *version_new(struct script *script, struct json *sources_taken, char **reterr_why);
void version_free(struct version *version_or_null);
bool version_start_again(struct version *version); /* a new child, the same sources */
void version_end_child(struct version *version);
void version_leave(struct version *version); /* replaced: it goes with the last of its jobs */
void version_lost_job(struct version *version);
bool version_has(const struct version *version_or_null, const char *callback);
void version_declare(struct version *version, const cJSON *loaded);
/* Its jobs, or all, have lost their child; and the end of all that have. */
void version_lose_jobs(struct script *script, const struct version *version_or_null);
void version_interrupt_lost(struct script *script);
void version_child_ended(void *version, struct child_work *at, bool killed);
bool script_has_struck_out(const struct script *script, const char *callback);

/* ---- job.c ---- */
struct job *job_new(struct script *script, struct version *version, enum job_kind kind, const char *callback,
                    const char *account);
struct job *job_find(const struct script *script, uint64_t number);    /* NULL: it is gone */
bool job_may_begin(const struct script *script, const char *callback); /* the pack that plays can run it now */
void job_start(struct job *job, struct str argument);                  /* `argument` is JSON text */
void job_send_load(struct job *job);
void job_send_again(struct job *job, struct version *version); /* one that had not begun */
/* At most one of them. The job is gone. */
void job_finish(struct job *job, const cJSON *answer, const struct script_error *error);
void job_interrupt(struct job *job); /* finishes it: the child was started anew */
void job_fail_killed(struct job *job, bool killed);
void job_cancel(struct job *job);                                        /* nobody wants to hear of it */
void job_answers(struct job *job, struct question *question); /* parked: until it is answered or forgotten */
void job_forget(const struct question *question);              /* cancels the question's job */
void job_forgotten(struct hook *hook, struct question *question); /* hook.forgotten, where hook.data is the script */
void job_stop_waiting(struct job *job);
void job_told(void *version, struct child_work *work, struct json *line);

/* What it asked for is known. The text is JSON. */
void job_resume(struct job *job, struct str answer);
/* It raises in Lua. NULL, 0: none. */
struct raised {
    const char *message, *nearest, *code, *operation, *resource;
    const char *word; /* as it stands in the pack's file, to tell the line */
    int status;
};
void job_raise_with(struct job *job, const struct raised *raised);
__attribute__((format(printf, 2, 3))) void job_raise(struct job *job, const char *format, ...);

/* ---- ask.c, ask_aws.c: what Lua asks for ---- */
void job_ask(struct job *job, const char *name, const cJSON *with);
void ask_aws(struct job *job, const cJSON *with);
void ask_allows(struct job *job, const cJSON *with);
void script_request_detach(struct script_request *request); /* its callback is gone */

/* ---- fault.c ---- */
void fault_answered(struct job *job, const cJSON *answer); /* NULL: it failed: the call goes on */
void faults_renew(struct script *script);                  /* another declaration plays */
void faults_disarm_all(struct script *script);

/* ---- invoke.c ---- */
void invocations_listen(struct script *script);
void invocations_stop(struct script *script);
void invocation_answered(struct job *job, const cJSON *answer, const struct script_error *error);
void invocation_said(struct job *job, struct str text);

/* ---- image.c ---- */
void images_listen(struct script *script);
void images_stop(struct script *script);
void container_answered(struct job *job, const cJSON *answer, const struct script_error *error);
void container_said(struct job *job, struct str text);

/* ---- sources.c: the pack's folder ---- */
/* NULL: *reterr_why is one line, free() it. */
char *pack_find_folder(const struct script_options *options, char **reterr_why);
char *fixtures_find_folder(const struct script_options *options); /* NULL: there is none */
cJSON *pack_list_fixtures(const char *folder);                    /* "fixtures/x.csv" …, to be deleted */
/* The stamp changes with any file in fixtures/: what a pack has read there may stand in its variables. */
struct json *pack_read_sources(const char *folder, uint64_t *ret_stamp, char **reterr_why);
/* A regular file below the folder, wherever links lead: never outside of it. */
bool folder_read_file(const char *folder, struct str path, size_t most, struct buf *ret_bytes);
/* Tells of every change below the folder, a little after the last of a burst. */
struct watcher *watcher_start(struct uv_loop_s *loop, const char *folder, void (*changed)(void *data), void *data);
void watcher_free(struct watcher *watcher_or_null);

#endif
