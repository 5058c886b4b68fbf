#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

#define MOST_BYTES 16384 /* of a message; the rest is cut off */

static enum log_level least_level = LOG_INFO;
static bool is_json;

void log_set_level(enum log_level least)
{
    least_level = least;
}

/* A message stays on its line, whatever a client put into it; what is no UTF-8 shows its bytes. */
static void add_escaped(struct buf *line, struct str message)
{
    for (size_t i = 0; i < message.length;) {
        unsigned char byte = (unsigned char)message.at[i];
        size_t length = utf8_length(message.at + i, message.length - i);
        /* U+0080 to U+009F are control characters too, and some terminals obey them. */
        bool control = byte < 0x20 || byte == 0x7F ||
                       (length == 2 && byte == 0xC2 && (unsigned char)message.at[i + 1] < 0xA0);
        if (length == 0 || (control && length == 1)) {
            buf_printf(line, "\\x%02x", byte);
            i++;
        } else if (control) {
            buf_printf(line, "\\x%02x", (unsigned char)message.at[i + 1]);
            i += length;
        } else {
            buf_add(line, message.at + i, length);
            i += length;
        }
    }
}

static void write_all(struct str line)
{
    while (line.length) {
        ssize_t written = write(STDERR_FILENO, line.at, line.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* nobody is left who could be told */
        line = str_from(line, (size_t)written);
    }
}

void log_set_json(bool json)
{
    is_json = json;
}

/* As a JSON string; what is no UTF-8 shows its bytes. */
static void add_quoted(struct buf *line, struct str text)
{
    buf_add_byte(line, '"');
    for (size_t i = 0; i < text.length;) {
        unsigned char byte = (unsigned char)text.at[i];
        size_t length = utf8_length(text.at + i, text.length - i);
        if (length == 0)
            buf_printf(line, "\\\\x%02x", byte);
        else if (length == 1 && (byte < 0x20 || byte == 0x7F))
            buf_printf(line, "\\u%04x", byte);
        else if (byte == '"' || byte == '\\')
            buf_printf(line, "\\%c", byte);
        else
            buf_add(line, text.at + i, length);
        i += length ? length : 1;
    }
    buf_add_byte(line, '"');
}

static void add_member(struct buf *line, const char *name, struct str value)
{
    buf_printf(line, ",\"%s\":", name);
    add_quoted(line, str_first(value, MOST_BYTES));
}

static void begin_object(struct buf *line, const char *level)
{
    char now[32];
    time_print_iso(time_wall_ms(), true, now);
    buf_init(line, 0);
    buf_printf(line, "{\"time\":\"%s\",\"level\":\"%s\"", now, level);
}

static void end_object(struct buf *line)
{
    buf_add_text(line, "}\n");
    write_all(buf_str(line));
    buf_release(line);
}

void log_event(const char *event, const char *team, const char *message)
{
    struct buf line;
    if (!is_json)
        return;
    begin_object(&line, "info");
    add_member(&line, "event", str_of(event));
    if (team)
        add_member(&line, "team", str_of(team));
    add_member(&line, "message", str_of(message));
    end_object(&line);
}

static void write_json(const char *level, struct str message)
{
    struct buf line;
    begin_object(&line, level);
    add_member(&line, "message", message);
    end_object(&line);
}

static void write_plain(const char *level, struct str message)
{
    char now[32];
    struct buf line;
    time_print_iso(time_wall_ms(), true, now);
    buf_init(&line, 0);
    buf_printf(&line, "%s %-5s ", now, level);
    add_escaped(&line, str_first(message, MOST_BYTES));
    buf_add_byte(&line, '\n');
    write_all(buf_str(&line));
    buf_release(&line);
}

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    if (level < least_level)
        return;
    int saved = errno;
    struct buf message;
    buf_init(&message, 0);
    va_list args;
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    (is_json ? write_json : write_plain)(names[level], buf_str(&message));
    buf_release(&message);
    errno = saved;
}
