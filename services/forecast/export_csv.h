/* The CSV files of exports, their columns as AWS's have them. For worker threads: from open blobs into text. */
#ifndef FORECAST_EXPORT_CSV_H
#define FORECAST_EXPORT_CSV_H

#include "services/forecast/panel.h"
#include "services/forecast/predictions.h"

/* What a file tells of: names and times copied from a row, a blob that is open. */
struct export_table {
    struct predictions values;
    const char **dimensions, **times, **types; /* types: "p10"; attributes of an explainability */
    size_t dimension_count, time_count, type_count;
    const char **window_starts, **window_ends; /* of backtests; times then are windows × steps */
    size_t window_count;
};

/* Each adds a file with its header. False: the blob could not be read. */
bool export_forecast(struct export_table *table, struct buf *out); /* item_id,…,date,p10,p50,p90 */
bool export_backtests(struct export_table *table,
                      struct buf *out); /* item_id,…,timestamp,target_value,backtestwindow_…,p10,… */
bool export_item_metrics(struct export_table *table, struct buf *out); /* item_id,…,backtest_window,…,wQL[0.1],…,MAPE */
bool export_explainability(struct export_table *table,
                           struct buf *out); /* item_id,…,[timestamp],price-NormalizedImpactScore,… */
/* One file for several what-if forecasts, each with columns of its own: "mine_p10". */
bool export_what_ifs(struct export_table *tables, const char *const *names, size_t count, struct buf *out);

/* A value of text: in quotes where it must be. */
void export_text(struct buf *out, struct str value);

#endif
