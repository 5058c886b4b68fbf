/* A ResultWriter: a Map Run's results as one text, or as files in S3:
 *
 *     PREFIX/UUID/SUCCEEDED_0.json  FAILED_0.json  PENDING_0.json    each where there are such children
 *     PREFIX/UUID/manifest.json     which tells of them
 *
 * Files are put together a few children a turn; those of more than 5 MiB are uploaded part by part, so memory holds one part.
 * After a restart it writes all of them again. */
#ifndef ASL_RESULT_WRITER_H
#define ASL_RESULT_WRITER_H

#include "services/stepfunctions/asl/engine.h"

#define RESULT_WRITER_FAILED "States.ResultWriterFailed"

struct result_writer;

enum writing { WRITING_GOES_ON, WRITING_WAITS, WRITING_DONE, WRITING_FAILED };

/* `checks`: it only asks S3 whether it may write there, before the run has any results. */
struct result_writer *result_writer_new(struct branch *parent, bool checks);
void result_writer_free(struct result_writer *writer_or_null);
enum writing result_writer_step(struct result_writer *writer, struct failure *ret_failure);
/* {"MapRunArn", "ResultWriterDetails"}: the state's result once it is done. */
struct json *result_writer_result(const struct branch *parent);

/* The results as one document, for a Map that does not export them. */
struct json *result_writer_outputs(struct branch *parent);

#endif
