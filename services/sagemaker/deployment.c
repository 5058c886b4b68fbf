#include "services/sagemaker/deployment.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/job_log.h"
#include "services/sagemaker/model_server.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/tag.h"
#include "world/fate.h"
#include "world/strand.h"

/* As on AWS, about. */
#define CREATING_S     180
#define UPDATING_S     150
#define SCALING_S      60
#define ROLLING_BACK_S 60
#define DELETING_S     20

struct deployment {
    struct strand strand;
    struct scope scope;
    char key[SAGEMAKER_KEY_MOST];
    struct model_use use; /* of the variant that is being looked at */
    size_t next;          /* variant */
    bool using, looked;
    struct fate *fate;
    char reason[CONTAINER_MOST_TEXT];
};

static struct json *row_of(const struct deployment *deployment)
{
    return store_get(deployment->strand.world->store, deployment->scope, &endpoint_table, str_of(deployment->key));
}

static bool is_in(const cJSON *row, const char *status)
{
    return str_is(json_str(row, "status"), status);
}

/* ---- rows ---- */

static void put(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status,
                int64_t seconds)
{
    int64_t now_ms = clock_now(world->clock);
    cJSON *detail = cJSON_CreateObject();
    json_set_string(row_taken, "status", status);
    json_set_int64(row_taken, "modified", now_ms);
    json_set_int64(row_taken, "due", now_ms + (int64_t)((double)seconds * 1000 * world->duration_factor));
    struct json *row = json_seal(row_taken);
    store_put(world->store, scope, &endpoint_table, key, row);
    json_set_string(detail, "status", status);
    bus_post(world->bus, ENDPOINT_TOPIC, scope, json_str(json_root(row), "arn"), json_seal(detail));
}

static void move(cJSON *row, const char *from, const char *to)
{
    cJSON *taken = cJSON_DetachItemFromObjectCaseSensitive(row, from);
    if (taken)
        json_set(row, to, taken);
    else
        json_set_string(row, to, NULL);
}

/* What was to come is what is deployed. */
static void take_next(cJSON *row)
{
    cJSON *variant;
    if (json_get(row, "next")) {
        move(row, "next", "config");
        move(row, "next_variants", "variants");
        move(row, "next_capture", "capture");
        move(row, "next_async", "async");
    }
    cJSON_ArrayForEach(variant, cJSON_GetObjectItemCaseSensitive(row, "variants"))
    {
        if (json_get(variant, "desired_weight"))
            move(variant, "desired_weight", "weight");
        if (json_get(variant, "desired_count"))
            move(variant, "desired_count", "count");
    }
    json_set_string(row, "failure", NULL);
}

static void forget_next(cJSON *row)
{
    static const char *const members[] = { "next", "next_variants", "next_capture", "next_async" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_set_string(row, members[i], NULL);
}

/* ---- looking at the models: FAULTS SM10 to SM12 ---- */

static void write_log(struct deployment *deployment, const cJSON *row, const char *variant)
{
    char group[160], stream[128];
    snprintf(group, sizeof group, "/aws/sagemaker/Endpoints/%s", json_string(row, "name"));
    snprintf(stream, sizeof stream, "%s/i-0%015llx", variant, (unsigned long long)json_int64(row, "created", 0));
    const struct log_target target = {
        deployment->strand.world, deployment->scope, model_use_role(&deployment->use), "SageMaker", group, stream
    };
    sagemaker_log(&target, str_of(deployment->reason));
}

static void say_fault(struct deployment *deployment, const cJSON *row, const char *variant)
{
    const char *url;
    switch (model_use_fault(&deployment->use, &url)) {
    case MODEL_DATA:
        snprintf(
            deployment->reason, sizeof deployment->reason,
            "Failed to download model data for container \"container_1\" from URL: \"%s\". Please ensure that there is "
            "an "
            "object located at the URL and that the role passed to CreateModel has permissions to download the object.",
            url);
        break;
    case MODEL_IMAGE:
        snprintf(deployment->reason, sizeof deployment->reason,
                 "Please make sure all images included in the model for the production variant %s exist, and that the "
                 "execution role used to create the model has permissions to access them.",
                 variant);
        break;
    case MODEL_PING:
        snprintf(deployment->reason, sizeof deployment->reason,
                 "The primary container for production variant %s did not pass the ping health check. Please check "
                 "CloudWatch logs for this endpoint.",
                 variant);
        break;
    default: /* ours */
        snprintf(deployment->reason, sizeof deployment->reason, "The model of production variant %s is gone.", variant);
    }
    write_log(deployment, row, variant);
}

static void model_ready(struct model_use *use)
{
    strand_wake(&((struct deployment *)use->owner)->strand, WAKE_EVENT, NULL, NULL);
}

/* True: every variant was looked at, or one cannot be served: then there is a reason. */
static bool look(struct deployment *deployment, const cJSON *row)
{
    const cJSON *variants = json_get(row, "next_variants"), *variant;
    while (!deployment->reason[0] && (variant = cJSON_GetArrayItem(variants, (int)deployment->next))) {
        if (!deployment->using) {
            deployment->use = (struct model_use){ .ready = model_ready, .owner = deployment };
            model_use_begin(deployment->strand.world, deployment->scope, json_str(variant, "ModelName"),
                            &deployment->use);
            deployment->using = true;
        }
        if (model_use_state(&deployment->use) == MODEL_LOADING)
            return false;
        if (model_use_state(&deployment->use) == MODEL_FAILED)
            say_fault(deployment, row, json_string(variant, "VariantName"));
        model_use_end(&deployment->use);
        deployment->using = false;
        deployment->next++;
    }
    return true;
}

/* ---- the strand ---- */

static enum next settle(struct deployment *deployment, const cJSON *old, bool good, const char *bad_status,
                        int64_t seconds)
{
    cJSON *row = json_thaw(old);
    if (good) {
        take_next(row);
    } else {
        json_set_string(row, "failure", deployment->reason);
        if (strcmp(bad_status, "Failed") == 0)
            move(row, "next", "config"); /* told by DescribeEndpoint */
        forget_next(row);
    }
    put(deployment->strand.world, deployment->scope, str_of(deployment->key), row, good ? "InService" : bad_status,
        seconds);
    return good || !seconds ? STRAND_ENDED : STRAND_AGAIN;
}

static enum next finish(struct deployment *deployment, const cJSON *row)
{
    struct world *world = deployment->strand.world;
    if (is_in(row, "Creating"))
        return settle(deployment, row, !deployment->reason[0], "Failed", 0);
    if (is_in(row, "Updating"))
        return settle(deployment, row, !deployment->reason[0], "RollingBack", ROLLING_BACK_S);
    if (is_in(row, "RollingBack")) {
        put(world, deployment->scope, str_of(deployment->key), json_thaw(row), "InService", 0);
        return STRAND_ENDED;
    }
    sagemaker_tag_drop(world, deployment->scope, json_str(row, "arn"));
    store_delete(world->store, deployment->scope, &endpoint_table, str_of(deployment->key));
    return STRAND_ENDED;
}

/* ---- its fate: what hooks say before it goes on (fate.h) ---- */

static void fate_is_ready(void *deployment)
{
    strand_wake(&((struct deployment *)deployment)->strand, WAKE_EVENT, NULL, NULL);
}

/* True: not yet. What cannot be served needs no hook's word. */
static bool must_wait(struct deployment *deployment, const cJSON *row)
{
    const struct passage passage = { .scope = deployment->scope,
                                     .service = "sagemaker",
                                     .thing = "Endpoint",
                                     .resource = json_str(row, "arn"),
                                     .from = json_string(row, "status"),
                                     .to = is_in(row, "Deleting") ? NULL : "InService" };
    if (deployment->reason[0])
        return false;
    enum fortune fortune = fate_ask(&deployment->fate, deployment->strand.world, &passage, fate_is_ready, deployment);
    if (fortune == FATE_FAILS && (is_in(row, "Creating") || is_in(row, "Updating")))
        snprintf(deployment->reason, sizeof deployment->reason, "%s", fate_reason(deployment->fate));
    return fortune == FATE_WAITS;
}

static bool is_under_way(const cJSON *row)
{
    return is_in(row, "Creating") || is_in(row, "Updating") || is_in(row, "RollingBack") || is_in(row, "Deleting");
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct deployment *deployment = LIST_ITEM(strand, struct deployment, strand);
    struct json *kept = row_of(deployment);
    if (!kept || !is_under_way(json_root(kept)))
        return STRAND_ENDED;
    int64_t due_ms = json_int64(json_root(kept), "due", 0);
    if (!look(deployment, json_root(kept)))
        return STRAND_PARKED;
    if (due_ms > clock_now(strand->world->clock)) {
        strand_sleep(strand, due_ms);
        return STRAND_PARKED;
    }
    if (must_wait(deployment, json_root(kept)))
        return STRAND_PARKED;
    return finish(deployment, json_root(kept));
}

static void release(struct strand *strand)
{
    struct deployment *deployment = LIST_ITEM(strand, struct deployment, strand);
    model_use_end(&deployment->use);
    fate_end(&deployment->fate);
    free(deployment);
}

static void start(struct world *world, struct scope scope, struct str key)
{
    struct deployment *deployment = memory_alloc(sizeof *deployment);
    deployment->scope = store_intern(world->store, scope);
    snprintf(deployment->key, sizeof deployment->key, "%.*s", STR_ARG(key));
    deployment->strand.step = step;
    deployment->strand.release = release;
    strand_start(world, &deployment->strand);
}

void deployment_begin(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status)
{
    bool scaling = !json_get(row_taken, "next");
    int64_t seconds = strcmp(status, "Creating") == 0   ? CREATING_S
                      : strcmp(status, "Deleting") == 0 ? DELETING_S
                      : scaling                         ? SCALING_S
                                                        : UPDATING_S;
    json_set_string(row_taken, "failure", NULL);
    put(world, scope, key, row_taken, status, seconds);
    start(world, scope, key);
}

static void restart(struct scope scope, struct str key, struct json *row, void *world)
{
    if (is_under_way(json_root(row)))
        start(world, scope, key);
}

void deployment_recover(struct world *world)
{
    store_scan(world->store, &endpoint_table, restart, world);
}
