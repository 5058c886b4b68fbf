/* What all resources of Amazon Forecast share. A resource is a row of its kind's table, keyed by its ARN; its members are named
 * as Describe and List name them ("PredictorArn", "Status"), so that both are read off the model's shapes:
 *
 *     Create: members of the input ─▶ row + ARN, Status, CreationTime, LastModificationTime (ms) ─▶ Describe, List
 *
 * Members of ours begin with '_': "_due" (when the job of CREATE_IN_PROGRESS may end at the earliest), "_blobs" (ids of the
 * blobs that the row names), "_tags", "_group" (the dataset group it stands under), and what a noun's header tells.
 *
 *     CREATE_PENDING ─▶ CREATE_IN_PROGRESS ─errand.h─▶ ACTIVE, CREATE_FAILED
 *            └── StopResource: CREATE_STOPPING ─▶ CREATE_STOPPED          DELETE_PENDING ─▶ DELETE_IN_PROGRESS ─▶ gone */
#ifndef FORECAST_RESOURCE_H
#define FORECAST_RESOURCE_H

#include "aws/arn.h"
#include "aws/call.h"
#include "services/forecast/forecast_model.h"
#include "world/lifecycle.h"

struct errand_def;

struct resource_kind {
    const char *noun;    /* in ARNs: "dataset-import-job" */
    const char *title;   /* in sentences: "dataset import job" */
    const char *arn;     /* the member: "DatasetImportJobArn" */
    const char *name;    /* the member: "DatasetImportJobName" */
    const char *parent;  /* the member that names what it was made from, or NULL */
    bool nested;         /* its ARN holds the parent's name: noun/PARENT/NAME */
    bool stops;          /* StopResource can be asked of it */
    int most;            /* that an account may have (the guide's "Guidelines and Quotas") */
    int most_under_way;  /* at a time; 0: any number */
    const char *filters; /* the keys that its list can be filtered by, " A B " */
    const struct table_def *table;
    const struct lifecycle_def *life;
    const struct errand_def *errand; /* NULL: ACTIVE at once */
};

extern const struct resource_kind kind_dataset_group, kind_dataset, kind_import, kind_predictor, kind_backtest_export,
    kind_forecast, kind_forecast_export, kind_explainability, kind_explainability_export, kind_monitor, kind_analysis,
    kind_what_if, kind_what_if_export, kind_evaluation;
extern const struct resource_kind *const resource_kinds[]; /* NULL-terminated */
extern const struct table_def *const resource_tables[];    /* for struct service */
extern const struct lifecycle_def *const resource_lives[];

const struct resource_kind *resource_kind_of(struct str arn); /* NULL: no ARN of this service */

/* The row; NULL: the call fails with ResourceNotFoundException. Borrowed from the store. */
const cJSON *resource_find(struct call *call, const struct resource_kind *kind, struct str arn);
const cJSON *resource_get(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn);
bool resource_is(const cJSON *row, const char *status);
/* Fails the call with ResourceInUseException unless it is ACTIVE. */
bool resource_is_ready(struct call *call, const struct resource_kind *kind, const cJSON *row);

/* A new row of the input's members but Tags, whose tags are checked, within the account's quotas; NULL: the call has failed. */
cJSON *resource_new(struct call *call, const struct resource_kind *kind);
/* Puts it, begins its lifecycle and sets the output's ARN. */
enum outcome resource_begin(struct call *call, const struct resource_kind *kind, cJSON *row_taken);
/* As client calls ask for it, by hand of the house: a name and ARN beside what `row` says already. */
void resource_begin_row(struct world *world, struct scope scope, const struct resource_kind *kind, cJSON *row_taken);
char *resource_arn(struct call *call, const struct resource_kind *kind, struct str parent_arn, struct str name);
void resource_change(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn,
                     void (*change)(cJSON *row, const void *data), const void *data);

/* Every row of a kind in this scope whose member is this text (NULL member: all); true ends the walk and comes back. */
bool resource_each(struct world *world, struct scope scope, const struct resource_kind *kind, const char *member,
                   struct str value, bool (*visit)(const cJSON *row, void *data), void *data);

/* The name at the end of an ARN. */
struct str resource_name_of(struct str arn);

/* Copies into `out` what this shape of an answer tells of a row. */
void resource_tell(struct call *call, const struct shape *shape, const cJSON *row, cJSON *out);

/* Handlers for every kind: which one it is tells the member of the input that is an ARN. */
enum outcome describe_resource(struct call *call);
enum outcome delete_resource(struct call *call);
enum outcome delete_resource_tree(struct call *call);
enum outcome stop_resource(struct call *call);
enum outcome resume_resource(struct call *call);

/* Timers and jobs of rows that are under way, after a start. */
void resource_recover(struct world *world);

#endif
