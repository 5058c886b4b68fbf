/* An invocation: one run of a function's code, handed by Lambda to whoever can run it. services/lambda asks HOOK_INVOKE
 * (world/hook.h) with
 *
 *      question.subject = the struct invocation        question.service   = "lambda"
 *      question.operation = the function's name        question.resource  = its ARN, without a qualifier
 *      question.role = its execution role's name
 *
 *      VERDICT_PASS      not mine: the next hook is asked; where all pass, Lambda answers that nobody runs such a runtime
 *      VERDICT_CHANGED   I have run it: the answer stands in the invocation (exactly one of the invocation_…() below was said);
 *                        a hook that finds `answered` already set by one before it says PASS
 *      VERDICT_PARKED    I run it: the answer comes later, then hook_answer(CHANGED)
 *      VERDICT_FAIL      a fault of the cloud, not of the function: question.code, message and status become Invoke's own
 *                        error (ServiceException 500, TooManyRequestsException 429, EC2ThrottledException 502)
 *      VERDICT_DELAY     the invocation is asked about again after delay_ms (a slow start)
 *
 * Who asks owns the struct and all that it borrows until the question is answered or forgotten. The function's timeout is kept
 * by who asks, on the virtual clock: at the deadline it says hook_forget(), the hook's forgotten() ends the run, and the caller
 * gets AWS's "Task timed out". A runner that holds the clock (clock_hold) while it works, or does real work while the clock runs fast, says so (`keeps_time`), ends the run by
 * itself after `timeout_ms` of real time and says invocation_time_out(). Ceilings are kept here: a runner may hand over anything. */
#ifndef AWS_INVOCATION_H
#define AWS_INVOCATION_H

#include "base/buf.h"
#include "base/json.h"
#include "world/store.h"

#define INVOCATION_MOST_RESULT (6 * 1024 * 1024 + 100) /* bytes, as AWS's sentence has it: 6291556 */
#define INVOCATION_MOST_LOG    (256 * 1024)            /* bytes kept of one run; what is more is dropped, and said */

struct invocation {
    /* What is asked. All borrowed. */
    struct scope scope;       /* account and region of the function */
    const char *function_arn; /* as it was called, with its qualifier if one was given: context.invoked_function_arn */
    const char *function_name;
    const char *version;    /* "$LATEST", "7" */
    const char *runtime;    /* "python3.12", "provided.lua" */
    const char *handler;    /* "app.handler"; with provided.lua the name of the pack's function */
    const char *role_arn;   /* whom calls of the function's own are made as: principal_of_role(…, function_name) */
    const char *request_id; /* context.aws_request_id; the same in every retry of an asynchronous invocation */
    const char *log_group, *log_stream;
    const cJSON *environment;  /* an object of strings; NULL: none */
    struct str payload;        /* JSON, looked at: "null" may come, empty text does not */
    struct str client_context; /* JSON, of X-Amz-Client-Context; STR_NONE */
    const char *code_sha256;   /* base64, changes with the code */
    /* The ZIP, whole; false: the machine refuses. */
    bool (*read_code)(const struct invocation *invocation, struct buf *ret_zip);
    const char *revision; /* changes with code or configuration: what a warm environment may be kept for */
    int64_t memory_mb;
    int64_t timeout_ms;
    int64_t deadline_ms; /* on the virtual clock: now + timeout_ms */

    /* The answer. The runner says it by the functions below; the two figures it sets itself, where it knows them. */
    bool answered;
    bool
        keeps_time; /* set by a runner that parks and keeps timeout_ms by itself, in real time: who asks does not, then */
    const char *function_error; /* NULL: the handler returned; else "Unhandled" */
    struct buf result;          /* JSON: what the handler returned, or the error's {"errorMessage","errorType",…} */
    struct buf log;             /* what the run wrote: lines, without START, END and REPORT */
    bool log_cut, timed_out;
    int64_t init_us;        /* 0: the environment was warm */
    int64_t duration_us;    /* 0: not measured, the virtual clock's is told */
    int64_t memory_used_mb; /* 0: not measured */
};

/* The handler returned this. Text that is no JSON or too large becomes the error that AWS gives for it. */
void invocation_return(struct invocation *invocation, struct str json);
/* It returned more than that, which nobody has read. */
void invocation_return_too_much(struct invocation *invocation);
/* The handler raised. `trace` is an array or object of the runtime's own that becomes the member `trace_name` ("stackTrace" in
 * Python, "trace" in Node); NULL: there is none. With `with_request_id` the payload names the request too, as Python's does. */
void invocation_raise(struct invocation *invocation, struct str error_type, struct str error_message,
                      const char *trace_name, const cJSON *trace_or_null, bool with_request_id);
/* The same with the whole error payload as the runtime made it; no JSON object: Runtime.Unknown… as AWS says it. */
void invocation_raise_payload(struct invocation *invocation, struct str json);
/* "RequestId: ID Error: Task timed out after 3.00 seconds" */
void invocation_time_out(struct invocation *invocation);
/* The process ended without an answer: "RequestId: ID Error: Runtime exited with error: signal: killed", Runtime.ExitError;
 * `how` is "signal: killed", "exit status 1". */
void invocation_exit(struct invocation *invocation, const char *how);
/* Adds lines to the log, at any time before the answer. */
void invocation_log(struct invocation *invocation, struct str text);
/* The same with bytes as they come, which may end in the middle of a line; and the end of one that was left open. */
void invocation_log_bytes(struct invocation *invocation, struct str bytes);
void invocation_end_line(struct invocation *invocation);
/* Its buffers. For who asked. */
void invocation_release(struct invocation *invocation);

#endif
