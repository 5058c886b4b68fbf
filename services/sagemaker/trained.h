/* What a training by an algorithm of ours came to: what it left, wrote and ended with. It follows from the files and
 * hyperparameters alone, so that one is enough of those that are alike (world/memo.h). */
#ifndef SAGEMAKER_TRAINED_H
#define SAGEMAKER_TRAINED_H

#include "services/sagemaker/algorithm.h"
#include "world/memo.h"

/* Of all that an algorithm's `train` looks at in its container. Any thread. */
void trained_digest(const struct algorithm *algorithm, const struct container *container,
                    unsigned char ret_digest[SHA256_BYTES]);
/* A copy of what a container answered. */
struct memo_kept *trained_new(const struct container *container);
/* Into a container that has not answered. Any thread. */
void trained_give(const struct memo_kept *kept, struct container *container);

#endif
