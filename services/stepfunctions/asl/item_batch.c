#include "services/stepfunctions/asl/item_batch.h"

#include "services/stepfunctions/asl/join.h"

bool batch_limits_find(struct branch *branch, struct value input, struct batch_limits *ret_limits)
{
    const struct batcher_option *batcher = branch->state->item_batcher;
    double items, bytes;
    *ret_limits = (struct batch_limits){ 0 };
    if (!batcher)
        return true;
    if (!map_state_number(branch, input, &batcher->items, "MaxItemsPerBatchPath", INT32_MAX, &items) ||
        !map_state_number(branch, input, &batcher->bytes, "MaxInputBytesPerBatchPath", ENGINE_MAX_DATA, &bytes))
        return false;
    ret_limits->items = (int64_t)items;
    ret_limits->bytes = (int64_t)bytes;
    if (!batcher->input.query && !batcher->input.template)
        return true;
    struct failure failure;
    const cJSON *payload;
    if (flow_fill(branch, &batcher->input, input, &payload, &failure)) {
        ret_limits->input = value_seal_node(payload);
        return true;
    }
    branch_fail_inside(branch, &failure);
    return false;
}

void batch_limits_release(struct batch_limits *limits)
{
    json_unref(limits->input);
    limits->input = NULL;
}

static void open_batch(const struct batch_limits *limits, struct buf *batch)
{
    buf_add_byte(batch, '{');
    if (limits->input) {
        buf_add_str(batch, STR("\"BatchInput\":"));
        buf_add_str(batch, json_text(limits->input));
        buf_add_byte(batch, ',');
    }
    buf_add_str(batch, STR("\"Items\":["));
}

struct json *batch_make(struct branch *branch, const struct batch_limits *limits, int64_t from, int64_t count,
                        struct json *(*item)(struct branch *branch, int64_t index, struct failure *ret_failure),
                        int64_t *ret_items, struct failure *ret_failure)
{
    size_t most = limits->bytes ? (size_t)limits->bytes : ENGINE_MAX_DATA;
    int64_t most_items = limits->items ? limits->items : INT64_MAX;
    struct buf batch = BUF_EMPTY;
    bool fits = true;
    open_batch(limits, &batch);
    for (*ret_items = 0; fits && *ret_items < most_items && from + *ret_items < count;) {
        struct json *next = item(branch, from + *ret_items, ret_failure);
        if (!next) {
            buf_release(&batch);
            return NULL;
        }
        fits = *ret_items == 0 || batch.length + json_text(next).length + sizeof ",]}" - 1 <= most;
        if (fits) {
            buf_add_text(&batch, *ret_items ? "," : "");
            buf_add_str(&batch, json_text(next));
            ++*ret_items;
        }
        json_unref(next);
    }
    buf_add_str(&batch, STR("]}"));
    return json_seal_text(&batch);
}
