/* How a file of kinds writes its tables down. */
#ifndef SAGEMAKER_KEPT_LIFE_H
#define SAGEMAKER_KEPT_LIFE_H

#include "services/sagemaker/kept.h"

#define KEPT_MINUTE 60000

#define KEPT_TABLE(id) const struct table_def kept_##id##_table = { .name = "sagemaker." #id }
/* id_steps is the table of steps. */
#define KEPT_LIFE(id, arrives)                                                                                         \
    static const struct lifecycle_def id##_life = { .table = &kept_##id##_table,                                       \
                                                    .status = "status",                                                \
                                                    .topic = "sagemaker." #id,                                         \
                                                    .steps = id##_steps,                                               \
                                                    .arrive = arrives }

#endif
