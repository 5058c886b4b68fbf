/* The rows of a dataset's files: CSV as the guide's "Dataset guidelines" has it (no header, commas, the columns in the schema's
 * order), checked against the schema, told in statistics, and turned into records. Pure: bytes in, records out; for any thread.
 *
 *     bytes of a file ─▶ import_feed ─▶ rows ─▶ checks, statistics ─▶ records (observations.h), to be taken by the caller
 *
 * The first row that is wrong ends it, and says in `why` what is wrong, in which row and attribute of which file. Memory does
 * not grow with rows: but for an item's text once, and the statistics' own (distinct.h). */
#ifndef FORECAST_IMPORT_FILE_H
#define FORECAST_IMPORT_FILE_H

#include "services/forecast/dictionary.h"
#include "services/forecast/distinct.h"

#define IMPORT_ATTRIBUTES 25 /* of a related time series; the other types have fewer */

enum import_type { IMPORT_STRING, IMPORT_FLOAT, IMPORT_INTEGER, IMPORT_TIMESTAMP, IMPORT_GEOLOCATION };

struct import_attribute {
    const char *name;
    enum import_type type;
    bool needed; /* a key: cannot be empty */
};

struct import_format {
    struct import_attribute attributes[IMPORT_ATTRIBUTES];
    size_t count;
    bool days, seconds; /* which of yyyy-MM-dd and yyyy-MM-dd HH:mm:ss are taken */
    bool postal_codes;  /* GeolocationFormat CC_POSTALCODE; else LAT_LONG */
    bool unique;        /* a key (and timestamp) comes once: metadata and related series */
};

struct import_statistics {
    uint64_t values, nulls, nans;
    double least, most, mean, squares; /* squares: of the differences from the mean */
    int64_t first, last;               /* timestamps */
    struct distinct distinct;
};

struct import {
    struct import_format format; /* set by the caller; all else zeroed */
    const char *file;             /* the URL, for sentences: borrowed */
    struct import_statistics statistics[IMPORT_ATTRIBUTES];
    struct dictionary texts[IMPORT_ATTRIBUTES]; /* of strings, in lower case: Forecast keeps item ids so */
    uint32_t last_text[IMPORT_ATTRIBUTES];
    struct distinct keys;
    struct buf records, why;
    struct buf rest;    /* a row that is not whole yet */
    uint64_t rows, row; /* of all files; of this one */
};

/* How many bytes a record has for this attribute, and for all. */
size_t forecast_import_width(enum import_type type);
size_t forecast_import_record_bytes(const struct import_format *format);

/* False: `why` says it. `last`: the file ends behind these bytes. */
bool forecast_import_feed(struct import *import, struct str bytes, bool last);
void forecast_import_release(struct import *import);

/* "2026-01-31" and "2026-01-31 23:59:59", strictly; seconds since 1970. */
bool forecast_import_parse_timestamp(struct str text, bool days, bool seconds, int64_t *ret_seconds);
bool forecast_import_parse_number(struct str text, double *ret_number);

#endif
