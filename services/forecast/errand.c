#include "services/forecast/errand.h"

#include <stdarg.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"

/* ---- its life ---- */

static void free_job(struct errand *errand)
{
    if (errand->kind->errand->release)
        errand->kind->errand->release(errand);
    if (errand->call)
        call_free(errand->call);
    fate_end(&errand->fate);
    buf_release(&errand->message);
    json_unref(errand->row);
    arena_free(errand->arena);
    free(errand->data);
    free(errand->arn);
    free(errand);
}

/* A thread may still be at work for it. */
static void release(struct strand *strand)
{
    struct errand *errand = LIST_ITEM(strand, struct errand, strand);
    if (!errand->computing) {
        free_job(errand);
        return;
    }
    errand->orphaned = true;
    work_cancel(&errand->work);
}

const cJSON *errand_row(const struct errand *errand)
{
    return json_root(errand->row);
}

static bool is_still_wanted(struct errand *errand)
{
    const cJSON *row = resource_get(errand->strand.world, errand->scope, errand->kind, str_of(errand->arn));
    return row && resource_is(row, "CREATE_IN_PROGRESS");
}

static void fate_is_ready(void *errand)
{
    strand_wake(&((struct errand *)errand)->strand, WAKE_EVENT, NULL, NULL);
}

/* True: it is not yet over. What has failed by itself needs no hook's word. */
static bool must_wait(struct errand *errand)
{
    const struct passage passage = { .scope = errand->scope,
                                     .service = errand->kind->life->service,
                                     .thing = errand->kind->life->thing,
                                     .resource = str_of(errand->arn),
                                     .from = "CREATE_IN_PROGRESS",
                                     .to = "ACTIVE" };
    if (errand->failed)
        return false;
    enum fortune fortune = fate_ask(&errand->fate, errand->strand.world, &passage, fate_is_ready, errand);
    errand->failed = fortune == FATE_FAILS;
    if (errand->failed)
        errand_fail(errand, "%s", fate_reason(errand->fate));
    return fortune == FATE_WAITS;
}

static enum next end(struct errand *errand)
{
    if (must_wait(errand))
        return STRAND_PARKED;
    struct world *world = errand->strand.world;
    cJSON *row = json_thaw(resource_get(world, errand->scope, errand->kind, str_of(errand->arn)));
    if (errand->failed)
        json_set_str(row, "Message", buf_str(&errand->message));
    if (!errand->failed)
        errand->kind->errand->finish(errand, row);
    else if (errand->kind->errand->failed)
        errand->kind->errand->failed(errand, row);
    json_set_int64(row, "LastModificationTime", clock_now(world->clock));
    store_put(world->store, errand->scope, errand->kind->table, str_of(errand->arn), json_seal(row));
    lifecycle_move(world, errand->kind->life, errand->scope, str_of(errand->arn),
                   errand->failed ? "CREATE_FAILED" : "ACTIVE");
    return STRAND_ENDED;
}

static enum next take_step(struct errand *errand)
{
    enum errand_step step = errand->kind->errand->step(errand);
    if (step == ERRAND_WAITS)
        return STRAND_PARKED;
    if (step == ERRAND_AGAIN)
        return STRAND_AGAIN;
    errand->failed = step == ERRAND_FAILED;
    errand->ended = true;
    strand_sleep(&errand->strand, errand->due_ms);
    return STRAND_PARKED;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct errand *errand = LIST_ITEM(strand, struct errand, strand);
    if (wake->reason == WAKE_CANCEL || !is_still_wanted(errand))
        return STRAND_ENDED;
    return errand->ended ? end(errand) : take_step(errand);
}

void errand_start(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn,
                  int64_t due_ms)
{
    struct json *row = store_get(world->store, scope, kind->table, arn);
    struct errand *errand = memory_alloc(sizeof *errand);
    errand->scope = store_intern(world->store, scope);
    errand->kind = kind;
    errand->arn = memory_copy(arn);
    errand->row = json_ref(row);
    errand->arena = arena_new();
    errand->due_ms = due_ms;
    errand->data = memory_alloc(kind->errand->size);
    errand->strand = (struct strand){ .step = step, .release = release };
    strand_start(world, &errand->strand);
}

const char *errand_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    const struct resource_kind *kind = resource_kind_of(key);
    json_set_int64(row, "LastModificationTime", clock_now(world->clock));
    if (!to || strcmp(to, "CREATE_IN_PROGRESS") != 0)
        return NULL;
    int64_t due_ms = clock_now(world->clock) + (int64_t)((double)kind->errand->duration_ms * world->duration_factor);
    json_set_int64(row, "_due", due_ms);
    errand_start(world, scope, kind, key, due_ms);
    return NULL;
}

enum errand_step errand_fail(struct errand *errand, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_clear(&errand->message);
    buf_vprintf(&errand->message, format, args);
    va_end(args);
    return ERRAND_FAILED;
}

void errand_keep_blob(cJSON *row, const char *member, struct blob_writer *writer_taken)
{
    char id[BLOB_ID_BYTES + 1];
    cJSON *blobs = cJSON_GetObjectItemCaseSensitive(row, "_blobs");
    if (!blobs)
        json_set(row, "_blobs", blobs = cJSON_CreateArray());
    blob_finish(writer_taken, id);
    json_add(blobs, json_new_string(str_of(id)));
    json_set_string(row, member, id);
}

/* ---- computing ---- */

static void compute(struct work *work)
{
    struct errand *errand = work->data;
    errand->compute(errand, errand->subject);
}

static void computed(struct work *work)
{
    struct errand *errand = work->data;
    errand->was_computed = true;
}

/* The last word of a work, cancelled or not. One that was cancelled while its job is there goes down with it: a reset. */
static void let_go(struct work *work)
{
    struct errand *errand = work->data;
    errand->computing = false;
    if (errand->orphaned)
        free_job(errand);
    else
        strand_wake(&errand->strand, errand->was_computed ? WAKE_CALL : WAKE_CANCEL, NULL, NULL);
}

enum errand_step errand_compute(struct errand *errand, void (*function)(struct errand *errand, void *subject),
                                void *subject)
{
    errand->compute = function;
    errand->subject = subject;
    errand->computing = true;
    errand->was_computed = false;
    errand->work = (struct work){ .compute = compute, .done = computed, .release = let_go, .data = errand };
    work_start(errand->strand.world, &errand->work, clock_now(errand->strand.world->clock));
    return ERRAND_WAITS;
}

/* ---- calling ---- */

static void call_ended(struct call *call)
{
    struct errand *errand = call->owner;
    errand->calling = false;
    strand_wake(&errand->strand, WAKE_CALL, NULL, NULL);
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

enum errand_step errand_call_with(struct errand *errand, struct str role_arn, const char *service,
                                  const char *operation, cJSON *input_taken, struct str body)
{
    const char *why;
    if (errand->call)
        call_free(errand->call);
    errand->call = call_new(cloud_of(errand->strand.world), str_of(service), str_of(operation), &why);
    if (!errand->call) {
        cJSON_Delete(input_taken);
        return errand_fail(errand, "%s", why);
    }
    struct call *call = errand->call;
    arena_own(call->arena, delete_tree, input_taken);
    call->input = input_taken;
    call->caller = principal_of_role(call->arena, role_arn, STR("AmazonForecast"));
    call->caller.account = errand->scope.account; /* a role of another account cannot be passed: authorise_own_role() */
    call->region = errand->scope.region;
    call->origin = ORIGIN_HOUSE;
    call->finished = call_ended;
    call->owner = errand;
    if (body.at)
        call_give_body(call, body);
    errand->calling = road_run(call) == CALL_PARKED;
    return errand->calling ? ERRAND_WAITS : ERRAND_AGAIN;
}

enum errand_step errand_call(struct errand *errand, struct str role_arn, const char *service, const char *operation,
                             cJSON *input_taken)
{
    return errand_call_with(errand, role_arn, service, operation, input_taken, STR_NONE);
}

/* The guide, "Set up permissions": the role's trust policy names forecast.amazonaws.com. The sentence is ours. */
bool errand_may_use_role(struct errand *errand, struct str role_arn)
{
    struct cloud *cloud = cloud_of(errand->strand.world);
    if (!cloud->enforce || cloud->identities->trusts_service(errand->strand.world, role_arn, "forecast.amazonaws.com"))
        return true;
    errand_fail(
        errand,
        "Amazon Forecast is unable to assume the role %.*s. Ensure that the role exists and that its trust policy "
        "allows the "
        "service principal forecast.amazonaws.com to perform sts:AssumeRole.",
        STR_ARG(role_arn));
    return false;
}
