/* Expressions of a pipeline while it runs: Get, Std:Join, Std:JsonGet. What a Get of "Steps.NAME…" finds is what the
 * operation answered that describes what the step made; Std:JsonGet reads a file in S3, which comes later: then the answer is
 * RESOLVE_WAITS, and the same is asked again once the file is there. */
#ifndef SAGEMAKER_PIPELINE_VALUE_H
#define SAGEMAKER_PIPELINE_VALUE_H

#include "services/sagemaker/pipeline_definition.h"

enum resolved { RESOLVED, RESOLVE_FAILED, RESOLVE_WAITS };

struct pipeline_scope {
    struct arena *arena;
    const struct pipeline_definition *definition;
    const cJSON *given; /* the execution's parameters: [{"Name","Value"}]; or NULL */
    struct str pipeline_name, pipeline_arn, execution_id, execution_arn;
    int64_t start_ms, now_ms;
    const cJSON *(*outputs)(void *data, unsigned step); /* NULL: it has none */
    /* The document in S3; NULL with *reterr_why NULL: it was asked for. */
    const cJSON *(*file)(void *data, struct str uri, const char **reterr_why);
    void *data;
    char *why;   /* after RESOLVE_FAILED: one sentence, in the arena */
    size_t made; /* bytes of text so far; a short definition can ask for a lot of it */
};

/* A value for a node that may be an expression; in the arena, or borrowed from outputs and files. */
enum resolved pipeline_value(struct pipeline_scope *scope, const cJSON *node, const cJSON **ret_value);
/* The whole tree as JSON text, its scalars as the shape wants them (a number where text is wanted prints as text; NULL: as
 * they are). */
enum resolved pipeline_resolve(struct pipeline_scope *scope, const struct shape *shape_or_null, const cJSON *node,
                               struct buf *text);
/* Do all of them hold? */
enum resolved pipeline_conditions_hold(struct pipeline_scope *scope, const cJSON *conditions, bool *ret_hold);

#endif
