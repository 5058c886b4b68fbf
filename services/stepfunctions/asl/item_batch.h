/* ItemBatcher: several items as the input of one child, {"BatchInput": …, "Items": […]}. */
#ifndef ASL_ITEM_BATCH_H
#define ASL_ITEM_BATCH_H

#include "services/stepfunctions/asl/dataflow.h"

struct batch_limits {
    int64_t items, bytes; /* 0: none of that kind */
    struct json *input;   /* BatchInput; NULL: none */
};

/* What the state's ItemBatcher says for this input; false: the branch was failed. All zero where it has none. */
bool batch_limits_find(struct branch *branch, struct value input, struct batch_limits *ret_limits);
void batch_limits_release(struct batch_limits *limits);
/* As many items as fit, from number `from` on, but always one; `item` makes one. NULL: *ret_failure. */
struct json *batch_make(struct branch *branch, const struct batch_limits *limits, int64_t from, int64_t count,
                        struct json *(*item)(struct branch *branch, int64_t index, struct failure *ret_failure),
                        int64_t *ret_items, struct failure *ret_failure);

#endif
