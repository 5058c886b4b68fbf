#include "aws/jackson.h"
#include "aws/payload.h"
#include "base/digest.h"
#include "services/lambda/async_event.h"
#include "services/lambda/function.h"
#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/run.h"

/* "Lambda quotas": payloads of synchronous and asynchronous invocations, as AWS's sentences count them. */
#define PAYLOAD_MOST       6291456
#define EVENT_PAYLOAD_MOST 1048576
#define TAIL_BYTES         4096 /* of the log that goes back to the caller */

/* ---- what is asked ---- */

struct asked {
    struct function_name name;
    struct json *row; /* what runs */
    struct str payload, client_context;
};

static bool find(struct call *call, struct asked *asked)
{
    struct scope scope = call_scope(call);
    if (!function_name_of_call(call, &asked->name))
        return false;
    asked->row = function_version_resolve(call->world, scope, asked->name.name, asked->name.qualifier, true);
    if (asked->row)
        return true;
    struct str qualifier = asked->name.qualifier.length ? asked->name.qualifier : STR(LATEST);
    lambda_fail_not_found(call, function_arn(call->arena, scope, asked->name.name, qualifier));
    return false;
}

static bool check_state(struct call *call, const cJSON *row)
{
    const char *state = function_state(row);
    if (strcmp(state, "Active") == 0)
        return true;
    call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION,
              "The operation cannot be performed at this time. The function is currently in the following state: %s",
              state);
    return false;
}

/* No payload at all is an empty object for the function. */
static bool take_payload(struct call *call, size_t most, struct str *ret_payload)
{
    struct str bytes = call->body ? call->body->bytes : STR_NONE;
    struct json_error why;
    *ret_payload = bytes.length ? bytes : STR("{}");
    if (bytes.length > most) {
        call_fail(call, &LAMBDA_REQUEST_TOO_LARGE_EXCEPTION,
                  "Request must be smaller than %zu bytes for the %s operation", most, call->operation->name);
        return false;
    }
    struct json *document = json_parse(*ret_payload, &why);
    if (document) {
        json_unref(document);
        return true;
    }
    char *sentence = jackson_sentence(call->arena, &why);
    call_fail(call, &LAMBDA_INVALID_REQUEST_CONTENT_EXCEPTION,
              "Could not parse request body into json: Could not parse payload into json: %s", sentence);
    return false;
}

/* ---- answers ---- */

static void answer_tail(struct call *call, const struct run *run)
{
    if (!str_is(input_str(call, "LogType"), "Tail"))
        return;
    struct buf log = BUF_EMPTY, text = BUF_EMPTY;
    run_print_log(run, &log);
    struct str all = buf_str(&log);
    base64_encode(&text, str_from(all, all.length > TAIL_BYTES ? all.length - TAIL_BYTES : 0));
    output_str(call, "LogResult", buf_str(&text));
    buf_release(&log);
    buf_release(&text);
}

static enum outcome answer_run(struct call *call, struct run *run)
{
    output_int64(call, "StatusCode", 200);
    output_string(call, "ExecutedVersion", run->invocation.version);
    output_string(call, "FunctionError", run->invocation.function_error);
    answer_tail(call, run);
    call_content_bytes(call, &run->invocation.result);
    return CALL_DONE;
}

static enum outcome fail_throttled(struct call *call, const char *reason)
{
    call_fail(call, &LAMBDA_TOO_MANY_REQUESTS_EXCEPTION, "Rate Exceeded.");
    return call_fail_more(call, "Reason", str_of(reason));
}

/* A fault that a hook made up: the kind of that name where the model has one, else one of its own. */
static enum outcome fail_as_told(struct call *call, const struct question *question)
{
    for (const struct error_kind *const *known = call->operation->errors; *known; known++) {
        if (strcmp((*known)->code, question->code) == 0)
            return call_fail(call, *known, "%s", question->message);
    }
    struct error_kind *kind = ARENA_NEW(call->arena, struct error_kind);
    kind->code = kind->shape = arena_copy(call->arena, str_of(question->code[0] ? question->code : "ServiceException"));
    kind->status = question->status ? question->status : 500;
    kind->fault = kind->status >= 500 ? FAULT_RECEIVER : FAULT_SENDER;
    return call_fail(call, kind, "%s", question->message);
}

/* Ours: on AWS every runtime that can be named can be run. */
static enum outcome fail_nobody(struct call *call, const struct invocation *invocation)
{
    return call_fail(call, &LAMBDA_INVALID_RUNTIME_EXCEPTION,
                     "This practice cloud has nobody who runs functions of the runtime %s.", invocation->runtime);
}

static enum outcome answer(struct call *call, struct run *run)
{
    switch (run->state) {
    case RUN_ANSWERED:
        return answer_run(call, run);
    case RUN_THROTTLED:
        return fail_throttled(call, run->reason);
    case RUN_FAULT:
        return fail_as_told(call, &run->question);
    default:
        return fail_nobody(call, &run->invocation);
    }
}

/* ---- RequestResponse ---- */

static void finished(struct run *run)
{
    struct call *call = run->owner;
    enum outcome outcome = answer(call, run);
    run_end(run);
    call->parked = NULL;
    call_resume(call, outcome);
}

static void abandoned(struct call *call)
{
    run_end(call->parked);
    call->parked = NULL;
}

static enum outcome run_now(struct call *call, const struct asked *asked)
{
    struct run *run = ARENA_NEW(call->arena, struct run);
    run->finished = finished;
    run->owner = call;
    if (run_begin(call->world, call_scope(call), asked->row, asked->name.qualifier, call->request_id, asked->payload,
                  asked->client_context, run) == RUN_PARKED) {
        call->parked = run;
        call->abandoned = abandoned;
        return CALL_PARKED;
    }
    enum outcome outcome = answer(call, run);
    run_end(run);
    return outcome;
}

/* ---- the operations ---- */

static enum outcome run_later(struct call *call, const struct asked *asked)
{
    if (!async_event_add(call, &asked->name, asked->payload, asked->client_context))
        return CALL_FAILED;
    output_int64(call, "StatusCode", 202);
    return CALL_DONE;
}

static bool take_client_context(struct call *call, struct str *ret_context)
{
    struct str base64 = input_str(call, "ClientContext");
    struct buf text = BUF_EMPTY;
    struct json *document = base64.length && base64_decode(&text, base64) ? json_parse(buf_str(&text), NULL) : NULL;
    *ret_context = document ? arena_str(call->arena, buf_str(&text)) : STR_NONE;
    json_unref(document);
    buf_release(&text);
    if (!base64.length || document)
        return true;
    call_fail(call, &LAMBDA_INVALID_REQUEST_CONTENT_EXCEPTION,
              "Client context must be a valid Base64-encoded JSON object.");
    return false;
}

enum outcome invoke(struct call *call)
{
    struct asked asked = { 0 };
    bool later = str_is(input_str(call, "InvocationType"), "Event");
    if (!find(call, &asked) || !take_payload(call, later ? EVENT_PAYLOAD_MOST : PAYLOAD_MOST, &asked.payload) ||
        !take_client_context(call, &asked.client_context) || !check_state(call, json_root(asked.row)))
        return CALL_FAILED;
    if (later)
        return run_later(call, &asked);
    if (!str_is(input_str(call, "InvocationType"), "DryRun"))
        return run_now(call, &asked);
    output_int64(call, "StatusCode", 204);
    return CALL_DONE;
}

/* The older operation: its answer is a status and nothing else. */
enum outcome invoke_async(struct call *call)
{
    struct asked asked = { 0 };
    if (!find(call, &asked) || !take_payload(call, EVENT_PAYLOAD_MOST, &asked.payload) ||
        !check_state(call, json_root(asked.row)) ||
        !async_event_add(call, &asked.name, asked.payload, asked.client_context))
        return CALL_FAILED;
    output_int64(call, "Status", 202);
    return CALL_DONE;
}
