/* StringMatches: '*' stands for any run of characters, a backslash makes the next character an ordinary one. Read once; a
 * match takes time in proportion to the text, whatever the pattern. */
#ifndef ASL_WILDCARD_H
#define ASL_WILDCARD_H

#include "base/arena.h"
#include "base/str.h"

struct wildcard;

struct wildcard *wildcard_compile(struct arena *arena, struct str pattern);
bool wildcard_fits(const struct wildcard *wildcard, struct str text); /* all of it */

#endif
