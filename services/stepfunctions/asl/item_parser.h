/* Items out of a file's bytes, as they come: a CSV file's rows, JSON Lines, the elements of an array or the members of an object
 * somewhere in a JSON file. Bytes come in pieces of any length, and only the item that is being read is kept; so a file of any
 * size costs what its largest item costs, which is at most 8 MiB (docs: "reading an item of up to 8 MB"). */
#ifndef ASL_ITEM_PARSER_H
#define ASL_ITEM_PARSER_H

#include "services/stepfunctions/asl/machine.h"

/* False: no further one is wanted. The text is JSON; the key is a member's name, at NULL for all but members of objects. */
struct item_sink {
    bool (*take)(void *data, struct str key_or_none, struct str text);
    void *data;
};

struct item_format {
    enum input_type type; /* INPUT_CSV, INPUT_JSON, INPUT_JSONL */
    char delimiter;
    const struct str *headers; /* copied; NULL: the first row has them */
    size_t header_count;
    const char *pointer; /* a JSON Pointer; NULL: the whole */
};

struct item_parser;

/* The texts of CSVHeaders, as a format takes them. */
const struct str *item_headers(const cJSON *texts, struct arena *arena, size_t *ret_count);

struct item_parser *item_parser_new(const struct item_format *format, struct item_sink sink);
void item_parser_free(struct item_parser *parser_or_null);
/* False: it failed (item_parser_error says why), or no more items are wanted. */
bool item_parser_feed(struct item_parser *parser, struct str bytes);
bool item_parser_end(struct item_parser *parser); /* the file is at its end; likewise */
const char *
item_parser_error(const struct item_parser *parser); /* AWS's sentence where it is known; NULL: it did not fail */

#endif
