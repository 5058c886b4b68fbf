/* How AutoML makes numbers of a table: fitted once on the training data, kept as a model of its own, and applied to what is asked later.
 * Numbers: missing ones become the mean. Text: a column for each of few values, else how frequent it was; what names each row is left
 * out. The target of a classification becomes 0, 1, … in the order of its values. Any thread. */
#ifndef SAGEMAKER_ENCODER_H
#define SAGEMAKER_ENCODER_H

#include "base/buf.h"
#include "services/sagemaker/analysis/analysis.h"

/* {"problem", "target", "labels", "columns": [{"name", "kind", …}]} for a dataset; malloc'ed. `problem` by its name, or "" to find out by the target's values. NULL: dataset->why. */
cJSON *encoder_fit(struct arena *arena, struct dataset *dataset, struct str target, struct str problem);
/* A row as numbers, with the label before where there is one (label SIZE_MAX: there is none). False: the label is not known. */
bool encoder_row(const cJSON *tree, const struct str *cells, size_t label, struct buf *line);

/* Reads data and leaves train, validation and the encoder's archive: AutoML's first job. */
extern const struct analysis automl_analysis;
/* The encoder behind an endpoint: rows to numbers, and numbers back to labels. */
extern const struct algorithm automl_transformer_algorithm;

#endif
