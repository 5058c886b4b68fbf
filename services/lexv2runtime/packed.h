/* How RecognizeUtterance and PutSession carry structures in headers: JSON, compressed with gzip, in base64. */
#ifndef LEXV2RUNTIME_PACKED_H
#define LEXV2RUNTIME_PACKED_H

#include "base/buf.h"

void packed_write(struct str text, struct buf *ret_base64);
/* False: it is no such thing, or larger than `most` when it is unpacked. */
bool packed_read(struct str base64, size_t most, struct buf *ret_text);

#endif
