/* Making rows of executions: a row that exists with some members changed, in memory that is just large enough, since a world
 * keeps tens of thousands of them. */
#ifndef STEPFUNCTIONS_EXECUTION_ROW_H
#define STEPFUNCTIONS_EXECUTION_ROW_H

#include "base/json.h"

struct row_change {
    const char *name; /* a literal: rows hold it, not a copy */
    enum { CHANGE_GONE, CHANGE_TEXT, CHANGE_NUMBER, CHANGE_TRUE, CHANGE_NODE } kind;
    struct str text; /* at NULL: the member goes away */
    int64_t number;
    const cJSON *node; /* copied */
};

#define ROW_GONE(member)                                                                                               \
    {                                                                                                                  \
        .name = (member)                                                                                               \
    }
#define ROW_TEXT(member, value)                                                                                        \
    {                                                                                                                  \
        .name = (member), .kind = CHANGE_TEXT, .text = (value)                                                         \
    }
#define ROW_NUMBER(member, value)                                                                                      \
    {                                                                                                                  \
        .name = (member), .kind = CHANGE_NUMBER, .number = (value)                                                     \
    }
#define ROW_TRUE(member)                                                                                               \
    {                                                                                                                  \
        .name = (member), .kind = CHANGE_TRUE                                                                          \
    }
#define ROW_NODE(member, value)                                                                                        \
    {                                                                                                                  \
        .name = (member), .kind = (value) ? CHANGE_NODE : CHANGE_GONE, .node = (value)                                 \
    }

struct json *execution_row_with(const cJSON *row_or_null, const struct row_change *changes, size_t count);
/* The same from a row that this takes. One that nobody else holds is not copied where all is added and nothing changed. */
struct json *execution_row_more(struct json *row_taken, const struct row_change *changes, size_t count);

#endif
