/* Uploads in parts.
 *
 *     table "s3.upload"    key: as of an object (key.h), the upload's order in the place of the age:
 *         {"id","initiated"(ms),"initiator","head":{…},"algorithm","type"}    algorithm, type: absent where none were asked for
 *     table "s3.part"      key: ORDER/NNNNN of its upload and its number:
 *         {"size","etag","modified"(ms),"algorithm","checksum","pieces":[…]}
 *
 * A part's bytes stand in a blob, whatever its size; completing makes the pieces of all parts those of the object, and copies
 * nothing. An object remembers the upload it came of ("upload" in its head): completing again answers the same. */
#ifndef S3_MULTIPART_H
#define S3_MULTIPART_H

#include "services/s3/object.h"

extern const struct table_def s3_uploads, s3_parts;

#define PARTS_MOST       10000
#define PART_LEAST_BYTES ((int64_t)5 * 1024 * 1024)
#define PART_MOST_BYTES  ((int64_t)5 << 30)

struct upload {
    struct str row_key, id, key;
    const cJSON *row; /* borrowed from the store */
    struct str parts; /* "ORDER/": what its parts' keys begin with */
};

/* The upload that Key and UploadId name, or a failed call. */
bool upload_of_call(struct call *call, const struct bucket *bucket, struct upload *ret_upload);
struct str part_row_key(struct arena *arena, const struct upload *upload, int64_t number);
void upload_delete(struct call *call, const struct bucket *bucket, const struct upload *upload);
cJSON *upload_told(struct call *call, const struct bucket *bucket, const cJSON *row); /* without its key */
void multipart_abort_all(struct call *call, const struct bucket *bucket);
/* PartNumber of the input; false: a failed call. */
bool part_number_of_call(struct call *call, int64_t *ret_number);
/* Keeps a part, in the place of one with the same number. */
void part_put(struct call *call, const struct bucket *bucket, const struct upload *upload, int64_t number,
              const char *etag, int64_t size, const struct checksum *sum_or_null, const cJSON *pieces);
/* What tells the upload's encryption. */
const cJSON *upload_head(const struct upload *upload);

enum outcome create_multipart_upload(struct call *call);
enum outcome upload_part(struct call *call);
enum outcome list_parts(struct call *call);
enum outcome abort_multipart_upload(struct call *call);
enum outcome complete_multipart_upload(struct call *call); /* multipart_complete.c */

#endif
