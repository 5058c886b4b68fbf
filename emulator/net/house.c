#include "net/house.h"

#include <assert.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "world/store.h"
#include "world/world.h"

#define HOUSE_PATH       "/_rehearse/"
#define MOST_OF_RESPONSE 12 /* headers */

/* TRUST.md section 4, on everything under the house's path: the page and what it asks for. */
static const struct http_header strict_headers[] = {
    { STR("Content-Security-Policy"),
      STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
          "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'") },
    { STR("X-Content-Type-Options"), STR("nosniff") },
    { STR("Referrer-Policy"), STR("no-referrer") },
    { STR("Cross-Origin-Opener-Policy"), STR("same-origin") },
    { STR("Cross-Origin-Resource-Policy"), STR("same-origin") },
    { STR("Cache-Control"), STR("no-store") },
};

/* ---- answers ---- */

static void answer(struct http_request *request, int status, const char *content_type, struct str extra_name,
                   struct str extra_value, struct buf *body_taken)
{
    struct http_header headers[MOST_OF_RESPONSE];
    size_t count = 0;
    headers[count++] = (struct http_header){ STR("Content-Type"), str_of(content_type) };
    if (extra_name.length)
        headers[count++] = (struct http_header){ extra_name, extra_value };
    for (size_t i = 0; i < sizeof strict_headers / sizeof *strict_headers; i++)
        headers[count++] = strict_headers[i];
    http_respond(request, &(struct http_response){ status, headers, count, body_taken });
}

static void answer_json(struct http_request *request, int status, struct buf *body_taken)
{
    answer(request, status, "application/json", STR_NONE, STR_NONE, body_taken);
}

void house_error_body(struct buf *body, const char *code, const char *message)
{
    buf_add_text(body, "{\"__type\":");
    json_print_string(body, str_of(code));
    buf_add_text(body, ",\"message\":");
    json_print_string(body, str_of(message));
    buf_add_text(body, "}");
}

void house_refuse(struct http_request *request, int status, const char *code, const char *message)
{
    struct buf body = BUF_EMPTY;
    house_error_body(&body, code, message);
    answer_json(request, status, &body);
}

static void refuse_method(struct http_request *request, struct str allowed)
{
    struct buf body = BUF_EMPTY;
    house_error_body(&body, "MethodNotAllowed", "The method is not allowed here.");
    answer(request, 405, "application/json", STR("Allow"), allowed, &body);
}

/* ---- what there is to read ---- */

static void serve_health(struct house *house, struct http_request *request)
{
    struct buf body = BUF_EMPTY;
    buf_add_text(&body, "{\"services\":{");
    for (const struct service *const *at = house->cloud->services; *at; at++) {
        if (at != house->cloud->services)
            buf_add_byte(&body, ',');
        json_print_string(&body, str_of((*at)->model->name));
        buf_add_text(&body, ":\"running\"");
    }
    buf_add_text(&body, "},\"edition\":\"rehearse\",\"version\":\"" REHEARSE_VERSION "\"}");
    answer_json(request, 200, &body);
}

static void serve_welcome(struct house *house, struct http_request *request)
{
    const struct cloud *cloud = house->cloud;
    struct buf body = BUF_EMPTY;
    buf_printf(&body, "Rehearse %s, a practice cloud, is at work here. To use it:\n\n", REHEARSE_VERSION);
    buf_printf(&body, "    export AWS_ENDPOINT_URL=http://%.*s\n", STR_ARG(request->host));
    if (!cloud->strict)
        buf_add_text(&body, "    export AWS_ACCESS_KEY_ID=test\n    export AWS_SECRET_ACCESS_KEY=test\n");
    buf_printf(&body, "    export AWS_DEFAULT_REGION=%s\n    export AWS_DISABLE_HOST_PREFIX_INJECTION=true\n",
               cloud->region);
    if (cloud->strict)
        buf_add_text(&body, "\nThe keys are those that your facilitator gave to your team.\n");
    answer(request, 200, "text/plain; charset=utf-8", STR_NONE, STR_NONE, &body);
}

static void serve_page(struct house *house, struct http_request *request,
                       void (*serve)(struct house *house, struct http_request *request))
{
    if (str_is(request->method, "GET") || str_is(request->method, "HEAD"))
        serve(house, request);
    else
        refuse_method(request, STR("GET, HEAD"));
}

/* ---- who may change something ---- */

/* Browsers say where a request comes from. Where they do, only the page that we served ourselves counts: a page of another
 * port of this machine is "same-site" and no more ours than one from the far end of the web. */
static bool comes_from_elsewhere(const struct http_request *request)
{
    struct str site = http_header(request, "Sec-Fetch-Site");
    if (site.at && !str_is(site, "same-origin") && !str_is(site, "none"))
        return true;
    struct str origin = http_header(request, "Origin");
    if (!origin.at)
        return false;
    size_t scheme = str_find(origin, STR("://"));
    return scheme == SIZE_MAX || !str_equal_ignoring_case(str_from(origin, scheme + 3), request->host);
}

/* What a form of a page elsewhere could send without asking first is not taken. */
static bool has_fit_body(const struct http_request *request)
{
    if (request->body.length == 0)
        return true;
    struct str rest, type = str_trim(str_cut(http_header(request, "Content-Type"), ';', &rest));
    return str_equal_ignoring_case(type, STR("application/json"));
}

static bool shows_token(const struct house *house, const struct http_request *request)
{
    struct str given = http_header(request, "Authorization");
    if (!house->token || !str_equal_ignoring_case(str_first(given, 7), STR("Bearer ")))
        return false;
    /* Digests are of one length: not even the token's length shows in the time that this takes. */
    unsigned char wanted[SHA256_BYTES], shown[SHA256_BYTES];
    digest_sha256(str_of(house->token), wanted);
    digest_sha256(str_trim(str_from(given, 7)), shown);
    return digest_equal(wanted, shown, SHA256_BYTES);
}

static bool may_administer(const struct house *house, const struct http_request *request)
{
    return (request->from_loopback && !house->cloud->strict) || shows_token(house, request);
}

/* ---- reset ---- */

struct reset {
    struct hold hold;
    struct http_request *request;
};

static void reset_over(struct hold *hold, bool failed)
{
    struct reset *reset = LIST_ITEM(hold, struct reset, hold);
    if (failed) {
        house_refuse(reset->request, 500, "InternalFailure", "The cloud could not be written down as empty.");
        return;
    }
    struct buf body = BUF_EMPTY;
    buf_add_text(&body, "{\"reset\":true}");
    answer_json(reset->request, 200, &body);
}

static void serve_reset(struct house *house, struct http_request *request)
{
    if (!str_is(request->method, "POST")) {
        refuse_method(request, STR("POST"));
        return;
    }
    if (comes_from_elsewhere(request)) {
        house_refuse(request, 403, "Forbidden", "A page from elsewhere may not do this.");
        return;
    }
    if (!has_fit_body(request)) {
        house_refuse(request, 415, "UnsupportedMediaType", "The body must be application/json, or empty.");
        return;
    }
    if (!may_administer(house, request)) {
        struct buf body = BUF_EMPTY;
        house_error_body(&body, "Unauthorized", "This wants the facilitator's token: Authorization: Bearer TOKEN.");
        answer(request, 401, "application/json", STR("WWW-Authenticate"), STR("Bearer"), &body);
        return;
    }
    log_info("the cloud is emptied, as %s asked", request->peer[0] ? request->peer : "somebody");
    struct reset *reset = ARENA_NEW(request->arena, struct reset);
    reset->request = request;
    request->user = reset;
    world_reset(house->cloud->world);
    hold_begin(house->holds, &reset->hold, store_last_change(house->cloud->world->store), reset_over);
}

void house_gone(struct house *house, struct http_request *request)
{
    struct reset *reset = request->user;
    if (reset)
        hold_forget(&reset->hold);
}

/* ---- the way in ---- */

bool house_owns(const struct http_request *request)
{
    return str_starts(request->path, STR(HOUSE_PATH)) || str_is(request->path, "/_rehearse") ||
           str_is(request->path, "/_localstack/health");
}

void house_serve(struct house *house, struct http_request *request)
{
    if (str_is(request->path, HOUSE_PATH))
        serve_page(house, request, serve_welcome);
    else if (str_is(request->path, "/_rehearse"))
        house_lead_in(request);
    else if (str_is(request->path, "/_rehearse/health") || str_is(request->path, "/_localstack/health"))
        serve_page(house, request, serve_health);
    else if (str_is(request->path, "/_rehearse/reset"))
        serve_reset(house, request);
    else
        house_refuse(request, 404, "NotFound", "There is nothing of that name here.");
}

bool house_is_visited(const struct http_request *request)
{
    if (!str_is(request->method, "GET") || !str_is(request->path, "/") || request->query.length ||
        http_header(request, "Authorization").at)
        return false;
    return str_is(http_header(request, "Sec-Fetch-Dest"), "document") ||
           str_find(http_header(request, "Accept"), STR("text/html")) != SIZE_MAX;
}

void house_lead_in(struct http_request *request)
{
    struct buf body = BUF_EMPTY;
    answer(request, 302, "text/plain; charset=utf-8", STR("Location"), STR(HOUSE_PATH), &body);
}
