/* The one road of a call.
 *
 *     socket → http → route → authenticate → decode → validate → authorise → before-hooks → operation
 *                                                                     → after-hooks → encode → socket
 *     failures: route UnknownOperation · authenticate SigV4 errors · decode SerializationException ·
 *               validate ValidationException · authorise AccessDenied · hooks whatever the scenario says
 *
 * One function per station, in this order, in road.c. Internal calls enter at validate with a principal and skip nothing
 * after it. After a park, authorisation runs again and rows are read anew.
 *
 * Hooks. HOOK_AUTHORISE is asked once policies have allowed the call, HOOK_BEFORE_CALL then; HOOK_AFTER_CALL when the
 * operation is done, not when it failed. A hook's subject is the call. One that says CHANGED before the operation has put a
 * new tree (in call->arena) into call->input, which is validated and authorised like any other; after it, it has changed
 * call->output. FAIL ends the call with the hook's code, message and status (at HOOK_AUTHORISE without a code: as if no
 * policy allowed it); what an operation has done before a hook fails it stays done.
 *
 * What hooks say of the manner (hook.h) the road keeps in call->manner: a stale read sees the past, and the edge is told how to send
 * the answer. A call without a connection has an SDK's error in the place of a reset or a cut answer, and its answer late in the
 * place of a slow one. */
#ifndef AWS_ROAD_H
#define AWS_ROAD_H

#include "aws/cloud.h"

/* A request as the edge read it. Text is borrowed until the reply is made. */
struct wire_request {
    struct str method, path, query; /* path as it came (still encoded), query without '?' */
    const struct wire_header {
        struct str name, value;
    } * headers; /* names as they came; compare ignoring case */
    size_t header_count;
    const unsigned char *marks; /* of each header's name its mark's number; NULL: nobody looked */
    uint64_t lacks;             /* marks that none of them has */
    struct str body;
    struct str host; /* the Host header */
    struct str peer; /* the address that it came from */
    struct str
        above_host; /* what stands in it before this cloud's own name: "bucket.s3" of "bucket.s3.localhost:4566" */
    struct arena *arena;
};

struct content;

/* A reply as the edge writes it. Text stands in the call's arena. */
struct wire_reply {
    int status;
    const char *content_type;    /* NULL: none */
    struct wire_header *headers; /* beside Content-Type, Content-Length, Date and the request's id */
    size_t header_count, header_room;
    char request_id[37];
    const char *request_id_name;   /* the header's */
    struct buf body;               /* the edge releases it */
    const struct content *content; /* in its place: bytes of blobs (aside.h), the call's */
    int64_t length_said;           /* what Content-Length says where no body follows (HEAD); -1: nothing */
    struct manner manner;          /* how it goes out */
    uint64_t seen;                 /* not to be sent before the journal has synced this far */
};

/* One more header; Content-Type takes the place of the one there is. Text is borrowed. */
void wire_reply_add(struct wire_reply *reply, struct arena *arena, struct str name, struct str value);

/* Looks at the headers once, so that they are found sooner; the marks stand in the request's arena. */
void wire_request_mark(struct wire_request *request);
struct str request_header_marked(const struct wire_request *request, struct str name);
/* The value of the first header of that name, ignoring case, trimmed; STR_NONE: there is none. */
static inline struct str request_header(const struct wire_request *request, struct str name)
{
    return request->lacks & str_mark(name) ? STR_NONE : request_header_marked(request, name);
}

/* After the headers, before the body: which service and operation, and how many bytes of body may come. The call, which
 * stands in the request's arena, comes with service and operation set; without an operation where the body will name it
 * (Query); or with its error set: then serve it all the same, and the error is encoded as that protocol does. The edge sets
 * owner and finished, keeps request and arena until the reply is sent, and then says call_free(). */
struct call *road_route(struct cloud *cloud, const struct wire_request *request, size_t *ret_body_limit);
/* Does the body of this call come piece by piece? Then road_begin_body() before any of it (the request stays where it is),
 * road_body() for each piece, road_serve() at the end. After FAILED nothing more of it is wanted: road_serve() at once. */
bool road_streams(const struct call *call);
enum outcome road_begin_body(struct call *call, const struct wire_request *request);
enum outcome road_body(struct call *call, struct str bytes);
/* The rest of the way; *reply is filled unless PARKED: then call->finished is called later and road_reply() fills it. The
 * request may be another struct than road_route()'s, now with its body; it must stay where it is while the call is parked. */
enum outcome road_serve(struct call *call, const struct wire_request *request, struct wire_reply *ret_reply);
void road_reply(struct call *call, struct wire_reply *ret_reply);
/* A reply that was made must not be sent (the commit it rests on failed): what it held is released and it becomes this
 * error in the protocol of its call, which must still be there. It rests on nothing: seen is 0. */
void road_fail_reply(struct call *call, const struct error_kind *kind, struct wire_reply *reply);

/* Internal calls: `input` is a tree in call->arena (or sealed and held by the caller; NULL: no members), caller and region
 * are set, and `finished`, since any call may park. */
enum outcome road_run(struct call *call);

/* For struct cloud. cloud_new() sets world->on_upheaval; NULL: *reterr_why is one line, free() it. */
struct cloud *cloud_new(struct world *world, const struct service *const *services, char **reterr_why);
void cloud_free(struct cloud *cloud); /* before world_free() */
/* Every table of these services and of the layers below, NULL-terminated, for world_options; free() it. */
const struct table_def **cloud_tables(const struct service *const *services);
void cloud_recover(struct world *world);     /* world_options.recover: lifecycles and every service's own */
void cloud_fail_parked(struct cloud *cloud); /* rewind, reset, reload: 503 to every call that waits */

/* The name that IAM's sentences and hooks use for the resource of this call; "*" where the operation names none. */
struct str road_resource(struct call *call);

#endif
