/* Bytes that grow to a ceiling. Going over the ceiling is no error at each call: the buffer stays as it was, `overflow`
 * is set and stays set, and who asked looks once at the end. A buffer always has a NUL behind its bytes. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/str.h"

struct buf {
    char *at;
    size_t length, capacity, ceiling; /* ceiling 0: none */
    bool overflow;
};

#define BUF_EMPTY ((struct buf){ 0 })

void buf_init(struct buf *buf, size_t ceiling);
void buf_release(struct buf *buf);
void buf_clear(struct buf *buf);                /* keeps the memory */
bool buf_reserve(struct buf *buf, size_t more); /* room for `more` bytes behind the length; false: overflow */
void buf_add_slow(struct buf *buf, const void *bytes, size_t length); /* grows, or sets overflow */
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *buf, const char *format, ...);
__attribute__((format(printf, 2, 0))) void buf_vprintf(struct buf *buf, const char *format, va_list args);
void buf_add_int64(struct buf *buf, int64_t value);
void buf_add_digits(struct buf *buf, uint64_t value, unsigned base, size_t width); /* at least so many, at most 64 */
char *buf_take(struct buf *buf); /* the bytes with their NUL; free() them; the buffer is empty again */

static inline struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->at ? buf->at : "", buf->length };
}

static inline void buf_add(struct buf *buf, const void *bytes, size_t length)
{
    if (length >= buf->capacity - buf->length) {
        buf_add_slow(buf, bytes, length);
        return;
    }
    if (length)
        memcpy(buf->at + buf->length, bytes, length);
    buf->length += length;
    buf->at[buf->length] = '\0';
}

static inline void buf_add_str(struct buf *buf, struct str text)
{
    buf_add(buf, text.at, text.length);
}

static inline void buf_add_byte(struct buf *buf, char byte)
{
    buf_add(buf, &byte, 1);
}

static inline void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

#endif
