/* What predictors share: requests read into tables, replies in the type that was asked for, and what they say when they cannot. */
#ifndef SAGEMAKER_ANSWER_H
#define SAGEMAKER_ANSWER_H

#include "services/sagemaker/algorithm.h"
#include "services/sagemaker/table.h"

/* A CSV or libsvm request without labels, or JSON: {"instances": [{"features": […]}]}. False: the container has its answer. */
bool answer_read(struct container *container, struct table *table, enum table_format *ret_format);
bool answer_wants_json(const struct container *container);
void answer_done(struct container *container); /* the reply is whole */
__attribute__((format(printf, 3, 4))) void answer_fail(struct container *container, int status, const char *format,
                                                       ...);

#endif
