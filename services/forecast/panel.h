/* The series of a dataset group as models want them (model/forecast_model.h): observations of the last imports on one grid of
 * steps, aggregated to the forecast's frequency and filled, beside them related series and metadata. Gathered on a worker thread
 * out of blobs (dataset.h); whatever breaks a rule of the guide is said in `why`.
 *
 *     panel_plan (the loop: copies what rows say, opens blobs) ─▶ panel_build (a worker) ─▶ panel.task ─▶ panel_release (the loop) */
#ifndef FORECAST_PANEL_H
#define FORECAST_PANEL_H

#include "services/forecast/dataset.h"
#include "services/forecast/model/forecast_model.h"
#include "world/blob.h"

#define PANEL_DIMENSIONS 10
#define PANEL_CELLS      ((size_t)4 << 20) /* steps of all series, and of all related ones */
#define KEY_SEPARATOR    '\x1f'            /* parts the values of a key: item, dimensions in their order */

/* A dataset of the group. */
struct panel_data {
    struct import_format format; /* names in the arena */
    size_t import_count;
    struct panel_import {
        struct blob_reader *data, *texts;
        struct dictionary words[IMPORT_ATTRIBUTES];
    } * imports;
};

struct panel {
    struct arena *arena;
    /* The plan: */
    struct panel_data target, related, metadata; /* import_count 0: there is none */
    const char *item, *value;                    /* what the domain calls them */
    const char *dimensions[PANEL_DIMENSIONS];
    size_t dimension_count;
    struct forecast_frequency frequency;
    int horizon;
    double quantiles[FORECAST_QUANTILES];
    size_t quantile_count;
    struct forecast_featurization target_features,
        related_features[IMPORT_ATTRIBUTES]; /* by attribute of the dataset */
    enum forecast_algorithm algorithm;
    bool is_auto;      /* AutoPredictor, not its legacy */
    int horizon_share; /* the data must be so many times as long as the horizon; 0: one step longer */
    const atomic_bool *cancelled;
    /* What it becomes: */
    struct buf why; /* empty: all is well */
    struct dictionary keys;
    struct forecast_task task;
    struct forecast_series *series;
    struct forecast_bucket *cells;
    double *values;     /* by series and step from `first` on, to `end` */
    int64_t first, end; /* steps; end is the first to forecast */
    size_t steps;       /* end − first */
    const char *related_names[IMPORT_ATTRIBUTES];
    size_t related_count;
    double *related_values; /* by related key, attribute and step, to end + horizon */
    struct dictionary related_keys;
    struct panel_shape {
        size_t columns[PANEL_DIMENSIONS + 1]; /* item and dimensions, as columns of the dataset */
        size_t count, time;
    } target_shape, related_shape;
    int *categories;
    size_t category_count;
};

/* The series of a predictor's row; its data as its group has them now. False: `why` says it. */
bool panel_plan(struct panel *panel, struct world *world, struct scope scope, const cJSON *predictor,
                struct arena *arena);
/* Of the plan the frequency with its boundary alone. */
void panel_plan_calendar(struct panel *panel, const cJSON *predictor, struct arena *arena);
/* False: `why`. */
bool panel_build(struct panel *panel);
void panel_release(struct panel *panel);
/* Which related attribute has this name; SIZE_MAX: none. */
size_t panel_related(const struct panel *panel, struct str name);
/* Where the related values of a series stand: related_count runs of steps + horizon numbers; NULL: it has none. */
double *panel_related_of(const struct panel *panel, size_t series);
/* The values of a key: item and dimensions. */
size_t panel_cut_key(struct str key, struct str ret_values[PANEL_DIMENSIONS + 1]);

/* For panel_plan.c and panel_related.c */
__attribute__((format(printf, 2, 3))) bool panel_refuse(struct panel *panel, const char *format, ...);
size_t panel_column(const struct import_format *format, const char *name); /* SIZE_MAX */
/* Walks the records of one import in pieces. */
struct panel_walk {
    const struct panel_data *data;
    const struct panel_import *import;
    size_t offsets[IMPORT_ATTRIBUTES], record_bytes;
    uint64_t at;
    char *bytes;
    size_t length, used;
};
void panel_walk_begin(struct panel_walk *walk, const struct panel_data *data, size_t import);
const char *panel_walk_next(struct panel_walk *walk); /* a record; NULL: the end */
void panel_walk_end(struct panel_walk *walk);
int64_t panel_time(const struct panel_walk *walk, const char *record, size_t column);
double panel_number(const struct panel_walk *walk, const char *record, size_t column);
struct str panel_text(const struct panel_walk *walk, const char *record, size_t column);
/* The key of a record in the order of the shape's columns. */
struct str panel_key(const struct panel_walk *walk, const char *record, const struct panel_shape *shape,
                     struct buf *room);
/* For picture.c: of the target alone its words and columns. */
bool panel_read_target(struct panel *panel);
bool panel_is_small(const struct panel *panel, uint64_t rows);
bool panel_add_related(struct panel *panel);
bool panel_add_categories(struct panel *panel);

#endif
