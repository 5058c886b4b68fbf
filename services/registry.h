/* The services of this cloud, in the order in which the health endpoint lists them; NULL-terminated. To add one, see
 * services/README.md. */
#ifndef SERVICES_REGISTRY_H
#define SERVICES_REGISTRY_H

#include "aws/service.h"

extern const struct service *const services_registry[];

#endif
