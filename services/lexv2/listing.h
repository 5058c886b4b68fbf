/* Lists in pages, as all of Lex V2's go: filters, sortBy, maxResults, nextToken. A filter or a sort order names a member of the
 * rows with a capital letter (IntentName, LastUpdatedDateTime). */
#ifndef LEXV2_LISTING_H
#define LEXV2_LISTING_H

#include "services/lexv2/record.h"

struct lexv2_listing {
    const struct table_def *table;
    struct str prefix;  /* of the rows' keys; STR_NONE: all of the table */
    const char *member; /* of the output; its element's shape says what is told of a row */
    const char *order;  /* the member that sorts where the input names none; NULL: the rows' keys */
    bool (*wanted)(struct call *call, const cJSON *row);             /* NULL: every row */
    void (*adorn)(struct call *call, const cJSON *row, cJSON *told); /* adds what is computed; or NULL */
    const cJSON *first;                                              /* told before all rows; or NULL */
};

enum outcome lexv2_list(struct call *call, const struct lexv2_listing *listing);

/* A list of rows that are made at once: an array of objects, each with a member `key` that no other has. */
enum outcome lexv2_list_items(struct call *call, const cJSON *items, const char *member, const char *key);

#endif
