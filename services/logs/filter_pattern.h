/* Filter patterns: what FilterLogEvents looks for in a message ("Filter pattern syntax" of the CloudWatch Logs guide).
 *
 *      ERROR "INTERNAL SERVER ERROR" -DEBUG      terms: all of these, none of those
 *      ?ERROR ?WARN                              any of these
 *      %[Ee]rror%                                a regular expression
 *      { $.status = 4* && $.user.id EXISTS }     a message that is JSON
 *      [ip, ..., status = 4*, bytes > 1000]      a message of fields parted by spaces */
#ifndef LOGS_FILTER_PATTERN_H
#define LOGS_FILTER_PATTERN_H

#include "base/arena.h"

struct filter_pattern;

/* In the arena. NULL: *reterr_why is one sentence. The empty pattern matches everything. */
struct filter_pattern *filter_pattern_read(struct arena *arena, struct str text, const char **reterr_why);
/* Time is linear in the message for terms; regular expressions have their backtracking limit. */
bool filter_pattern_matches(const struct filter_pattern *pattern, struct str message);

#endif
