/* Endpoint configurations: what CreateEndpointConfig was told, a row each ("sagemaker.endpoint_config", key: the name in lower case):
 * {"name", "arn", "created", "input"}. */
#ifndef SAGEMAKER_ENDPOINT_CONFIG_H
#define SAGEMAKER_ENDPOINT_CONFIG_H

#include "aws/call.h"

extern const struct table_def endpoint_config_table;

enum outcome create_endpoint_config(struct call *call);
enum outcome describe_endpoint_config(struct call *call);
enum outcome list_endpoint_configs(struct call *call);
enum outcome delete_endpoint_config(struct call *call);

struct json *endpoint_config_get(struct world *world, struct scope scope, struct str name); /* NULL: none */
enum outcome endpoint_config_fail_not_found(struct call *call, struct str name);

#endif
