#include "services/sagemaker/record_filter.h"

#define PLACES_MOST 64

/* A part of a filter: one place, or a run of them; SIZE-less ends are INT64_MIN and INT64_MAX. */
struct span {
    int64_t from, to; /* `to` not included */
    bool single;
};

static bool read_bound(struct str text, int64_t otherwise, int64_t *ret_value)
{
    *ret_value = otherwise;
    return !text.length || (str_to_int64(text, ret_value) && *ret_value > -100000 && *ret_value < 100000);
}

static bool read_span(struct str text, struct span *ret_span)
{
    struct str to, from = str_cut(text, ':', &to);
    bool run = from.length < text.length;
    from = str_trim(from);
    to = str_trim(to);
    ret_span->single = !run;
    if (!run)
        return from.length && read_bound(from, 0, &ret_span->from);
    return read_bound(from, INT64_MIN, &ret_span->from) && read_bound(to, INT64_MAX, &ret_span->to);
}

/* How many parts it has; 0: all fields; -1: it is none. */
static int read_filter(struct str filter, struct span ret_spans[PLACES_MOST])
{
    int count = 0;
    if (!filter.length || str_is(filter, "$"))
        return 0;
    if (!str_starts(filter, STR("$[")) || filter.at[filter.length - 1] != ']')
        return -1;
    struct str rest = { filter.at + 2, filter.length - 3 };
    do {
        struct str part = str_cut(rest, ',', &rest);
        if (count == PLACES_MOST || !read_span(part, &ret_spans[count++]))
            return -1;
    } while (rest.length);
    return count;
}

bool record_filter_is_fit(struct str filter)
{
    struct span spans[PLACES_MOST];
    return read_filter(filter, spans) >= 0;
}

static int64_t count_fields(struct str record)
{
    int64_t count = 1;
    for (size_t i = 0; i < record.length; i++)
        count += record.at[i] == ',';
    return count;
}

static struct str field_at(struct str record, int64_t index)
{
    while (index-- > 0)
        str_cut(record, ',', &record);
    return str_cut(record, ',', &(struct str){ 0 });
}

static int64_t bounded(int64_t at, int64_t count)
{
    at = at < 0 && at != INT64_MIN ? at + count : at;
    return at < 0 ? 0 : at > count ? count : at;
}

void record_filter_apply(struct str filter, struct str record, struct buf *ret_fields)
{
    struct span spans[PLACES_MOST];
    int parts = read_filter(filter, spans);
    int64_t count = count_fields(record);
    bool any = false;
    if (parts <= 0) {
        buf_add_str(ret_fields, record);
        return;
    }
    for (int i = 0; i < parts; i++) {
        int64_t from = spans[i].single && spans[i].from < 0 ? spans[i].from + count : spans[i].from;
        int64_t to = spans[i].single ? from + 1 : bounded(spans[i].to, count);
        for (from = spans[i].single ? from : bounded(from, count); from >= 0 && from < to && from < count; from++) {
            if (any)
                buf_add_byte(ret_fields, ',');
            buf_add_str(ret_fields, field_at(record, from));
            any = true;
        }
    }
}
