/* Yes, no, maybe and don't know, in the languages that Lex speaks. */
#ifndef NLU_ANSWER_H
#define NLU_ANSWER_H

#include "services/lexv2/nlu/nlu.h"
#include "services/lexv2/nlu/when.h"

enum nlu_answer answer_of(struct str folded);
/* AMAZON.Confirmation: "Yes", "No", "Maybe", "Don't know"; false: none of them. */
bool answer_of_confirmation(struct str folded, char ret_value[NLU_WHEN_BYTES]);

#endif
