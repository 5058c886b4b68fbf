#include "aws/arn.h"

#include <stdarg.h>

bool arn_parse(struct str text, struct arn *ret_arn)
{
    if (!str_starts(text, STR("arn:")))
        return false;
    struct str *const pieces[] = { &ret_arn->partition, &ret_arn->service, &ret_arn->region, &ret_arn->account };
    struct str rest = str_from(text, 4);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (str_find_byte(rest, ':') == SIZE_MAX)
            return false;
        *pieces[i] = str_cut(rest, ':', &rest);
    }
    ret_arn->resource = rest;
    return ret_arn->partition.length && ret_arn->service.length && rest.length;
}

char *arn_make(struct arena *arena, const char *service, const char *region, const char *account, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    char *resource = arena_vprintf(arena, format, args);
    va_end(args);
    return arn_join(arena, service, region, account, resource);
}

char *arn_join(struct arena *arena, const char *service, const char *region, const char *account, const char *resource)
{
    return arena_join(arena,
                      (const char *const[]){ "arn:aws:", service, ":", region, ":", account, ":", resource, NULL });
}
