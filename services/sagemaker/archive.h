/* Archives as SageMaker keeps models in: tar (ustar), compressed by gzip. Any thread. */
#ifndef SAGEMAKER_ARCHIVE_H
#define SAGEMAKER_ARCHIVE_H

#include "aws/container.h"

/* The files below `folder` as they are named in it ("/opt/ml/model/xgboost-model" is "xgboost-model"), in order of their names.
 * False: zlib refuses. */
bool archive_pack(const struct list *files, const char *folder, struct buf *ret_gzip);
/* Adds the archive's regular files to the container's input, each below `folder`. False: it is no such archive, it is more than
 * CONTAINER_MOST_BYTES, or it names what must not be: *reterr_why is one sentence. */
bool archive_unpack(struct str gzip, const char *folder, struct container *container, const char **reterr_why);

#endif
