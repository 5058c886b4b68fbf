/* AWS IAM: roles with their trust, inline and managed policies; global, so its rows stand in no region. What a principal may
 * do is answered by identity.c, which the road asks at its authorise station. */
#ifndef IAM_SERVICE_H
#define IAM_SERVICE_H

#include "aws/service.h"

extern const struct service iam_service;

#endif
