/* The inside of item_parser.h: what its formats share. */
#ifndef ASL_ITEM_PARSER_INNER_H
#define ASL_ITEM_PARSER_INNER_H

#include "services/stepfunctions/asl/item_parser.h"

#define ITEM_MOST ((size_t)8 << 20)

struct csv_state {
    struct arena *arena; /* of the headers */
    struct str *headers; /* NULL: none yet */
    size_t header_count;
    size_t *order; /* in which members are written */
    size_t *ends;  /* of the record's fields so far, in `text` */
    size_t count, room;
    bool quoted, quote_seen, escaped, any;
};

struct json_state {
    char kinds[JSON_MAX_DEPTH + 1]; /* of the open containers: '{', '[' */
    unsigned depth;
    bool in_string, escaped, in_key; /* in_key: the string is a member's name */
    bool wants_key, fresh;           /* what comes next is a name; is a value */
    char **segments;                 /* of the pointer, decoded */
    unsigned segment_count, matched; /* how many lead to the container at path_depth */
    unsigned path_depth;
    int64_t index;  /* of the element, where that container is an array */
    bool at_target; /* the value that begins is what the pointer names */
    enum { CUT_SEEKS, CUT_INSIDE, CUT_BEHIND } place;
    unsigned target_depth;
    bool comma; /* an item must follow */
    struct buf key;
};

struct item_parser {
    struct item_format format;
    struct item_sink sink;
    struct buf text; /* of the item that is being read */
    bool enough;
    unsigned mark_seen; /* bytes of a byte order mark; 3: it is behind us */
    char *error;
    struct csv_state csv;
    struct json_state json;
};

/* All of these: false where the parser is to stop. */
bool item_fail(struct item_parser *parser, const char *error);
bool item_add(struct item_parser *parser, char byte); /* to `text` */
/* Hands `text`, which is to be JSON, on and clears it. */
bool item_emit_json(struct item_parser *parser, struct str key_or_none);

void csv_begin(struct item_parser *parser);
void csv_free(struct item_parser *parser);
bool csv_byte(struct item_parser *parser, char byte);
bool csv_end(struct item_parser *parser);

void json_cut_begin(struct item_parser *parser);
void json_cut_free(struct item_parser *parser);
bool json_cut_byte(struct item_parser *parser, char byte);
bool json_cut_end(struct item_parser *parser);

#endif
