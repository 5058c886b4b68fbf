/* A run: one invocation under way. It is handed to the hooks at HOOK_INVOKE (aws/invocation.h says how), kept within its timeout
 * on the virtual clock, counted among the function's concurrent runs, and told to the function's log when it ends.
 *
 *      run_begin ─▶ refused (a reason) │ answered │ a fault of the cloud │ PARKED ····▶ run->finished
 *
 * Who begins a run owns the struct, keeps it until it has ended, and says run_end() once, whatever became of it; saying it while
 * the run is parked breaks it off. */
#ifndef LAMBDA_RUN_H
#define LAMBDA_RUN_H

#include "aws/invocation.h"
#include "services/lambda/names.h"

enum run_state {
    RUN_PARKED,
    RUN_ANSWERED,  /* the invocation holds the answer */
    RUN_FAULT,     /* question.code, message, status */
    RUN_NOBODY,    /* no hook runs this runtime */
    RUN_THROTTLED, /* `reason` */
};

#define RUN_ARN_BYTES    400
#define RUN_STREAM_BYTES 96

struct run {
    struct invocation invocation;
    struct question question;
    struct world *world;
    enum run_state state;
    const char *reason;
    struct json *row; /* what runs: $LATEST's or a version's; the invocation's texts are borrowed from it */
    char account[13], region[32], request_id[37], arn[RUN_ARN_BYTES], log_stream[RUN_STREAM_BYTES];
    int64_t started_ms;
    struct timer deadline, delay;
    void (*finished)(struct run *run); /* only after a park */
    void *owner;
    struct list link; /* among those under way */
};

/* The run is zeroed; `row` is function_version_resolve()'s. Payload and context are borrowed until run_end(). */
enum run_state run_begin(struct world *world, struct scope scope, struct json *row, struct str qualifier,
                         const char *request_id, struct str payload, struct str client_context, struct run *run);
void run_end(struct run *run);

/* What the run wrote, as CloudWatch Logs shows it: START, its lines, END and REPORT. */
void run_print_log(const struct run *run, struct buf *text);

#endif
