#include "base/nearest.h"

#define LONGEST 64 /* no name of ours or AWS's that anybody types by hand is longer */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(struct str a, struct str b, size_t most)
{
    size_t rows[3][LONGEST + 1]; /* the optimal string alignment: this row and the two above it */
    size_t *above2 = rows[0], *above = rows[1], *row = rows[2];
    if (a.length > LONGEST || b.length > LONGEST)
        return str_equal(a, b) ? 0 : SIZE_MAX;
    for (size_t j = 0; j <= b.length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            char x = lower(a.at[i - 1]), y = lower(b.at[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b.at[j - 2]) && lower(a.at[i - 2]) == y)
                row[j] = least(row[j], above2[j - 2] + 1);
        }
        size_t *spare = above2;
        above2 = above;
        above = row;
        row = spare;
    }
    return above[b.length] <= most ? above[b.length] : SIZE_MAX;
}

struct nearest nearest_to(struct str wanted)
{
    return (struct nearest){ wanted, STR_NONE, SIZE_MAX };
}

/* Is the one how the other begins ("detect", "detection")? Two letters say too little. */
static bool is_beginning(struct str a, struct str b)
{
    size_t length = least(a.length, b.length);
    return length > 2 && str_equal_ignoring_case(str_first(a, length), str_first(b, length));
}

/* A third of the letters may be wrong: of short words one, of middling ones two. A word that was not written to its end is less near. */
void nearest_try(struct nearest *nearest, struct str name)
{
    size_t most = nearest->wanted.length < 5 ? 1 : (nearest->wanted.length + 1) / 3;
    size_t distance = nearest_distance(nearest->wanted, name, most);
    if (distance == SIZE_MAX && is_beginning(nearest->wanted, name))
        distance = most + 1 + nearest_distance(nearest->wanted, name, SIZE_MAX - 1);
    if (distance >= nearest->distance)
        return;
    nearest->distance = distance;
    nearest->best = name;
}
