/* What Amazon Lex brings along: built-in intents and slot types. */
#ifndef LEXV2_BUILTIN_H
#define LEXV2_BUILTIN_H

#include "base/str.h"

bool lexv2_builtin_intent(struct str signature);    /* "AMAZON.HelpIntent" */
bool lexv2_builtin_slot_type(struct str signature); /* "AMAZON.Date" */
/* A name that an intent of one's own cannot have: "HelpIntent", whatever the case of its letters. */
bool lexv2_is_builtin_intent_name(struct str name);

#endif
