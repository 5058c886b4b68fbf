#include "aws/invocation.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Keeps the answer; a payload of more than Lambda hands on becomes AWS's error for that. */
static void answer(struct invocation *invocation, const char *function_error, struct str json)
{
    assert(!invocation->answered);
    buf_clear(&invocation->result);
    buf_add_str(&invocation->result, json);
    invocation->function_error = function_error;
    invocation->answered = true;
}

static void answer_tree(struct invocation *invocation, cJSON *payload_taken)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, payload_taken);
    cJSON_Delete(payload_taken);
    answer(invocation, "Unhandled", buf_str(&text));
    buf_release(&text);
}

/* What Lambda itself says of a run: type and sentence, in this order, no trace. */
static void answer_error(struct invocation *invocation, const char *type, const char *message)
{
    cJSON *payload = cJSON_CreateObject();
    json_set_string(payload, "errorType", type);
    json_set_string(payload, "errorMessage", message);
    answer_tree(invocation, payload);
}

static bool is_json(struct str text)
{
    struct json *document = json_parse(text, NULL);
    json_unref(document);
    return document != NULL;
}

void invocation_return_too_much(struct invocation *invocation)
{
    char message[128];
    snprintf(message, sizeof message, "Response payload size exceeded maximum allowed payload size (%d bytes).",
             INVOCATION_MOST_RESULT);
    cJSON *payload = cJSON_CreateObject();
    json_set_string(payload, "errorMessage", message);
    json_set_string(payload, "errorType", "Function.ResponseSizeTooLarge");
    answer_tree(invocation, payload);
}

void invocation_return(struct invocation *invocation, struct str json)
{
    if (json.length > INVOCATION_MOST_RESULT)
        invocation_return_too_much(invocation);
    else if (is_json(json))
        answer(invocation, NULL, json);
    else /* ours: AWS's own runtimes cannot do this */
        answer_error(invocation, "Runtime.InvalidResponse", "The runtime answered with a text that is no JSON.");
}

void invocation_raise(struct invocation *invocation, struct str error_type, struct str error_message,
                      const char *trace_name, const cJSON *trace_or_null, bool with_request_id)
{
    cJSON *payload = cJSON_CreateObject();
    json_set_str(payload, "errorMessage", error_message);
    json_set_str(payload, "errorType", error_type);
    if (with_request_id)
        json_set_string(payload, "requestId", invocation->request_id);
    if (trace_or_null)
        json_set(payload, trace_name, json_thaw(trace_or_null));
    answer_tree(invocation, payload);
}

void invocation_raise_payload(struct invocation *invocation, struct str json)
{
    struct json *document = json.length <= INVOCATION_MOST_RESULT ? json_parse(json, NULL) : NULL;
    if (document && cJSON_IsObject(json_root(document)))
        answer(invocation, "Unhandled", json);
    else
        answer_error(invocation, "Runtime.Unknown", "The runtime told of an error in a text that is no JSON object.");
    json_unref(document);
}

void invocation_time_out(struct invocation *invocation)
{
    char message[128];
    snprintf(message, sizeof message, "RequestId: %s Error: Task timed out after %" PRId64 ".%02d seconds",
             invocation->request_id, invocation->timeout_ms / 1000, (int)(invocation->timeout_ms % 1000 / 10));
    invocation->timed_out = true;
    answer_error(invocation, "Sandbox.Timedout", message);
}

void invocation_exit(struct invocation *invocation, const char *how)
{
    char message[256];
    snprintf(message, sizeof message, "RequestId: %s Error: Runtime exited with error: %s", invocation->request_id,
             how);
    answer_error(invocation, "Runtime.ExitError", message);
}

void invocation_log_bytes(struct invocation *invocation, struct str bytes)
{
    if (invocation->log_cut)
        return;
    if (bytes.length > INVOCATION_MOST_LOG - invocation->log.length) {
        invocation->log_cut = true;
        invocation_end_line(invocation);
        buf_add_str(&invocation->log, STR("[the log of this run is cut here]\n"));
        return;
    }
    buf_add_str(&invocation->log, bytes);
}

void invocation_log(struct invocation *invocation, struct str text)
{
    invocation_end_line(invocation);
    invocation_log_bytes(invocation, text);
    invocation_end_line(invocation);
}

void invocation_end_line(struct invocation *invocation)
{
    struct buf *log = &invocation->log;
    if (log->length && log->at[log->length - 1] != '\n')
        buf_add_byte(log, '\n');
}

void invocation_release(struct invocation *invocation)
{
    buf_release(&invocation->result);
    buf_release(&invocation->log);
}
