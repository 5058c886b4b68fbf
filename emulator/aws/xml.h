/* XML as the Query and REST XML protocols have it.
 *
 * Writing: elements, escaped text, and whole trees by their shapes, into a buffer. Reading: a document into elements that
 * stand in an arena, and elements into trees by their shapes. Documents come from outside: no DTD, no entities but XML's own
 * five, JSON_MAX_DEPTH levels, XML_MOST_ELEMENTS elements. */
#ifndef AWS_XML_H
#define AWS_XML_H

#include "aws/model.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

#define XML_MOST_ELEMENTS 200000 /* 10,000 parts of a multipart upload have a tenth of that */

void xml_open(struct buf *buf, const char *name);  /* <name> */
void xml_close(struct buf *buf, const char *name); /* </name> */
void xml_open_root(struct buf *buf, const char *name, const char *namespace_or_null);
/* Escaped; a character that XML 1.0 cannot hold becomes U+FFFD, else no client could read the answer. */
void xml_text(struct buf *buf, struct str text);
void xml_element(struct buf *buf, const char *name, struct str text); /* <name>text</name> */
/* The members of a structure that stand in the body, in the model's order. */
void xml_members(struct buf *buf, const struct shape *structure, const cJSON *node);
/* An element of this name; a flattened list or map: one for each of its elements. */
void xml_value(struct buf *buf, const char *name, const struct shape *shape, bool flat, const cJSON *node);

struct xml_attribute {
    struct str name, value; /* the name without its prefix */
    struct xml_attribute *next;
};

struct xml_node {
    struct str name, text; /* the name without its prefix; all text directly in it */
    struct xml_attribute *attributes;
    struct xml_node *child, *next;
};

/* The root; NULL: the document is not well-formed, or more than is taken. */
const struct xml_node *xml_parse(struct arena *arena, struct str document);
/* What an element says, as this shape has it; its children must be what the shape knows. NULL: they are not, or a scalar
 * cannot be read as what it should be: *reterr_why. */
cJSON *xml_decode(struct arena *arena, const struct shape *shape, const struct xml_node *node, char **reterr_why);

#endif
