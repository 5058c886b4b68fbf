#include "base/web.h"

#include <assert.h>

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* Percent escapes and '+' once, as forms and URLSearchParams write them. STR_NONE: a broken escape, NUL or no UTF-8. */
static struct str decode(struct arena *arena, struct str text)
{
    char *to = arena_room(arena, text.length + 1);
    size_t length = 0;
    if (str_find_byte(text, '\0') != SIZE_MAX)
        return STR_NONE;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] != '%') {
            to[length++] = text.at[i] == '+' ? ' ' : text.at[i];
            continue;
        }
        int high = i + 2 < text.length ? hex_digit(text.at[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_digit(text.at[i + 2]);
        if (low < 0 || high * 16 + low == 0)
            return STR_NONE;
        to[length++] = (char)(high * 16 + low);
        i += 2;
    }
    to[length] = '\0';
    struct str decoded = { to, length };
    return str_is_utf8(decoded) ? decoded : STR_NONE;
}

struct str web_parameter(const struct web_request *request, const char *name)
{
    struct str rest = request->query;
    while (rest.length > 0) {
        struct str value, pair = str_cut(rest, '&', &rest);
        if (str_is(str_cut(pair, '=', &value), name))
            return decode(request->arena, value);
    }
    return STR_NONE;
}

struct str web_cookie(const struct web_request *request, const char *name)
{
    struct str rest = request->header(request, "Cookie");
    while (rest.length > 0) {
        struct str value, pair = str_trim(str_cut(rest, ';', &rest));
        if (str_is(str_cut(pair, '=', &value), name))
            return value;
    }
    return STR_NONE;
}

void web_add_header(struct web_answer *answer, struct str name, struct str value)
{
    assert(answer->header_count < sizeof answer->headers / sizeof *answer->headers);
    answer->headers[answer->header_count++] = (struct web_header){ name, value };
}

void web_answer_json(struct web_answer *answer, cJSON *tree_taken)
{
    buf_clear(&answer->body);
    json_print(&answer->body, tree_taken);
    cJSON_Delete(tree_taken);
}

void web_error_body(struct buf *body, const char *code, const char *message)
{
    buf_add_text(body, "{\"__type\":");
    json_print_string(body, str_of(code));
    buf_add_text(body, ",\"message\":");
    json_print_string(body, str_of(message));
    buf_add_byte(body, '}');
}

void web_refuse(struct web_answer *answer, int status, const char *code, const char *message)
{
    answer->status = status;
    answer->content_type = "application/json";
    answer->unheld = true;
    buf_clear(&answer->body);
    web_error_body(&answer->body, code, message);
}

void web_metric_head(struct buf *metrics, const char *name, const char *type, const char *help)
{
    buf_printf(metrics, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void web_metric(struct buf *metrics, const char *name, const char *type, const char *help, int64_t value)
{
    web_metric_head(metrics, name, type, help);
    buf_printf(metrics, "%s %lld\n", name, (long long)value);
}
