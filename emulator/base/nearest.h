/* The nearest right name, for sentences such as "unknown field 'brakes' (did you mean 'breaks'?)". */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

/* How many characters (bytes) to insert, delete, replace or swap with a neighbour, case ignored; SIZE_MAX above `most`. */
size_t nearest_distance(struct str a, struct str b, size_t most);

/* Keeps the best of the names it is shown; one that is too far is none. */
struct nearest {
    struct str wanted, best; /* best: STR_NONE where none was near */
    size_t distance;
};

struct nearest nearest_to(struct str wanted);
void nearest_try(struct nearest *nearest, struct str name); /* of equals the first */

#endif
