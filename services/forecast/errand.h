/* An errand is what a resource does between CREATE_IN_PROGRESS and its end: it reads, computes and writes, and its result stands in
 * the row when its time has come on the virtual clock. A strand drives it; computations go to worker threads (world/work.h), calls
 * to other services travel the road as the role that the resource was given.
 *
 *     CREATE_PENDING ──▶ CREATE_IN_PROGRESS ──step─▶ step ─ … ─▶ DONE ──(at "_due")─▶ finish ─▶ ACTIVE
 *                              ▲    a computation or a call between two        FAILED ────────▶ CREATE_FAILED and Message
 *                              └─ after a restart it begins anew: what a job holds is never durable before its end
 *
 * A row that is stopped or deleted meanwhile takes its job along. */
#ifndef FORECAST_ERRAND_H
#define FORECAST_ERRAND_H

#include "services/forecast/resource.h"
#include "world/blob.h"
#include "world/fate.h"
#include "world/strand.h"
#include "world/work.h"

struct errand;

enum errand_step { ERRAND_AGAIN, ERRAND_WAITS, ERRAND_DONE, ERRAND_FAILED };

struct errand_def {
    int64_t duration_ms;                             /* AWS's, about; a world's factor shortens it */
    size_t size;                                     /* of errand->data */
    enum errand_step (*step)(struct errand *errand); /* the loop's thread; errand->phase is its own */
    /* The result into `row`, which becomes ACTIVE; may put other rows. */
    void (*finish)(struct errand *errand, cJSON *row);
    void (*failed)(struct errand *errand, cJSON *row); /* or NULL: the row gets its Message alone */
    void (*release)(struct errand *errand);            /* what errand->data holds */
};

struct errand {
    struct strand strand;
    struct scope scope; /* interned */
    const struct resource_kind *kind;
    char *arn;
    struct json *row; /* as it stood when it began */
    struct arena *arena;
    int64_t due_ms;
    int phase;
    void *data;         /* def->size bytes, zeroed at first */
    struct buf message; /* why it failed */
    struct fate *fate;
    struct call *call;  /* the last call; its outcome once the step is entered again */
    struct work work;   /* looks at work_is_cancelled(&errand->work) */
    void (*compute)(struct errand *errand, void *subject);
    void *subject;
    bool calling, computing, was_computed, ended, orphaned, failed;
};

const cJSON *errand_row(const struct errand *errand);
/* A step's last word: computes on a worker thread, then the step is entered again. The computation touches only what the job
 * carries, and no document of the loop's. */
enum errand_step errand_compute(struct errand *errand, void (*compute)(struct errand *errand, void *subject),
                                void *subject);
/* A step's last word: the call as this role, then the step is entered again with errand->call at its end. */
enum errand_step errand_call(struct errand *errand, struct str role_arn, const char *service, const char *operation,
                             cJSON *input_taken);
/* The same with a body that no tree can carry. */
enum errand_step errand_call_with(struct errand *errand, struct str role_arn, const char *service,
                                  const char *operation, cJSON *input_taken, struct str body);
bool errand_may_use_role(struct errand *errand, struct str role_arn); /* false: errand_fail() was said */
__attribute__((format(printf, 2, 3))) enum errand_step errand_fail(struct errand *errand, const char *format, ...);

/* lifecycle_def.arrive of every kind. */
const char *errand_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to);
void errand_start(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn,
                  int64_t due_ms);
/* Names a blob in a row of these kinds; the writer is gone. */
void errand_keep_blob(cJSON *row, const char *member, struct blob_writer *writer_taken);

#endif
