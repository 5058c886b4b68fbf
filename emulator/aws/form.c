#include "aws/form.h"

#include "aws/authenticate.h"
#include "aws/form_policy.h"
#include "aws/payload.h"
#include "aws/rest_route.h"
#include "aws/sigv4.h"
#include "aws/xml.h"
#include "base/percent.h"

#define MOST_BEFORE_FILE (20 * 1024) /* the fields together, as S3 has it */
#define MOST_FIELDS      FORM_MOST_FIELDS
#define MOST_HEADERS     (8 * 1024) /* of one part */
#define MOST_BOUNDARY    70         /* RFC 2046 */

/* Sentences as S3 answers them. */
#define SENDER(name, text, http) static const struct error_kind name = { text, text, http, FAULT_SENDER }

SENDER(malformed, "MalformedPOSTRequest", 400);
SENDER(too_much_before, "MaxPostPreDataLengthExceeded", 400);
SENDER(invalid_argument, "InvalidArgument", 400);
SENDER(too_small, "EntityTooSmall", 400);
SENDER(too_large, "EntityTooLarge", 400);

struct form {
    struct call *call;
    struct str bucket, path;
    struct str delimiter; /* "\r\n--BOUNDARY" */
    enum { FORM_BEGIN, FORM_HEADERS, FORM_FIELD, FORM_FILE, FORM_AFTER, FORM_BROKEN } state;
    struct buf window; /* what has come and is not used up */
    struct form_fields fields;
    size_t before_file;
    struct str field, filename, key;
    struct form_range range;
    uint64_t taken; /* of the file */
};

/* ---- what is a form ---- */

static struct str boundary_of(const struct wire_request *request)
{
    struct str rest = request_header(request, STR("Content-Type"));
    if (!str_equal_ignoring_case(str_trim(str_cut(rest, ';', &rest)), STR("multipart/form-data")))
        return STR_NONE;
    while (rest.length) {
        struct str value, name = str_cut(str_trim(str_cut(rest, ';', &rest)), '=', &value);
        if (!str_equal_ignoring_case(name, STR("boundary")))
            continue;
        bool quoted = value.length > 2 && value.at[0] == '"' && value.at[value.length - 1] == '"';
        return quoted ? (struct str){ value.at + 1, value.length - 2 } : value;
    }
    return STR_NONE;
}

struct form *form_new(struct call *call, const struct wire_request *request, struct str path)
{
    struct str rest, bucket = str_cut(str_from(path, 1), '/', &rest), boundary = boundary_of(request);
    if (!str_is(request->method, "POST") || !bucket.length || rest.length || request->query.length ||
        !boundary.length || boundary.length > MOST_BOUNDARY)
        return NULL;
    struct form *form = ARENA_NEW(call->arena, struct form);
    form->call = call;
    form->bucket = bucket;
    form->path = path;
    form->delimiter = str_of(arena_printf(call->arena, "\r\n--%.*s", STR_ARG(boundary)));
    form->range.most = UINT64_MAX;
    buf_add_text(&form->window, "\r\n"); /* so that the first delimiter is like all others */
    return form;
}

void form_drop(struct form *form_or_null)
{
    if (form_or_null)
        buf_release(&form_or_null->window);
}

/* ---- fields ---- */

static enum outcome refuse(struct form *form)
{
    form->state = FORM_BROKEN;
    return call_fail(form->call, &malformed, "The body of your POST request is not well-formed multipart/form-data.");
}

static struct str parameter_of(struct str disposition, const char *name)
{
    struct str rest;
    for (str_cut(disposition, ';', &rest); rest.length;) {
        struct str value, found = str_cut(str_trim(str_cut(rest, ';', &rest)), '=', &value);
        if (!str_equal_ignoring_case(found, str_of(name)))
            continue;
        bool quoted = value.length >= 2 && value.at[0] == '"' && value.at[value.length - 1] == '"';
        return quoted ? (struct str){ value.at + 1, value.length - 2 } : value;
    }
    return STR_NONE;
}

/* The file's own type is no field: S3 takes Content-Type from the field of that name alone. */
static enum outcome take_headers(struct form *form, struct str headers)
{
    struct str disposition = STR_NONE;
    while (headers.length) {
        struct str value, line = str_cut(headers, '\n', &headers), name = str_cut(line, ':', &value);
        if (value.length && value.at[value.length - 1] == '\r')
            value.length--;
        if (str_equal_ignoring_case(name, STR("Content-Disposition")))
            disposition = str_trim(value);
    }
    form->field = arena_str(form->call->arena, parameter_of(disposition, "name"));
    if (!form->field.length)
        return refuse(form);
    form->state = FORM_FIELD;
    if (!str_equal_ignoring_case(form->field, STR("file")))
        return CALL_DONE;
    form->filename = arena_str(form->call->arena, parameter_of(disposition, "filename"));
    form->state = FORM_FILE;
    return CALL_DONE;
}

static enum outcome take_field(struct form *form, struct str value)
{
    struct form_fields *fields = &form->fields;
    if (fields->count == MOST_FIELDS || !str_is_utf8(value) || !str_is_utf8(form->field))
        return refuse(form);
    fields->at[fields->count].name = form->field;
    fields->at[fields->count++].value = arena_str(form->call->arena, value);
    return CALL_DONE;
}

/* ---- a form becomes a PutObject ---- */

/* ${filename} in a key is the name of the file, without its folders. */
static struct str key_of(struct form *form)
{
    const struct str placeholder = STR("${filename}");
    struct str key = form_field(&form->fields, "key"), name = form->filename;
    size_t at = str_find(key, placeholder);
    if (at == SIZE_MAX)
        return key;
    for (size_t i = 0; i < name.length; i++)
        if (name.at[i] == '/' || name.at[i] == '\\') {
            name = str_from(name, i + 1);
            i = SIZE_MAX;
        }
    return str_of(arena_printf(form->call->arena, "%.*s%.*s%.*s", (int)at, key.at, STR_ARG(name),
                               STR_ARG(str_from(key, at + placeholder.length))));
}

static bool is_header(struct str name)
{
    static const char *const standard[] = { "Cache-Control",    "Content-Type", "Content-Disposition",
                                            "Content-Encoding", "Expires",      "Content-Language" };
    for (size_t i = 0; i < sizeof standard / sizeof *standard; i++)
        if (str_equal_ignoring_case(name, str_of(standard[i])))
            return true;
    return str_equal_ignoring_case(str_first(name, 6), STR("x-amz-")) &&
           !str_equal_ignoring_case(name, STR("x-amz-signature"));
}

static struct wire_request *put_of(struct form *form)
{
    struct arena *arena = form->call->arena;
    struct wire_request *put = ARENA_NEW(arena, struct wire_request);
    *put = *form->call->request;
    struct wire_header *headers = ARENA_ARRAY(arena, struct wire_header, form->fields.count + put->header_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < form->fields.count; i++) {
        struct str name = form->fields.at[i].name;
        if (str_equal_ignoring_case(name, STR("acl")))
            name = STR("x-amz-acl");
        if (is_header(name))
            headers[count++] = (struct wire_header){ name, form->fields.at[i].value };
    }
    for (size_t i = 0; i < form->call->request->header_count; i++) {
        const struct wire_header *header = &form->call->request->headers[i];
        if (str_equal_ignoring_case(str_first(header->name, 4), STR("Sec-")) ||
            str_equal_ignoring_case(header->name, STR("Origin")))
            headers[count++] = *header;
    }
    put->headers = headers;
    put->header_count = count;
    return put;
}

static void match_key(struct form *form)
{
    struct call *call = form->call;
    struct rest_match *match = ARENA_NEW(call->arena, struct rest_match);
    struct buf encoded = BUF_EMPTY;
    percent_encode(&encoded, form->key, "/");
    *match = (struct rest_match){ .operation = call->operation, .path = form->path, .label_count = 2 };
    match->labels[0].name = STR("Bucket");
    match->labels[0].value = form->bucket;
    match->labels[1].name = STR("Key");
    match->labels[1].value = arena_str(call->arena, buf_str(&encoded));
    call->match = match;
    buf_release(&encoded);
}

static enum outcome become_put(struct form *form)
{
    struct call *call = form->call;
    form->key = key_of(form);
    if (!form->key.length) {
        call_fail(call, &invalid_argument,
                  "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the "
                  "fields.");
        call_fail_more(call, "ArgumentName", STR("key"));
        return call_fail_more(call, "ArgumentValue", STR(""));
    }
    form_sign(call, &form->fields);
    match_key(form);
    call->request = put_of(form);
    if (authenticate_call(call) != CALL_DONE)
        return CALL_FAILED;
    call->known = true;
    return form_check_policy(call, &form->fields, form->bucket, &form->range);
}

/* ---- the body ---- */

static void use_up(struct buf *window, size_t length)
{
    memmove(window->at, window->at + length, window->length - length);
    window->length -= length;
}

/* Behind a delimiter: a line end and the next part, or two dashes and the end. False: more must come first. */
static bool pass_delimiter(struct form *form, size_t at)
{
    size_t end = at + form->delimiter.length;
    if (form->window.length < end + 2)
        return false;
    struct str behind = str_first(str_from(buf_str(&form->window), end), 2);
    bool next = str_is(behind, "\r\n"), last = str_is(behind, "--");
    form->state = next ? FORM_HEADERS : last ? FORM_AFTER : FORM_BROKEN;
    use_up(&form->window, end + 2);
    return true;
}

static enum outcome read_headers(struct form *form, bool *ret_goes_on)
{
    size_t end = str_find(buf_str(&form->window), STR("\r\n\r\n"));
    *ret_goes_on = end != SIZE_MAX;
    if (!*ret_goes_on)
        return form->window.length > MOST_HEADERS ? refuse(form) : CALL_DONE;
    if (take_headers(form, str_first(buf_str(&form->window), end)) != CALL_DONE)
        return CALL_FAILED;
    use_up(&form->window, end + 2); /* the line end in front of an empty value's delimiter stays */
    if (form->state != FORM_FILE)
        return CALL_DONE;
    use_up(&form->window, 2);
    return become_put(form);
}

static enum outcome read_field(struct form *form, bool *ret_goes_on)
{
    size_t end = str_find(buf_str(&form->window), form->delimiter);
    *ret_goes_on = false;
    if (form->before_file + (end == SIZE_MAX ? form->window.length : end) > MOST_BEFORE_FILE) {
        form->state = FORM_BROKEN;
        return call_fail(form->call, &too_much_before,
                         "Your POST request fields preceding the upload file were too large.");
    }
    if (end == SIZE_MAX)
        return CALL_DONE;
    struct str value = str_first(buf_str(&form->window), end);
    value = str_from(value, value.length < 2 ? value.length : 2); /* the line end behind the headers */
    size_t size = end;
    struct str kept = arena_str(form->call->arena, value);
    *ret_goes_on = pass_delimiter(form, end);
    if (!*ret_goes_on)
        return CALL_DONE;
    form->before_file += size;
    return take_field(form, kept);
}

static enum outcome refuse_size(struct form *form, const struct error_kind *kind, const char *message, uint64_t size,
                                const char *name, uint64_t limit)
{
    struct call *call = form->call;
    call_fail(call, kind, "%s", message);
    call_fail_more(call, "ProposedSize", str_of(arena_printf(call->arena, "%llu", (unsigned long long)size)));
    return call_fail_more(call, name, str_of(arena_printf(call->arena, "%llu", (unsigned long long)limit)));
}

static enum outcome read_file(struct form *form, void *owner, bool (*file)(void *owner, struct str bytes),
                              bool *ret_goes_on)
{
    struct buf *window = &form->window;
    size_t end = str_find(buf_str(window), form->delimiter);
    size_t safe = end;
    if (end == SIZE_MAX)
        safe = window->length < form->delimiter.length ? 0 : window->length - form->delimiter.length + 1;
    form->taken += safe;
    if (form->taken > form->range.most)
        return refuse_size(form, &too_large, "Your proposed upload exceeds the maximum allowed size", form->taken,
                           "MaxSizeAllowed", form->range.most);
    if (safe && !file(owner, str_first(buf_str(window), safe)))
        return CALL_FAILED;
    use_up(window, safe);
    *ret_goes_on = end != SIZE_MAX && pass_delimiter(form, 0);
    if (*ret_goes_on && form->state != FORM_BROKEN)
        form->state = FORM_AFTER;
    return CALL_DONE;
}

enum outcome form_feed(struct form *form, struct str bytes, void *owner, bool (*file)(void *owner, struct str bytes))
{
    enum outcome outcome = CALL_DONE;
    buf_add_str(&form->window, bytes);
    for (bool goes_on = true; goes_on && outcome == CALL_DONE;) {
        switch (form->state) {
        case FORM_BEGIN:
            if (form->window.length >= form->delimiter.length && !str_starts(buf_str(&form->window), form->delimiter))
                return refuse(form);
            goes_on = form->window.length >= form->delimiter.length && pass_delimiter(form, 0);
            break;
        case FORM_HEADERS:
            outcome = read_headers(form, &goes_on);
            break;
        case FORM_FIELD:
            outcome = read_field(form, &goes_on);
            break;
        case FORM_FILE:
            outcome = read_file(form, owner, file, &goes_on);
            break;
        case FORM_AFTER:
            buf_clear(&form->window);
            goes_on = false;
            break;
        case FORM_BROKEN:
            return refuse(form);
        }
    }
    return outcome;
}

enum outcome form_end(struct form *form)
{
    if (form->state != FORM_AFTER)
        return refuse(form);
    if (!form->key.length) { /* the last delimiter came before any file */
        call_fail(form->call, &invalid_argument, "POST requires exactly one file upload per request.");
        call_fail_more(form->call, "ArgumentName", STR("file"));
        return call_fail_more(form->call, "ArgumentValue", STR("0"));
    }
    if (form->taken < form->range.least)
        return refuse_size(form, &too_small, "Your proposed upload is smaller than the minimum allowed size",
                           form->taken, "MinSizeAllowed", form->range.least);
    return CALL_DONE;
}

/* ---- the answer ---- */

static struct str location_of(struct form *form)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "http://%.*s", STR_ARG(form->call->request->host));
    if (!form->call->request->above_host.length)
        buf_printf(&text, "/%.*s", STR_ARG(form->bucket));
    buf_printf(&text, "/%.*s", STR_ARG(form->call->match->labels[1].value));
    struct str kept = arena_str(form->call->arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

static struct str redirection_of(struct form *form, struct str to, struct str etag)
{
    struct buf text = BUF_EMPTY;
    buf_add_str(&text, to);
    buf_printf(&text, "%sbucket=%.*s&key=", str_find_byte(to, '?') == SIZE_MAX ? "?" : "&", STR_ARG(form->bucket));
    percent_encode(&text, form->key, "");
    buf_add_text(&text, "&etag=");
    percent_encode(&text, etag, "");
    struct str kept = arena_str(form->call->arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

void form_encode(struct call *call, struct wire_reply *reply)
{
    struct form *form = call->form;
    struct str etag = json_str(call->output, "ETag"), location = location_of(form);
    struct str to = form_field(&form->fields, "success_action_redirect");
    struct str status = form_field(&form->fields, "success_action_status");
    if (!to.length)
        to = form_field(&form->fields, "redirect");
    reply->status = to.length ? 303 : str_is(status, "200") ? 200 : str_is(status, "201") ? 201 : 204;
    wire_reply_add(reply, call->arena, STR("Location"), to.length ? redirection_of(form, to, etag) : location);
    if (reply->status != 201)
        return;
    reply->content_type = "application/xml";
    buf_add_text(&reply->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml_open(&reply->body, "PostResponse");
    xml_element(&reply->body, "Location", location);
    xml_element(&reply->body, "Bucket", form->bucket);
    xml_element(&reply->body, "Key", form->key);
    xml_element(&reply->body, "ETag", etag);
    xml_close(&reply->body, "PostResponse");
}
