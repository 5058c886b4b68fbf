/* The Lambda Runtime API (2018-06-01), as an environment's own Unix socket serves it:
 *
 *      GET  /runtime/invocation/next               parked until there is a job
 *      POST /runtime/invocation/ID/response        the handler returned
 *      POST /runtime/invocation/ID/error           it raised
 *      POST /runtime/init/error                    it cannot start
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "sandbox/sandbox_inner.h"

#define PREFIX "/2018-06-01/runtime/"
#define BODY_LIMIT                                                                                                     \
    (INVOCATION_MOST_RESULT + 64 * 1024) /* a little more, so that what is too large is told as AWS does */

static void respond(struct http_request *request, int status, const char *json)
{
    const struct http_header type = { STR("Content-Type"), STR("application/json") };
    struct buf body = BUF_EMPTY;
    buf_add_text(&body, json);
    http_respond(request, &(struct http_response){ status, &type, 1, &body });
}

static void refuse(struct http_request *request, int status, const char *type, const char *message)
{
    respond(request, status,
            arena_printf(request->arena, "{\"errorMessage\":\"%s\",\"errorType\":\"%s\"}", message, type));
}

void runtime_api_send_next(struct environment *environment)
{
    struct http_request *request = environment->asking;
    const struct invocation *invocation = environment->job->invocation;
    struct arena *arena = request->arena;
    char *deadline = arena_printf(arena, "%lld", (long long)(time_wall_ms() + invocation->timeout_ms));
    char *trace = arena_printf(arena, "Root=1-%08llx-%.8s%.4s%.4s%.8s;Sampled=0",
                               (unsigned long long)(time_wall_ms() / 1000), invocation->request_id,
                               invocation->request_id + 9, invocation->request_id + 14, invocation->request_id + 24);
    struct http_header headers[] = {
        { STR("Content-Type"), STR("application/json") },
        { STR("Lambda-Runtime-Aws-Request-Id"), str_of(invocation->request_id) },
        { STR("Lambda-Runtime-Deadline-Ms"), str_of(deadline) },
        { STR("Lambda-Runtime-Invoked-Function-Arn"), str_of(invocation->function_arn) },
        { STR("Lambda-Runtime-Trace-Id"), str_of(trace) },
        { STR("Lambda-Runtime-Client-Context"), invocation->client_context },
    };
    size_t count = sizeof headers / sizeof *headers - (invocation->client_context.length == 0);
    struct buf body = BUF_EMPTY;
    buf_add_str(&body, invocation->payload);
    environment->asking = NULL;
    http_respond(request, &(struct http_response){ 200, headers, count, &body });
}

/* ---- requests ---- */

/* "invocation/ID/response" of the job under way. */
static bool is_about_job(const struct environment *environment, struct str path, const char *end)
{
    struct str kind, id = str_cut(str_from(path, strlen("invocation/")), '/', &kind);
    return str_is(kind, end) && environment->state == ENVIRONMENT_BUSY && environment->job &&
           str_is(id, environment->job->invocation->request_id);
}

static void serve_post(struct environment *environment, struct http_request *request, struct str path)
{
    if (str_is(path, "init/error")) {
        environment_init_failed(environment, request->body);
        respond(request, 202, "{\"status\":\"OK\"}");
        return;
    }
    bool is_error = str_ends(path, STR("/error"));
    if (!str_starts(path, STR("invocation/")) || !is_about_job(environment, path, is_error ? "error" : "response")) {
        refuse(request, 400, "InvalidRequestID", "Invalid request ID");
        return;
    }
    environment_answered(environment, request, is_error, false);
    respond(request, 202, "{\"status\":\"OK\"}");
}

static struct str path_of(const struct http_request *request)
{
    return str_starts(request->path, STR(PREFIX)) ? str_from(request->path, strlen(PREFIX)) : STR_NONE;
}

/* An answer that is too large to be read is an answer too. */
static int admit(void *data, struct http_request *request, uint64_t *ret_body_limit)
{
    struct environment *environment = data;
    struct str path = path_of(request);
    int64_t length;
    *ret_body_limit = BODY_LIMIT;
    if (!str_to_int64(http_header(request, "Content-Length"), &length) || length <= BODY_LIMIT ||
        !str_starts(path, STR("invocation/")) || !is_about_job(environment, path, "response"))
        return 0;
    environment_answered(environment, request, false, true);
    refuse(request, 413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size");
    return 1;
}

static void serve(void *data, struct http_request *request)
{
    struct environment *environment = data;
    struct str path = path_of(request);
    if (path.at && str_is(request->method, "POST"))
        serve_post(environment, request, path);
    else if (str_is(request->method, "GET") && str_is(path, "invocation/next"))
        environment_asked(environment, request);
    else
        refuse(request, 404, "NotFound", "There is no such resource in the Lambda Runtime API.");
}

static void gone(void *data, struct http_request *request)
{
    struct environment *environment = data;
    if (environment->asking == request)
        environment->asking = NULL;
}

bool runtime_api_open(struct environment *environment, char **reterr_why)
{
    const int64_t a_day_ms = (int64_t)24 * 3600 * 1000;
    struct http_limits limits = http_default_limits;
    limits.connections = 16;
    limits.reserved = 0;
    limits.requests_per_connection = SIZE_MAX;
    limits.idle_ms = limits.first_byte_ms = a_day_ms; /* while the handler works nothing comes */
    limits.requests_total = (size_t)32 * 1024 * 1024;
    const struct http_handler handler = { .admit = admit, .serve = serve, .gone = gone, .data = environment };
    environment->server = http_listen(environment->sandboxes->loop, environment->socket, 0, &handler, &limits,
                                      reterr_why);
    return environment->server != NULL;
}
