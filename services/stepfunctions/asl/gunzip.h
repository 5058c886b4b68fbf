/* gzip's bytes back into what they were, piece by piece. */
#ifndef ASL_GUNZIP_H
#define ASL_GUNZIP_H

#include "base/str.h"

struct gunzip;

struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *gunzip_or_null);
/* Hands on what `bytes` hold, in pieces; `take` says false to stop. False: it was stopped, or the bytes are no gzip. */
bool gunzip_feed(struct gunzip *gunzip, struct str bytes, bool (*take)(void *data, struct str bytes), void *data);
bool gunzip_is_whole(const struct gunzip *gunzip); /* a member of the file has just ended */
bool gunzip_is_broken(const struct gunzip *gunzip);

#endif
