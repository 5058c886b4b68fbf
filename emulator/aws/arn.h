/* Amazon resource names: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE. */
#ifndef AWS_ARN_H
#define AWS_ARN_H

#include "base/arena.h"

struct arn {
    struct str partition, service, region, account, resource;
};

bool arn_parse(struct str text, struct arn *ret_arn); /* pieces are borrowed from the text; the resource may hold ':' */
char *arn_make(struct arena *arena, const char *service, const char *region, const char *account, const char *format,
               ...) __attribute__((format(printf, 5, 6)));
/* The same for a resource that stands already. */
char *arn_join(struct arena *arena, const char *service, const char *region, const char *account, const char *resource);

#endif
