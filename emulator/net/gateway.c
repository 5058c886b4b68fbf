#include "net/gateway.h"

#include <stdlib.h>

#include "aws/aside.h"
#include "aws/road.h"
#include "aws/sigv4.h"
#include "base/map.h"
#include "net/hold.h"
#include "net/hosts.h"
#include "net/house.h"
#include "world/journal.h"
#include "world/world.h"

#define MOST_HELD_OF_A_KEY   64           /* answers of one access key that wait for the disk */
#define STREAM_TOTAL_MS      (300 * 1000) /* for a body that streams */
#define MOST_PARKED_OF_A_KEY 1024         /* long polls and the like, which wait for something to happen */

struct gateway {
    struct cloud *cloud;
    struct hosts *hosts;
    struct holds own_holds, *holds;
    struct house house;
    struct sse *sse;
    struct http_server *server;
    struct map *tallies; /* struct tally by access key: of those that have something in flight */
    struct list parked;  /* visits */
    char *token;
    bool without_house;
    void (*closed)(void *data);
    void *closed_data;
};

struct tally {
    size_t held, parked;
};

/* A request of AWS's on its way; it and its call stand in the request's arena. */
struct visit {
    struct gateway *gateway;
    struct http_request *request;
    struct call *call;
    struct wire_request wire;
    struct wire_reply reply;
    struct list parked;
    struct hold hold;
    size_t *counted; /* in its key's tally, while it is held or parked; else NULL */
};

/* ---- what a key has in flight ---- */

static struct str key_of(const struct visit *visit)
{
    return str_of(visit->call->caller.access_key_id);
}

static struct tally *tally_for(struct visit *visit)
{
    struct map *tallies = visit->gateway->tallies;
    struct tally *tally = map_get(tallies, key_of(visit));
    if (!tally) {
        tally = memory_alloc(sizeof *tally);
        map_put(tallies, key_of(visit), tally);
    }
    return tally;
}

static void count(struct visit *visit, size_t *counter)
{
    visit->counted = counter;
    ++*counter;
}

static void uncount(struct visit *visit)
{
    if (!visit->counted)
        return;
    --*visit->counted;
    visit->counted = NULL;
    const struct tally *tally = tally_for(visit);
    if (!tally->held && !tally->parked)
        free(map_remove(visit->gateway->tallies, key_of(visit)));
}

/* By the key that the request names, which nobody has verified yet; but only for who was found to own a key is counted. */
static bool is_crowded(const struct visit *visit)
{
    const struct gateway *gateway = visit->gateway;
    if (map_count(gateway->tallies) == 0)
        return false;
    const struct tally *tally = map_get(gateway->tallies, visit->call->signature->access_key_id);
    return tally && tally->held >= MOST_HELD_OF_A_KEY;
}

/* ---- answers ---- */

static int64_t read_content(const void *data, uint64_t offset, void *ret_bytes, size_t length, bool may_wait)
{
    return content_read(data, offset, ret_bytes, length, may_wait);
}

static bool is_s3(const struct visit *visit)
{
    return visit->call->protocol == PROTOCOL_REST_XML;
}

/* An object is somebody's bytes, served from where the page lives: a browser that opens it as a document runs none of it. */
static bool is_document(const struct visit *visit)
{
    static const char *const kinds[] = { "document", "iframe", "frame", "embed", "object" };
    struct str dest = request_header(&visit->wire, STR("Sec-Fetch-Dest"));
    for (size_t i = 0; dest.length && i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(dest, kinds[i]))
            return true;
    return false;
}

/* What the virtual clock has gone through in so much time of the wall's. */
static int64_t wall_time(const struct gateway *gateway, int64_t virtual_ms)
{
    return (int64_t)((double)virtual_ms / clock_speed(gateway->cloud->world->clock));
}

static void send_reply(struct visit *visit)
{
    struct wire_reply *reply = &visit->reply;
    struct http_header *headers = ARENA_ARRAY(visit->request->arena, struct http_header, reply->header_count + 4);
    size_t header_count = 0;
    headers[header_count++] = (struct http_header){ str_of(reply->request_id_name), str_of(reply->request_id) };
    if (reply->content_type)
        headers[header_count++] = (struct http_header){ STR("Content-Type"), str_of(reply->content_type) };
    for (size_t i = 0; i < reply->header_count; i++)
        headers[header_count++] = (struct http_header){ reply->headers[i].name, reply->headers[i].value };
    if (is_s3(visit) && is_document(visit)) {
        headers[header_count++] = (struct http_header){ STR("Content-Security-Policy"), STR("sandbox") };
        headers[header_count++] = (struct http_header){ STR("X-Content-Type-Options"), STR("nosniff") };
    }
    visit->request->user = NULL;
    if (reply->manner.reset) {
        buf_release(&reply->body);
        http_reset(visit->request);
        return;
    }
    struct http_source source = { .read = read_content, .data = reply->content };
    source.length = reply->content ? reply->content->size : 0;
    http_respond(visit->request,
                 &(struct http_response){ .status = reply->status,
                                          .headers = headers,
                                          .header_count = header_count,
                                          .body_taken = &reply->body,
                                          .source = reply->content ? &source : NULL,
                                          .length_said = reply->length_said > 0 ? (uint64_t)reply->length_said : 0,
                                          .lost = reply->manner.lost,
                                          .slow_ms = wall_time(visit->gateway, reply->manner.slow_ms),
                                          .date_shift_ms = reply->manner.skew_ms });
}

/* The answer is durable now; or it never will be, since the commit failed. */
static void hold_over(struct hold *hold, bool failed)
{
    struct visit *visit = LIST_ITEM(hold, struct visit, hold);
    uncount(visit);
    if (failed)
        road_fail_reply(visit->call, &ERROR_INTERNAL_FAILURE, &visit->reply);
    send_reply(visit);
}

static void hold_reply(struct visit *visit)
{
    const struct journal *journal = visit->gateway->cloud->world->journal;
    if (journal && visit->reply.seen > journal_synced(journal))
        count(visit, &tally_for(visit)->held);
    hold_begin(visit->gateway->holds, &visit->hold, visit->reply.seen, hold_over);
}

/* 503 instead of AWS's 400, which means one's rate; SDKs try both again after a while. */
static void throttle(struct visit *visit)
{
    struct call *call = visit->call;
    struct error_kind *kind = ARENA_NEW(call->arena, struct error_kind);
    *kind = *error_in_protocol(&ERROR_THROTTLING, call->protocol);
    kind->status = 503;
    call_fail(call, kind, "Rate exceeded");
    road_reply(call, &visit->reply);
    send_reply(visit);
}

static void call_finished(struct call *call)
{
    struct visit *visit = call->owner;
    list_remove(&visit->parked);
    uncount(visit);
    road_reply(call, &visit->reply);
    hold_reply(visit);
}

static void park(struct visit *visit)
{
    struct tally *tally = tally_for(visit);
    count(visit, &tally->parked);
    if (tally->parked <= MOST_PARKED_OF_A_KEY) {
        list_append(&visit->gateway->parked, &visit->parked);
        return;
    }
    uncount(visit);
    call_abandon(visit->call);
    throttle(visit);
}

/* The end is near. Only calls that came in here: what executions wait for goes on after the next start. */
static void fail_parked(struct gateway *gateway)
{
    struct list *link;
    while ((link = list_take_first(&gateway->parked))) {
        struct visit *visit = LIST_ITEM(link, struct visit, parked);
        uncount(visit);
        call_abandon(visit->call);
        call_fail(visit->call, &ERROR_SERVICE_UNAVAILABLE, "The cloud is closing.");
        road_reply(visit->call, &visit->reply);
        send_reply(visit);
    }
}

static void serve_visit(struct visit *visit)
{
    struct world *world = visit->gateway->cloud->world;
    visit->wire.body = visit->request->body;
    if (is_crowded(visit))
        throttle(visit);
    else if (road_serve(visit->call, &visit->wire, &visit->reply) == CALL_PARKED)
        park(visit);
    else
        hold_reply(visit);
    world_commit_early(world);
}

/* ---- requests ---- */

static void release_call(void *call)
{
    call_free(call);
}

/* The headers, as the road reads them. */
static struct wire_header *wire_headers(const struct http_request *request)
{
    _Static_assert(sizeof(struct wire_header) == sizeof(struct http_header), "they are copied as they are");
    struct wire_header *headers = arena_room(request->arena, request->header_count * sizeof *headers);
    if (request->header_count)
        memcpy(headers, request->headers, request->header_count * sizeof *headers);
    return headers;
}

static struct visit *begin_visit(struct gateway *gateway, struct http_request *request, struct str above_host,
                                 uint64_t *ret_body_limit)
{
    struct visit *visit = ARENA_NEW(request->arena, struct visit);
    visit->gateway = gateway;
    visit->request = request;
    list_init(&visit->parked);
    list_init(&visit->hold.link);
    visit->wire = (struct wire_request){ .method = request->method,
                                         .path = request->path,
                                         .query = request->query,
                                         .headers = wire_headers(request),
                                         .header_count = request->header_count,
                                         .host = request->host,
                                         .peer = str_of(request->peer),
                                         .above_host = above_host,
                                         .arena = request->arena };
    wire_request_mark(&visit->wire);
    size_t body_limit;
    visit->call = road_route(gateway->cloud, &visit->wire, &body_limit);
    visit->call->owner = visit;
    visit->call->finished = call_finished;
    arena_own(request->arena, release_call, visit->call);
    *ret_body_limit = body_limit;
    return visit;
}

/* Nothing inflates what a client has deflated. To S3 it is metadata of the object. */
static bool is_encoded(const struct visit *visit)
{
    const struct service *service = visit->call->service;
    if (service && service->model->protocol == PROTOCOL_REST_XML)
        return false;
    struct str encoding = request_header(&visit->wire, STR("Content-Encoding"));
    return encoding.length && !str_equal_ignoring_case(encoding, STR("identity"));
}

static void refuse_host(struct http_request *request)
{
    /* Not 421: that invites the client to try again on another connection, and nothing there would be different. */
    house_refuse(
        request, 403, "Forbidden",
        arena_printf(request->arena,
                     "This cloud does not answer to the host name %.*s. To let it, start it with --public-host.",
                     STR_ARG(request->host)));
}

/* A body of S3's comes piece by piece, and only once its caller is known. How much of it may come has been looked at by then,
 * without the frames that may be in it. */
static int begin_body(struct visit *visit, uint64_t *ret_body_limit)
{
    *ret_body_limit = UINT64_MAX;
    visit->request->streams_body = true;
    visit->request->body_total_ms = STREAM_TOTAL_MS;
    if (road_begin_body(visit->call, &visit->wire) == CALL_DONE)
        return 0;
    serve_visit(visit);
    return 1;
}

static bool piece(void *data, struct http_request *request, struct str bytes)
{
    struct visit *visit = request->user;
    if (road_body(visit->call, bytes) == CALL_DONE)
        return true;
    serve_visit(visit);
    return false;
}

static int admit(void *data, struct http_request *request, uint64_t *ret_body_limit)
{
    struct gateway *gateway = data;
    bool for_house = house_owns(request);
    struct str above_host;
    if (!hosts_allow(gateway->hosts, request->host, &above_host)) {
        refuse_host(request);
        return 1;
    }
    if (request->from_reserve && !for_house) {
        house_refuse(request, 503, "SlowDown", "Too many connections.");
        return 1;
    }
    if (for_house && gateway->without_house) {
        house_refuse(request, 403, "Forbidden", "This way leads to AWS's services alone.");
        return 1;
    }
    if (for_house) {
        *ret_body_limit = HOUSE_BODY_LIMIT;
        return 0;
    }
    if (house_is_visited(request)) {
        house_lead_in(request);
        return 1;
    }
    struct visit *visit = begin_visit(gateway, request, above_host, ret_body_limit);
    if (is_encoded(visit)) {
        house_refuse(request, 415, "UnsupportedMediaType", "Content-Encoding is not supported.");
        return 1;
    }
    request->user = visit;
    return road_streams(visit->call) ? begin_body(visit, ret_body_limit) : 0;
}

static void serve(void *data, struct http_request *request)
{
    struct gateway *gateway = data;
    if (house_owns(request))
        house_serve(&gateway->house, request);
    else
        serve_visit(request->user);
}

static void gone(void *data, struct http_request *request)
{
    if (house_owns(request)) {
        house_gone(request);
        return;
    }
    struct visit *visit = request->user;
    list_remove(&visit->parked);
    uncount(visit);
    hold_forget(&visit->hold);
    buf_release(&visit->reply.body);
    /* Its call is let go with the request's arena. */
}

/* What the server refuses of a request to S3 is told in S3's own way: its clients read nothing else. */
static void refuse_s3(struct visit *visit, int status, const char *why, struct buf *ret_body)
{
    const char *code = status == 408   ? "RequestTimeout"
                       : status == 413 ? "EntityTooLarge"
                       : status == 503 ? "SlowDown"
                                       : "IncompleteBody";
    struct error_kind *kind = ARENA_NEW(visit->call->arena, struct error_kind);
    *kind = (struct error_kind){ code, code, status, status < 500 ? FAULT_SENDER : FAULT_RECEIVER };
    call_fail(visit->call, kind, "%s", why);
    road_reply(visit->call, &visit->reply);
    *ret_body = visit->reply.body;
    visit->reply.body = BUF_EMPTY;
}

static void refused(void *data, const struct http_request *request, int status, const char *why, struct buf *ret_body,
                    const char **ret_content_type)
{
    static const struct {
        int status;
        const char *code;
    } codes[] = {
        { 408, "RequestTimeout" },  { 413, "RequestEntityTooLarge" },
        { 500, "InternalFailure" }, { 501, "NotImplemented" },
        { 503, "SlowDown" },
    };
    struct visit *visit = request->user && !house_owns(request) ? request->user : NULL;
    if (visit && is_s3(visit)) {
        refuse_s3(visit, status, why, ret_body);
        *ret_content_type = "application/xml";
        return;
    }
    const char *code = "BadRequest";
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].status == status)
            code = codes[i].code;
    web_error_body(ret_body, code, why);
    *ret_content_type = "application/json";
}

/* ---- life ---- */

static void free_gateway(struct gateway *gateway)
{
    sse_free(gateway->sse);
    if (gateway->holds == &gateway->own_holds)
        holds_close(gateway->holds);
    hosts_free(gateway->hosts);
    map_free(gateway->tallies, free);
    free(gateway->token);
    free(gateway);
}

struct gateway *gateway_open(uv_loop_t *loop, struct cloud *cloud, const struct gateway_options *options,
                             char **reterr_why)
{
    struct gateway *gateway = memory_alloc(sizeof *gateway);
    gateway->cloud = cloud;
    gateway->hosts = hosts_new(cloud, options->public_hosts);
    gateway->tallies = map_new();
    list_init(&gateway->parked);
    gateway->token = options->token ? memory_copy(str_of(options->token)) : NULL;
    gateway->without_house = options->without_house;
    gateway->holds = options->holds ? options->holds : &gateway->own_holds;
    if (!options->holds)
        holds_open(gateway->holds, cloud->world);
    gateway->sse = sse_new(loop, gateway->holds);
    gateway->house = (struct house){ cloud,          gateway->holds, gateway->sse,
                                     gateway->token, options->sites, &gateway->server };
    const struct http_handler handler = { admit, piece, serve, gone, refused, gateway };
    gateway->server = http_listen(loop, options->address, options->port, &handler, options->limits, reterr_why);
    if (gateway->server)
        return gateway;
    free_gateway(gateway);
    return NULL;
}

static void feed_publish(void *data, const char *channel, const char *event, struct str json)
{
    sse_publish(data, channel, event, json);
}

static void feed_position(void *data, const char *channel, char ret_id[48])
{
    sse_position(data, channel, ret_id);
}

static void feed_restart(void *data)
{
    sse_restart(data);
}

static size_t feed_readers(void *data, const char *channel)
{
    return sse_readers(data, channel);
}

struct web_feed gateway_feed(struct gateway *gateway)
{
    return (struct web_feed){ gateway->sse, feed_publish, feed_position, feed_restart, feed_readers };
}

int gateway_port(const struct gateway *gateway)
{
    return http_port(gateway->server);
}

static void server_closed(void *data)
{
    struct gateway *gateway = data;
    void (*closed)(void *) = gateway->closed;
    void *closed_data = gateway->closed_data;
    free_gateway(gateway);
    if (closed)
        closed(closed_data);
}

void gateway_close(struct gateway *gateway, int64_t grace_ms, void (*closed)(void *data), void *data)
{
    gateway->closed = closed;
    gateway->closed_data = data;
    http_close(gateway->server, grace_ms, server_closed, gateway);
    fail_parked(gateway);
}
