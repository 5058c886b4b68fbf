#include "page/page.h"

#include "embedded/page.h"

#define PAGE_PATH "/_rehearse/"

/* What the page asks first (app/api.js), fetched beside its files where there may be a session: else it would wait for the script. */
#define FIRST_ANSWER "<session?first=true>; rel=preload; as=fetch; crossorigin"

/* Of a header that lists things ("gzip, deflate;q=0.5"): is this one of them? A weight of zero refuses it. */
static bool lists(struct str header, const char *wanted)
{
    while (header.length > 0) {
        struct str weight, item = str_cut(header, ',', &header);
        if (str_equal_ignoring_case(str_trim(str_cut(item, ';', &weight)), str_of(wanted)))
            return !str_is(str_trim(weight), "q=0");
    }
    return false;
}

static void serve_file(const struct web_request *request, struct web_answer *answer, struct str path)
{
    const struct embedded_file *file = embedded_find(&embedded_page, path);
    if (!file) {
        web_refuse(answer, 404, "NotFound", "There is nothing of that name here.");
        return;
    }
    answer->unheld = true;
    answer->content_type = file->type;
    web_add_header(answer, STR("ETag"), str_of(file->etag));
    web_add_header(answer, STR("Cache-Control"),
                   STR("no-cache")); /* kept, and asked for anew: a new build shows at once */
    web_add_header(answer, STR("Vary"), STR("Accept-Encoding"));
    if (lists(request->header(request, "If-None-Match"), file->etag)) {
        answer->status = 304;
        return;
    }
    bool packed = file->gzip.length && lists(request->header(request, "Accept-Encoding"), "gzip");
    if (packed)
        web_add_header(answer, STR("Content-Encoding"), STR("gzip"));
    buf_add_str(&answer->body, packed ? file->gzip : file->bytes);
}

static void serve_front(void *data, const struct web_request *request, struct web_answer *answer)
{
    if (lists(request->header(request, "Accept"), "text/html")) {
        if (request->header(request, "Cookie").length)
            web_add_header(answer, STR("Link"), STR(FIRST_ANSWER));
        serve_file(request, answer, STR("index.html"));
        return;
    }
    answer->unheld = true;
    answer->content_type = "text/plain; charset=utf-8";
    buf_printf(&answer->body,
               "Rehearse's page is here, for browsers. The lines to paste into a terminal: http://%.*s" PAGE_PATH
               "welcome\n",
               STR_ARG(request->host));
}

static void serve_any(void *data, const struct web_request *request, struct web_answer *answer)
{
    serve_file(request, answer, str_from(request->path, sizeof PAGE_PATH - 1));
}

static const struct web_endpoint endpoints[] = {
    { "GET", PAGE_PATH, serve_front },
    { "GET", PAGE_PATH "*", serve_any },
    { 0 },
};

const struct web_site page_site = { endpoints, NULL };
