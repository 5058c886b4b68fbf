/* MD5 of several texts at once (RFC 1321). Each step of an MD5 waits for the one before it, so one text keeps a processor busy
 * without ever filling it; a lane of a vector for each text does eight in little more than the time of one. The contexts are
 * OpenSSL's, which does a text that is alone. */
#ifndef BASE_MD5_LANES_H
#define BASE_MD5_LANES_H

#include <openssl/md5.h>

#include "base/str.h"

#define MD5_LANES 8

struct md5_text {
    MD5_CTX *context;
    struct str rest; /* what is still to be added */
};

/* Adds each text to its context; at most MD5_LANES, which are used up. */
void md5_add_all(struct md5_text texts[], size_t count);

#endif
