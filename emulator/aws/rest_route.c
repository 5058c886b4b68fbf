#include "aws/rest_route.h"

#include <stdlib.h>

#define MOST_SEGMENTS 12
#define MOST_LITERALS 4 /* "?select&select-type=2" */
#define MOST_NEEDED   8

struct segment {
    enum segment_kind { SEGMENT_LITERAL, SEGMENT_LABEL, SEGMENT_GREEDY } kind;
    struct str text; /* of a label its name */
};

/* One operation's template. */
struct route {
    const struct operation *operation;
    struct str method;
    struct segment segments[MOST_SEGMENTS];
    size_t segment_count;
    struct {
        struct str name, value;
    } literals[MOST_LITERALS];
    size_t literal_count;
    const struct member *needed[MOST_NEEDED]; /* required query parameters and headers */
    size_t needed_count;
    const struct route *next_path; /* the first behind it that has another path or method */
    const struct route *next_kind; /* or another number of literals */
};

struct router {
    struct route *routes; /* in the order in which they are tried */
    size_t count;
};

/* ---- reading templates ---- */

static bool read_segment(struct str text, struct segment *ret_segment)
{
    bool label = text.length > 2 && text.at[0] == '{' && text.at[text.length - 1] == '}';
    *ret_segment = (struct segment){ SEGMENT_LITERAL, text };
    if (!label)
        return str_find_byte(text, '{') == SIZE_MAX;
    ret_segment->text = (struct str){ text.at + 1, text.length - 2 };
    ret_segment->kind = SEGMENT_LABEL;
    if (!str_ends(ret_segment->text, STR("+")))
        return true;
    ret_segment->kind = SEGMENT_GREEDY;
    ret_segment->text.length--;
    return true;
}

static bool read_path(struct route *route, struct str path)
{
    size_t labels = 0;
    while (path.length) {
        struct str text = str_cut(path, '/', &path);
        if (!text.length)
            continue;
        struct segment *segment = &route->segments[route->segment_count];
        if (route->segment_count++ == MOST_SEGMENTS || !read_segment(text, segment))
            return false;
        labels += segment->kind != SEGMENT_LITERAL;
        if (segment->kind == SEGMENT_GREEDY && path.length)
            return false; /* no model of ours has anything behind one */
    }
    return labels <= REST_MOST_LABELS;
}

static bool read_literals(struct route *route, struct str query)
{
    while (query.length) {
        struct str value, name = str_cut(str_cut(query, '&', &query), '=', &value);
        if (route->literal_count == MOST_LITERALS)
            return false;
        route->literals[route->literal_count].name = name;
        route->literals[route->literal_count++].value = value;
    }
    return true;
}

static void read_needed(struct route *route)
{
    const struct shape *input = route->operation->input;
    for (size_t i = 0; input && i < input->member_count && route->needed_count < MOST_NEEDED; i++) {
        const struct member *member = &input->members[i];
        if (member->required && (member->location == LOCATION_QUERY || member->location == LOCATION_HEADER))
            route->needed[route->needed_count++] = member;
    }
}

static bool read_template(struct route *route, const struct operation *operation)
{
    struct str query, path = str_cut(str_of(operation->uri), '?', &query);
    *route = (struct route){ .operation = operation, .method = str_of(operation->method) };
    read_needed(route);
    return read_path(route, path) && read_literals(route, query);
}

/* ---- their order ---- */

static int compare_paths(const struct route *a, const struct route *b)
{
    for (size_t i = 0; i < a->segment_count && i < b->segment_count; i++) {
        const struct segment *x = &a->segments[i], *y = &b->segments[i];
        int order = (int)x->kind - (int)y->kind;
        if (!order && x->kind == SEGMENT_LITERAL)
            order = str_compare(x->text, y->text);
        if (order)
            return order;
    }
    return (a->segment_count < b->segment_count) - (a->segment_count > b->segment_count);
}

static int compare_sizes(size_t a, size_t b)
{
    return (a < b) - (a > b); /* more comes first */
}

static int compare_routes(const void *a, const void *b)
{
    const struct route *x = a, *y = b;
    int order = strcmp(x->operation->method, y->operation->method);
    if (!order)
        order = compare_paths(x, y);
    if (!order)
        order = compare_sizes(x->literal_count, y->literal_count);
    if (!order)
        order = (int)x->operation->deprecated - (int)y->operation->deprecated;
    if (!order)
        order = compare_sizes(x->needed_count, y->needed_count);
    return order ? order : strcmp(x->operation->name, y->operation->name);
}

static bool is_of_path(const struct route *route, const struct route *first)
{
    return str_equal(route->method, first->method) && !compare_paths(route, first);
}

/* From the end, so that the one behind knows already where its like end. */
static void link_routes(struct router *router)
{
    const struct route *end = router->routes + router->count;
    for (size_t i = router->count; i--;) {
        struct route *route = &router->routes[i];
        const struct route *next = route + 1;
        bool same_path = next < end && is_of_path(next, route);
        route->next_path = same_path ? next->next_path : next;
        route->next_kind = same_path && next->literal_count == route->literal_count ? next->next_kind : next;
    }
}

struct router *router_new(const struct model *model, char **reterr_why)
{
    struct router *router = memory_alloc(sizeof *router);
    router->routes = memory_alloc((model->operation_count + 1) * sizeof *router->routes);
    for (size_t i = 0; i < model->operation_count; i++) {
        if (read_template(&router->routes[router->count++], &model->operations[i]))
            continue;
        struct buf why = BUF_EMPTY;
        buf_printf(&why, "%s: the URI template of %s cannot be read: %s", model->name, model->operations[i].name,
                   model->operations[i].uri);
        *reterr_why = buf_take(&why);
        router_free(router);
        return NULL;
    }
    qsort(router->routes, router->count, sizeof *router->routes, compare_routes);
    link_routes(router);
    return router;
}

void router_free(struct router *router_or_null)
{
    if (!router_or_null)
        return;
    free(router_or_null->routes);
    free(router_or_null);
}

/* ---- matching ---- */

static bool match_path(const struct route *route, struct str path, struct rest_match *match)
{
    struct str rest = str_from(path, 1); /* it begins with a slash */
    match->label_count = 0;
    for (size_t i = 0; i < route->segment_count; i++) {
        const struct segment *segment = &route->segments[i];
        if (!rest.length)
            return false;
        struct str text = rest;
        if (segment->kind == SEGMENT_GREEDY)
            rest = STR("");
        else
            text = str_cut(rest, '/', &rest);
        if (segment->kind == SEGMENT_LITERAL && !str_equal(text, segment->text))
            return false;
        if (segment->kind == SEGMENT_LITERAL)
            continue;
        if (!text.length)
            return false;
        match->labels[match->label_count].name = segment->text;
        match->labels[match->label_count++].value = text;
    }
    match->begins_literally = route->segment_count && route->segments[0].kind == SEGMENT_LITERAL;
    return !rest.length;
}

/* Names of parameters are never encoded by any client; values that part operations are not either. */
static bool query_has(struct str query, struct str name, struct str value)
{
    while (query.length) {
        struct str other, candidate = str_cut(str_cut(query, '&', &query), '=', &other);
        if (str_equal(candidate, name) && (!value.length || str_equal(other, value)))
            return true;
    }
    return false;
}

static bool has_literals(const struct route *route, struct str query)
{
    for (size_t i = 0; i < route->literal_count; i++)
        if (!query_has(query, route->literals[i].name, route->literals[i].value))
            return false;
    return true;
}

static bool has_needed(const struct route *route, const struct wire_request *request)
{
    for (size_t i = 0; i < route->needed_count; i++) {
        struct str wire = str_of(route->needed[i]->wire);
        bool there = route->needed[i]->location == LOCATION_QUERY ? query_has(request->query, wire, STR_NONE)
                                                                  : request_header(request, wire).at != NULL;
        if (!there)
            return false;
    }
    return true;
}

static struct str query_value(struct str query, struct str name)
{
    while (query.length) {
        struct str value, candidate = str_cut(str_cut(query, '&', &query), '=', &value);
        if (str_equal(candidate, name))
            return value;
    }
    return STR_NONE;
}

/* Routes that agree in method, path and number of literals stand together, those that need more first. The last one of them
 * is meant where what is needed lacks: validation then says what. */
static const struct route *pick(const struct route *first, const struct wire_request *request)
{
    const struct route *found = NULL, *least = first;
    struct str named = query_value(request->query, STR("x-id")); /* newer SDKs say it */
    for (const struct route *at = first; at < first->next_kind; at++) {
        if (!has_literals(at, request->query))
            continue;
        if (str_is(named, at->operation->name))
            return at;
        if (!found && has_needed(at, request))
            found = at;
        if (!at->operation->deprecated)
            least = at;
    }
    return found ? found : least;
}

/* Routes stand by method: the first of this one, or the end. */
static const struct route *first_of_method(const struct router *router, struct str method)
{
    size_t low = 0, high = router->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(router->routes[middle].method, method) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return router->routes + low;
}

/* Of the routes of one path the first whose literal parameters are all there; NULL: none. Those that have none stand last. */
static const struct route *find_literals(const struct route *first, struct str query)
{
    const struct route *route = first;
    while (!query.length && route < first->next_path && route->literal_count)
        route = route->next_kind;
    for (; route < first->next_path; route++)
        if (has_literals(route, query))
            return route;
    return NULL;
}

bool router_match(const struct router *router, const struct wire_request *request, struct str path,
                  struct rest_match *ret_match)
{
    if (!path.length || path.at[0] != '/')
        return false;
    const struct route *end = router->routes + router->count;
    for (const struct route *route = first_of_method(router, request->method);
         route < end && str_equal(request->method, route->method); route = route->next_path) {
        if (!match_path(route, path, ret_match))
            continue;
        const struct route *found = find_literals(route, request->query);
        if (!found)
            continue;
        const struct route *picked = pick(found, request);
        ret_match->operation = picked->operation;
        return picked == route || match_path(picked, path, ret_match); /* its labels may have other names */
    }
    return false;
}
