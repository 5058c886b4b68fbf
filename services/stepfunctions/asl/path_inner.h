/* What path.c, path_filter.c, path_function.c, path_read.c and path_write.c share. Nobody else includes this. */
#ifndef ASL_PATH_INNER_H
#define ASL_PATH_INNER_H

#include "services/stepfunctions/asl/path.h"

struct filter;
struct path_function;

enum step_kind {
    STEP_NAME,     /* .a ['a'] */
    STEP_INDEX,    /* [0] [-1] */
    STEP_NAMES,    /* ['a','b'] */
    STEP_INDEXES,  /* [0,2] */
    STEP_SLICE,    /* [1:3] */
    STEP_WILDCARD, /* .* [*] */
    STEP_SCAN,     /* .. with what follows it as the next step */
    STEP_FILTER,   /* [?(…)] */
    STEP_FUNCTION, /* .length() */
};

struct slice {
    int64_t from, to;
    bool has_from, has_to;
};

struct step {
    enum step_kind kind;
    bool upstream_definite; /* every step before it names one place */
    size_t count;           /* of names and indexes */
    union {
        const char *name;
        int64_t index;
        const char *const *names;
        const int64_t *indexes;
        struct slice slice;
        const struct filter *filter;
        const struct path_function *function;
    };
    struct str fragment; /* as Jayway writes it: "['a']", "[0]", ".." */
};

/* A list of steps from a root that is said elsewhere. */
struct steps {
    const struct step *at;
    size_t count;
    bool definite;
    bool plain;        /* names and indexes only */
    bool has_function; /* the last step is one */
    bool scans;        /* a function behind .. works on all that was found */
};

struct path {
    struct str text;
    struct steps steps;
    enum path_root root;
    struct str variable;
};

/* ---- compiling ---- */

#define PATH_MAX_STEPS 256 /* evaluation recurses once a step */
#define PATH_MAX_NEST  16  /* filters and arguments within one another */

struct reader {
    struct arena *arena;
    const char *start, *at, *end;
    unsigned nest;
    bool inside; /* in a filter or an argument: operators, commas and ')' end a name */
    char *why;   /* the first fault, in the arena; NULL: none yet */
};

/* Steps up to the first character that is none of theirs. false: reader->why. */
bool steps_read(struct reader *reader, struct steps *ret_steps);
const struct filter *filter_read(struct reader *reader); /* stands behind "[?"; reads the "]" too */
const struct path_function *function_read(struct reader *reader, struct str name); /* stands behind the "(" */
/* true, false, null, a number, 'text' or "text", a list of these, an object; NULL: none of these. */
cJSON *literal_read(struct reader *reader);

__attribute__((format(printf, 2, 3))) bool reader_fail(struct reader *reader, const char *format, ...);
void reader_skip_blank(struct reader *reader);
bool reader_take(struct reader *reader, char byte); /* after white space */
/* A text in quotes, from the opening one; a backslash before that quote or before itself stands for what follows it. */
bool reader_quoted(struct reader *reader, struct str *ret_text);

static inline char reader_peek(const struct reader *reader)
{
    return reader->at < reader->end ? *reader->at : '\0';
}

/* ---- evaluating ---- */

struct search {
    struct arena *arena;
    const cJSON *root; /* what $ is in filters and arguments */
    size_t budget;     /* members that may still be looked at */
    unsigned depth;    /* levels that scans within one another have gone down */
    char *why;         /* a fault that ends it all: out of budget, a function without numbers */
};

/* A definite path's place or NULL; otherwise an array, NULL where its definite beginning is not there. */
const cJSON *steps_find(struct search *search, const struct steps *steps, const cJSON *from);
bool filter_accepts(struct search *search, const struct filter *filter, const cJSON *item);
/* NULL: search->why. */
const cJSON *function_apply(struct search *search, const struct path_function *function, const cJSON *argument);
/* Charges for `count` members that were looked at; false: there is no more, search->why. */
bool search_charge(struct search *search, size_t count);

#endif
