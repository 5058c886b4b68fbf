#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

#define FIRST_CAPACITY 256

void buf_init(struct buf *buf, size_t ceiling)
{
    *buf = (struct buf){ .ceiling = ceiling };
}

void buf_release(struct buf *buf)
{
    free(buf->at);
    *buf = (struct buf){ .ceiling = buf->ceiling };
}

void buf_clear(struct buf *buf)
{
    buf->length = 0;
    buf->overflow = false;
    if (buf->at)
        buf->at[0] = '\0';
}

/* Doubles, so that adding stays cheap, but never takes more than the ceiling and its NUL. */
static void grow(struct buf *buf, size_t needed)
{
    size_t capacity = buf->capacity > SIZE_MAX / 2 ? needed : buf->capacity * 2;
    if (capacity < FIRST_CAPACITY)
        capacity = FIRST_CAPACITY;
    if (buf->ceiling && capacity > buf->ceiling + 1)
        capacity = buf->ceiling + 1;
    if (capacity < needed)
        capacity = needed;
    buf->at = memory_resize(buf->at, capacity);
    buf->capacity = capacity;
    buf->at[buf->length] = '\0';
}

bool buf_reserve(struct buf *buf, size_t more)
{
    if (more < buf->capacity - buf->length)
        return true;
    size_t most = buf->ceiling ? buf->ceiling : SIZE_MAX - 1;
    if (buf->length > most || more > most - buf->length) {
        buf->overflow = true;
        return false;
    }
    grow(buf, buf->length + more + 1);
    return true;
}

void buf_add_slow(struct buf *buf, const void *bytes, size_t length)
{
    if (!buf_reserve(buf, length))
        return;
    if (length)
        memcpy(buf->at + buf->length, bytes, length);
    buf->length += length;
    buf->at[buf->length] = '\0';
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    char small[256];
    int length = vsnprintf(small, sizeof small, format, args);
    assert(length >= 0);
    if ((size_t)length < sizeof small) {
        buf_add(buf, small, (size_t)length);
    } else if (buf_reserve(buf, (size_t)length)) {
        vsnprintf(buf->at + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_add_int64(struct buf *buf, int64_t value)
{
    char digits[24];
    buf_add_str(buf, str_put_int64(digits, value));
}

void buf_add_digits(struct buf *buf, uint64_t value, unsigned base, size_t width)
{
    char digits[64], *end = digits + sizeof digits;
    assert(width <= sizeof digits);
    char *first = str_put_digits(end, value, base, width);
    buf_add(buf, first, (size_t)(end - first));
}

char *buf_take(struct buf *buf)
{
    char *bytes = buf->at ? buf->at : memory_copy(STR(""));
    *buf = (struct buf){ .ceiling = buf->ceiling };
    return bytes;
}
