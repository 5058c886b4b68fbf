/* A form as browsers upload it (multipart/form-data, RFC 7578): fields, and one file behind them. Only what stands before the
 * file is looked at; what follows it is ignored, as S3 does. */
#ifndef S3_FORM_H
#define S3_FORM_H

#include "base/arena.h"
#include "base/str.h"

#define FORM_MOST_BEFORE ((size_t)20480) /* of fields before the file: S3's */
#define FORM_MOST_FIELDS 100

struct form {
    struct {
        struct str name, value; /* places in the text that was read */
    } fields[FORM_MOST_FIELDS];
    size_t field_count;
    struct str file_name, file_type; /* STR_NONE: not said */
    size_t file_at;                  /* the offset of the file's first byte */
};

enum form_flaw { FORM_GOOD, FORM_MALFORMED, FORM_TOO_LONG, FORM_NO_FILE };

/* The boundary of a Content-Type; STR_NONE: it is no such form. */
struct str form_boundary(struct str content_type);
/* Reads the beginning of a form's text. */
enum form_flaw form_read(struct str text, struct str boundary, struct form *ret_form);
/* Of the end of the text, which the file reaches into: where in `tail` the file ends; SIZE_MAX: nowhere. */
size_t form_file_end(struct str tail, struct str boundary);
/* By its name, whose case does not count; STR_NONE: absent. */
struct str form_field(const struct form *form, const char *name);

#endif
