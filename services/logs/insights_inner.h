/* Logs Insights, between the reader, the expressions and the commands. */
#ifndef LOGS_INSIGHTS_INNER_H
#define LOGS_INSIGHTS_INNER_H

#include "base/pattern.h"
#include "services/logs/insights.h"

/* A value is text, a number or nothing. */
struct value {
    enum { NOTHING, TEXT, NUMBER } kind;
    struct str text;
    double number;
};

enum expression_kind { FIELD, CONSTANT, FUNCTION, OR, AND, NOT, COMPARE, LIKE, IN, PLUS, MINUS, TIMES, DIVIDE, MODULO };
enum compare { SAME, DIFFERENT, BELOW, BELOW_OR_SAME, ABOVE, ABOVE_OR_SAME };

#define ARGUMENTS_MOST 64

struct expression {
    enum expression_kind kind;
    enum compare compare;
    struct str name; /* of a field; as it stands in the query, for a column's name */
    struct value constant;
    struct pattern *pattern; /* like /…/ */
    const struct function *function;
    struct expression *arguments[ARGUMENTS_MOST];
    size_t count;
};

/* A row on its way through the commands: fields that were made, and the event where the others come from. */
struct row {
    struct arena *arena;
    const struct insights_event *event; /* NULL behind stats */
    const cJSON *document;              /* the message where it is JSON; looked at once */
    bool looked;
    struct made {
        struct str name;
        struct value value;
        struct made *next;
    } * made;
};

struct function {
    const char *name;
    size_t least, most;
    struct value (*call)(struct arena *arena, const struct value *arguments, size_t count);
};

const struct function *insights_function(struct str name); /* NULL: there is none */
struct value insights_evaluate(const struct expression *expression, struct row *row);
bool insights_is_true(struct value value);
struct value insights_field(struct row *row, struct str name);
void insights_make(struct row *row, struct str name, struct value value);
double insights_number(struct value value, bool *ret_is_number);
struct str insights_text(struct arena *arena, struct value value);
int insights_compare(struct value a, struct value b); /* numbers as numbers, all else as text; nothing comes first */
struct value insights_of_number(double number);
struct value insights_of_text(struct str text);

/* ---- what a query is ---- */

enum command_kind {
    FIELDS_COMMAND,
    DISPLAY_COMMAND,
    FILTER_COMMAND,
    PARSE_COMMAND,
    STATS_COMMAND,
    SORT_COMMAND,
    LIMIT_COMMAND,
    DEDUP_COMMAND
};
enum aggregate { COUNT, COUNT_DISTINCT, SUM, AVERAGE, LEAST, GREATEST, PERCENTILE, EARLIEST, LATEST, DEVIATION };

#define COLUMNS_MOST 64

struct column {
    struct str name;
    struct expression *expression; /* NULL in count(*) */
    enum aggregate aggregate;      /* of stats */
    double percentile;
    bool descending; /* of sort */
};

struct command {
    enum command_kind kind;
    struct column columns[COLUMNS_MOST];
    size_t count;
    struct column by[COLUMNS_MOST]; /* stats */
    size_t by_count;
    struct expression *condition;
    size_t limit;
    struct str glob; /* parse */
    struct pattern *pattern;
    struct command *next;
};

struct command *insights_read_commands(struct arena *arena, struct str query, struct insights_error *reterr_why);

#endif
