/* Bodies of both wire protocols: the first byte picks an operation, the rest is its body. What is decoded is validated,
 * fitted again as an internal call's input would be, and sent back as if it were the answer. */
#include <assert.h>

#include "aws/json_rpc.h"
#include "aws/query.h"
#include "aws/validate.h"
#include "services/iam/iam_model.h"
#include "services/stepfunctions/stepfunctions_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct service iam = { .model = &iam_model }, states = { .model = &stepfunctions_model };
    if (!size)
        return 0;
    bool query = data[0] >= stepfunctions_model.operation_count;
    const struct model *model = query ? &iam_model : &stepfunctions_model;
    size_t picked = query ? data[0] - stepfunctions_model.operation_count : data[0];
    struct call call = { .arena = arena_new(),
                         .service = query ? &iam : &states,
                         .operation = &model->operations[picked % model->operation_count] };
    struct str body = { (const char *)data + 1, size - 1 };
    char *why = NULL;
    call.input = (query ? query_decode : json_rpc_decode)(&call, body, &why);
    assert(call.input || why);
    if (call.input) {
        if (call.operation->input)
            assert(json_rpc_coerce(&call, call.input, &why) == call.input); /* it fits already */
        validate_input(call.arena, call.operation->input, call.input);
        call.output = json_thaw(call.input);
        struct wire_reply reply = { 0 };
        (query ? query_encode : json_rpc_encode)(&call, CALL_DONE, &reply);
        buf_release(&reply.body);
        cJSON_Delete(call.output);
    }
    arena_free(call.arena);
    return 0;
}
