/* Tables: numbers of CSV and libsvm texts, as algorithms train on them and answer for them. Any thread. */
#ifndef SAGEMAKER_TABLE_H
#define SAGEMAKER_TABLE_H

#include "base/buf.h"

#define TABLE_MOST_CELLS ((size_t)64 * 1024 * 1024)

enum table_format { TABLE_CSV, TABLE_LIBSVM };

struct table {
    float *cells;   /* row by row, NaN where there is no value */
    float *labels;  /* one a row; NULL: there are none */
    float *weights; /* likewise, of CSV with weights */
    size_t rows, columns;
    char why[512]; /* after a failure */
};

struct table_reading {
    enum table_format format;
    bool has_label;   /* CSV: the first column; libsvm: always, but requests may lack it */
    bool has_weight;  /* CSV: the second column */
    const char *file; /* for sentences */
};

/* Adds the rows of a text. False: table->why says what is wrong. */
bool table_read(struct table *table, struct str text, const struct table_reading *reading);
void table_release(struct table *table);

/* A number as CSV has it; an empty field is NaN. False: it is none. */
bool table_parse_number(struct str field, float *ret_value);
/* As Python prints a float. */
void table_print_number(struct buf *buf, double value);

#endif
