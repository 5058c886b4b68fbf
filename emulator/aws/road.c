#include "aws/road.h"

#include <assert.h>

#include "aws/aside.h"
#include "aws/authenticate.h"
#include "aws/authorise.h"
#include "aws/intake.h"
#include "aws/json_rpc.h"
#include "aws/query.h"
#include "aws/rest_json.h"
#include "aws/rest_xml.h"
#include "aws/route.h"
#include "aws/scalar.h"
#include "aws/sigv4.h"
#include "aws/validate.h"
#include "aws/wire_fault.h"
#include "world/past.h"

/* ---- the wire protocols ---- */

static const cJSON *decode_query(struct call *call, struct str body, char **reterr_message)
{
    return query_decode(call, route_form(call->request), reterr_message);
}

static enum outcome refuse_input(struct call *call, const char *message)
{
    const struct error_kind *own = call->service->model->validation;
    return call_fail_with(call, own ? own : &ERROR_VALIDATION, str_of(message));
}

/* Who decodes may have failed the call in words of his own: then he sets no message. */
static const struct {
    const cJSON *(*decode)(struct call *call, struct str body, char **reterr_message);
    enum outcome (*refuse)(struct call *call, const char *message);
    void (*encode)(struct call *call, enum outcome outcome, struct wire_reply *reply);
} protocols[] = {
    [PROTOCOL_JSON] = { json_rpc_decode, refuse_input, json_rpc_encode },
    [PROTOCOL_QUERY] = { decode_query, refuse_input, query_encode },
    [PROTOCOL_REST_JSON] = { rest_json_decode, refuse_input, rest_json_encode },
    [PROTOCOL_REST_XML] = { rest_xml_decode, rest_xml_refuse, rest_xml_encode },
};

/* ---- hooks ---- */

enum station {
    STATION_ROUTE,
    STATION_AUTHENTICATE,
    STATION_ADMIT,
    STATION_DECODE,
    STATION_VALIDATE,
    STATION_AUTHORISE,
    STATION_BEFORE,
    STATION_OPERATE,
    STATION_AFTER,
    STATION_HAND_OVER,
    STATION_END,
};

static void hook_answered(struct question *question, enum verdict verdict);
static void delay_over(struct timer *timer, void *data);

static enum outcome wait_a_while(struct call *call, int64_t delay_ms)
{
    if (delay_ms <= 0)
        return CALL_DONE;
    struct clock *clock = call->world->clock;
    call->delay.fire = delay_over;
    call->delay.data = call;
    timer_start(clock, &call->delay, clock_now(clock) + delay_ms);
    call->waits = WAITS_FOR_TIME;
    return CALL_PARKED;
}

/* One of the operation's own errors where the hook names one, so that it looks like the real thing in every way. */
static const struct error_kind *kind_of_answer(struct call *call, struct str code, int status)
{
    const struct error_kind *const *declared = call->operation->errors;
    for (; declared && *declared; declared++)
        if (str_is(code, (*declared)->code) && (status == 0 || status == (*declared)->status))
            return *declared;
    struct error_kind *kind = ARENA_NEW(call->arena, struct error_kind);
    kind->code = kind->shape = arena_copy(call->arena, code);
    kind->status = status >= 400 && status <= 599 ? status : error_status_of(code);
    kind->fault = kind->status >= 500 ? FAULT_RECEIVER : FAULT_SENDER;
    return kind;
}

/* The sentences are those of AWS's SDK for Java and of the HTTP client that it stands on. */
static enum outcome fail_unanswered(struct call *call)
{
    return call_fail(call, &ERROR_NO_ANSWER, "Unable to execute HTTP request: Connection reset");
}

static enum outcome fail_as_answered(struct call *call)
{
    const struct question *answer = &call->question;
    struct str code = str_of(answer->code), message = str_of(answer->message);
    if (answer->manner.reset && !code.length)
        return fail_unanswered(call);
    if (!code.length && answer->point == HOOK_AUTHORISE)
        return authorise_refuse(call);
    const struct error_kind *kind = code.length ? kind_of_answer(call, code, answer->status) : &ERROR_INTERNAL_FAILURE;
    return call_fail_with(call, kind, message.length ? message : STR_NONE);
}

static enum outcome heed(struct call *call, enum verdict verdict)
{
    const struct question *answer = &call->question;
    if (verdict == VERDICT_PARKED) {
        call->waits = WAITS_FOR_HOOK;
        return CALL_PARKED;
    }
    manner_add(&call->manner, &answer->manner);
    if (answer->changed && call->station <= STATION_OPERATE) { /* nobody has looked at the new input yet */
        call->checked = NULL;
        call->station = STATION_DECODE;
    }
    call->failing = verdict == VERDICT_FAIL;
    enum outcome outcome = wait_a_while(call, answer->delay_ms);
    return outcome == CALL_DONE && call->failing ? fail_as_answered(call) : outcome;
}

static enum outcome ask(struct call *call, enum hook_point point)
{
    const unsigned bit = 1u << point;
    if ((call->asked & bit) || !hook_any(call->world->hooks, point))
        return CALL_DONE;
    call->asked |= bit;
    struct question *question = &call->question;
    question->point = point;
    question->account = call->caller.account;
    question->region = call->region;
    question->service = call->service->model->iam_prefix;
    question->operation = call->operation->name;
    question->made_by = call->made_by;
    if (!hook_may_concern(call->world->hooks, question))
        return CALL_DONE;
    question->role = call->caller.role;
    question->resource = road_resource(call).at; /* a NUL stands behind it */
    question->subject = call;
    question->resumed = hook_answered;
    return heed(call, hook_ask(call->world, question));
}

/* ---- the stations, in their order ---- */

static enum outcome route(struct call *call)
{
    return call->operation ? CALL_DONE : route_by_form(call, call->request);
}

static enum outcome admit(struct call *call)
{
    struct cloud_watcher *watcher = call->cloud->watcher;
    return watcher ? watcher->admits(watcher, call) : CALL_DONE;
}

/* Once, before the body where that is streamed. */
static enum outcome authenticate(struct call *call)
{
    return call->known ? CALL_DONE : authenticate_call(call);
}

static const cJSON *decode_request(struct call *call, char **reterr_message)
{
    struct str body = call->request->body;
    if (call->intake && intake_end(call->intake, &body) != CALL_DONE)
        return NULL;
    return protocols[call->protocol].decode(call, body, reterr_message);
}

/* A token that makes a request idempotent is no business of who makes a call: every SDK fills it in where it is wanted. */
static const cJSON *fill_tokens(struct call *call, const cJSON *tree)
{
    const struct shape *shape = call->operation->input;
    for (size_t i = 0; shape && i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        if (!member->required || !member->idempotency_token || json_get(tree, member->name))
            continue;
        cJSON *copy = scalar_copy_level(call->arena, tree, NULL), *token = scalar_node(call->arena, cJSON_String);
        token->valuestring = arena_copy(call->arena, str_of(call->request_id));
        scalar_add(call->arena, copy, str_of(member->name), token);
        tree = copy;
    }
    return tree;
}

/* Also the tree of an internal call, and what a hook has put in the place of an input. */
static enum outcome decode(struct call *call)
{
    if (call->input && call->input == call->checked)
        return CALL_DONE;
    static const cJSON nothing = { .type = cJSON_Object };
    char *message = NULL;
    if (call->request && !call->input)
        call->input = decode_request(call, &message);
    else
        call->input = json_rpc_coerce(
            call, fill_tokens(call, payload_of_tree(call, call->input ? call->input : &nothing)), &message);
    if (call->input)
        return CALL_DONE;
    return message ? call_fail_with(call, &ERROR_SERIALIZATION, str_of(message)) : CALL_FAILED;
}

static enum outcome validate(struct call *call)
{
    if (call->input == call->checked)
        return CALL_DONE;
    const struct shape *shape = call->operation->input;
    if (call->service->validate) {
        enum outcome outcome = call->service->validate(call);
        call->checked = outcome == CALL_DONE ? call->input : NULL;
        return outcome;
    }
    char *message = shape ? validate_input(call->arena, shape, call->input) : NULL;
    if (message)
        return protocols[call->service->model->protocol].refuse(call, message);
    call->checked = call->input;
    return CALL_DONE;
}

static enum outcome authorise(struct call *call)
{
    enum outcome outcome = authorise_call(call);
    if (outcome == CALL_DONE && call->operation->permission.action)
        outcome = ask(call, HOOK_AUTHORISE);
    return outcome;
}

static enum outcome before(struct call *call)
{
    return ask(call, HOOK_BEFORE_CALL);
}

/* What stands behind one name of IAM's is one service, whatever parts its API has (forecast and its queries). */
static bool is_of_service(const struct table_def *table, const void *data)
{
    const struct call *call = data;
    for (const struct service *const *at = call->cloud->services; *at; at++) {
        if (strcmp((*at)->model->iam_prefix, call->service->model->iam_prefix) != 0)
            continue;
        for (const struct table_def *const *one = (*at)->tables; one && *one; one++)
            if (*one == table)
                return true;
    }
    return false;
}

/* As a replica would answer that has not heard of the last changes yet. */
static enum outcome read_the_past(struct call *call, operation_fn handler)
{
    past_show(call->world, call->caller.account, call->manner.stale_ms, is_of_service, call);
    enum outcome outcome = handler(call);
    past_hide(call->world);
    return outcome;
}

static enum outcome operate(struct call *call)
{
    const struct operation *operation = call->operation;
    operation_fn handler = call->service->handlers[operation->index];
    if (!handler)
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud does not have %s of %s.", operation->name,
                         call->service->model->full_name);
    if (!operation->reads_only && !operation->ends_things && store_is_full(call->world->store))
        return call_fail(call, &ERROR_LIMIT_EXCEEDED,
                         "This practice cloud holds as much as it can: delete something, or start it with empty data.");
    const char *outer = call->world->made_by; /* calls make calls */
    call->world->made_by = call->made_by;
    enum outcome outcome = call->manner.stale_ms && operation->reads_only ? read_the_past(call, handler)
                                                                          : handler(call);
    call->world->made_by = outer;
    if (outcome == CALL_PARKED)
        call->waits = WAITS_FOR_HANDLER;
    return outcome;
}

/* An answer that was computed before is only text to a JSON client; to everybody else it is a tree like any other. */
static enum outcome after(struct call *call)
{
    bool is_text = call->request && call->protocol == PROTOCOL_JSON && !hook_any(call->world->hooks, HOOK_AFTER_CALL);
    if (call->answer && !is_text)
        call_output(call);
    if (!call->request)
        payload_to_tree(call);
    return ask(call, HOOK_AFTER_CALL);
}

static size_t answer_length(struct call *call)
{
    struct buf text = BUF_EMPTY;
    if (call->output)
        json_print(&text, call->output);
    size_t length = text.length;
    buf_release(&text);
    return length;
}

/* Whoever asks without a connection: what the wire would do to its answer. */
static enum outcome hand_over(struct call *call)
{
    const struct manner *manner = &call->manner;
    if (call->request)
        return CALL_DONE;
    if (manner->reset)
        return fail_unanswered(call);
    if (manner->lost > 0) {
        size_t length = answer_length(call);
        return call_fail(call, &ERROR_NO_ANSWER,
                         "Premature end of Content-Length delimited message body (expected: %zu; received: %zu)",
                         length, (size_t)((double)length * (1 - manner->lost)));
    }
    return wait_a_while(call, manner->slow_ms);
}

static enum outcome (*const stations[])(struct call *call) = {
    [STATION_ROUTE] = route,         [STATION_AUTHENTICATE] = authenticate, [STATION_ADMIT] = admit,
    [STATION_DECODE] = decode,       [STATION_VALIDATE] = validate,         [STATION_AUTHORISE] = authorise,
    [STATION_BEFORE] = before,       [STATION_OPERATE] = operate,           [STATION_AFTER] = after,
    [STATION_HAND_OVER] = hand_over,
};

/* ---- travelling ---- */

static void count(const struct call *call, enum outcome outcome)
{
    const struct cloud *cloud = call->cloud;
    for (size_t i = 0; i < cloud->service_count; i++)
        if (cloud->services[i] == call->service)
            cloud->answered[i][outcome == CALL_FAILED]++;
}

static enum outcome arrive(struct call *call, enum outcome outcome)
{
    assert(outcome == CALL_DONE || call->error.kind);
    call->station = STATION_END;
    count(call, outcome);
    if (call->cloud->watcher)
        call->cloud->watcher->answered(call->cloud->watcher, call);
    call->seen = call->world->journal ? store_last_change(call->world->store) : 0;
    return outcome;
}

/* From where it stands, unless `outcome` says that it has failed or waits. */
static enum outcome travel(struct call *call, enum outcome outcome)
{
    while (outcome == CALL_DONE && call->station < STATION_END)
        outcome = stations[call->station++](call);
    if (outcome != CALL_PARKED)
        return arrive(call, outcome);
    if (!call->parked_ms)
        call->parked_ms = clock_now(call->world->clock);
    list_append(&call->cloud->parked, &call->link);
    return outcome;
}

static void unpark(struct call *call)
{
    call->waits = WAITS_FOR_NOTHING;
    list_remove(&call->link);
}

/* After a park. The call may be gone when this returns. */
static void go_on(struct call *call, enum outcome outcome)
{
    if (travel(call, outcome) != CALL_PARKED)
        call->finished(call);
}

/* Time has passed: before the operation, everything is looked at again that may have changed meanwhile. */
static void look_again(struct call *call)
{
    if (call->station <= STATION_OPERATE)
        call->station = STATION_DECODE;
}

static void hook_answered(struct question *question, enum verdict verdict)
{
    struct call *call = LIST_ITEM(question, struct call, question);
    unpark(call);
    enum outcome outcome = heed(call, verdict);
    look_again(call);
    go_on(call, outcome);
}

static void delay_over(struct timer *timer, void *data)
{
    struct call *call = data;
    unpark(call);
    look_again(call);
    go_on(call, call->failing ? fail_as_answered(call) : CALL_DONE);
}

void call_resume(struct call *call, enum outcome outcome)
{
    assert(call->waits == WAITS_FOR_HANDLER && outcome != CALL_PARKED);
    unpark(call);
    call->abandoned = NULL;
    go_on(call, outcome);
}

/* Whoever would resume it forgets it. */
void call_abandon(struct call *call)
{
    switch (call->waits) {
    case WAITS_FOR_NOTHING:
        return;
    case WAITS_FOR_HANDLER:
        if (call->abandoned)
            call->abandoned(call);
        break;
    case WAITS_FOR_HOOK:
        hook_forget(call->world, &call->question);
        break;
    case WAITS_FOR_TIME:
        timer_stop(call->world->clock, &call->delay);
        break;
    }
    unpark(call);
}

void cloud_fail_parked(struct cloud *cloud)
{
    struct list waiting; /* those that park while these are told are not of this time any more */
    list_init(&waiting);
    for (struct list *link; (link = list_take_first(&cloud->parked));)
        list_append(&waiting, link);
    while (!list_is_empty(&waiting)) {
        struct call *call = LIST_ITEM(waiting.next, struct call, link);
        call_abandon(call);
        go_on(call, call_fail(call, &ERROR_SERVICE_UNAVAILABLE, "The cloud was set back while this call waited."));
    }
}

/* ---- ways in and out ---- */

struct call *road_route(struct cloud *cloud, const struct wire_request *request, size_t *ret_body_limit)
{
    struct call *call = call_in(cloud, request->arena);
    struct signature *signature = ARENA_NEW(request->arena, struct signature);
    sigv4_read(request, signature);
    call->signature = signature;
    route_by_headers(call, request);
    *ret_body_limit = route_body_limit(call);
    return call;
}

bool road_streams(const struct call *call)
{
    return !call->error.kind && intake_wants(call);
}

enum outcome road_begin_body(struct call *call, const struct wire_request *request)
{
    call->request = request;
    if (authenticate_call(call) != CALL_DONE)
        return CALL_FAILED;
    call->known = true;
    return intake_begin(call);
}

enum outcome road_body(struct call *call, struct str bytes)
{
    return intake_add(call->intake, bytes);
}

enum outcome road_serve(struct call *call, const struct wire_request *request, struct wire_reply *ret_reply)
{
    call->request = request;
    call->station = STATION_ROUTE;
    enum outcome outcome = travel(call, call->error.kind ? CALL_FAILED : CALL_DONE);
    if (outcome != CALL_PARKED)
        road_reply(call, ret_reply);
    return outcome;
}

enum outcome road_run(struct call *call)
{
    call->station = STATION_ADMIT;
    return travel(call, CALL_DONE);
}

void wire_reply_add(struct wire_reply *reply, struct arena *arena, struct str name, struct str value)
{
    if (str_equal_ignoring_case(name, STR("Content-Type"))) {
        reply->content_type = arena_copy(arena, value);
        return;
    }
    if (reply->header_count == reply->header_room) {
        reply->header_room = reply->header_room ? 2 * reply->header_room : 8;
        struct wire_header *grown = ARENA_ARRAY(arena, struct wire_header, reply->header_room);
        if (reply->header_count)
            memcpy(grown, reply->headers, reply->header_count * sizeof *grown);
        reply->headers = grown;
    }
    reply->headers[reply->header_count++] = (struct wire_header){ name, value };
}

void road_reply(struct call *call, struct wire_reply *ret_reply)
{
    *ret_reply = (struct wire_reply){
        .seen = call->seen, .manner = call->manner, .length_said = -1, .request_id_name = "x-amzn-RequestId"
    };
    memcpy(ret_reply->request_id, call->request_id, sizeof call->request_id);
    protocols[call->protocol].encode(call, call->error.kind ? CALL_FAILED : CALL_DONE, ret_reply);
    if (!call->service) /* clients of a service that is not here read it in their own protocol: some from this header alone */
        wire_reply_add(ret_reply, call->arena, STR("x-amzn-ErrorType"), str_of(call->error.kind->code));
}

void road_fail_reply(struct call *call, const struct error_kind *kind, struct wire_reply *reply)
{
    buf_release(&reply->body);
    call_fail_with(call, kind, STR_NONE);
    call->seen = 0;
    road_reply(call, reply);
}
