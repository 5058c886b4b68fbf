/* JSONPath as Step Functions evaluates it (Jayway's dialect): $, $$ (context), $name (a variable); .name, ['name'], [n]
 * from either end, [a,b], slices, wildcards, .., filters [?(@.price < 10 && …)], functions (.length(), .min() …).
 * A path that names exactly one place is definite; one that may name many yields an array. A reference path is definite
 * and has only names and indexes: ResultPath and Choice's Variable take nothing else. Compiled once, when the definition is read. */
#ifndef ASL_PATH_H
#define ASL_PATH_H

#include "services/stepfunctions/asl/environment.h"

struct path;

/* NULL: no path; *reterr_why is one sentence in the arena. The text is copied. */
const struct path *path_compile(struct arena *arena, struct str text, char **reterr_why);
/* A path without functions, as Choice takes it (AWS's guide allows filters in what it calls reference paths). NULL:
 * *reterr_why is AWS's sentence: "Value is not a Reference Path: Reference path didn't start with '$'". */
const struct path *path_compile_choice(struct arena *arena, struct str text, char **reterr_why);
/* A path that path_write() takes: of names and indexes, into the state's own data. NULL: *reterr_why likewise. */
const struct path *path_compile_reference(struct arena *arena, struct str text, char **reterr_why);
struct str path_text(const struct path *path);
bool path_is_definite(const struct path *path);
bool path_is_reference(const struct path *path);
enum path_root { PATH_INPUT, PATH_CONTEXT, PATH_VARIABLE };
enum path_root path_root(const struct path *path);
struct str path_variable(const struct path *path); /* the variable's name, empty otherwise */

/* What the path finds: a borrowed node for a definite path, an array in the arena for others, empty where nothing fits.
 * NULL: nothing is there; then *reterr_why (may be NULL) is Jayway's sentence: "No results for path: $['a']['b']",
 * "Missing property in path $['a']", "Expected to find an object with property ['b'] in path $['a'] but found
 * 'java.lang.String'. …" */
const cJSON *path_read(const struct path *path, const struct environment *environment, char **reterr_why);

/* `document` with `value` put at a reference path (missing objects are made on the way), sharing all the rest; NULL: it cannot be
 * put there (through a string, past an array's end): *reterr_why. */
const cJSON *path_write(const struct path *path, struct arena *arena, const cJSON *document, const cJSON *value,
                        char **reterr_why);

#endif
