/* Heads of objects (object.h): made of what a request says, told in what an answer says. */
#ifndef S3_HEAD_H
#define S3_HEAD_H

#include "services/s3/object.h"

/* What PutObject, CreateMultipartUpload, CopyObject and a POST form say of the object that is to be: headers, metadata, tags,
 * class, encryption, ACL, lock. NULL: a failed call. What it holds (etag, size, modified, checksum) is added later. */
cJSON *head_of_input(struct call *call, const struct bucket *bucket);
bool key_is_good(struct call *call, struct str key);
/* Only the headers and metadata of the input, set in `head`: a copy with MetadataDirective REPLACE. */
bool head_set_metadata(struct call *call, cJSON *head);
bool head_set_class(struct call *call, cJSON *head);
bool head_set_encryption(struct call *call, const struct bucket *bucket, cJSON *head);

void head_set_content(const struct call *call, cJSON *head, const char *etag, int64_t size,
                      cJSON *checksum_taken_or_null);
/* {"algorithm","type","value"} */
cJSON *checksum_kept(struct arena *arena, const struct checksum *sum, const char *type);

/* "ChecksumCRC32", the member of that algorithm. */
const char *checksum_member(struct arena *arena, const char *algorithm);
/* ChecksumCRC32 … and ChecksumType, set in `into`. */
void tell_checksum(struct arena *arena, cJSON *into, const cJSON *checksum_or_null);
/* ServerSideEncryption and what belongs to it. */
void tell_encryption(struct call *call, const cJSON *head);
void tell_version_id(struct call *call, const struct bucket *bucket, const struct object *object);

#endif
