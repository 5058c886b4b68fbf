/* Lex V2, the building half (Lex Models V2): bots, locales, intents, slots, versions, aliases, imports. */
#ifndef LEXV2_SERVICE_H
#define LEXV2_SERVICE_H

#include "aws/service.h"

extern const struct service lexv2_service;

#endif
