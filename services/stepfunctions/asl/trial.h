/* TestState: one state run by itself, in an execution that leaves nothing behind, and watched. What is asked stands here,
 * and what was seen; test_state.c asks and answers. The engine looks at execution->trial wherever it would go on to a next
 * state, retry or catch, and wherever the data take a step. A mock stands for the state's work: a task's call, the branches of
 * a Parallel, the iterations of a Map. */
#ifndef ASL_TRIAL_H
#define ASL_TRIAL_H

#include "services/stepfunctions/asl/dataflow.h"

/* The steps of data, by their members of InspectionData. */
enum trial_step {
    TRIAL_AFTER_ARGUMENTS,
    TRIAL_AFTER_INPUT_PATH,
    TRIAL_AFTER_PARAMETERS,
    TRIAL_RESULT,
    TRIAL_AFTER_RESULT_SELECTOR,
    TRIAL_AFTER_RESULT_PATH,
    TRIAL_AFTER_ITEMS_PATH,
    TRIAL_AFTER_ITEMS_POINTER,
    TRIAL_AFTER_ITEM_SELECTOR,
    TRIAL_AFTER_ITEM_BATCHER,
    TRIAL_STEPS
};

extern const char *const trial_step_names[TRIAL_STEPS];

enum mock_kind { MOCK_NONE, MOCK_RESULT, MOCK_ERROR };

struct trial {
    struct arena *arena; /* in which it stands, with all that is asked */
    /* asked */
    const struct state *state;
    enum mock_kind mock;
    struct json *mock_result;          /* MOCK_RESULT */
    struct str mock_error, mock_cause; /* MOCK_ERROR; STR_NONE: none */
    const cJSON *context;              /* NULL: one is made up */
    const cJSON *variables;            /* NULL: none */
    const cJSON *item_data;            /* what ItemReader is to find; NULL: nothing */
    unsigned retry_count;              /* of the retrier that covers the error */
    size_t failed_iterations;
    /* seen */
    struct json *steps[TRIAL_STEPS];
    bool has_tolerated_count, has_tolerated_percentage;
    double max_concurrency, tolerated_count, tolerated_percentage;
    int retrier, catcher; /* that covered the error; -1: none */
    int64_t backoff_s;    /* -1: no retry */
    const char *status;   /* "SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR"; NULL: it runs */
    const char *error;    /* NULL: none */
    struct str cause;
    struct json *output, *variables_after;
    const char *next;
};

struct trial *trial_new(void);
void trial_free(struct trial *trial_or_null);
/* Data have taken a step; kept where AWS tells of it for this kind of state. */
void trial_keep(struct branch *branch, enum trial_step step, struct value value);
/* Does the mock's answer where there is a mock; false: the state is to do its work. */
bool trial_answers(struct branch *branch);
/* The state is left; the document is taken. */
void trial_exit(struct branch *branch, struct json *output_taken, const cJSON *assigned_or_null,
                const struct state *next);
/* What handles an error: the retrier, with the seconds until its next attempt (-1: it has none left), or the catcher. */
void trial_retry(struct branch *branch, size_t retrier, int64_t backoff_s);
void trial_catch(struct branch *branch, size_t catcher, const char *error_or_null, struct str cause_or_none);
/* An error that nothing handles, or that is to be retried. */
void trial_fail(struct branch *branch, const char *error_or_null, struct str cause_or_none);

static inline void trial_note(struct branch *branch, enum trial_step step, struct value value)
{
    if (branch->execution->trial)
        trial_keep(branch, step, value);
}

#endif
