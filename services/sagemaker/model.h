/* Models: what CreateModel was told, a row each ("sagemaker.model", key: the name in lower case): {"name", "arn", "created", "input"}.
 * A container may name a model package in the place of an image: then that package's container is meant. */
#ifndef SAGEMAKER_MODEL_H
#define SAGEMAKER_MODEL_H

#include "services/sagemaker/s3_access.h"

extern const struct table_def model_table;

enum outcome create_model(struct call *call);
enum outcome describe_model(struct call *call);
enum outcome list_models(struct call *call);
enum outcome delete_model(struct call *call);

struct json *model_get(struct world *world, struct scope scope, struct str name); /* NULL: none */
/* "Could not find model "ARN"."; always CALL_FAILED. */
enum outcome model_fail_not_found(struct call *call, struct str name);

/* One container of a model, as it is to be run; texts in the arena or borrowed from the rows. */
struct model_container {
    const char *image, *data_url; /* data_url NULL: it has no data */
    const char *hostname;         /* NULL: none was given */
    const cJSON *environment;
};

/* A model's containers in their order; NULL: a model package of it is gone. */
struct model_container *model_containers(struct world *world, struct scope scope, struct arena *arena, const cJSON *row,
                                         size_t *ret_count);
bool model_is_direct(const cJSON *row); /* its containers are called one by one, not as a chain */

#endif
