/* The words and variables of a sandbox's process, and what the launches of functions and of containers share. */
#ifndef SANDBOX_LAUNCH_WORDS_H
#define SANDBOX_LAUNCH_WORDS_H

#include "base/arena.h"

struct cloud;

#define WORDS_MOST 2048 /* a function's variables take 4 KiB at most, three words each */

/* Words or variables on their way. */
struct list_of_text {
    struct arena *arena;
    char *at[WORDS_MOST];
    size_t count;
};

void words_add(struct list_of_text *list, const char *text);
/* In the place of one of that name. */
void words_add_variable(struct list_of_text *list, const char *name, const char *value);
char **words_taken(const struct list_of_text *list); /* NULL-terminated, in the arena */

/* Options of bwrap: one mount; a read-only system; /etc, /proc, /dev and /tmp; namespaces and the like. */
void words_add_bind(struct list_of_text *options, const char *how, const char *from, const char *to);
void words_add_system(struct list_of_text *options);
void words_add_places(struct list_of_text *options, const char *sandboxes_folder);
void words_add_walls(struct list_of_text *options, const char *hostname);
void words_add_setenv(struct list_of_text *options, const char *variable);
/* The options in a file without a name, for `bwrap --args`; -1: errno. */
int words_file(const struct list_of_text *options);

/* Temporary keys of a role as STS would hand them out; the road knows them as the role's session. When they expire. */
int64_t words_add_keys(struct list_of_text *variables, struct cloud *cloud, const char *account, const char *role_arn,
                       const char *session, char ret_id[32]);

#endif
