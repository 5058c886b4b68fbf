/* The first line is a query of Logs Insights, each other one a message. */
#include <assert.h>

#include "services/logs/insights.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed_lines(struct insights *insights, struct str lines)
{
    struct insights_event event = { .stream = STR("s"), .log = STR("000000000000:g"), .pointer = STR("1") };
    while (lines.length) {
        event.timestamp_ms += 1000;
        event.message = str_cut(lines, '\n', &lines);
        if (!insights_feed(insights, &event))
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size || !str_is_utf8((struct str){ (const char *)data, size }) || memchr(data, '\0', size))
        return 0;
    struct arena *arena = arena_new();
    struct str lines, query = str_cut(arena_str(arena, (struct str){ (const char *)data, size }), '\n', &lines);
    struct insights_error why = { .start = SIZE_MAX };
    struct insights *insights = insights_read(query, 100, &why);
    assert(insights || (why.message[0] && why.start <= query.length));
    if (insights) {
        feed_lines(insights, lines);
        cJSON_Delete(insights_results(insights));
    }
    insights_free(insights);
    arena_free(arena);
    return 0;
}
