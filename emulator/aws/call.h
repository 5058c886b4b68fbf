/* A call: one AWS operation asked of this cloud, whoever asks: an SDK on a socket, a state machine's task, a scenario's Lua.
 * It travels the road of road.h. Handlers never block: they change rows, set `output` or call_fail(), and return; one whose
 * answer comes later keeps the pointer, returns CALL_PARKED and says call_resume() once.
 *
 * Who makes a call owns the struct and its arena and keeps both until the answer is known: road_run() returns DONE or
 * FAILED, or PARKED and then `finished` is called, once. A caller who goes away meanwhile says call_abandon(). */
#ifndef AWS_CALL_H
#define AWS_CALL_H

#include "aws/error.h"
#include "aws/model.h"
#include "base/arena.h"
#include "base/json.h"
#include "world/clock.h"
#include "world/hook.h"
#include "world/store.h"
#include "world/world.h"

struct aside;
struct cloud;
struct intake;
struct payload;
struct rest_match;
struct service;
struct signature;
struct wire_request;

enum outcome { CALL_DONE, CALL_FAILED, CALL_PARKED };
enum origin { ORIGIN_CLIENT, ORIGIN_STATE_MACHINE, ORIGIN_PIPELINE, ORIGIN_FUNCTION, ORIGIN_PACK, ORIGIN_HOUSE };

enum principal_kind {
    PRINCIPAL_ROOT,
    PRINCIPAL_USER,
    PRINCIPAL_ROLE_SESSION,
    PRINCIPAL_FEDERATED_USER,
    PRINCIPAL_SERVICE,
    PRINCIPAL_ANONYMOUS
};

/* Who calls. Text is borrowed for the call's life. */
struct principal {
    enum principal_kind kind;
    const char *account; /* whose rows are seen */
    const char *arn;     /* "arn:aws:sts::A:assumed-role/R/S" */
    const char *user_id;
    const char *role;           /* the role's name for a session, else "" */
    const char *session_policy; /* "" or JSON */
    const char *access_key_id;  /* "" for internal calls */
    /* Of a service's own: the resource on whose behalf it calls (aws:SourceArn). Then the resource's policy must let it in;
     * NULL: it may do what no policy forbids. */
    const char *source_arn;
    const char *session_tags; /* NULL, "" or JSON, [{"Key","Value"}] */
    const char
        *federated_by; /* a federated user's: the ARN of the user, or of root, whose session it is; else NULL or "" */
};

struct call {
    struct cloud *cloud;
    struct world *world;
    struct arena *arena;
    const struct service *service;
    const struct operation *operation;
    struct principal caller;
    const char *region;
    char request_id[37];
    uint64_t seen; /* the last change that the answer rests on */
    enum origin origin;
    const char *made_by;  /* the pack whose hook or script makes it, "" else */
    const cJSON *input;   /* decoded and validated; an empty object where none came; lives in the arena */
    cJSON *output;        /* malloc'ed tree, owned by the call; NULL: an empty answer */
    struct json *answer;  /* in its place: a whole answer that was computed before, see call_answer() */
    struct payload *body; /* payload.h: bytes that are no member of the input; NULL: the operation takes none */
    struct aside *aside;  /* what the answer carries beside its output, by payload.h's functions; or NULL */
    struct api_error error;
    void (*finished)(struct call *call); /* only after a park */
    void *owner;                         /* for whoever made it */
    void *parked;                        /* for the handler that parked it */
    /* Set by the handler that parks: nobody waits for its answer any more (the caller went away, the world was set back), so
     * it forgets the call and never resumes it. Who releases what `parked` points to resumes the call first or sets this to NULL. */
    void (*abandoned)(struct call *call);
    struct question question; /* the hooks' */
    struct manner manner;     /* what hooks have said of how it is answered */
    /* The road's own business. */
    enum protocol protocol;             /* in which its errors are told */
    const struct wire_request *request; /* NULL: an internal call */
    const struct rest_match *match;     /* REST: what the path holds */
    struct signature *signature;        /* what the request says about who signed it; NULL: an internal call */
    struct intake *intake;              /* S3: the body on its way in; or NULL */
    bool known;                         /* the caller is, before the body came */
    const cJSON *checked;               /* the input that has passed validation */
    struct timer delay;                 /* a hook's */
    int station;                        /* where it goes on */
    int64_t parked_ms;                  /* when it first parked, 0: never */
    unsigned asked;                     /* bits: the points whose hooks have answered */
    bool failing;                       /* hooks let it fail, when the time is over that they let it wait */
    enum { WAITS_FOR_NOTHING, WAITS_FOR_HANDLER, WAITS_FOR_HOOK, WAITS_FOR_TIME } waits;
    bool owns_arena;
    struct list link; /* among the parked */
};

/* ---- for handlers ---- */
/* One of error.h's kinds is told in the words of the call's protocol. An error that was set before is forgotten. */
__attribute__((format(printf, 3, 4))) enum outcome call_fail(struct call *call, const struct error_kind *kind,
                                                             const char *format, ...);
/* A message of any length and content, as it is; STR_NONE: AWS sends none. */
enum outcome call_fail_with(struct call *call, const struct error_kind *kind, struct str message);
void call_resume(struct call *call, enum outcome outcome); /* a handler's answer after CALL_PARKED: DONE or FAILED */
struct scope call_scope(const struct call *call);          /* its account and region ("" for a global service) */

const char *input_string(const struct call *call, const char *name); /* NULL where absent */
struct str input_str(const struct call *call, const char *name);
int64_t input_int64(const struct call *call, const char *name, int64_t otherwise);
bool input_bool(const struct call *call, const char *name, bool otherwise);
bool input_has(const struct call *call, const char *name);

cJSON *call_output(struct call *call); /* the output object, made on first use */
/* The whole output, computed once and kept (as a row's companion): it is referred to, not copied, and goes out as its text. */
void call_answer(struct call *call, struct json *answer);
void output_string(struct call *call, const char *name, const char *value_or_null); /* NULL: nothing is set */
void output_str(struct call *call, const char *name, struct str value);
void output_int64(struct call *call, const char *name, int64_t value);
void output_bool(struct call *call, const char *name, bool value);
void output_time(struct call *call, const char *name, int64_t instant_ms);
void output_json(struct call *call, const char *name, cJSON *value_taken);
/* How timestamps stand inside inputs and outputs: a number of seconds since 1970 with three decimals, as the JSON protocols
 * print it; XML protocols convert by the shape. In rows they are plain integers of milliseconds. */
cJSON *json_new_time(int64_t instant_ms);
int64_t json_to_time(const cJSON *seconds); /* back to milliseconds */

/* ---- for who makes calls ---- */
/* A call with a request id and the cloud's region, of nobody (PRINCIPAL_ANONYMOUS) until `caller` is set. */
struct call *call_in(struct cloud *cloud, struct arena *arena);
/* The account's own root user, who may do everything in it. */
struct principal principal_of_root(struct arena *arena, struct str account);
/* A role's session, as internal calls that run as a role use it: "arn:aws:sts::A:assumed-role/NAME/session"; in the arena. */
struct principal principal_of_role(struct arena *arena, struct str role_arn, struct str session);
/* A call in an arena of its own, service and operation looked up by signing name, folder name or SDK id (case ignored) and
 * operation's name; NULL: this cloud has no such service or AWS has no such operation (*reterr_why is one sentence). */
struct call *call_new(struct cloud *cloud, struct str service, struct str operation, const char **reterr_why);
void call_free(struct call *call); /* one that still waits is abandoned first */
void call_abandon(struct call *call);

#endif
