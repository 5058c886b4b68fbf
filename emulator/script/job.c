/* A callback under way: what is sent to the child for it, what it asks for, how it ends. */
#include "script/script_inner.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/row_kind.h"
#include "world/account.h"

/* ---- making and ending ---- */

struct job *job_new(struct script *script, struct version *version, enum job_kind kind, const char *callback,
                    const char *account)
{
    struct job *job = memory_alloc(sizeof *job);
    job->work.number = ++script->last_number;
    list_init(&job->work.link);
    job->script = script;
    job->version = version;
    job->kind = kind;
    job->callback = memory_copy(str_of(callback));
    snprintf(job->account, sizeof job->account, "%s", account);
    list_append(&script->jobs, &job->link);
    if (version)
        version->jobs++;
    return job;
}

/* Nobody answers any more what it has asked for. */
void job_stop_waiting(struct job *job)
{
    timer_stop(job->script->world->clock, &job->timer);
    if (job->call)
        call_free(job->call);
    if (job->request)
        script_request_detach(job->request);
    json_unref(job->asked);
    job->call = NULL;
    job->request = NULL;
    job->asked = NULL;
}

static const struct script_error declares_nothing = { "", 0, "it declares nothing", "", "", "", "", false, false };

static void tell_end(struct job *job, const cJSON *answer, const struct script_error *error)
{
    switch (job->kind) {
    case JOB_LOAD:
        if (error)
            script_refused(job->version, error);
        else if (cJSON_IsObject(json_get(answer, "declaration")))
            script_loaded(job->version, answer);
        else
            script_refused(job->version, &declares_nothing);
        return;
    case JOB_HOOK:
        if (job->question)
            fault_answered(job, answer);
        return;
    case JOB_INVOCATION:
        if (job->question)
            invocation_answered(job, answer, error);
        return;
    case JOB_CONTAINER:
        if (job->question)
            container_answered(job, answer, error);
        return;
    case JOB_CALL:
    case JOB_REFUSED:
        break;
    }
    if (!job->done)
        return;
    struct json *document = error ? NULL : json_seal_copy(answer);
    job->done(job->data, document, error);
    json_unref(document);
}

/* The job is in no list any more when its end is told, so whoever hears of it may do anything but close the script. */
void job_finish(struct job *job, const cJSON *answer, const struct script_error *error)
{
    struct version *version = job->version;
    job_stop_waiting(job);
    list_remove(&job->link);
    list_remove(&job->work.link);
    tell_end(job, answer, error);
    free(job->first_line);
    free(job->callback);
    free(job);
    if (version)
        version_lost_job(version);
}

void job_interrupt(struct job *job)
{
    struct script_error error = { "", 0, "the pack was started anew", "", "", "", "", false, true };
    job_finish(job, NULL, &error);
}

void job_fail_killed(struct job *job, bool killed)
{
    struct script_error error = {
        "",   0,    killed ? "it took too long or too much and was ended" : "its process has ended", "", "", "", "",
        true, false
    };
    job_finish(job, NULL, &error);
}

/* ---- lines to the child ---- */

static void begin_line(struct buf *line, const struct job *job, const char *what)
{
    buf_printf(line, "{\"do\":\"%s\",\"job\":%llu,\"now\":%lld", what, (unsigned long long)job->work.number,
               (long long)clock_now(job->script->world->clock));
}

static void send_to_child(struct job *job, struct str line)
{
    job->in_child = true;
    child_send(job->version->child, &job->work, line);
}

static void end_line(struct job *job, struct buf *line)
{
    buf_add_text(line, "}\n");
    if (!job->lost)
        send_to_child(job, buf_str(line));
    buf_release(line);
}

static void print_team(struct buf *line, struct script *script, const char *account)
{
    const struct account *team = account_get(script->world, str_of(account));
    buf_add_text(line, ",\"team\":{\"account\":");
    json_print_string(line, str_of(account));
    buf_add_text(line, ",\"name\":");
    json_print_string(line, str_of(team ? team->name : account));
    buf_add_text(line, ",\"region\":");
    json_print_string(line, str_of(script->cloud->region));
    buf_add_byte(line, '}');
}

/* The seed is drawn when the callback is asked for: one that is sent again to a new child throws the same dice. */
static void print_seed(struct buf *line, struct script *script)
{
    buf_printf(line, ",\"seed\":%lld", (long long)(random_next(&script->world->random) >> 1));
}

static void print_list(struct buf *line, const struct cloud *cloud, const char *prefix)
{
    bool first = true;
    buf_add_byte(line, '[');
    for (const struct service *const *at = cloud->services; *at; at++) {
        const struct model *model = (*at)->model;
        for (size_t i = 0; strcmp(model->iam_prefix, prefix) == 0 && i < model->operation_count; i++) {
            if (!first)
                buf_add_byte(line, ',');
            first = false;
            json_print_string(line, str_of(model->operations[i].name));
        }
    }
    buf_add_byte(line, ']');
}

/* One of several services behind one name of IAM's speaks for them all. */
static bool is_first_of_prefix(const struct cloud *cloud, const struct service *service)
{
    const struct service *const *at = cloud->services;
    while (strcmp((*at)->model->iam_prefix, service->model->iam_prefix) != 0)
        at++;
    return *at == service;
}

static void print_name(struct buf *line, const char *name, const char *prefix)
{
    struct buf small = BUF_EMPTY;
    for (; *name; name++)
        if (*name != ' ')
            buf_add_byte(&small, *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name);
    json_print_name(line, buf_str(&small).at);
    json_print_string(line, str_of(prefix));
    buf_release(&small);
}

static void print_kinds(struct buf *line, const struct cloud *cloud)
{
    char kind[ROW_KIND_ROOM];
    bool first = true;
    for (const struct service *const *at = cloud->services; *at; at++)
        for (const struct table_def *const *table = (*at)->tables; table && *table; table++) {
            row_kind_of(*at, *table, kind);
            if (!first)
                buf_add_byte(line, ',');
            json_print_string(line, str_of(kind));
            first = false;
        }
}

/* What a pack may name: services by all their names, operations by what IAM calls their service, kinds of rows. */
static void print_known(struct buf *line, const struct cloud *cloud)
{
    buf_add_text(line, ",\"operations\":{");
    for (const struct service *const *at = cloud->services; *at; at++) {
        if (!is_first_of_prefix(cloud, *at))
            continue;
        json_print_name(line, (*at)->model->iam_prefix);
        print_list(line, cloud, (*at)->model->iam_prefix);
    }
    buf_add_text(line, "},\"kinds\":[");
    print_kinds(line, cloud);
    buf_add_text(line, "],\"services\":{");
    for (const struct service *const *at = cloud->services; *at; at++) {
        const struct model *model = (*at)->model;
        const char *const names[] = { model->iam_prefix, model->signing_name, model->name, model->sdk_id };
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            print_name(line, names[i], model->iam_prefix);
    }
    buf_add_byte(line, '}');
}

void job_send_load(struct job *job)
{
    struct buf line = BUF_EMPTY;
    begin_line(&line, job, "load");
    buf_add_text(&line, ",\"seed\":0,\"sources\":");
    buf_add_str(&line, json_text(job->version->sources));
    buf_add_text(&line, ",\"with\":{\"folder\":");
    json_print_string(&line, str_of(job->script->name));
    print_known(&line, job->script->cloud);
    buf_add_byte(&line, '}');
    end_line(job, &line);
}

void job_start(struct job *job, struct str argument)
{
    struct buf line = BUF_EMPTY;
    begin_line(&line, job, "call");
    buf_add_text(&line, ",\"name\":");
    json_print_string(&line, str_of(job->callback));
    print_seed(&line, job->script);
    print_team(&line, job->script, job->account);
    buf_add_text(&line, ",\"with\":");
    buf_add_str(&line, argument.length ? argument : STR("null"));
    buf_add_text(&line, "}\n");
    job->first_line = buf_take(&line);
    send_to_child(job, str_of(job->first_line));
}

void job_send_again(struct job *job, struct version *version)
{
    job->version->jobs--;
    job->version = version;
    version->jobs++;
    send_to_child(job, str_of(job->first_line));
}

static void drop(struct job *job)
{
    struct buf line = BUF_EMPTY;
    if (job->version->child && job->begun && !job->in_child) {
        begin_line(&line, job, "drop");
        buf_add_text(&line, "}\n");
        child_send(job->version->child, NULL, buf_str(&line));
    }
    buf_release(&line);
    job_finish(job, NULL, NULL);
}

void job_resume(struct job *job, struct str answer)
{
    struct buf line = BUF_EMPTY;
    job_stop_waiting(job);
    begin_line(&line, job, "resume");
    buf_add_text(&line, ",\"answer\":");
    buf_add_str(&line, answer);
    end_line(job, &line);
}

void job_raise_with(struct job *job, const struct raised *raised)
{
    struct buf line = BUF_EMPTY;
    const struct {
        const char *name, *text;
    } members[] = { { "message", raised->message ? raised->message : "" },
                    { "nearest", raised->nearest },
                    { "word", raised->word },
                    { "code", raised->code },
                    { "operation", raised->operation },
                    { "resource", raised->resource } };
    begin_line(&line, job, "resume");
    buf_add_text(&line, ",\"error\":{");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!members[i].text)
            continue;
        json_print_name(&line, members[i].name);
        json_print_string(&line, str_of(members[i].text));
    }
    if (raised->status) {
        json_print_name(&line, "status");
        buf_add_int64(&line, raised->status);
    }
    buf_add_byte(&line, '}');
    job_stop_waiting(job);
    end_line(job, &line);
}

void job_raise(struct job *job, const char *format, ...)
{
    struct buf message = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    job_raise_with(job, &(struct raised){ .message = message.at });
    buf_release(&message);
}

/* ---- lines from the child ---- */

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = json_string(object, name);
    return text ? text : "";
}

static struct script_error read_failure(const cJSON *failed)
{
    return (struct script_error){ .file = text_of(failed, "file"),
                                  .line = (int)json_int64(failed, "line", 0),
                                  .message = text_of(failed, "message"),
                                  .nearest = text_of(failed, "nearest"),
                                  .code = text_of(failed, "code"),
                                  .operation = text_of(failed, "operation"),
                                  .resource = text_of(failed, "resource") };
}

struct job *job_find(const struct script *script, uint64_t number)
{
    for (struct list *link = script->jobs.next; link != &script->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (job->work.number == number)
            return job;
    }
    return NULL;
}

static void told_aside(struct version *version, const cJSON *line)
{
    struct job *job = job_find(version->script, (uint64_t)json_int64(line, "job", 0));
    struct str text = json_str(line, "log");
    if (!text.at)
        return;
    if (job && job->kind == JOB_INVOCATION && job->question)
        invocation_said(job, text);
    else if (job && job->kind == JOB_CONTAINER && job->question)
        container_said(job, text);
    else
        script_tell(version->script, NOTICE_LOG, job ? job->callback : "", text.at);
}

void job_told(void *data, struct child_work *work, struct json *line)
{
    const cJSON *root = json_root(line), *failed = json_get(root, "failed"), *done = json_get(root, "done");
    const char *wanted = json_string(root, "ask");
    if (!work) {
        told_aside(data, root);
        return;
    }
    struct job *job = LIST_ITEM(work, struct job, work);
    job->in_child = false;
    job->begun = true;
    free(job->first_line);
    job->first_line = NULL;
    if (failed) {
        struct script_error error = read_failure(failed);
        job_finish(job, NULL, &error);
    } else if (done) {
        job_finish(job, done, NULL);
    } else if (job->cancelled) {
        drop(job);
    } else {
        job->asked = json_ref(line);
        job_ask(job, wanted, json_get(root, "with"));
    }
}

/* ---- for the game ---- */

/* `done` never comes before script_call() has returned. */
static void refuse_now(struct timer *timer, void *data)
{
    struct job *job = data;
    struct buf message = BUF_EMPTY;
    bool struck_out = script_has_struck_out(job->script, job->callback);
    buf_printf(&message, struck_out ? "%s is disabled: it was killed three times" : "the pack has no %s just now",
               job->callback);
    struct script_error error = { "", 0, message.at, "", "", "", "", false, false };
    job_finish(job, NULL, &error);
    buf_release(&message);
}

bool job_may_begin(const struct script *script, const char *callback)
{
    return script_has(script, callback) && script->playing->child && script->playing->jobs < JOBS_MOST;
}

static void start_or_refuse(struct job *job, const cJSON *argument)
{
    struct clock *clock = job->script->world->clock;
    if (job->kind == JOB_REFUSED) {
        job->timer.fire = refuse_now;
        job->timer.data = job;
        timer_start(clock, &job->timer, clock_now(clock));
        world_nudge(job->script->world);
        return;
    }
    struct buf text = BUF_EMPTY;
    if (argument)
        json_print(&text, argument);
    job_start(job, buf_str(&text));
    buf_release(&text);
}

uint64_t script_call(struct script *script, const char *callback, const char *account, const cJSON *argument,
                     script_done *done, void *data)
{
    bool may = job_may_begin(script, callback);
    struct job *job = job_new(script, may ? script->playing : NULL, may ? JOB_CALL : JOB_REFUSED, callback, account);
    job->done = done;
    job->data = data;
    start_or_refuse(job, argument);
    return job->work.number;
}

/* While the child works on it, its answer is awaited and dropped. */
void job_cancel(struct job *job)
{
    job->cancelled = true;
    job->done = NULL;
    job->question = NULL;
    if (job->in_child || job->lost)
        return;
    if (job->kind == JOB_REFUSED)
        job_finish(job, NULL, NULL);
    else
        drop(job);
}

void job_answers(struct job *job, struct question *question)
{
    job->question = question;
    question->worker = job;
}

/* It may stand in no list: while a child that ended is cleared away, one of its jobs may forget the question of another. */
void job_forget(const struct question *question)
{
    job_cancel(question->worker);
}

void job_forgotten(struct hook *hook, struct question *question)
{
    job_forget(question);
}

void script_cancel(struct script *script, uint64_t call)
{
    struct job *job = job_find(script, call);
    if (job)
        job_cancel(job);
}
