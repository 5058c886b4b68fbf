/* AWS's engine is written in Java, and it shows: States.Format prints objects as a Map prints itself, new objects list
 * their members in a HashMap's order, 1 and 1.0 are not equal, texts compare by UTF-16 units. Seen in the recorded answers
 * (generic.format_2, assign_reference_variables, json_manipulation.json_merge_escaped_argument). */
#ifndef ASL_JAVA_H
#define ASL_JAVA_H

#include "services/stepfunctions/asl/value.h"

/* String.valueOf(value): {a=1, b=[x, null]}. false: it nests too deep. */
bool java_print(struct buf *buf, const cJSON *node);
/* Double.toString: 1.0, 0.001, 1.0E10. */
#define JAVA_DOUBLE_ROOM 32
void java_print_double(double number, char ret_text[JAVA_DOUBLE_ROOM]);
const char *java_class_name(const cJSON *node); /* "java.lang.String"; "null" */
/* String.compareTo's sign. */
int java_compare(struct str a, struct str b);
/* Object.equals over maps, lists, integers and doubles; no two numbers of unlike kind are equal. */
bool java_equal(const cJSON *a, const cJSON *b);
uint64_t java_hash(const cJSON *node); /* equal values have equal hashes; keyed per process */
/* The order in which a HashMap hands out keys that were put in this one: ret_order[i] is the place of the i-th. */
void java_map_order(struct arena *arena, const struct str *keys, size_t count, size_t *ret_order);

int64_t java_long(double number); /* (long) number */

/* java.util.Random. */
struct java_random {
    uint64_t state; /* 48 bits */
};

struct java_random java_random_seeded(int64_t seed);
int32_t java_random_bits(struct java_random *random, int bits);
int32_t java_random_below(struct java_random *random, int32_t bound);
double java_random_double(struct java_random *random); /* nextDouble: [0, 1) */

#endif
