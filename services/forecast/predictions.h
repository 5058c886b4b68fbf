/* What a forecast says, as a blob: which types at which steps for which keys (panel.h), found without reading all of it.
 *
 *     header · index by hash of key {hash, series} · where keys begin · keys · values[series][type][step]
 *
 * The types are the forecast's, in its own order. */
#ifndef FORECAST_PREDICTIONS_H
#define FORECAST_PREDICTIONS_H

#include "services/forecast/dictionary.h"
#include "world/blob.h"

struct predictions_header {
    uint32_t series, types, steps, key_bytes;
};

/* Adds one; `values` as the blob has them, `keys` by number of series. For any thread. */
void predictions_write(struct buf *out, const struct dictionary *keys, uint32_t types, uint32_t steps,
                       const double *values);

struct predictions {
    struct blob_reader *reader;
    struct predictions_header header;
};

/* False: there is no such blob, or it is none of these. */
bool predictions_open(struct world *world, struct str blob_id, struct predictions *ret_predictions);
void predictions_close(struct predictions *predictions);
/* The number of a key's series; UINT32_MAX: it has none. */
uint32_t predictions_find(const struct predictions *predictions, struct str key);
/* types × steps numbers. The following two may be used on any thread while it is open. */
bool predictions_values(const struct predictions *predictions, uint32_t series, double *ret_values);
/* All keys, by number of series, into an empty dictionary. */
bool predictions_keys(const struct predictions *predictions, struct dictionary *ret_keys);

#endif
