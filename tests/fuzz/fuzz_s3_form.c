/* The first line is a boundary, the rest a form: whatever is taken for one has its fields inside the text and its file behind
 * them. */
#include <assert.h>

#include "services/s3/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(struct str text, struct str piece)
{
    return !piece.at || (piece.at >= text.at && piece.at + piece.length <= text.at + text.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text, line = str_cut((struct str){ (const char *)data, size }, '\n', &text);
    struct str boundary = form_boundary(line);
    struct form form;
    if (!boundary.length || form_read(text, boundary, &form) != FORM_GOOD)
        return 0;
    for (size_t i = 0; i < form.field_count; i++)
        assert(is_inside(text, form.fields[i].name) && is_inside(text, form.fields[i].value));
    assert(is_inside(text, form.file_name) && is_inside(text, form.file_type) && form.file_at <= text.length);
    struct str file = str_from(text, form.file_at);
    size_t end = form_file_end(file, boundary);
    assert(end == SIZE_MAX || end <= file.length);
    return 0;
}
