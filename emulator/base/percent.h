/* Percent-encoding (RFC 3986), as URIs, query strings and forms have it. */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

int hex_digit(char digit); /* its value, -1 where it is none */

/* Decoded once; the text itself where nothing is encoded. False: a broken escape. NUL and bad UTF-8 are the caller's. */
bool percent_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *ret_text);
/* Letters, digits and -._~ stand for themselves, and the bytes of `also` ("/" for a path). */
void percent_encode(struct buf *out, struct str text, const char *also);
void percent_encode_byte(struct buf *out, unsigned char byte);

#endif
