/* Regular expressions of AWS's models (Java's), matched whole by PCRE2 (UTF, ALT_BSUX), compiled once. Backtracking has a
 * limit: a text that exhausts it does not match. Not for threads: all patterns match on the loop's. */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include "base/str.h"

struct pattern;

struct pattern *pattern_compile(struct str expression); /* NULL: PCRE2 refuses it */
void pattern_free(struct pattern *pattern_or_null);
bool pattern_matches_whole(const struct pattern *pattern, struct str text);
/* '*' any run, '?' any one character; never more steps than pattern × text: IAM's wildcards and hooks' filters build on it.
 * `escape` is the character that makes the next one literal, 0 for none. Case counts unless told otherwise. */
bool wildcard_matches(struct str pattern, struct str text, char escape, bool ignore_case);

#endif
