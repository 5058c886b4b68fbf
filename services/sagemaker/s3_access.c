#include "services/sagemaker/s3_access.h"

#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "services/sagemaker/names.h"

bool s3_url_parse(struct str url, struct str *ret_bucket, struct str *ret_key)
{
    const struct str scheme = STR("s3://");
    if (!str_starts(url, scheme))
        return false;
    *ret_bucket = str_cut(str_from(url, scheme.length), '/', ret_key);
    return ret_bucket->length > 0;
}

/* ---- calls ---- */

static void finished(struct call *call)
{
    struct s3_access *access = call->owner;
    access->waits = false;
    access->ready(access);
}

enum outcome s3_access_call(struct s3_access *access, const char *operation, cJSON *input_taken, struct str body)
{
    const char *why;
    s3_access_end(access);
    struct call *call = call_new(access->cloud, STR("s3"), str_of(operation), &why);
    struct buf text = BUF_EMPTY;
    json_print(&text, input_taken);
    cJSON_Delete(input_taken);
    call->input = json_parse_in(call->arena, buf_str(&text), NULL);
    buf_release(&text);
    call->region = arena_copy(call->arena, str_of(access->scope.region));
    call->caller = principal_of_role(call->arena, str_of(access->role_arn), str_of(access->session));
    call->origin = access->origin;
    call->finished = finished;
    call->owner = access;
    if (body.at)
        call_give_body(call, body);
    access->call = call;
    enum outcome outcome = road_run(call);
    access->waits = outcome == CALL_PARKED;
    return outcome;
}

void s3_access_end(struct s3_access *access)
{
    if (access->call)
        call_free(access->call);
    access->call = NULL;
    access->waits = false;
}

const char *s3_access_why(const struct s3_access *access)
{
    const struct api_error *error = &access->call->error;
    return arena_printf(access->call->arena, "%s: %s", error->kind->code, error->message ? error->message : "");
}

/* ---- what has to be there ---- */

struct check {
    struct call *call;
    struct s3_access access;
    size_t next; /* the first that is not known */
    bool asked;  /* its answer is there */
};

static void go_on(struct s3_access *access)
{
    struct check *check = access->owner;
    struct call *call = check->call;
    check->asked = true;
    call_resume(call, call->service->handlers[call->operation->index](call));
}

static void forget(struct call *call)
{
    struct check *check = call->parked;
    s3_access_end(&check->access);
    call->parked = NULL;
}

static struct check *check_begin(struct call *call, struct str role_arn)
{
    struct check *check = ARENA_NEW(call->arena, struct check);
    check->call = call;
    check->access = (struct s3_access){
        .cloud = call->cloud,
        .scope = call_scope(call),
        .role_arn = arena_copy(call->arena, role_arn),
        .session = "SageMaker",
        .origin = call->origin,
        .ready = go_on,
        .owner = check,
    };
    return check;
}

static enum outcome ask(struct check *check, const struct s3_wanted *wanted)
{
    struct str bucket, key;
    if (!s3_url_parse(wanted->url, &bucket, &key))
        return CALL_FAILED;
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", bucket);
    json_set_str(input, wanted->is_model ? "Key" : "Prefix", key);
    if (!wanted->is_model)
        json_set_int64(input, "MaxKeys", 1);
    return s3_access_call(&check->access, wanted->is_model ? "HeadObject" : "ListObjectsV2", input, STR_NONE);
}

static bool is_there(const struct check *check, const struct s3_wanted *wanted)
{
    const struct call *call = check->access.call;
    return call && !call->error.kind && (wanted->is_model || json_int64(call->output, "KeyCount", 0) > 0);
}

static enum outcome refuse_model(struct call *call, const struct check *check, const struct s3_wanted *wanted)
{
    const struct call *asked = check->access.call;
    if (asked && asked->error.kind && asked->error.kind->status == 404)
        return call_fail(call, &ERROR_VALIDATION, "Could not find model data at %.*s.", STR_ARG(wanted->url));
    return call_fail(
        call, &ERROR_VALIDATION,
        "Could not access model data at %.*s. Please ensure that the role \"%s\" exists and that its trust "
        "relationship policy allows the action \"sts:AssumeRole\" for the service principal "
        "\"sagemaker.amazonaws.com\". Also ensure that the role has \"s3:GetObject\" permissions and that "
        "the object is located in %s.",
        STR_ARG(wanted->url), check->access.role_arn, call->region);
}

static enum outcome refuse(struct call *call, const struct check *check, const struct s3_wanted *wanted)
{
    struct str bucket = STR(""), key;
    if (wanted->is_model)
        return refuse_model(call, check, wanted);
    s3_url_parse(wanted->url, &bucket, &key);
    return call_fail(
        call, &ERROR_VALIDATION,
        "No S3 objects found under S3 URL \"%.*s\" given in input data source. Please ensure that the bucket "
        "exists in the selected region (%s), that objects exist under that S3 prefix, and that the role "
        "\"%s\" has \"s3:ListBucket\" permissions on bucket \"%.*s\".",
        STR_ARG(wanted->url), call->region, check->access.role_arn, STR_ARG(bucket));
}

enum outcome s3_wanted_check(struct call *call, struct str role_arn, const struct s3_wanted *wanted, size_t count)
{
    struct check *check = call->parked ? call->parked : check_begin(call, role_arn);
    call->parked = NULL;
    for (; check->next < count; check->next++) {
        const struct s3_wanted *now = &wanted[check->next];
        if (!check->asked && ask(check, now) == CALL_PARKED) {
            call->parked = check;
            call->abandoned = forget;
            return CALL_PARKED;
        }
        check->asked = false;
        enum outcome outcome = is_there(check, now) ? CALL_DONE : refuse(call, check, now);
        s3_access_end(&check->access);
        if (outcome != CALL_DONE)
            return outcome;
    }
    return CALL_DONE;
}
