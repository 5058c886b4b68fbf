/* A pack's images: SageMaker hands a container to whoever has its image, and the child of the pack that declares it can run it. */
#include "script/script_inner.h"

#include <stdio.h>

#include "aws/container.h"

#define FILE_MOST                                                                                                      \
    ((size_t)256 * 1024) /* of a file that Lua sees; larger ones, and bytes that are no text, it downloads */
#define FILES_MOST ((size_t)1024 * 1024) /* of all of them */

/* ---- which image ---- */

/* As it is asked for, without its tag, and by its repository alone. */
static bool find_callback(struct script *script, struct str uri, struct buf *ret_callback)
{
    struct str path, tag, bare = str_cut(uri, '@', &tag), host = str_cut(bare, '/', &path);
    size_t colon = str_find_byte(path, ':');
    struct str repository = str_first(path, colon == SIZE_MAX ? path.length : colon);
    struct str untagged = { bare.at, host.length + 1 + repository.length };
    const struct str names[] = { uri, path.length ? untagged : str_cut(bare, ':', &tag), repository };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        buf_clear(ret_callback);
        buf_printf(ret_callback, "image/%.*s", STR_ARG(names[i]));
        if (names[i].length && job_may_begin(script, ret_callback->at))
            return true;
    }
    return false;
}

/* ---- the question ---- */

static void print_text(struct buf *buf, const char *name, const char *text)
{
    json_print_name(buf, name);
    json_print_string(buf, str_of(text ? text : ""));
}

static void print_str(struct buf *buf, const char *name, struct str text)
{
    json_print_name(buf, name);
    json_print_string(buf, str_is_utf8(text) ? text : STR(""));
}

static void print_node(struct buf *buf, const char *name, const cJSON *node, const char *otherwise)
{
    json_print_name(buf, name);
    if (node)
        json_print(buf, node);
    else
        buf_add_text(buf, otherwise);
}

static void print_files(struct buf *buf, const struct list *files)
{
    size_t shown = 0;
    json_print_name(buf, "files");
    buf_add_byte(buf, '{');
    for (struct list *link = files ? files->next : NULL; link && link != files; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        struct str bytes = buf_str(&file->bytes);
        if (bytes.length > FILE_MOST || shown + bytes.length > FILES_MOST || !str_is_utf8(bytes) ||
            memchr(bytes.at, 0, bytes.length))
            continue;
        shown += bytes.length;
        print_str(buf, file->path, bytes);
    }
    buf_add_byte(buf, '}');
}

static void print_job(struct buf *buf, const struct container *container)
{
    static const char *const tasks[] = { "process", "train", "ping", "serve" };
    buf_add_byte(buf, '{');
    print_text(buf, "task", tasks[container->task]);
    print_text(buf, "name", container->name);
    print_text(buf, "arn", container->arn);
    print_text(buf, "image", container->image);
    print_text(buf, "role_arn", container->role_arn);
    print_node(buf, "entrypoint", container->entrypoint, "[]");
    print_node(buf, "arguments", container->arguments, "[]");
    print_node(buf, "environment", container->environment, "{}");
    print_node(buf, "hyperparameters", container->hyperparameters, "{}");
    if (container->task == CONTAINER_SERVE) {
        print_str(buf, "body", container->body);
        print_str(buf, "content_type", container->content_type);
        print_str(buf, "accept", container->accept);
    }
    print_files(buf, container->model ? container->model : &container->input);
    buf_add_byte(buf, '}');
}

static enum verdict ask(struct hook *hook, struct question *question)
{
    struct script *script = hook->data;
    struct container *container = question->subject;
    struct buf callback = BUF_EMPTY, argument = BUF_EMPTY;
    if (container->answered || !find_callback(script, str_of(container->image), &callback)) {
        buf_release(&callback);
        return VERDICT_PASS;
    }
    if (container->task == CONTAINER_PING) {
        buf_release(&callback);
        container_exit(container, 0);
        return VERDICT_CHANGED;
    }
    struct job *job = job_new(script, script->playing, JOB_CONTAINER, callback.at, container->scope.account);
    job_answers(job, question);
    buf_add_text(&argument, "{\"job\":");
    print_job(&argument, container);
    buf_add_byte(&argument, '}');
    job_start(job, buf_str(&argument));
    buf_release(&argument);
    buf_release(&callback);
    return VERDICT_PARKED;
}

/* ---- the answer ---- */

void container_said(struct job *job, struct str text)
{
    container_log(job->question->subject, text);
    container_log(job->question->subject, STR("\n"));
}

static void leave_files(struct container *container, const cJSON *files)
{
    const cJSON *file;
    cJSON_ArrayForEach(file, files)
    {
        struct buf bytes = BUF_EMPTY;
        if (!cJSON_IsString(file))
            continue;
        buf_add_str(&bytes, json_value(file));
        container_leave(container, str_of(file->string), &bytes);
    }
}

/* { files, failure, exit_code } of a job; { status, body, content_type } or a text of a request. */
static void take_answer(struct container *container, const cJSON *answer)
{
    struct str body = cJSON_IsString(answer) ? json_value(answer) : json_str(answer, "body");
    struct str type = json_str(answer, "content_type"), failure = json_str(answer, "failure");
    container->status = (int)json_int64(answer, "status", 200);
    if (container->status < 100 || container->status > 599)
        container->status = 500;
    if (body.at)
        buf_add_str(&container->reply, body);
    snprintf(container->reply_type, sizeof container->reply_type, "%.*s", (int)(type.at ? type.length : 8),
             type.at ? type.at : "text/csv");
    leave_files(container, json_get(answer, "files"));
    if (failure.at)
        snprintf(container->reason, sizeof container->reason, "%.*s", STR_ARG(failure));
    int64_t exit_code = json_int64(answer, "exit_code", failure.at ? 1 : 0);
    container_exit(container, exit_code < 0 || exit_code > 255 ? 255 : (int)exit_code);
}

void container_answered(struct job *job, const cJSON *answer, const struct script_error *error)
{
    struct question *question = job->question;
    struct container *container = question->subject;
    job->question = NULL;
    if (error) {
        container_log(container, str_of(error->message));
        container_log(container, STR("\n"));
        container->status = 500;
        buf_add_text(&container->reply, error->message);
        snprintf(container->reason, sizeof container->reason, "%s", error->message);
        container_exit(container, error->killed || error->interrupted ? 137 : 1);
    } else {
        take_answer(container, answer);
    }
    hook_answer(job->script->world, question, VERDICT_CHANGED);
}

void images_listen(struct script *script)
{
    script->images = (struct hook){
        .point = HOOK_CONTAINER, .pack = "", .chance = 1, .ask = ask, .forgotten = job_forgotten, .data = script
    };
    hook_add(script->world->hooks, &script->images);
}

void images_stop(struct script *script)
{
    for (struct list *link = script->jobs.next; link != &script->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (job->kind == JOB_CONTAINER)
            job->question = NULL;
    }
    hook_remove(script->world->hooks, &script->images);
}
