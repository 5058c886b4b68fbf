/* Which operation of a REST service a method, a path and a query string mean. A router is made once of a model's URI
 * templates; looking a request up allocates nothing.
 *
 *     GET /{Bucket}/{Key+}?tagging        literal segments come before labels, labels before greedy ones; within a path,
 *     GET /{Bucket}/{Key+}  (uploadId)    templates with more literal parameters come first; among those that still agree
 *     GET /{Bucket}/{Key+}                the ones whose required parameters and headers are all there
 *
 * A slash at the end counts neither in a template nor, behind a segment, in a path: "/bucket/" is the bucket. */
#ifndef AWS_REST_ROUTE_H
#define AWS_REST_ROUTE_H

#include "aws/road.h"

#define REST_MOST_LABELS 8

struct router;

struct rest_match {
    const struct operation *operation;
    struct str path; /* in path style: a bucket in the host's name stands in front; still encoded */
    struct {
        struct str name, value; /* the value as it stands in the path, still encoded */
    } labels[REST_MOST_LABELS];
    size_t label_count;
    bool begins_literally; /* the template's first segment is no label */
};

/* NULL: the model's templates cannot be read, *reterr_why is one line, free() it. */
struct router *router_new(const struct model *model, char **reterr_why);
void router_free(struct router *router_or_null);
/* False: no operation takes this. */
bool router_match(const struct router *router, const struct wire_request *request, struct str path,
                  struct rest_match *ret_match);

#endif
