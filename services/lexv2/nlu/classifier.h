/* Which intent a text means: a logistic function an intent over the features of feature.h, each weighted by how rare it is.
 * Features that no sample has count in a text's length, so that what is half unknown is believed half as much. */
#ifndef NLU_CLASSIFIER_H
#define NLU_CLASSIFIER_H

#include "services/lexv2/nlu/feature.h"

struct classifier;

struct classifier *classifier_new(size_t classes);
void classifier_free(struct classifier *classifier_or_null);
void classifier_add(struct classifier *classifier, size_t class_index, const struct nlu_features *features);
void classifier_train(struct classifier *classifier); /* once, behind the last sample */
/* The probability of each class. */
void classifier_read(const struct classifier *classifier, const struct nlu_features *features,
                     float *ret_probabilities);
size_t classifier_bytes(const struct classifier *classifier);

#endif
