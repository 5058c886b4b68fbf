/* Requests to S3 and Lambda: the first two bytes pick an operation, then come its query string, one header line and its body,
 * parted by line feeds. What is decoded is validated and sent back as if it were the answer. */
#include <assert.h>

#include "aws/rest_json.h"
#include "aws/rest_route.h"
#include "aws/rest_xml.h"
#include "aws/validate.h"
#include "services/lambda/lambda_model.h"
#include "services/s3/s3_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct call *call, bool json)
{
    struct wire_reply reply = { .length_said = -1 };
    call->output = json_thaw(call->input);
    (json ? rest_json_encode : rest_xml_encode)(call, CALL_DONE, &reply);
    buf_release(&reply.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct service s3 = { .model = &s3_model }, lambda = { .model = &lambda_model };
    if (size < 2)
        return 0;
    bool json = data[0] & 1;
    const struct model *model = json ? &lambda_model : &s3_model;
    struct str rest = { (const char *)data + 2, size - 2 };
    struct wire_header header;
    struct arena *arena = arena_new();
    struct wire_request request = {
        .method = STR("PUT"), .path = STR("/a/b%20c/d"), .headers = &header, .header_count = 1, .arena = arena
    };
    request.query = str_cut(rest, '\n', &rest);
    header.name = str_cut(str_cut(rest, '\n', &rest), ':', &header.value);
    request.body = rest;
    struct rest_match match = { .label_count = 2,
                                .labels = { { STR("Bucket"), STR("a") }, { STR("Key"), STR("b%20c/d") } } };
    struct call call = { .arena = arena,
                         .service = json ? &lambda : &s3,
                         .protocol = model->protocol,
                         .operation = &model->operations[data[1] % model->operation_count],
                         .request = &request,
                         .match = &match };
    char *why = NULL;
    call.input = (json ? rest_json_decode : rest_xml_decode)(&call, request.body, &why);
    assert(call.input || why || call.error.kind);
    if (call.input) {
        char *message = validate_input(arena, call.operation->input, call.input);
        if (message && !json)
            assert(rest_xml_refuse(&call, message) == CALL_FAILED);
        answer(&call, json);
    }
    cJSON_Delete(call.error.extra);
    cJSON_Delete(call.output);
    arena_free(arena);
    return 0;
}
