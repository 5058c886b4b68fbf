/* A table in S3, read by a job: s3_source.h brings the bytes, import_file.h makes records of them on a worker thread. */
#ifndef FORECAST_TABLE_READ_H
#define FORECAST_TABLE_READ_H

#include "services/forecast/import_file.h"
#include "services/forecast/s3_source.h"

struct table {
    struct s3_source source;
    struct import import;
    bool computing, good;
    /* Takes import.records after each piece, on the loop's thread, and clears them; NULL: they stay, up to TABLE_KEPT. */
    enum errand_step (*take)(struct errand *errand);
};

#define TABLE_KEPT ((size_t)64 << 20)

/* `import.format` is set, and the source open. DONE: all was read. */
enum errand_step table_read_step(struct table *table, struct errand *errand);
void table_read_release(struct table *table);
/* From a schema ([{"AttributeName","AttributeType"}]). False: more attributes than a table can have. */
bool table_read_format(const cJSON *attributes, struct arena *arena, struct import_format *ret_format);

#endif
