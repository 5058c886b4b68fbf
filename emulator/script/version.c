/* A version of a pack: one reading of its sources, the child that runs them, what they declare. */
#include "script/script_inner.h"

#include <stdlib.h>

#define STRIKES_MOST 3

/* ---- start and end ---- */

static bool start_child(struct version *version, char **reterr_why)
{
    struct script *script = version->script;
    struct child_options options = { .program = script->options.program,
                                     .clock = script->world->clock,
                                     .loop = script->options.loop,
                                     .most_wall_ms = script->options.most_wall_ms,
                                     .data = version,
                                     .told = job_told,
                                     .ended = version_child_ended };
    version->child = child_start(&options, reterr_why);
    if (version->child)
        job_send_load(job_new(script, version, JOB_LOAD, "load", ""));
    return version->child != NULL;
}

struct version *version_new(struct script *script, struct json *sources_taken, char **reterr_why)
{
    struct version *version = memory_alloc(sizeof *version);
    version->script = script;
    version->sources = sources_taken;
    version->callbacks = map_new();
    list_init(&version->link);
    if (start_child(version, reterr_why))
        return version;
    version_free(version);
    return NULL;
}

void version_free(struct version *version)
{
    if (!version)
        return;
    list_remove(&version->link);
    version_end_child(version);
    json_unref(version->sources);
    json_unref(version->declaration);
    map_free(version->callbacks, NULL);
    free(version);
}

/* Its jobs stay, with nobody who works on them. */
void version_end_child(struct version *version)
{
    struct child_work *work;
    while (version->child && (work = child_take_sent(version->child)))
        LIST_ITEM(work, struct job, work)->in_child = false;
    child_free(version->child);
    version->child = NULL;
}

void version_leave(struct version *version)
{
    list_append(&version->script->leaving, &version->link);
    if (version->jobs == 0)
        version_free(version);
}

/* One that was replaced goes with the last of its jobs. */
void version_lost_job(struct version *version)
{
    version->jobs--;
    if (version->jobs == 0 && !list_is_empty(&version->link))
        version_free(version);
}

/* ---- what it declares ---- */

bool version_has(const struct version *version, const char *callback)
{
    return version && map_get(version->callbacks, str_of(callback));
}

void version_declare(struct version *version, const cJSON *loaded)
{
    const cJSON *name;
    json_unref(version->declaration);
    version->declaration = json_seal_copy(json_get(loaded, "declaration"));
    cJSON_ArrayForEach(name, json_get(loaded, "callbacks"))
    {
        if (cJSON_IsString(name))
            map_put(version->callbacks, json_value(name), version);
    }
}

/* ---- its jobs ---- */

void version_lose_jobs(struct script *script, const struct version *version_or_null)
{
    for (struct list *link = script->jobs.next; link != &script->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (!version_or_null || job->version == version_or_null)
            job->lost = true;
    }
}

static struct job *first_lost(const struct script *script)
{
    for (struct list *link = script->jobs.next; link != &script->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (job->lost)
            return job;
    }
    return NULL;
}

/* Who hears that one of them was interrupted may cancel or forget another: until its turn comes each can be found. */
void version_interrupt_lost(struct script *script)
{
    for (struct job *job; (job = first_lost(script));)
        job_interrupt(job);
}

/* What had not begun is as good as new; a version that was replaced hands it to the one that plays. */
static void send_again(struct script *script, struct list *jobs)
{
    for (struct list *link; (link = list_take_first(jobs));) {
        struct job *job = LIST_ITEM(link, struct job, link);
        list_append(&script->jobs, link);
        if (script->playing && script->playing->child && job->kind != JOB_LOAD)
            job_send_again(job, script->playing);
        else
            job_interrupt(job);
    }
}

/* ---- strikes ---- */

bool script_has_struck_out(const struct script *script, const char *callback)
{
    return (uintptr_t)map_get(script->strikes, str_of(callback)) >= STRIKES_MOST;
}

static void strike(struct script *script, const char *callback)
{
    uintptr_t strikes = (uintptr_t)map_get(script->strikes, str_of(callback)) + 1;
    map_put(script->strikes, str_of(callback), (void *)strikes);
    script_tell(script, NOTICE_RESTARTED, callback, "it took too long or too much, so its process was killed");
    if (strikes == STRIKES_MOST)
        script_tell(script, NOTICE_DISABLED, callback,
                    "it had to be killed three times; an edit of the pack gives it another chance");
}

/* ---- the child has ended ---- */

bool version_start_again(struct version *version)
{
    char *why = NULL;
    version->restarted = true;
    bool started = start_child(version, &why);
    if (!started)
        script_refuse(version->script, why);
    free(why);
    return started;
}

static void take_fresh(struct version *version, struct list *ret_fresh)
{
    struct child_work *work;
    list_init(ret_fresh);
    while ((work = child_take_sent(version->child))) {
        struct job *job = LIST_ITEM(work, struct job, work);
        job->in_child = false;
        if (job->begun)
            continue;
        list_remove(&job->link);
        list_append(ret_fresh, &job->link);
    }
}

void version_child_ended(void *data, struct child_work *at, bool killed)
{
    struct version *version = data;
    struct script *script = version->script;
    struct job *guilty = at ? LIST_ITEM(at, struct job, work) : NULL;
    uint64_t number = at ? at->number : 0;
    bool loading = guilty && guilty->kind == JOB_LOAD;
    struct list fresh;
    version->jobs++; /* it stays until this has returned */
    if (guilty)
        guilty->in_child = false;
    take_fresh(version, &fresh);
    version_end_child(version);
    version_lose_jobs(script, version);
    if (version == script->playing && !loading)
        version_start_again(version);
    if (guilty && !loading)
        strike(script, guilty->callback);
    else if (!guilty)
        script_tell(script, NOTICE_RESTARTED, "", "its process had ended");
    send_again(script, &fresh);
    guilty = number ? job_find(script, number) : NULL;
    if (guilty)
        job_fail_killed(guilty, killed);
    version_interrupt_lost(script);
    version_lost_job(version);
}
