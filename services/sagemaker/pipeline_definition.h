/* A pipeline's definition (schema 2020-12-01), read once and checked as CreatePipeline checks it. Steps stand in one array,
 * those inside of conditions too, each behind the condition that it belongs to:
 *
 *     Steps: Process, Cond { If: Register, Else: Fail }  ─▶  0 Process  1 Cond  2 Register (of 1, if)  3 Fail (of 1, else)
 *
 * What a step needs are the steps that its DependsOn and its expressions name. The sentences begin with AWS's "Unable to
 * parse pipeline definition."; which of the rest are AWS's is said beside them. */
#ifndef SAGEMAKER_PIPELINE_DEFINITION_H
#define SAGEMAKER_PIPELINE_DEFINITION_H

#include "aws/model.h"
#include "base/arena.h"
#include "base/json.h"

#define PIPELINE_MOST_STEPS 50 /* quotas of Pipelines */

enum step_way { STEP_CALL, STEP_JOB, STEP_CONDITION, STEP_FAIL, STEP_LAMBDA, STEP_CALLBACK, STEP_IMAGE, STEP_LACKING };

/* A type of step. Jobs and calls are made by an operation of SageMaker; a job is waited for. */
struct step_kind {
    const char *type;
    enum step_way way;
    const char *create, *describe, *stop; /* operations; NULL: none */
    const char *name;                     /* the input member that names what is made; NULL: nothing to name */
    const char *arn, *asked; /* the answer's ARN; the input member of `describe` (its value: the name, else the ARN) */
    const char *status;      /* of the description */
    const char *topic;       /* told when the status changes */
    const char *metadata;    /* the member of a step's Metadata */
    const char *const *cached; /* the arguments that its cache looks at, NULL-terminated; NULL: it has none */
    bool retries;              /* takes RetryPolicies */
    bool checks;               /* pipeline_baseline.h: its job looks for what a baseline does not allow */
};

struct retry_policy {
    unsigned types; /* bits of enum retry_type */
    int64_t interval_s, max_attempts, expire_after_min;
    double backoff_rate;
};
enum retry_type {
    RETRY_NONE = 0,
    RETRY_SERVICE_FAULT = 1,
    RETRY_THROTTLING = 2,
    RETRY_JOB_INTERNAL_ERROR = 4,
    RETRY_CAPACITY_ERROR = 8,
    RETRY_RESOURCE_LIMIT = 16,
};

struct pipeline_step {
    struct str name;
    const struct step_kind *kind;
    const cJSON *node, *arguments;
    int condition;   /* the index of the condition that it is inside of; -1: none */
    bool otherwise;  /* it stands in its ElseSteps */
    unsigned *needs; /* indices of other steps */
    unsigned need_count;
    struct retry_policy *policies;
    unsigned policy_count;
    bool cache;           /* CacheConfig.Enabled */
    int64_t cache_for_ms; /* 0: for ever */
};

struct pipeline_definition {
    const cJSON *parameters; /* the array, or NULL */
    struct pipeline_step *steps;
    unsigned step_count;
    const cJSON *root;
};

/* In the arena; NULL: *reterr_why is the whole sentence, in the arena. */
struct pipeline_definition *pipeline_definition_read(struct arena *arena, struct str text, char **reterr_why);
int pipeline_definition_step(const struct pipeline_definition *definition, struct str name); /* -1: there is none */
const cJSON *pipeline_definition_parameter(const struct pipeline_definition *definition, struct str name);

/* The rest of reading: what steps need and whether references lead anywhere, for pipeline_definition.c. */
bool pipeline_link(struct arena *arena, struct pipeline_definition *definition, char **reterr_why);
/* A step's arguments against the input of the operation that makes it. */
bool pipeline_check_arguments(struct arena *arena, const struct shape *shape, const cJSON *node, char **reterr_why);
/* Nested conditions: their types and members. */
bool pipeline_check_conditions(struct arena *arena, const cJSON *conditions, char **reterr_why);
/* An expression: an object with one of Get, Std:Join, Std:JsonGet. */
bool pipeline_is_expression(const cJSON *node);
/* "30d", "P30d", "T16m", "30dT5h"; false: it is none. */
bool pipeline_read_duration(struct str text, int64_t *ret_ms);

#endif
