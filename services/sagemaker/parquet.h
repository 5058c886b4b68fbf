/* Parquet files: one row group, one page a column, PLAIN and uncompressed, nothing more ("Apache Parquet" file format 2.10: every reader
 * reads it). All columns are optional. Any thread. */
#ifndef SAGEMAKER_PARQUET_H
#define SAGEMAKER_PARQUET_H

#include "base/buf.h"

enum parquet_type {
    PARQUET_BOOLEAN,
    PARQUET_INT64,
    PARQUET_TIMESTAMP,
    PARQUET_DOUBLE,
    PARQUET_TEXT
}; /* TIMESTAMP: ms */

struct parquet_value {
    bool present;
    union {
        bool truth;
        int64_t integer;
        double number;
        struct str text;
    } as;
};

struct parquet_column {
    const char *name;
    enum parquet_type type;
    const struct parquet_value *values; /* one a row */
};

void parquet_write(struct buf *file, const struct parquet_column *columns, size_t count, size_t rows);

#endif
