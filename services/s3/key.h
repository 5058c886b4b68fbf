/* Names of buckets and objects, and where objects stand in the store.
 *
 * Rows of objects are in the order in which listings tell them: by bucket, by the bytes of the key, newest version first.
 *
 *     BUCKET / KEY 0x01 AGE        AGE: 16 hex digits, the smaller the newer; all f where a bucket never had versions
 *
 * so that 0x01 ends a key before all others, the bytes 0x01 and 0x02 inside a key are written 0x02 0x01 and 0x02 0x02. */
#ifndef S3_KEY_H
#define S3_KEY_H

#include "aws/call.h"

#define KEY_MOST_BYTES  1024
#define AGE_DIGITS      16
#define AGE_UNVERSIONED STR("ffffffffffffffff")

/* Three to 63 small letters, digits, dots and hyphens, as "Bucket naming rules" has it. */
bool bucket_name_is_good(struct str name);

/* "BUCKET/" and what a prefix of keys becomes in rows: every key that begins with it stands below. In the arena. */
struct str key_place(struct arena *arena, struct str bucket, struct str prefix);
/* "BUCKET/KEY\x01": where all versions of a key stand. */
struct str key_versions(struct arena *arena, struct str bucket, struct str key);
/* The first place behind all versions of this key. */
struct str key_behind(struct arena *arena, struct str bucket, struct str key);
/* The first place behind all keys that begin with this prefix. */
struct str key_behind_prefix(struct arena *arena, struct str bucket, struct str prefix);
/* "BUCKET/KEY\x01AGE" of a version. */
struct str key_row(struct arena *arena, struct str bucket, struct str key, struct str age);
/* The key in a row's key, and its age. */
struct str key_of_row(struct arena *arena, struct str row_key, struct str *ret_age);

#endif
