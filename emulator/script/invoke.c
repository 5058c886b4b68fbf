/* A pack's functions: Lambda hands the invocation of a function of runtime provided.lua to whoever can run it, and the child
 * of the pack that declares its handler can. */
#include "script/script_inner.h"

#include <stdlib.h>

#include "aws/invocation.h"

#define RUNTIME "provided.lua"

/* ---- the question ---- */

static void print_text(struct buf *buf, const char *name, const char *text)
{
    json_print_name(buf, name);
    json_print_string(buf, str_of(text ? text : ""));
}

static void print_number(struct buf *buf, const char *name, int64_t number)
{
    json_print_name(buf, name);
    buf_add_int64(buf, number);
}

/* What AWS's runtimes call the members of the context. */
static void print_context(struct buf *buf, const struct invocation *invocation)
{
    buf_add_byte(buf, '{');
    print_text(buf, "function_name", invocation->function_name);
    print_text(buf, "function_version", invocation->version);
    print_text(buf, "invoked_function_arn", invocation->function_arn);
    print_text(buf, "aws_request_id", invocation->request_id);
    print_text(buf, "log_group_name", invocation->log_group);
    print_text(buf, "log_stream_name", invocation->log_stream);
    print_text(buf, "role_arn", invocation->role_arn);
    print_number(buf, "memory_limit_in_mb", invocation->memory_mb);
    print_number(buf, "deadline_ms", invocation->deadline_ms);
    json_print_name(buf, "environment");
    if (invocation->environment)
        json_print(buf, invocation->environment);
    else
        buf_add_text(buf, "{}");
    if (invocation->client_context.length) {
        json_print_name(buf, "client_context");
        buf_add_str(buf, invocation->client_context);
    }
    buf_add_byte(buf, '}');
}

/* A payload keeps the lines that it came with; a message to the child is one line. */
static void print_payload(struct buf *buf, struct str payload)
{
    for (size_t i = 0; i < payload.length; i++)
        buf_add_byte(buf, payload.at[i] == '\n' || payload.at[i] == '\r' ? ' ' : payload.at[i]);
}

static enum verdict refuse(struct invocation *invocation)
{
    struct buf message = BUF_EMPTY;
    buf_printf(&message, "RequestId: %s Error: the pack that plays declares no gameday.lambda \"%s\"",
               invocation->request_id, invocation->handler);
    invocation_raise(invocation, STR("Runtime.InvalidEntrypoint"), buf_str(&message), NULL, NULL, false);
    buf_release(&message);
    return VERDICT_CHANGED;
}

static enum verdict ask(struct hook *hook, struct question *question)
{
    struct script *script = hook->data;
    struct invocation *invocation = question->subject;
    if (invocation->answered || strcmp(invocation->runtime, RUNTIME) != 0)
        return VERDICT_PASS;
    struct buf callback = BUF_EMPTY, argument = BUF_EMPTY;
    buf_printf(&callback, "lambda/%s", invocation->handler);
    if (!job_may_begin(script, callback.at)) {
        buf_release(&callback);
        return refuse(invocation);
    }
    struct job *job = job_new(script, script->playing, JOB_INVOCATION, callback.at, invocation->scope.account);
    job_answers(job, question);
    buf_add_text(&argument, "{\"event\":");
    print_payload(&argument, invocation->payload);
    buf_add_text(&argument, ",\"context\":");
    print_context(&argument, invocation);
    buf_add_byte(&argument, '}');
    job_start(job, buf_str(&argument));
    buf_release(&argument);
    buf_release(&callback);
    return VERDICT_PARKED;
}

/* ---- the answer ---- */

void invocation_said(struct job *job, struct str text)
{
    invocation_log(job->question->subject, text);
}

static void raise_error(struct invocation *invocation, const struct script_error *error)
{
    struct buf place = BUF_EMPTY;
    cJSON *trace = cJSON_CreateArray();
    if (error->line > 0) {
        buf_printf(&place, "%s:%d", error->file, error->line);
        json_add(trace, json_new_string(buf_str(&place)));
    }
    invocation_raise(invocation, error->code[0] ? str_of(error->code) : STR("Error"), str_of(error->message),
                     "stackTrace", trace, false);
    cJSON_Delete(trace);
    buf_release(&place);
}

void invocation_answered(struct job *job, const cJSON *answer, const struct script_error *error)
{
    struct question *question = job->question;
    struct invocation *invocation = question->subject;
    struct buf result = BUF_EMPTY;
    job->question = NULL;
    if (error && (error->killed || error->interrupted)) {
        invocation_exit(invocation, "signal: killed");
    } else if (error) {
        raise_error(invocation, error);
    } else {
        json_print(&result, answer);
        invocation_return(invocation, result.length ? buf_str(&result) : STR("null"));
    }
    buf_release(&result);
    hook_answer(job->script->world, question, VERDICT_CHANGED);
}

void invocations_listen(struct script *script)
{
    script->invocations = (struct hook){
        .point = HOOK_INVOKE, .pack = "", .chance = 1, .ask = ask, .forgotten = job_forgotten, .data = script
    };
    hook_add(script->world->hooks, &script->invocations);
}

void invocations_stop(struct script *script)
{
    for (struct list *link = script->jobs.next; link != &script->jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (job->kind == JOB_INVOCATION)
            job->question = NULL;
    }
    hook_remove(script->world->hooks, &script->invocations);
}
