/* A small cloud for tests of the road: two toy services, one that speaks JSON and one that speaks Query, and a stage to make
 * requests on. Include cmocka first. */
#ifndef UNIT_TOY_CLOUD_H
#define UNIT_TOY_CLOUD_H

#include <stdlib.h>

#include "aws/road.h"
#include "world/account.h"

/* ---- two toy services: one speaks JSON and has regions, the other Query and has none ---- */

static const struct shape name_shape = {
    .name = "Name", .kind = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 80
};
static const struct shape text_shape = { .name = "Text", .kind = SHAPE_STRING };
static const struct shape count_shape = { .name = "Count", .kind = SHAPE_INTEGER };
static const struct member thing_members[] = {
    { .name = "name", .wire = "name", .shape = &name_shape, .required = true },
    { .name = "roleArn", .wire = "roleArn", .shape = &text_shape },
    { .name = "count", .wire = "count", .shape = &count_shape },
};
static const struct shape thing_input = {
    .name = "ThingInput", .kind = SHAPE_STRUCTURE, .members = thing_members, .member_count = 3
};
static const struct member who_members[] = {
    { .name = "arn", .wire = "arn", .shape = &text_shape },
    { .name = "region", .wire = "region", .shape = &text_shape },
    { .name = "input", .wire = "input", .shape = &text_shape },
};
static const struct shape who_output = {
    .name = "WhoOutput", .kind = SHAPE_STRUCTURE, .members = who_members, .member_count = 3
};

static const struct error_kind no_thing = { "ThingDoesNotExist", "ThingDoesNotExist", 404, FAULT_SENDER };
static const struct error_kind *const thing_errors[] = { &no_thing, NULL };

enum { CREATE, DELETE, DESCRIBE, MISS, WAIT };
#define OPERATION(text, number, ...)                                                                                   \
    {                                                                                                                  \
        .name = text, .index = number, .method = "POST", .uri = "/", .input = &thing_input, .output = &who_output,     \
        .errors = thing_errors, .success_status = 200, .body_limit = 1 << 20, __VA_ARGS__                              \
    }
#define THING "arn:aws:toy:{region}:{account}:thing/{name}"
static const struct operation toy_operations[] = {
    OPERATION("CreateThing", CREATE, .permission = { "toy:CreateThing", THING, "roleArn", "toy.amazonaws.com" }),
    OPERATION("DeleteThing", DELETE, .permission = { .action = "toy:DeleteThing", .resource = THING },
              .ends_things = true),
    OPERATION("DescribeThing", DESCRIBE, .permission = { .action = "toy:DescribeThing", .resource = THING },
              .reads_only = true),
    OPERATION("MissThing", MISS, .permission = { .action = "toy:MissThing", .resource = "*" }),
    OPERATION("WaitForThing", WAIT,
              .permission = { .action = "toy:WaitForThing", .resource = "{roleArn|arn:aws:toy:::nobody}" },
              .host_prefix = "slow-"),
};
static const struct model toy = { .name = "toybox",
                                  .sdk_id = "Toy Box",
                                  .full_name = "Rehearse Toys",
                                  .signing_name = "toy",
                                  .iam_prefix = "toy",
                                  .endpoint_prefix = "toy",
                                  .protocol = PROTOCOL_JSON,
                                  .target_prefix = "Toys.V1",
                                  .json_version = "1.0",
                                  .api_version = "2020-01-01",
                                  .operations = toy_operations,
                                  .operation_count = 5 };

static const struct operation ask_operations[] = {
    OPERATION("GetWho", 0, .result_wrapper = "GetWhoResult"),
    OPERATION("PutWho", 0, .result_wrapper = "PutWhoResult",
              .permission = { .action = "ask:PutWho", .resource = "{count}" }),
};
static const struct model ask = { .name = "ask",
                                  .sdk_id = "Ask",
                                  .full_name = "Rehearse Asking",
                                  .signing_name = "ask",
                                  .iam_prefix = "ask",
                                  .endpoint_prefix = "ask",
                                  .protocol = PROTOCOL_QUERY,
                                  .xml_namespace = "https://ask/",
                                  .api_version = "2011-11-11",
                                  .global = true,
                                  .operations = ask_operations,
                                  .operation_count = 2 };

static const struct table_def things = { .name = "toy.thing" };
static const struct table_def *const toy_tables[] = { &things, NULL };

static inline enum outcome tell_who(struct call *call)
{
    output_string(call, "arn", call->caller.arn);
    output_string(call, "region", call_scope(call).region);
    struct buf input = BUF_EMPTY;
    json_print(&input, call->input);
    output_str(call, "input", buf_str(&input));
    buf_release(&input);
    return CALL_DONE;
}

static inline enum outcome create_thing(struct call *call)
{
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", input_str(call, "name"));
    store_put(call->world->store, call_scope(call), &things, input_str(call, "name"), json_seal(row));
    return tell_who(call);
}

static inline enum outcome delete_thing(struct call *call)
{
    if (!store_delete(call->world->store, call_scope(call), &things, input_str(call, "name")))
        return call_fail(call, &no_thing, "There is no %s", input_string(call, "name"));
    return CALL_DONE;
}

static struct call *waiting; /* at wait_for_thing */
static int abandoned;

static inline void forget(struct call *call)
{
    assert_ptr_equal(call, waiting);
    waiting = NULL;
    abandoned++;
}

static inline enum outcome wait_for_thing(struct call *call)
{
    waiting = call;
    call->abandoned = forget;
    return CALL_PARKED;
}

static int recovered;

static inline void recover(struct world *world)
{
    recovered++;
}

static const operation_fn toy_handlers[] = { create_thing, delete_thing, tell_who, NULL, wait_for_thing };
static const operation_fn ask_handlers[] = { tell_who };
static const struct service toy_service = {
    .model = &toy, .handlers = toy_handlers, .tables = toy_tables, .recover = recover
};
static const struct service ask_service = { .model = &ask, .handlers = ask_handlers };
__attribute__((unused)) static const struct service *const services[] = { &toy_service, &ask_service, NULL };
#ifndef STAGE_SERVICES /* a test may put other services on the stage */
#define STAGE_SERVICES services
#endif

/* ---- a world, and requests to it ---- */

#define FORM "application/x-www-form-urlencoded; charset=utf-8"
#define POLICY(effect, action, resource, condition)                                                                    \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"" effect "\",\"Action\":\"" action                       \
    "\",\"Resource\":\"" resource "\"" condition "}]}"

#define ROLE_POLICY_ACCOUNT "000000000007"
static const char *role_policy; /* what role "actor" may do; NULL: the role is gone */

static inline void release_policy(void *policy)
{
    policy_release(policy);
}

static inline bool policies_of(struct world *world, const struct principal *principal, struct arena *arena,
                               struct grants *ret_grants)
{
    if (!role_policy || strcmp(principal->role, "actor") != 0)
        return false;
    const struct policy **list = ARENA_ARRAY(arena, const struct policy *, 1);
    list[0] = policy_parse(arena, str_of(role_policy), POLICY_IDENTITY, NULL);
    assert_non_null(list[0]);
    arena_own(arena, release_policy, (void *)(uintptr_t)list[0]);
    *ret_grants = (struct grants){ .identity = list, .count = 1 };
    return true;
}

static const struct identity_source identities = { .policies = policies_of };

struct stage {
    struct world *world;
    struct cloud *cloud;
    struct arena *arena; /* of the request */
    struct wire_request request;
    struct wire_header headers[12];
    struct wire_reply reply;
    struct call *call;
};

#define START_MS INT64_C(1893456000000) /* 2030-01-01 */

static const struct access_key keys[] = {
    { "TEAM", "team-secret", "", "000000000001", "arn:aws:iam::000000000001:root", "000000000001", "", INT64_MAX,
      false },
    { "USER", "user-secret", "", "000000000001", "arn:aws:iam::000000000001:user/path/u", "AIDAU", "", INT64_MAX,
      false },
    { "SESSION", "session-secret", "token/of=session", ROLE_POLICY_ACCOUNT,
      "arn:aws:sts::" ROLE_POLICY_ACCOUNT ":assumed-role/actor/scene", "AROA:scene", "", INT64_MAX, false },
    { "OLD", "old-secret", "token", ROLE_POLICY_ACCOUNT, "arn:aws:sts::" ROLE_POLICY_ACCOUNT ":assumed-role/actor/past",
      "AROA:past", "", START_MS, false },
};

static inline void raise_stage_as(struct stage *stage, size_t ceiling, bool stepped)
{
    *stage = (struct stage){ 0 };
    const struct table_def **tables = cloud_tables(STAGE_SERVICES);
    struct world_options options = { .seed = 1,
                                     .start_ms = START_MS,
                                     .stepped = stepped,
                                     .speed = 1,
                                     .duration_factor = 1,
                                     .state_ceiling = ceiling,
                                     .tables = tables,
                                     .recover = cloud_recover };
    char *why = NULL;
    stage->world = world_new(&options, &why);
    if (!stage->world)
        fail_msg("%s", why);
    free(tables);
    stage->cloud = cloud_new(stage->world, STAGE_SERVICES, &why);
    assert_non_null(stage->cloud);
    stage->cloud->identities = &identities;
    recovered = 0;
    world_recover(stage->world);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        account_put_key(stage->world, &keys[i]);
    stage->arena = arena_new();
    role_policy = NULL;
    waiting = NULL;
    abandoned = 0;
}

static inline void raise_stage_with(struct stage *stage, size_t ceiling)
{
    raise_stage_as(stage, ceiling, true);
}

static inline void raise_stage(struct stage *stage)
{
    raise_stage_with(stage, 0);
}

static inline void clear_call(struct stage *stage)
{
    if (stage->call)
        call_free(stage->call);
    stage->call = NULL;
    buf_release(&stage->reply.body);
    arena_reset(stage->arena);
    stage->request = (struct wire_request){ .method = STR("POST"),
                                            .path = STR("/"),
                                            .query = STR(""),
                                            .body = STR(""),
                                            .host = STR("127.0.0.1:4566"),
                                            .headers = stage->headers,
                                            .arena = stage->arena };
}

static inline void strike_stage(struct stage *stage)
{
    clear_call(stage);
    arena_free(stage->arena);
    cloud_free(stage->cloud);
    world_free(stage->world);
    policy_cache_clear();
    assert_int_equal(json_live_documents(), 0);
}

static inline void add_header(struct stage *stage, const char *name, const char *value_or_null)
{
    if (value_or_null)
        stage->headers[stage->request.header_count++] = (struct wire_header){ str_of(name), str_of(value_or_null) };
}

static inline const char *scope_header(struct stage *stage, const char *id, const char *region, const char *service)
{
    return arena_printf(stage->arena,
                        "AWS4-HMAC-SHA256 Credential=%s/20300101/%s/%s/aws4_request, SignedHeaders=host, Signature=0",
                        id, region, service);
}

static int answered; /* parked calls */

static inline void finish(struct call *call)
{
    struct stage *stage = call->owner;
    answered++;
    road_reply(call, &stage->reply);
}

static inline enum outcome serve(struct stage *stage)
{
    size_t limit;
    stage->call = road_route(stage->cloud, &stage->request, &limit);
    stage->call->owner = stage;
    stage->call->finished = finish;
    answered = 0;
    return road_serve(stage->call, &stage->request, &stage->reply);
}

/* A JSON call of `id`, in open mode as a rule. */
static inline enum outcome call_toy(struct stage *stage, const char *id, const char *operation, const char *body)
{
    clear_call(stage);
    add_header(stage, "X-Amz-Target", arena_printf(stage->arena, "Toys.V1.%s", operation));
    add_header(stage, "Content-Type", "application/x-amz-json-1.0");
    if (id)
        add_header(stage, "Authorization", scope_header(stage, id, "eu-west-1", "toy"));
    stage->request.body = str_of(body);
    return serve(stage);
}

static inline void expect(const struct stage *stage, int status, const char *body, const char *why)
{
    if (stage->reply.status != status || !str_is(buf_str(&stage->reply.body), body))
        fail_msg("%s:\n%d %s\n--- but it is\n%d %s", why, stage->reply.status, stage->reply.body.at, status, body);
}

#endif
