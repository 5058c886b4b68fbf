#include "services/s3/condition.h"

#include "base/time.h"
#include "services/s3/fault.h"

/* ---- ETags ---- */

static struct str without_quotes(struct str etag)
{
    if (str_starts(etag, STR("W/")))
        etag = str_from(etag, 2);
    if (etag.length >= 2 && etag.at[0] == '"' && etag.at[etag.length - 1] == '"')
        return (struct str){ etag.at + 1, etag.length - 2 };
    return etag;
}

bool etag_matches(struct str named, struct str etag)
{
    return str_equal(without_quotes(str_trim(named)), etag);
}

/* A list, or "*". */
static bool is_named(struct str list, struct str etag)
{
    if (str_is(str_trim(list), "*"))
        return true;
    while (list.length)
        if (etag_matches(str_cut(list, ',', &list), etag))
            return true;
    return false;
}

static bool refuse(struct call *call, const char *condition)
{
    s3_fail(call, &FAULT_PRECONDITION_FAILED, "Condition", condition, NULL);
    return false;
}

/* ---- reading ---- */

/* The first condition that does not hold; NULL: all do. */
struct names {
    const char *match, *none_match, *modified, *unmodified;
};

enum failing { FAILS_NOT, FAILS_MATCH, FAILS_UNMODIFIED, FAILS_NONE_MATCH, FAILS_MODIFIED };

static enum failing check(struct call *call, const struct object *object, const struct names *names)
{
    struct str etag = json_str(object->head, "etag"), match = input_str(call, names->match),
               none = input_str(call, names->none_match);
    const cJSON *modified = json_get(call->input, names->modified),
                *unmodified = json_get(call->input, names->unmodified);
    int64_t changed = json_int64(object->head, "modified", 0);
    if (match.at && !is_named(match, etag))
        return FAILS_MATCH;
    if (!match.at && unmodified && changed > json_to_time(unmodified))
        return FAILS_UNMODIFIED;
    if (none.at && is_named(none, etag))
        return FAILS_NONE_MATCH;
    if (!none.at && modified && changed <= json_to_time(modified))
        return FAILS_MODIFIED;
    return FAILS_NOT;
}

static bool not_modified(struct call *call, const struct object *object)
{
    s3_fail(call, &FAULT_NOT_MODIFIED, NULL);
    call_header(call, "ETag", object_etag(call->arena, object));
    char date[30];
    time_print_http(json_int64(object->head, "modified", 0), date);
    call_header(call, "Last-Modified", str_of(date));
    if (object->version)
        call_header(call, "x-amz-version-id", object_version_id(object));
    return false;
}

bool conditions_of_reading(struct call *call, const struct object *object)
{
    static const struct names names = { "IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince" };
    switch (check(call, object, &names)) {
    case FAILS_MATCH:
        return refuse(call, "If-Match");
    case FAILS_UNMODIFIED:
        return refuse(call, "If-Unmodified-Since");
    case FAILS_NONE_MATCH:
    case FAILS_MODIFIED:
        return not_modified(call, object);
    case FAILS_NOT:
        break;
    }
    return true;
}

bool conditions_of_source(struct call *call, const struct object *source)
{
    static const struct names names = { "CopySourceIfMatch", "CopySourceIfNoneMatch", "CopySourceIfModifiedSince",
                                        "CopySourceIfUnmodifiedSince" };
    static const char *const told[] = { [FAILS_MATCH] = "x-amz-copy-source-If-Match",
                                        [FAILS_UNMODIFIED] = "x-amz-copy-source-If-Unmodified-Since",
                                        [FAILS_NONE_MATCH] = "x-amz-copy-source-If-None-Match",
                                        [FAILS_MODIFIED] = "x-amz-copy-source-If-Modified-Since" };
    enum failing failing = check(call, source, &names);
    return failing == FAILS_NOT || refuse(call, told[failing]);
}

/* ---- writing ---- */

bool conditions_of_writing(struct call *call, const struct object *current_or_null)
{
    struct str match = input_str(call, "IfMatch"), none = input_str(call, "IfNoneMatch");
    const struct object *current = current_or_null && !current_or_null->is_marker ? current_or_null : NULL;
    if (none.at && !str_is(str_trim(none), "*")) {
        s3_fail(call, &FAULT_NOT_IMPLEMENTED_HEADER, "Header", "If-None-Match", NULL);
        return false;
    }
    if (none.at && current)
        return refuse(call, "If-None-Match");
    if (match.at && !current) {
        s3_fail(call, &FAULT_NO_SUCH_KEY, "Key", input_string(call, "Key"), NULL);
        return false;
    }
    return !match.at || is_named(match, json_str(current->head, "etag")) || refuse(call, "If-Match");
}

/* ---- ranges ---- */

static bool number_of(struct str text, int64_t *ret_number)
{
    return text.length && text.at[0] >= '0' && text.at[0] <= '9' && str_to_int64(text, ret_number);
}

bool range_of_header(struct call *call, struct str header, int64_t size, struct range *ret_range)
{
    struct str unit = STR("bytes="), last, first = str_cut(str_from(header, unit.length), '-', &last);
    int64_t from = 0, to = size - 1;
    *ret_range = (struct range){ .length = size };
    bool has_hyphen = str_find_byte(header, '-') != SIZE_MAX;
    if (!header.at || !str_starts(header, unit) || !has_hyphen || str_find_byte(header, ',') != SIZE_MAX)
        return true;
    first = str_trim(first);
    last = str_trim(last);
    if (first.length && (!number_of(first, &from) || (last.length && (!number_of(last, &to) || to < from))))
        return true;
    if (!first.length) {
        int64_t behind;
        if (!number_of(last, &behind))
            return true;
        from = behind < size ? size - behind : 0;
        if (behind == 0)
            from = size;
        to = size - 1;
    }
    if (from >= size) {
        s3_fail(call, &FAULT_INVALID_RANGE, "RangeRequested", arena_copy(call->arena, header), "ActualObjectSize",
                arena_printf(call->arena, "%lld", (long long)size), NULL);
        return false;
    }
    if (to >= size)
        to = size - 1;
    *ret_range = (struct range){ from, to - from + 1, true };
    return true;
}
