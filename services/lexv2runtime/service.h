/* Lex V2, the talking half (Lex Runtime V2): sessions and dialogue. What it talks about was built by services/lexv2. */
#ifndef LEXV2RUNTIME_SERVICE_H
#define LEXV2RUNTIME_SERVICE_H

#include "aws/service.h"

extern const struct service lexv2runtime_service;

#endif
