/* Datasets: a domain, a type, a schema, and the data that was imported last.
 *
 *     "_imports": [{"Arn","_data","_texts","rows"}]    of each import that still counts, oldest first: a FULL one replaces all
 *
 * "_data" and "_texts" are blobs: records in the order of the schema (import_file.h), and the dictionaries of its texts. */
#ifndef FORECAST_DATASET_H
#define FORECAST_DATASET_H

#include "services/forecast/import_file.h"
#include "services/forecast/resource.h"

/* What a domain calls its key, its target and, for sentences, itself. */
struct domain {
    const char *name, *item, *target;
};

const struct domain *dataset_domain(const cJSON *row);
const cJSON *dataset_attributes(const cJSON *row);
/* Is this attribute a key of the type's: item and timestamp? */
bool dataset_is_key(const cJSON *row, struct str attribute);

enum outcome create_dataset(struct call *call);
enum outcome create_dataset_group(struct call *call);
enum outcome update_dataset_group(struct call *call);

/* The dataset of that type in a group; NULL: it has none. */
const cJSON *dataset_of_group(struct world *world, struct scope scope, const cJSON *group, const char *type);

#endif
