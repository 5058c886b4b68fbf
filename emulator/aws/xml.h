/* Writing XML: elements and escaped text into a buffer. */
#ifndef AWS_XML_H
#define AWS_XML_H

#include "base/buf.h"

void xml_open(struct buf *buf, const char *name);  /* <name> */
void xml_close(struct buf *buf, const char *name); /* </name> */
/* Escaped; a character that XML 1.0 cannot hold becomes U+FFFD, else no client could read the answer. */
void xml_text(struct buf *buf, struct str text);
void xml_element(struct buf *buf, const char *name, struct str text); /* <name>text</name> */

#endif
