/* AWS STS: who am I, and sessions of roles. A session's key stands among the accounts' keys (world/account.h). */
#ifndef STS_SERVICE_H
#define STS_SERVICE_H

#include "aws/service.h"

extern const struct service sts_service;

#endif
