/* What built-in intents bring: utterances of their own in the locale's language, beside those that a bot gives them. */
#ifndef NLU_SAMPLE_H
#define NLU_SAMPLE_H

#include "base/json.h"

/* Tells the utterances that come with a parentIntentSignature ("AMAZON.HelpIntent") in a language ("ko"). */
void nlu_builtin_samples(struct str signature, struct str language, void (*tell)(struct str utterance, void *data),
                         void *data);
/* Fallback, Kendra, QnA, Bedrock: no text means them. */
bool nlu_is_read(const cJSON *intent);

#endif
