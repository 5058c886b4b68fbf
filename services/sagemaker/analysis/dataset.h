/* Datasets: rows of text cells under named columns, as analyses read them from CSV files and from what endpoints captured. Cells are
 * borrowed from the texts they were read from, or stand in the dataset's arena. Any thread. */
#ifndef SAGEMAKER_DATASET_H
#define SAGEMAKER_DATASET_H

#include "base/arena.h"
#include "base/str.h"

#define DATASET_MOST_CELLS   ((size_t)4 * 1024 * 1024)
#define DATASET_MOST_COLUMNS 4096

struct dataset {
    struct arena *arena;
    struct str *names; /* "_c0", "_c1" where nobody named them */
    struct str *cells; /* row by row; empty: missing */
    size_t columns, rows;
    bool named;    /* the names are the data's own */
    char why[256]; /* after a failure */
    size_t room;   /* rows that cells hold */
};

struct dataset *dataset_new(void);
void dataset_free(struct dataset *dataset_or_null);

/* Adds the rows of a text; with a header its first line names the columns (that of a second text is passed over). False: why. */
bool dataset_read_csv(struct dataset *dataset, struct str text, bool has_header);
/* One row of so many cells; the first says how many columns there are. False: why. */
bool dataset_add_row(struct dataset *dataset, const struct str *cells, size_t count);
/* Names of their own for columns without; too many or too few are the fault of who asks. */
void dataset_name(struct dataset *dataset, const struct str *names, size_t count);

/* By name, or by a number of digits where no name is that; SIZE_MAX: there is none. */
size_t dataset_column(const struct dataset *dataset, struct str name_or_index);
static inline struct str dataset_cell(const struct dataset *dataset, size_t row, size_t column)
{
    return dataset->cells[row * dataset->columns + column];
}

/* Cuts a line of CSV at its commas, in the arena; "" inside of quotes is one. Returns how many cells there are, at most `most`. */
size_t dataset_split(struct arena *arena, struct str line, struct str *ret_cells, size_t most);
/* The fewest digits that give the number again, in the arena. */
char *dataset_print(struct arena *arena, double value);
bool dataset_number(struct str cell, double *ret_value); /* decimal digits, nan, inf; false: it is no number */

#endif
