#include "base/map.h"
#include "services/sagemaker/lineage.h"
#include "services/sagemaker/sagemaker_model.h"

#define DEPTH_DEFAULT   10
#define VERTICES_MOST   1000 /* looked at by one call */
#define RESULTS_DEFAULT 50

/* A walk over associations, breadth first, from the ARNs that the call gives: against them (ascendants), along them
 * (descendants), or both. */
struct walk {
    struct call *call;
    struct map *seen; /* ARN to how deep + 1, as a pointer */
    struct str queue[VERTICES_MOST];
    size_t count;
    cJSON *edges;
    bool wants_edges;
};

static void visit(struct walk *walk, struct str arn, uintptr_t depth)
{
    if (walk->count == VERTICES_MOST || map_get(walk->seen, arn))
        return;
    arn = arena_str(walk->call->arena, arn);
    map_put(walk->seen, arn, (void *)(depth + 1));
    walk->queue[walk->count++] = arn;
}

static bool is_known_edge(const struct walk *walk, const cJSON *row)
{
    const cJSON *edge;
    cJSON_ArrayForEach(edge, walk->edges)
    {
        if (str_equal(json_str(edge, "SourceArn"), json_str(row, "source")) &&
            str_equal(json_str(edge, "DestinationArn"), json_str(row, "destination")))
            return true;
    }
    return false;
}

static void add_edge(struct walk *walk, const cJSON *row)
{
    if (!walk->wants_edges || is_known_edge(walk, row))
        return;
    cJSON *edge = cJSON_CreateObject();
    json_set_str(edge, "SourceArn", json_str(row, "source"));
    json_set_str(edge, "DestinationArn", json_str(row, "destination"));
    json_set_string(edge, "AssociationType", json_string(row, "type"));
    json_add(walk->edges, edge);
}

static void follow(struct walk *walk, struct str arn, bool backwards, uintptr_t depth)
{
    struct call *call = walk->call;
    struct str prefix = str_of(arena_printf(call->arena, "%.*s ", STR_ARG(arn)));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &association_table,
                                       backwards ? &association_by_destination : NULL, prefix);
    while (store_next_within(&at, prefix)) {
        add_edge(walk, json_root(at.row));
        visit(walk, json_str(json_root(at.row), backwards ? "source" : "destination"), depth + 1);
    }
}

static void walk_all(struct walk *walk)
{
    struct call *call = walk->call;
    struct str direction = input_str(call, "Direction");
    uintptr_t deepest = (uintptr_t)input_int64(call, "MaxDepth", DEPTH_DEFAULT);
    const cJSON *start;
    cJSON_ArrayForEach(start, json_get(call->input, "StartArns"))
    {
        visit(walk, json_value(start), 0);
    }
    for (size_t i = 0; i < walk->count; i++) {
        uintptr_t depth = (uintptr_t)map_get(walk->seen, walk->queue[i]) - 1;
        if (depth == deepest)
            continue;
        if (!str_is(direction, "Descendants"))
            follow(walk, walk->queue[i], true, depth);
        if (!str_is(direction, "Ascendants"))
            follow(walk, walk->queue[i], false, depth);
    }
}

/* ---- filters and answer ---- */

static bool is_among(const cJSON *list, struct str text)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (str_equal(json_value(item), text))
            return true;
    }
    return !list;
}

static bool is_within(const cJSON *filters, const char *after, const char *before, int64_t instant)
{
    return (!json_get(filters, after) || instant > json_to_time(json_get(filters, after))) &&
           (!json_get(filters, before) || instant < json_to_time(json_get(filters, before)));
}

static bool has_properties(const cJSON *filters, const cJSON *row)
{
    const cJSON *wanted;
    cJSON_ArrayForEach(wanted, json_get(filters, "Properties"))
    {
        if (!str_equal(json_str(json_get(row, "Properties"), wanted->string), json_value(wanted)))
            return false;
    }
    return true;
}

static cJSON *vertex(struct call *call, struct str arn)
{
    const cJSON *filters = json_get(call->input, "Filters");
    const struct lineage_kind *kind = lineage_kind_of(arn);
    struct json *found = kind ? lineage_get(call->world, call_scope(call), arn) : NULL;
    const cJSON *row = found ? json_root(found) : NULL;
    struct str type = kind && kind->type ? json_str(row, kind->type) : STR_NONE;
    if ((filters && !row) || !is_among(json_get(filters, "Types"), type) ||
        (kind && !is_among(json_get(filters, "LineageTypes"), str_of(kind->noun))) || !has_properties(filters, row) ||
        !is_within(filters, "CreatedAfter", "CreatedBefore", json_int64(row, "_created", 0)) ||
        !is_within(filters, "ModifiedAfter", "ModifiedBefore", json_int64(row, "_modified", 0)))
        return NULL;
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "Arn", arn);
    if (type.at)
        json_set_str(item, "Type", type);
    if (kind)
        json_set_string(item, "LineageType", kind->noun);
    return item;
}

static bool is_start(struct call *call, struct str arn)
{
    const cJSON *starts = json_get(call->input, "StartArns");
    return starts && is_among(starts, arn);
}

enum outcome query_lineage(struct call *call)
{
    int64_t from = 0, at = 0, room = input_int64(call, "MaxResults", RESULTS_DEFAULT);
    if (!input_has(call, "StartArns")) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "StartArns must be given.");
    if (input_has(call, "NextToken") && (!str_to_int64(input_str(call, "NextToken"), &from) || from < 0))
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this query.");
    struct walk *walk = ARENA_NEW(call->arena, struct walk);
    walk->call = call;
    walk->seen = map_new();
    walk->edges = cJSON_CreateArray();
    walk->wants_edges = input_bool(call, "IncludeEdges", true);
    walk_all(walk);
    cJSON *vertices = cJSON_CreateArray();
    for (size_t i = 0; i < walk->count; i++) {
        cJSON *item = is_start(call, walk->queue[i]) ? NULL : vertex(call, walk->queue[i]);
        if (!item)
            continue;
        if (at++ < from || at > from + room)
            cJSON_Delete(item);
        else
            json_add(vertices, item);
    }
    if (at > from + room)
        output_string(call, "NextToken", arena_printf(call->arena, "%lld", (long long)(from + room)));
    map_free(walk->seen, NULL);
    output_json(call, "Vertices", vertices);
    output_json(call, "Edges", walk->edges);
    return CALL_DONE;
}
