/* The policy of a form: who signed it, until when it holds, and what the fields must be. */
#ifndef AWS_FORM_POLICY_H
#define AWS_FORM_POLICY_H

#include "aws/road.h"

#define FORM_MOST_FIELDS 100

struct form_fields {
    struct {
        struct str name, value;
    } at[FORM_MOST_FIELDS];
    size_t count;
};

struct form_range {
    uint64_t least, most; /* bytes of the file */
};

struct str form_field(const struct form_fields *fields, const char *name); /* ignoring case; STR_NONE */
/* call->signature becomes what the fields say, of version 4 or 2. */
void form_sign(struct call *call, const struct form_fields *fields);
enum outcome form_check_policy(struct call *call, const struct form_fields *fields, struct str bucket,
                               struct form_range *ret_range);

#endif
