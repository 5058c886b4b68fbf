/* A forecast being made, a what-if's as well: the predictor's models fitted to the data as they stand now, related values changed
 * where a what-if says so, the answers of the items that are wanted kept in a blob.
 *
 *     [selector, replacements: tables in S3] ─▶ model_run ─▶ "_values" (predictions.h), "_times", "_dimensions" of the row
 *
 * "_times" are the steps as queries show them, "_first" is the number of the first (model/calendar.h), "_dimensions" the names of a key's values: the item's first. */
#ifndef FORECAST_FORECASTING_H
#define FORECAST_FORECASTING_H

#include "services/forecast/model_run.h"
#include "services/forecast/predictions.h"
#include "services/forecast/table_read.h"

/* Which series are wanted: a table of keys. */
struct selection {
    struct table table;
    struct dictionary keys;
    const char *columns[PANEL_DIMENSIONS + 1]; /* of a key, in the order of panel's dimensions; the item's first */
    bool given, opened, read;
};

struct forecasting {
    struct model_run run;
    struct predictions weights;
    struct forecast_weights *learnt;
    uint64_t seed; /* the predictor's: so that what a what-if changes is what its changes do */
    struct selection selection;
    const char **types; /* "mean", "0.1" */
    size_t type_count;
    struct buf values;
    struct blob_writer *writer;
    bool begun;
    /* A what-if's; on the worker thread. */
    bool (*alter)(struct forecasting *forecasting, void *data);
    void *alter_data;
};

/* `types_of` is the row whose ForecastTypes count. False: errand_fail() was said. */
bool forecasting_begin(struct forecasting *forecasting, struct errand *errand, const cJSON *predictor,
                       const cJSON *types_of, const cJSON *selector_or_null);
enum errand_step forecasting_step(struct forecasting *forecasting, struct errand *errand);
void forecasting_finish(struct forecasting *forecasting, struct errand *errand, cJSON *row);
void forecasting_release(struct forecasting *forecasting);

void selection_begin(struct selection *selection, struct errand *errand, const cJSON *selector_or_null);
/* Of an ExplainabilityConfig's DataSource and Schema. */
void selection_begin_with(struct selection *selection, struct errand *errand, const cJSON *data_source,
                          const cJSON *schema);
enum errand_step selection_step(struct selection *selection, struct errand *errand); /* DONE: it was read */
/* Is this key among them? On the worker, once read. */
bool selection_has(const struct selection *selection, const struct panel *panel, struct str key);
void selection_release(struct selection *selection);

/* ["2026-11-10T00:00:00", …] of a task's horizon. */
cJSON *forecasting_times(const struct forecast_task *task);
cJSON *forecasting_dimensions(const struct panel *panel);

#endif
