#include "net/house.h"

#include "aws/chaos.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "net/meter.h"
#include "world/store.h"
#include "world/world.h"

#define HOUSE_PATH       "/_rehearse/"
#define METRICS_PATH     "/metrics"
#define CHAOS_PATH       "/_localstack/chaos/"
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

/* ---- what every cloud has ---- */

static void serve_health(void *data, const struct web_request *request, struct web_answer *answer)
{
    const struct house *house = data;
    struct buf *body = &answer->body;
    buf_add_text(body, "{\"services\":{");
    for (const struct service *const *at = house->cloud->services; *at; at++) {
        if (at != house->cloud->services)
            buf_add_byte(body, ',');
        json_print_string(body, str_of((*at)->model->name));
        buf_add_text(body, ":\"running\"");
    }
    buf_add_text(body, "},\"edition\":\"rehearse\",\"version\":\"" REHEARSE_VERSION "\"");
    for (const struct web_site *const *site = house->sites; site && *site; site++) {
        cJSON *told = (*site)->tell_health ? (*site)->tell_health((*site)->data) : NULL;
        if (!told)
            continue;
        buf_printf(body, ",\"%s\":", (*site)->health);
        json_print(body, told);
        cJSON_Delete(told);
    }
    buf_add_byte(body, '}');
    answer->unheld = true;
}

static void serve_welcome(void *data, const struct web_request *request, struct web_answer *answer)
{
    const struct house *house = data;
    const struct cloud *cloud = house->cloud;
    struct buf *body = &answer->body;
    buf_printf(body, "Rehearse %s, a practice cloud, is at work here. To use it:\n\n", REHEARSE_VERSION);
    buf_printf(body, "    export AWS_ENDPOINT_URL=http://%.*s\n", STR_ARG(request->host));
    if (!cloud->strict)
        buf_add_text(body, "    export AWS_ACCESS_KEY_ID=test\n    export AWS_SECRET_ACCESS_KEY=test\n");
    buf_printf(body, "    export AWS_DEFAULT_REGION=%s\n    export AWS_DISABLE_HOST_PREFIX_INJECTION=true\n",
               cloud->region);
    if (cloud->strict)
        buf_add_text(body, "\nThe keys are those that your facilitator gave to your team.\n");
    answer->content_type = "text/plain; charset=utf-8";
    answer->unheld = true;
}

static bool shows_token(const struct house *house, const struct web_request *request)
{
    struct str given = request->header(request, "Authorization");
    if (!house->token || !str_equal_ignoring_case(str_first(given, 7), STR("Bearer ")))
        return false;
    return digest_same_secret(str_of(house->token), str_trim(str_from(given, 7)));
}

static bool may_administer(const struct house *house, const struct web_request *request)
{
    return (request->from_loopback && !house->cloud->strict) || shows_token(house, request);
}

static void refuse_stranger(struct web_answer *answer)
{
    web_refuse(answer, 401, "Unauthorized", "This wants the facilitator's token: Authorization: Bearer TOKEN.");
    web_add_header(answer, STR("WWW-Authenticate"), STR("Bearer"));
}

static bool administers(const struct house *house, const struct web_request *request, struct web_answer *answer)
{
    if (may_administer(house, request))
        return true;
    refuse_stranger(answer);
    return false;
}

static void serve_metrics(void *data, const struct web_request *request, struct web_answer *answer)
{
    const struct house *house = data;
    if (!administers(house, request, answer))
        return;
    meter_write(house, &answer->body);
    answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer->unheld = true;
}

static void serve_reset(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct house *house = data;
    if (!administers(house, request, answer))
        return;
    log_info("the cloud is emptied, as %s asked", request->peer[0] ? request->peer : "somebody");
    world_reset(house->cloud->world);
    buf_add_text(&answer->body, "{\"reset\":true}");
}

/* ---- chaos (aws/chaos.h), for the facilitator alone: a player who could take his faults away would have no game ---- */

static bool may_make_chaos(const struct house *house, const struct web_request *request, struct web_answer *answer)
{
    if (shows_token(house, request) || (!house->cloud->watcher && may_administer(house, request)))
        return true;
    refuse_stranger(answer);
    return false;
}

static void answer_chaos(const char *why_not, cJSON *tree_taken, struct web_answer *answer)
{
    if (!why_not) {
        web_answer_json(answer, tree_taken);
        return;
    }
    cJSON_Delete(tree_taken);
    web_refuse(answer, 400, "BadRequest", why_not);
}

static void change_rules(struct house *house, const struct web_request *request, struct web_answer *answer,
                         enum chaos_change change)
{
    if (!may_make_chaos(house, request, answer))
        return;
    const char *why_not = chaos_change_rules(house->cloud->chaos, change, request->input);
    answer_chaos(why_not, chaos_rules(house->cloud->chaos), answer);
}

static void replace_rules(void *data, const struct web_request *request, struct web_answer *answer)
{
    change_rules(data, request, answer, CHAOS_REPLACE);
}

static void add_rules(void *data, const struct web_request *request, struct web_answer *answer)
{
    change_rules(data, request, answer, CHAOS_ADD);
}

static void remove_rules(void *data, const struct web_request *request, struct web_answer *answer)
{
    change_rules(data, request, answer, CHAOS_REMOVE);
}

static void serve_rules(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct house *house = data;
    if (may_make_chaos(house, request, answer))
        web_answer_json(answer, chaos_rules(house->cloud->chaos));
}

static void serve_effects(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct house *house = data;
    if (may_make_chaos(house, request, answer))
        web_answer_json(answer, chaos_effects(house->cloud->chaos));
}

static void set_effects(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct house *house = data;
    if (!may_make_chaos(house, request, answer))
        return;
    const char *why_not = chaos_set_effects(house->cloud->chaos, request->input);
    answer_chaos(why_not, chaos_effects(house->cloud->chaos), answer);
}

static const struct web_endpoint own_endpoints[] = {
    { "GET", CHAOS_PATH "faults", serve_rules },
    { "POST", CHAOS_PATH "faults", replace_rules, .takes_list = true },
    { "PUT", CHAOS_PATH "faults", replace_rules, .takes_list = true },
    { "PATCH", CHAOS_PATH "faults", add_rules, .takes_list = true },
    { "DELETE", CHAOS_PATH "faults", remove_rules, .takes_list = true },
    { "GET", CHAOS_PATH "effects", serve_effects },
    { "POST", CHAOS_PATH "effects", set_effects },
    { "PUT", CHAOS_PATH "effects", set_effects },
    { "GET", "/_rehearse/", serve_welcome },
    { "GET", "/_rehearse/welcome", serve_welcome },
    { "GET", "/_rehearse/health", serve_health },
    { "GET", "/_localstack/health", serve_health },
    { "GET", "/_rehearse/metrics", serve_metrics },
    { "GET", METRICS_PATH, serve_metrics },
    { "POST", "/_rehearse/reset", serve_reset },
    { 0 },
};

static bool names_header(const struct web_header *headers, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal_ignoring_case(headers[i].name, name))
            return true;
    return false;
}

/* The endpoint's own, and those of ours that it does not set itself (a file may be kept, an answer of the API not). */
static size_t compose_headers(struct http_header ret_headers[MOST_OF_RESPONSE], const char *content_type,
                              const struct web_header *extra, size_t extra_count)
{
    size_t count = 0;
    ret_headers[count++] = (struct http_header){ STR("Content-Type"), str_of(content_type) };
    for (size_t i = 0; i < extra_count; i++)
        ret_headers[count++] = (struct http_header){ extra[i].name, extra[i].value };
    for (size_t i = 0; i < sizeof strict_headers / sizeof *strict_headers; i++)
        if (!names_header(extra, extra_count, strict_headers[i].name))
            ret_headers[count++] = strict_headers[i];
    return count;
}

/* ---- answers ---- */

static void respond(struct http_request *request, int status, const char *content_type, const struct web_header *extra,
                    size_t extra_count, struct buf *body_taken)
{
    struct http_header headers[MOST_OF_RESPONSE];
    size_t count = compose_headers(headers, content_type, extra, extra_count);
    http_respond(request, &(struct http_response){ status, headers, count, body_taken });
}

void house_refuse(struct http_request *request, int status, const char *code, const char *message)
{
    struct buf body = BUF_EMPTY;
    web_error_body(&body, code, message);
    respond(request, status, "application/json", NULL, 0, &body);
}

/* ---- a visit: a request at its endpoint ---- */

struct house_visit {
    struct house *house;
    struct http_request *request;
    struct hold hold;
    struct web_request asked;
    struct web_answer answer;
};

static void release_visit(void *data)
{
    struct house_visit *visit = data;
    hold_forget(&visit->hold);
    buf_release(&visit->answer.body);
}

static struct str header_of(const struct web_request *asked, const char *name)
{
    return http_header(asked->edge, name);
}

static struct house_visit *begin_visit(struct house *house, struct http_request *request)
{
    struct house_visit *visit = ARENA_NEW(request->arena, struct house_visit);
    visit->house = house;
    visit->request = request;
    list_init(&visit->hold.link);
    visit->asked = (struct web_request){ .method = request->method,
                                         .path = request->path,
                                         .query = request->query,
                                         .host = request->host,
                                         .arena = request->arena,
                                         .from_loopback = request->from_loopback,
                                         .peer = request->peer,
                                         .header = header_of,
                                         .edge = request };
    visit->answer = (struct web_answer){ .status = 200, .content_type = "application/json" };
    arena_own(request->arena, release_visit, visit);
    return visit;
}

static void send_answer(struct house_visit *visit)
{
    struct web_answer *answer = &visit->answer;
    struct http_request *request = visit->request;
    if (!answer->channel || answer->status != 200 || !str_is(request->method, "GET")) {
        respond(request, answer->status, answer->content_type, answer->headers, answer->header_count, &answer->body);
        return;
    }
    struct http_header headers[MOST_OF_RESPONSE];
    size_t count = compose_headers(headers, "text/event-stream", answer->headers, answer->header_count);
    sse_open(visit->house->sse, request, &(struct http_response){ 200, headers, count, NULL }, answer->channel,
             answer->after);
}

static void hold_over(struct hold *hold, bool failed)
{
    struct house_visit *visit = LIST_ITEM(hold, struct house_visit, hold);
    if (failed) {
        visit->answer.channel = NULL;
        visit->answer.header_count = 0;
        web_refuse(&visit->answer, 500, "InternalFailure", "What this rests on could not be written down.");
    }
    send_answer(visit);
}

static void answer(struct house_visit *visit)
{
    if (visit->answer.unheld)
        send_answer(visit);
    else
        hold_begin(visit->house->holds, &visit->hold, store_last_change(visit->house->cloud->world->store), hold_over);
}

/* ---- which endpoint ---- */

static bool fits_path(const struct web_endpoint *endpoint, struct str path)
{
    struct str wanted = str_of(endpoint->path);
    if (!str_ends(wanted, STR("*")))
        return str_equal(path, wanted);
    return str_starts(path, str_first(wanted, wanted.length - 1));
}

static bool fits_method(const struct web_endpoint *endpoint, struct str method)
{
    return str_is(method, endpoint->method) || (str_is(method, "HEAD") && strcmp(endpoint->method, "GET") == 0);
}

struct found {
    const struct web_endpoint *endpoint; /* NULL: none of that path and method */
    void *data;
    char allowed[64]; /* the methods of those of that path: "GET, HEAD, POST" */
};

static void allow(struct found *found, const char *method)
{
    size_t length = strlen(found->allowed);
    snprintf(found->allowed + length, sizeof found->allowed - length, "%s%s%s", length ? ", " : "", method,
             strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

static void look_in(const struct web_site *site, const struct http_request *request, bool at_prefixes,
                    struct found *found)
{
    for (const struct web_endpoint *at = site->endpoints; at->path && !found->endpoint; at++) {
        if (str_ends(str_of(at->path), STR("*")) != at_prefixes || !fits_path(at, request->path))
            continue;
        allow(found, at->method);
        if (fits_method(at, request->method)) {
            found->endpoint = at;
            found->data = site->data;
        }
    }
}

/* What was handed to the gateway stands before the house's own, whole paths before those that only begin so. */
static struct found find_endpoint(struct house *house, const struct http_request *request)
{
    const struct web_site own = { own_endpoints, house };
    struct found found = { 0 };
    for (int at_prefixes = 0; at_prefixes <= 1 && !found.allowed[0]; at_prefixes++) {
        for (const struct web_site *const *site = house->sites; site && *site && !found.endpoint; site++)
            look_in(*site, request, at_prefixes, &found);
        if (!found.allowed[0])
            look_in(&own, request, at_prefixes, &found);
    }
    return found;
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

static bool read_body(struct house_visit *visit, bool is_list)
{
    static const cJSON nothing = { .type = cJSON_Object };
    struct json_error why;
    struct str body = visit->request->body;
    visit->asked.input = body.length ? json_parse_in(visit->request->arena, body, &why) : &nothing;
    if (!visit->asked.input)
        web_refuse(&visit->answer, 400, "BadRequest", why.why);
    else if (is_list ? !cJSON_IsArray(visit->asked.input) : !cJSON_IsObject(visit->asked.input))
        web_refuse(&visit->answer, 400, "BadRequest",
                   is_list ? "The body must be a JSON array." : "The body must be a JSON object.");
    return visit->answer.status == 200;
}

static bool may_change(struct house_visit *visit, const struct web_endpoint *endpoint)
{
    if (comes_from_elsewhere(visit->request)) {
        web_refuse(&visit->answer, 403, "Forbidden", "A page from elsewhere may not do this.");
        return false;
    }
    if (!has_fit_body(visit->request)) {
        web_refuse(&visit->answer, 415, "UnsupportedMediaType", "The body must be application/json, or empty.");
        return false;
    }
    return read_body(visit, endpoint->takes_list);
}

static void serve_visit(struct house_visit *visit)
{
    struct found found = find_endpoint(visit->house, visit->request);
    bool is_get = found.endpoint && strcmp(found.endpoint->method, "GET") == 0;
    if (!found.allowed[0]) {
        web_refuse(&visit->answer, 404, "NotFound", "There is nothing of that name here.");
    } else if (!found.endpoint) {
        web_refuse(&visit->answer, 405, "MethodNotAllowed", "The method is not allowed here.");
        web_add_header(&visit->answer, STR("Allow"), arena_str(visit->request->arena, str_of(found.allowed)));
    } else if (is_get || may_change(visit, found.endpoint)) {
        found.endpoint->serve(found.data, &visit->asked, &visit->answer);
    }
    answer(visit);
}

/* ---- the way in ---- */

/* A bucket of that name stays reachable for whoever signs. */
static bool asks_for_metrics(const struct http_request *request)
{
    struct str given = http_header(request, "Authorization");
    return str_is(request->path, METRICS_PATH) && !request->query.length && str_is(request->method, "GET") &&
           (!given.at || str_equal_ignoring_case(str_first(given, 7), STR("Bearer ")));
}

bool house_owns(const struct http_request *request)
{
    return str_starts(request->path, STR(HOUSE_PATH)) || str_is(request->path, "/_rehearse") ||
           str_is(request->path, "/_localstack/health") || str_starts(request->path, STR(CHAOS_PATH)) ||
           asks_for_metrics(request);
}

void house_serve(struct house *house, struct http_request *request)
{
    if (str_is(request->path, "/_rehearse"))
        house_lead_in(request);
    else
        serve_visit(begin_visit(house, request));
}

void house_gone(struct http_request *request)
{
    if (request->user)
        sse_gone(request);
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
    const struct web_header location = { STR("Location"), STR(HOUSE_PATH) };
    struct buf body = BUF_EMPTY;
    respond(request, 302, "text/plain; charset=utf-8", &location, 1, &body);
}
