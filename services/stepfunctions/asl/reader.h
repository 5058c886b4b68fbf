/* The inside of machine_read(): how a definition becomes a machine. Objects are read member by member, in the
 * definition's order, by tables of fields; so findings come in that order too.
 *
 *     machine_read.c   the text, flows (machine, branches, item processors) and the transitions between their states
 *     state_read.c     states: the table of all fields, and the rules that hold between several of them
 *     map_read.c       Map and Parallel                choice_read.c    Choice
 *     distributed_read.c   what a distributed Map reads, batches and writes
 *     error_read.c     Retry and Catch                 option.c         paths, numbers, templates: values of fields
 *     field.c          tables of fields                warning.c        what is allowed, but looks wrong
 *
 * A state's query language decides which fields it may have, and what its values mean: templates and paths of JSONPath,
 * or expressions in JSONata (query.h). */
#ifndef ASL_READER_H
#define ASL_READER_H

#include "base/map.h"
#include "services/stepfunctions/asl/diagnostics.h"

struct reader {
    struct arena *arena;        /* the machine's */
    struct diagnostics schema;  /* what is wrong with single fields */
    struct diagnostics graph;   /* what is wrong with the states' connections: told only when the fields are right */
    bool jsonata;               /* the machine's QueryLanguage */
    bool lone;                  /* one state only, for TestState: it may lead to states that are not there */
    struct map *names, *labels; /* of the whole machine */
    struct buf states;          /* struct state *, by index */
    int64_t timeout_seconds;    /* of the machine */
    cJSON *references;          /* {"State": ["name"]}; NULL: none yet */
};

/* A flow under way. */
struct flow_draft {
    struct reader *reader;
    const struct spot *spot;
    struct flow *flow;
    struct map *states;     /* name → struct state_slot */
    const char *start;      /* StartAt */
    enum machine_kind kind; /* of the execution that runs it */
    bool ends;              /* it has a terminal state */
};

struct state_slot {
    struct state *state;
    bool targeted; /* something leads to it */
};

/* A state under way. */
struct draft {
    struct reader *reader;
    struct flow_draft *flow;
    const struct spot *spot;
    struct state *state;
    bool jsonata;
    bool ends, has_next, has_processor;
    struct map *variables; /* that it reads; NULL: none yet */
    cJSON *variable_list;
};

/* ---- field.c ---- */

enum field_language { FIELD_ANY, FIELD_JSONPATH, FIELD_JSONATA };

/* One member that an object may have. `where`: bits that say in which kinds of the object; `read` may be NULL. */
struct field {
    const char *name;
    unsigned where;
    enum field_language language;
    void (*read)(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
};

/* `node` is an object; else a finding, and false. */
bool fields_of_object(struct diagnostics *diagnostics, const struct spot *spot, const cJSON *node);
/* "These fields are required: […]" for those that are absent; names up to NULL. True: all are there. */
bool fields_require(struct diagnostics *diagnostics, const struct spot *spot, const cJSON *node,
                    const char *const *names);
/* Reads every member by the table, which ends with an empty field; findings for those it does not know. */
void fields_read(struct draft *draft, const struct field *table, unsigned where, void *object, const struct spot *spot,
                 const cJSON *node);
/* A finding where more than one of the names is there. */
void fields_exclude(struct diagnostics *diagnostics, const struct spot *spot, const cJSON *node,
                    const char *const *names);
size_t fields_count(const cJSON *node, const char *const *names);

/* ---- option.c: values; false after a finding ---- */

bool option_string(struct draft *draft, const struct spot *spot, const cJSON *value, const char **ret_text);
bool option_integer(struct draft *draft, const struct spot *spot, const cJSON *value, int64_t least, int64_t most,
                    int64_t *ret_number);
bool option_array(struct draft *draft, const struct spot *spot, const cJSON *value, bool may_be_empty);
/* One of some words, the list ends with NULL; NULL: it is none of them. */
const char *option_word(struct draft *draft, const struct spot *spot, const cJSON *value, const char *const *words);
/* In a JSONata state: is it "{% … %}"? */
bool option_is_expression(struct draft *draft, const cJSON *value);
/* A value with expressions in it, findings told; `offers`: QUERY_RESULT, QUERY_ERROR_OUTPUT. */
const struct query *option_query(struct draft *draft, const struct spot *spot, const cJSON *value, unsigned offers);
/* "MaxConcurrency" and the like. */
void option_count(struct draft *draft, const struct spot *spot, const cJSON *value, int64_t least, int64_t most,
                  struct number_option *ret_option);
void option_count_path(struct draft *draft, const struct spot *spot, const cJSON *value,
                       struct number_option *ret_option);
/* A path to one place: "Value is not a Reference Path: …". */
const struct path *option_reference(struct draft *draft, const struct spot *spot, const cJSON *value);
void option_place(struct draft *draft, const struct spot *spot, const cJSON *value, struct place_option *ret_place);
void option_result_place(struct draft *draft, const struct spot *spot, const cJSON *value,
                         struct place_option *ret_place);
/* A payload template; its variables are noted. NULL after a finding. */
const struct template *option_template(struct draft *draft, const struct spot *spot, const cJSON *value);
/* A template or a query, by the state's language. */
void option_payload(struct draft *draft, const struct spot *spot, const cJSON *value, unsigned offers,
                    struct payload_option *ret_option);
/* Assign: a payload whose members are variables. */
void option_assign(struct draft *draft, const struct spot *spot, const cJSON *value, unsigned offers,
                   struct payload_option *ret_option);
void option_text_path(struct draft *draft, const struct spot *spot, const cJSON *value, struct text_option *ret_option);
/* For struct …_each_path(): notes the variable that a path reads. */
void option_note_path(const struct path *path, void *draft);

/* ---- machine_read.c ---- */

/* A branch or item processor of the draft's state; NULL after a finding. */
const struct flow *flow_read(struct draft *draft, const struct spot *spot, const cJSON *node, unsigned branch);
/* The state that a transition leads to; NULL after a finding. */
const struct state *transition_read(struct draft *draft, const struct spot *spot, const cJSON *value);

/* ---- state_read.c ---- */
void state_read(struct flow_draft *flow, struct state *state, const struct spot *spot, const cJSON *node);

/* ---- map_read.c ---- */
void branches_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void processor_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void label_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void map_check(struct draft *draft, const cJSON *node);

/* ---- distributed_read.c ---- */
void reader_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void batcher_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void writer_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);

/* ---- choice_read.c, error_read.c ---- */
void choices_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void retry_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);
void catch_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value);

/* ---- warning.c ---- */
/* Text in a template that looks like a path, under a name without ".$". */
void warn_of_paths(struct draft *draft, const struct spot *spot, const cJSON *node, const char *code);
void warn_of_path_text(struct draft *draft, const struct spot *spot, const char *text);

#endif
