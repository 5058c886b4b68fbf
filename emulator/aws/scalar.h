/* Scalars between a tree and the text that stands for them outside JSON: forms, XML, headers, URIs. In a tree a timestamp is
 * a number of seconds (call.h), a blob is base64 text. */
#ifndef AWS_SCALAR_H
#define AWS_SCALAR_H

#include "aws/model.h"
#include "base/json.h"

/* Nodes in an arena; they are never handed to cJSON_Delete. */
cJSON *scalar_node(struct arena *arena, int cjson_type);
cJSON *scalar_string(struct arena *arena, struct str text);
/* Puts a child behind the others; with a name, which is copied, where the parent is an object (name.at NULL: none). */
void scalar_add(struct arena *arena, cJSON *parent, struct str name, cJSON *child);
/* The same with a name that lives as long as the tree: a model's. */
void scalar_link(cJSON *parent, const char *name_kept_or_null, cJSON *child);
/* Another object with the same members, shared, but for one of them. */
cJSON *scalar_copy_level(struct arena *arena, const cJSON *object, const cJSON *but_or_null);

/* The node of a text as this shape (no structure, list or map) has it; NULL: *reterr_why is AWS's sentence. */
cJSON *scalar_read(struct arena *arena, const struct shape *shape, struct str text, char **reterr_why);
/* "NUMBER_VALUE can not be converted to a String": what a node of the wrong type gets. */
char *scalar_refusal(struct arena *arena, const struct shape *shape, const cJSON *node);
/* True: it is base64; else the sentence. */
bool scalar_is_blob(struct arena *arena, struct str text, char **reterr_why);
/* The text of a node as this shape has it. */
void scalar_write(struct buf *buf, const struct shape *shape, const cJSON *node);

#endif
