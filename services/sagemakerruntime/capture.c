#include "services/sagemakerruntime/capture.h"

#include <stdio.h>

#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "base/digest.h"
#include "base/time.h"
#include "services/sagemaker/s3_access.h"

static bool is_wanted(struct call *call, const cJSON *capture, const char *mode)
{
    const cJSON *option;
    cJSON_ArrayForEach(option, json_get(capture, "CaptureOptions"))
    {
        struct str wanted = json_str(option, "CaptureMode");
        if (str_is(wanted, mode) || str_is(wanted, "InputAndOutput"))
            return true;
    }
    return false;
}

static bool is_text(struct str type, const char *begins)
{
    return str_starts(type, str_of(begins));
}

/* CSV and JSON stand as they are, all else in base64. */
static cJSON *side(struct str type, const char *mode, struct str bytes)
{
    cJSON *object = cJSON_CreateObject();
    bool csv = is_text(type, "text/csv"), json = is_text(type, "application/json");
    struct buf data = BUF_EMPTY;
    if ((csv || json) && str_is_utf8(bytes))
        buf_add_str(&data, bytes);
    else
        base64_encode(&data, bytes);
    json_set_str(object, "observedContentType", type);
    json_set_string(object, "mode", mode);
    json_set_str(object, "data", buf_str(&data));
    json_set_string(object, "encoding", csv ? "CSV" : json ? "JSON" : "BASE64");
    buf_release(&data);
    return object;
}

static void print_line(struct call *call, const cJSON *config, const struct inference *inference, struct buf *line)
{
    cJSON *event = cJSON_CreateObject(), *data = cJSON_CreateObject(), *metadata = cJSON_CreateObject();
    const struct container *container = &inference->run->container;
    char now[32];
    if (is_wanted(call, config, "Input"))
        json_set(data, "endpointInput", side(inference->content_type, "INPUT", inference->body));
    if (is_wanted(call, config, "Output"))
        json_set(data, "endpointOutput", side(str_of(container->reply_type), "OUTPUT", buf_str(&container->reply)));
    time_print_iso(clock_now(call->world->clock), false, now);
    json_set_string(metadata, "eventId", call->request_id);
    if (input_has(call, "InferenceId"))
        json_set_str(metadata, "inferenceId", input_str(call, "InferenceId"));
    json_set_string(metadata, "inferenceTime", now);
    json_set(event, "captureData", data);
    json_set(event, "eventMetadata", metadata);
    json_set_string(event, "eventVersion", "0");
    json_print(line, event);
    buf_add_byte(line, '\n');
    cJSON_Delete(event);
}

static void finished(struct call *call)
{
    call_free(call);
}

static void put(struct call *call, const char *role_arn, const char *url, struct str line)
{
    const char *why;
    struct str bucket, key;
    if (!s3_url_parse(str_of(url), &bucket, &key))
        return;
    struct call *object = call_new(call->cloud, STR("s3"), STR("PutObject"), &why);
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", bucket);
    json_set_str(input, "Key", key);
    struct str text = json_print_in(object->arena, input);
    cJSON_Delete(input);
    object->input = json_parse_in(object->arena, text, NULL);
    object->region = arena_copy(object->arena, str_of(call->region));
    object->caller = principal_of_role(object->arena, str_of(role_arn), STR("SageMaker"));
    object->origin = ORIGIN_HOUSE;
    object->finished = finished;
    call_give_body(object, line);
    if (road_run(object) != CALL_PARKED)
        call_free(object);
}

void capture(struct call *call, const cJSON *endpoint_row, const char *variant, const struct inference *inference)
{
    const cJSON *config = json_get(endpoint_row, "capture");
    int64_t share = json_int64(config, "InitialSamplingPercentage", 0);
    if (!config || !json_bool(config, "EnableCapture", true) || !inference->run ||
        (share < 100 && random_between(&call->world->random, 0, 99) >= share))
        return;
    struct buf line = BUF_EMPTY;
    char now[32], uuid[37];
    time_print_iso(clock_now(call->world->clock), true, now); /* 2026-11-22T09:15:08.123Z */
    random_uuid(&call->world->random, uuid);
    struct str base = json_str(config, "DestinationS3Uri");
    while (base.length && base.at[base.length - 1] == '/')
        base.length--;
    char *url = arena_printf(call->arena, "%.*s/%s/%s/%.4s/%.2s/%.2s/%.2s/%.2s-%.2s-%.3s-%s.jsonl", STR_ARG(base),
                             inference->name, variant, now, now + 5, now + 8, now + 11, now + 14, now + 17, now + 20,
                             uuid);
    print_line(call, config, inference, &line);
    put(call, model_use_role(inference->use), url, buf_str(&line));
    buf_release(&line);
}
