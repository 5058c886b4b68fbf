#include "base/file.h"

#include <errno.h>
#include <string.h>

const char *file_read_stream(FILE *file, size_t most, struct buf *ret_text)
{
    char piece[65536];
    buf_init(ret_text, most);
    for (size_t got; !ret_text->overflow && (got = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(ret_text, piece, got);
    if (ferror(file))
        return "it cannot be read";
    return ret_text->overflow ? "it is too big" : NULL;
}

const char *file_read(const char *path, size_t most, struct buf *ret_text)
{
    FILE *file = fopen(path, "re");
    buf_init(ret_text, most);
    if (!file)
        return strerror(errno);
    const char *why = file_read_stream(file, most, ret_text);
    fclose(file);
    return why;
}
