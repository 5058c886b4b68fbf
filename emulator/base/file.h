/* Whole files, of the operator's own: they are read where it does not matter that a disk takes its time. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>

#include "base/buf.h"

/* NULL: the buffer, which this makes, holds all of it. Otherwise why not, in a few words: it cannot be opened or read, or is
 * larger than `most`; the buffer is to be released all the same. */
const char *file_read(const char *path, size_t most, struct buf *ret_text);
const char *file_read_stream(FILE *file, size_t most, struct buf *ret_text);

#endif
