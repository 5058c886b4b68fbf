/* Endpoints. A row each ("sagemaker.endpoint", key: the name in lower case): {"name", "arn", "status", "created", "modified", "due",
 * "failure", "config": the name of what is deployed, "next": of what is being deployed, "deployment": DeploymentConfig, "variants",
 * "capture"}: variants are the configuration's, each with "weight" and "count" as they are now; a configuration may go once it is
 * deployed.
 *
 *      CreateEndpoint ─▶ Creating ─▶ InService ◀──────────┐
 *                           └─▶ Failed      UpdateEndpoint ─▶ Updating ─▶ InService · RollingBack ─▶ InService (as it was)
 *      DeleteEndpoint ─▶ Deleting ─▶ gone
 *
 * One strand an endpoint that is under way (deployment.h). At each change an event is posted: topic "sagemaker.endpoint", key the ARN. */
#ifndef SAGEMAKER_ENDPOINT_H
#define SAGEMAKER_ENDPOINT_H

#include "aws/call.h"

#define ENDPOINT_TOPIC "sagemaker.endpoint"

extern const struct table_def endpoint_table;

enum outcome create_endpoint(struct call *call);
enum outcome describe_endpoint(struct call *call);
enum outcome list_endpoints(struct call *call);
enum outcome delete_endpoint(struct call *call);
enum outcome update_endpoint(struct call *call);
enum outcome update_endpoint_weights_and_capacities(struct call *call);

struct json *endpoint_get(struct world *world, struct scope scope, struct str name); /* NULL: none */
/* Does it answer requests? One that is being updated does. */
bool endpoint_serves(const cJSON *row);

#endif
