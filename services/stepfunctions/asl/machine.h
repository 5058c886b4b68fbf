/* A definition in the Amazon States Language, read once and kept: what the engine runs. Everything stands in the
 * machine's own arena and never changes; machines are counted and cached by their definition's text. */
#ifndef ASL_MACHINE_H
#define ASL_MACHINE_H

#include "services/stepfunctions/asl/choice.h"
#include "services/stepfunctions/asl/query.h"

enum state_type {
    STATE_TASK,
    STATE_WAIT,
    STATE_PASS,
    STATE_SUCCEED,
    STATE_FAIL,
    STATE_CHOICE,
    STATE_PARALLEL,
    STATE_MAP
};

/* InputPath, OutputPath, ResultPath: absent is "$", null is its own thing. */
struct place_option {
    bool is_null;
    const struct path *path; /* NULL and not is_null: "$" */
};

/* "X" or "XPath": a constant, a path, an expression in JSONata, or nothing. */
struct number_option {
    bool given; /* as a constant */
    int64_t number;
    double real; /* the same; ToleratedFailurePercentage may have a fraction */
    const struct path *path;
    const struct query *query;
};

static inline bool number_is_there(const struct number_option *option)
{
    return option->given || option->path || option->query;
}

struct text_option { /* Fail's Error and ErrorPath: text, a path, an intrinsic function or an expression */
    const char *text;
    const struct path *path;
    const struct intrinsic *intrinsic;
    const struct query *query;
};

/* What a state puts together, in its language; both NULL: nothing. */
struct payload_option {
    const struct template *template;
    const struct query *query;
};

/* What a distributed Map reads, how it batches it, and where its results go. */
enum input_type { INPUT_NONE, INPUT_CSV, INPUT_JSON, INPUT_JSONL, INPUT_PARQUET, INPUT_MANIFEST };
enum manifest_type { MANIFEST_NONE, MANIFEST_ATHENA, MANIFEST_INVENTORY };

struct reader_option {
    bool lists;                       /* s3:listObjectsV2, else s3:getObject */
    struct payload_option parameters; /* or Arguments */
    enum input_type input_type;       /* NONE: JSON */
    enum manifest_type manifest_type;
    bool flatten;             /* LOAD_AND_FLATTEN */
    char delimiter;           /* of a CSV file */
    const cJSON *csv_headers; /* GIVEN; NULL: the first row has them */
    const char *pointer;      /* where in a JSON file its items stand; NULL: it is them */
    struct number_option max_items;
};

struct batcher_option {
    struct number_option items, bytes;
    struct payload_option input;
};

enum transformation { TRANSFORM_NONE, TRANSFORM_COMPACT, TRANSFORM_FLATTEN };

struct writer_option {
    bool exports;                     /* to S3; else the results are only formatted */
    struct payload_option parameters; /* or Arguments */
    enum transformation transformation;
    bool lines; /* JSON Lines */
};

struct retrier {
    const char *const *errors; /* NULL-terminated */
    int64_t interval_seconds;  /* 1 */
    int64_t max_attempts;      /* 3 */
    double backoff_rate;       /* 2.0 */
    int64_t max_delay_seconds; /* 0: none */
    bool full_jitter;
};

struct catcher {
    const char *const *errors;
    const struct state *next;
    struct place_option result_path;
    struct payload_option assign;
    const struct query *output; /* NULL: none */
};

struct choice {
    const struct rule *rule;
    const struct query *condition; /* in JSONata, instead of the rule */
    const struct state *next;
    struct payload_option assign;
    const struct query *output;
};

/* What a Task's Resource means. */
enum resource_kind {
    RESOURCE_ACTIVITY,  /* arn:aws:states:R:A:activity:N */
    RESOURCE_FUNCTION,  /* arn:aws:lambda:…:function:N */
    RESOURCE_OPTIMISED, /* arn:aws:states:::lambda:invoke */
    RESOURCE_SDK,       /* arn:aws:states:::aws-sdk:s3:getObject */
};
enum resource_pattern { PATTERN_REQUEST, PATTERN_SYNC, PATTERN_SYNC2, PATTERN_TOKEN };

struct resource {
    struct str arn; /* as written */
    enum resource_kind kind;
    enum resource_pattern pattern;
    const char *service, *operation; /* "states", "startExecution": as written, the pattern cut off */
};

struct state {
    const char *name;
    enum state_type type;
    const struct state *next; /* NULL: it ends its flow */
    const struct flow *flow;  /* which it stands in */
    unsigned index;           /* unique in the machine */
    bool jsonata;             /* its query language */
    struct place_option input_path, output_path, result_path;
    struct payload_option parameters; /* or Arguments; of a Map: ItemSelector */
    struct payload_option assign;
    const struct template *result_selector; /* NULL: none */
    const struct query *output;             /* NULL: none */
    const struct retrier *retriers;
    size_t retrier_count;
    const struct catcher *catchers;
    size_t catcher_count;
    /* Task */
    struct resource resource;
    struct number_option timeout, heartbeat;
    struct payload_option credentials;
    /* Wait: exactly one is given */
    struct number_option seconds;
    const char *timestamp;
    int64_t timestamp_ms;
    const struct path *timestamp_path;
    const struct query *timestamp_query;
    /* Pass */
    const cJSON *result; /* NULL: none */
    /* Fail */
    struct text_option error, cause;
    /* Choice */
    const struct choice *choices;
    size_t choice_count;
    const struct state *otherwise; /* Default */
    /* Parallel, Map */
    const struct flow *const *branches; /* Map has one */
    size_t branch_count;
    const struct path *items_path;
    const struct query *items; /* in JSONata; NULL: the input */
    struct number_option max_concurrency;
    bool distributed;
    const char *label;
    const struct reader_option *item_reader; /* NULL: none, as the others */
    const struct batcher_option *item_batcher;
    const struct writer_option *result_writer;
    struct number_option tolerated_count, tolerated_percentage;
    const char *execution_type; /* of a distributed Map's children */
    bool legacy_iterator;       /* Iterator instead of ItemProcessor */
};

struct flow { /* the machine itself, a branch, an item processor */
    const struct state *start;
    const struct state *const *states; /* in the order of the definition */
    size_t state_count;
    const struct state *owner; /* the Parallel or Map it belongs to; NULL: the machine */
    unsigned branch;           /* its index there */
};

struct machine {
    const struct flow *flow;
    int64_t timeout_seconds;           /* 0: none */
    unsigned state_count;              /* all flows */
    const struct state *const *states; /* by index */
};

/* One finding about a definition; AWS lists them all, in document order. */
struct diagnostic {
    const char *severity; /* "ERROR" or "WARNING" */
    const char *code;     /* "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET", "INVALID_JSON_DESCRIPTION", … */
    const char *message;  /* "These fields are required: [States]" */
    const char *location; /* "/States/X/Type", "/" for the whole */
    const struct diagnostic *next;
};

enum machine_kind { MACHINE_STANDARD, MACHINE_EXPRESS };

/* Reads and checks. NULL: it cannot run; *ret_diagnostics (in `arena`) says why, errors and warnings. Counted:
 * machine_unref(). */
struct machine *machine_read(struct str definition, enum machine_kind kind, struct arena *arena,
                             const struct diagnostic **ret_diagnostics);
/* The same of a single state, as TestState takes it: called "StateName" in findings, it may lead to any other. */
struct machine *machine_read_state(struct str state, struct arena *arena, const struct diagnostic **ret_diagnostics);
/* The same from the cache, for a definition that was accepted before. Counted: machine_unref(). NULL: it is not
 * accepted. */
struct machine *machine_cached(struct str definition, enum machine_kind kind);
void machine_cache_clear(void); /* lets go of what is kept: at the end, where tests look for leaks */
struct machine *machine_ref(struct machine *machine);
void machine_unref(struct machine *machine_or_null);
/* AWS's one sentence for CreateStateMachine: "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: … at
 * /States/X, …'" */
char *machine_sentence(struct arena *arena, const struct diagnostic *diagnostics);
/* The variables that each state reads, as DescribeStateMachine answers: {"State": ["name"]}, in the arena; NULL: none. */
const cJSON *machine_variable_references(const struct machine *machine, struct arena *arena);

#endif
