/* What those who hold policies, and policies, have in common: unique ids, tags, pages, documents, dates. Sentences are IAM's. */
#ifndef IAM_ENTITY_H
#define IAM_ENTITY_H

#include "aws/call.h"
#include "aws/policy.h"

/* "AROA" and seventeen more, as IAM makes them; from the world's randomness. */
char *entity_id(struct call *call, const char *prefix);
/* Names are not distinguished by case: the key of a row is the name in lower case, in the call's arena. */
struct str entity_key(struct arena *arena, struct str name);
/* "arn:aws:iam::A:role/path/name" */
char *entity_arn(struct call *call, const char *kind, const char *path, const char *name);
/* A policy as answers carry it: percent-encoded as RFC 3986 says. */
void entity_set_document(struct call *call, cJSON *output, const char *name, struct str document);
/* A date member from a row's milliseconds; absent stays absent. */
void entity_copy_time(cJSON *output, const char *name, const cJSON *row);
void entity_copy(cJSON *output, const char *name, const cJSON *row);

/* Tags stand in a row as [{"Key","Value"}]. NULL: the outcome of a failed call is in *ret_failed. */
cJSON *entity_tags_merged(struct call *call, const cJSON *existing, const cJSON *added, enum outcome *ret_failed);
/* A row with the input's Tags added, or without its TagKeys, to be put; NULL: the call has failed. */
cJSON *entity_tagged(struct call *call, const cJSON *row, enum outcome *ret_failed);
cJSON *entity_untagged(struct call *call, const cJSON *row);
enum outcome entity_list_tags(struct call *call, const cJSON *row);

/* One page of a listing: the walk in key order starts after the marker; `add` appends an item and says whether the row
 * belongs into the list. Sets the list, IsTruncated and Marker. */
struct entity_listing {
    const struct table_def *table;
    const char *member; /* "Roles" */
    struct str filter;  /* what must be the same in the next call */
    bool (*add)(struct call *call, cJSON *list, const cJSON *row, void *data);
    void *data;
};
enum outcome entity_list(struct call *call, const struct entity_listing *listing);
/* The same over an array of a row: names or ARNs in the order kept. */
enum outcome entity_list_array(struct call *call, const char *member, const cJSON *array,
                               cJSON *(*item)(struct call *call, const cJSON *element));
/* The same over `count` items that are made one by one. */
enum outcome entity_list_counted(struct call *call, const char *member, size_t count,
                                 cJSON *(*item)(struct call *call, size_t index, void *data), void *data);

/* False: it is no policy of that kind; the call has failed with MalformedPolicyDocument. */
bool document_is_good(struct call *call, struct str document, enum policy_kind kind, enum outcome *ret_failed);

/* As quotas count it: without white space. */
size_t document_size(struct str document);

#endif
