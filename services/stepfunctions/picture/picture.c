#include "services/stepfunctions/picture/picture.h"

#define MOST_STATES  300
#define MOST_ARROWS  5000
#define LONGEST_NAME 26
#define LETTER       7.4
#define WIDE_LETTER  13.0
#define BOX_HEIGHT   38.0
#define LEAST_WIDTH  96.0
#define PADDING      14.0
#define TITLE_HEIGHT 34.0
#define TITLE_BESIDE 44.0 /* of a title: the mark before it, and margins */
#define DOT          16.0

struct planning {
    struct arena *arena;
    size_t states, arrows;
    const char *why; /* not NULL: there is no picture */
};

/* ---- names ---- */

static bool is_wide(uint32_t character)
{
    return (character >= 0x1100 && character <= 0x11ff) || (character >= 0x2e80 && character <= 0x9fff) ||
           (character >= 0xac00 && character <= 0xd7af) || (character >= 0xff00 && character <= 0xff60);
}

/* The next character of text that is UTF-8. */
static uint32_t next_character(struct str *text)
{
    unsigned char first = (unsigned char)text->at[0];
    size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t character = length == 1 ? first : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length && i < text->length; i++)
        character = character << 6 | ((unsigned char)text->at[i] & 0x3f);
    *text = str_from(*text, length);
    return character;
}

static double text_width(struct str text)
{
    double width = 0;
    while (text.length)
        width += is_wide(next_character(&text)) ? WIDE_LETTER : LETTER;
    return width;
}

static struct str short_name(struct arena *arena, struct str name)
{
    struct str rest = name, kept = STR("");
    for (int i = 0; i < LONGEST_NAME && rest.length; i++) {
        if (i == LONGEST_NAME - 1)
            kept = str_first(name, name.length - rest.length);
        next_character(&rest);
    }
    return rest.length ? str_of(arena_printf(arena, "%.*s\u2026", STR_ARG(kept))) : name;
}

/* ---- boxes ---- */

static struct picture plan(struct planning *planning, const cJSON *machine);

static size_t count_of(const cJSON *list)
{
    return cJSON_IsArray(list) || cJSON_IsObject(list) ? (size_t)cJSON_GetArraySize(list) : 0;
}

/* What is inside a Map or a Parallel side by side, and the size that this wants. */
static void fill_box(struct planning *planning, struct picture_box *box, struct layout_node *node, const cJSON *state)
{
    const cJSON *processor = json_get(state, "ItemProcessor"), *one;
    processor = processor ? processor : json_get(state, "Iterator");
    const cJSON *branches = strcmp(box->type, "Parallel") == 0 ? json_get(state, "Branches") : NULL;
    if (strcmp(box->type, "Map") != 0)
        processor = NULL;
    node->width = text_width(box->title) + TITLE_BESIDE;
    node->width = node->width < LEAST_WIDTH ? LEAST_WIDTH : node->width;
    node->height = BOX_HEIGHT;
    size_t count = cJSON_IsArray(branches) ? count_of(branches) : processor ? 1 : 0;
    if (!count)
        return;
    box->inner = ARENA_ARRAY(planning->arena, struct picture, count);
    double x = PADDING, height = 0;
    for (one = processor ? processor : branches->child; box->inner_count < count && !planning->why; one = one->next) {
        struct picture *inner = &box->inner[box->inner_count++];
        *inner = plan(planning, one);
        inner->x = x;
        inner->y = TITLE_HEIGHT;
        x += inner->layout.width + PADDING;
        height = inner->layout.height > height ? inner->layout.height : height;
    }
    node->width = x > node->width ? x : node->width;
    node->height = TITLE_HEIGHT + height + PADDING;
}

static void add_box(struct planning *planning, struct picture *picture, const char *kind, struct str id,
                    const cJSON *state_or_null)
{
    size_t at = picture->layout.node_count++;
    struct picture_box *box = &picture->boxes[at];
    struct layout_node *node = &picture->layout.nodes[at];
    const char *type = json_string(state_or_null, "Type");
    *box = (struct picture_box){ .id = id, .kind = kind, .type = type ? type : "" };
    if (!state_or_null) {
        node->width = node->height = DOT;
        return;
    }
    box->title = short_name(planning->arena, id);
    fill_box(planning, box, node, state_or_null);
}

/* ---- edges ---- */

static size_t find_box(const struct picture *picture, struct str id)
{
    for (size_t i = 0; i < picture->layout.node_count; i++)
        if (str_is(str_of(picture->boxes[i].kind), "state") && str_equal(picture->boxes[i].id, id))
            return i;
    return SIZE_MAX;
}

/* Several arrows between the same two are drawn once. Those of one state stand together. */
static bool is_drawn(const struct picture *picture, size_t from, size_t to, const char *kind)
{
    bool catches = strcmp(kind, "catch") == 0;
    for (size_t i = picture->layout.edge_count; i-- && picture->layout.edges[i].from == from;) {
        if (picture->layout.edges[i].to == to && catches == (strcmp(picture->edges[i].kind, "catch") == 0))
            return true;
    }
    return false;
}

static void draw_edge(struct picture *picture, size_t from, size_t to, const char *kind)
{
    picture->edges[picture->layout.edge_count].kind = kind;
    picture->layout.edges[picture->layout.edge_count++] = (struct layout_edge){ .from = from, .to = to };
}

static void add_edge(struct picture *picture, size_t from, size_t to, const char *kind)
{
    if (to != SIZE_MAX && !is_drawn(picture, from, to, kind))
        draw_edge(picture, from, to, kind);
}

static void add_edges(struct picture *picture, size_t from, const cJSON *state, size_t end)
{
    const cJSON *one;
    add_edge(picture, from, find_box(picture, json_str(state, "Next")), "next");
    cJSON_ArrayForEach(one, json_get(state, "Choices"))
        add_edge(picture, from, find_box(picture, json_str(one, "Next")), "choice");
    add_edge(picture, from, find_box(picture, json_str(state, "Default")), "choice");
    cJSON_ArrayForEach(one, json_get(state, "Catch"))
        add_edge(picture, from, find_box(picture, json_str(one, "Next")), "catch");
    if (json_bool(state, "End", false) || str_is(json_str(state, "Type"), "Succeed"))
        add_edge(picture, from, end, "end"); /* a Fail ends it where it stands */
}

static size_t most_edges(const cJSON *states)
{
    const cJSON *state;
    size_t count = 1;
    cJSON_ArrayForEach(state, states)
        count += 3 + count_of(json_get(state, "Choices")) + count_of(json_get(state, "Catch"));
    return count;
}

static bool ends(const cJSON *states)
{
    const cJSON *state;
    cJSON_ArrayForEach(state, states)
    {
        if (json_bool(state, "End", false) || str_is(json_str(state, "Type"), "Succeed"))
            return true;
    }
    return false;
}

/* ---- a machine, or what is inside of one ---- */

static void add_states(struct planning *planning, struct picture *picture, const cJSON *machine, const cJSON *states)
{
    const cJSON *state, *first = json_get_str(states, json_str(machine, "StartAt"));
    if (cJSON_IsObject(first))
        add_box(planning, picture, "state", str_of(first->string), first);
    cJSON_ArrayForEach(state, states)
    {
        if (state != first && cJSON_IsObject(state) && !planning->why)
            add_box(planning, picture, "state", str_of(state->string), state);
    }
}

static struct picture plan(struct planning *planning, const cJSON *machine)
{
    const cJSON *states = json_get(machine, "States");
    size_t count = cJSON_IsObject(states) ? count_of(states) : 0, edges = count ? most_edges(states) : 1;
    struct picture picture = { .boxes = ARENA_ARRAY(planning->arena, struct picture_box, count + 2),
                               .edges = ARENA_ARRAY(planning->arena, struct picture_edge, edges) };
    picture.layout.nodes = ARENA_ARRAY(planning->arena, struct layout_node, count + 2);
    picture.layout.edges = ARENA_ARRAY(planning->arena, struct layout_edge, edges);
    planning->states += count;
    planning->arrows += edges;
    if (planning->states > MOST_STATES || planning->arrows > MOST_ARROWS) {
        planning->why = "It is too large for a picture: more than 300 states, or too many arrows.";
        return picture;
    }
    add_box(planning, &picture, "start", STR(""), NULL);
    if (count)
        add_states(planning, &picture, machine, states);
    size_t end = SIZE_MAX, boxes = picture.layout.node_count;
    if (count && ends(states)) {
        end = boxes;
        add_box(planning, &picture, "end", STR(""), NULL);
    }
    add_edge(&picture, 0, find_box(&picture, json_str(machine, "StartAt")), "next");
    for (size_t i = 1; i < boxes; i++)
        add_edges(&picture, i, json_get_str(states, picture.boxes[i].id), end);
    if (!planning->why && !layout_run(&picture.layout, planning->arena))
        planning->why = "It is too large for a picture: its arrows reach too far.";
    return picture;
}

/* ---- a pipeline ---- */

static const struct {
    const char *member, *kind;
} branches_of_condition[] = { { "IfSteps", "choice" }, { "ElseSteps", "catch" } };
#define BRANCHES (sizeof branches_of_condition / sizeof *branches_of_condition)

/* Those in the branches of conditions behind their condition. */
static void add_steps(struct planning *planning, struct picture *picture, const cJSON *steps)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, steps)
    {
        if (!json_str(step, "Name").length || planning->why)
            continue;
        add_box(planning, picture, "state", json_str(step, "Name"), step);
        for (size_t i = 0; i < BRANCHES; i++)
            add_steps(planning, picture, json_get(json_get(step, "Arguments"), branches_of_condition[i].member));
    }
}

static size_t count_steps(const cJSON *steps)
{
    const cJSON *step;
    size_t count = 0;
    cJSON_ArrayForEach(step, steps)
    {
        count++;
        for (size_t i = 0; i < BRANCHES; i++)
            count += count_steps(json_get(json_get(step, "Arguments"), branches_of_condition[i].member));
    }
    return count;
}

static bool is_branch(const cJSON *member)
{
    for (size_t i = 0; i < BRANCHES; i++)
        if (member->string && strcmp(member->string, branches_of_condition[i].member) == 0)
            return true;
    return false;
}

/* Arrows to one step stand together. */
static void add_arrow(struct picture *picture, size_t from, size_t to, const char *kind)
{
    struct layout *layout = &picture->layout;
    bool drawn = from == SIZE_MAX || from == to || layout->edge_count == MOST_ARROWS;
    for (size_t i = layout->edge_count; !drawn && i-- && layout->edges[i].to == to;)
        drawn = layout->edges[i].from == from;
    if (!drawn)
        draw_edge(picture, from, to, kind);
}

/* Arrows from the steps that a value refers to: {"Get": "Steps.NAME…"}. */
static void add_references(struct picture *picture, size_t to, const cJSON *value)
{
    const cJSON *one;
    struct str get = json_str(value, "Get"), rest;
    if (str_starts(get, STR("Steps."))) {
        struct str name = str_cut(str_cut(str_from(get, 6), '.', &rest), '[', &rest);
        add_arrow(picture, find_box(picture, name), to, "next");
    }
    if (cJSON_IsObject(value) || cJSON_IsArray(value))
        cJSON_ArrayForEach(one, value) if (!is_branch(one)) add_references(picture, to, one);
}

static void add_step_edges(struct picture *picture, const cJSON *steps, size_t condition, const char *kind)
{
    const cJSON *step, *name;
    cJSON_ArrayForEach(step, steps)
    {
        size_t at = find_box(picture, json_str(step, "Name")), before = picture->layout.edge_count;
        if (at == SIZE_MAX)
            continue;
        if (condition)
            add_arrow(picture, condition, at, kind);
        cJSON_ArrayForEach(name, json_get(step, "DependsOn"))
            add_arrow(picture, find_box(picture, json_value(name)), at, "next");
        add_references(picture, at, step);
        if (picture->layout.edge_count == before)
            add_arrow(picture, 0, at, "next");
        for (size_t i = 0; i < BRANCHES; i++)
            add_step_edges(picture, json_get(json_get(step, "Arguments"), branches_of_condition[i].member), at,
                           branches_of_condition[i].kind);
    }
}

static struct picture plan_pipeline(struct planning *planning, const cJSON *steps)
{
    size_t count = count_steps(steps);
    struct picture picture = { 0 };
    if (count > MOST_STATES) {
        planning->why = "It is too large for a picture: more than 300 steps.";
        return picture;
    }
    picture.boxes = ARENA_ARRAY(planning->arena, struct picture_box, count + 1);
    picture.edges = ARENA_ARRAY(planning->arena, struct picture_edge, MOST_ARROWS);
    picture.layout.nodes = ARENA_ARRAY(planning->arena, struct layout_node, count + 1);
    picture.layout.edges = ARENA_ARRAY(planning->arena, struct layout_edge, MOST_ARROWS);
    add_box(planning, &picture, "start", STR(""), NULL);
    add_steps(planning, &picture, steps);
    add_step_edges(&picture, steps, 0, NULL);
    if (!planning->why && !layout_run(&picture.layout, planning->arena))
        planning->why = "It is too large for a picture: its arrows reach too far.";
    return picture;
}

struct picture *picture_of(struct arena *arena, struct str definition, const char **reterr_why)
{
    struct planning planning = { .arena = arena };
    struct json_error error;
    const cJSON *machine = json_parse_in(arena, definition, &error);
    struct picture *picture = ARENA_NEW(arena, struct picture);
    if (!machine)
        planning.why = arena_printf(arena, "It is no JSON: %s", error.why);
    else if (cJSON_IsArray(json_get(machine, "Steps")))
        *picture = plan_pipeline(&planning, json_get(machine, "Steps"));
    else if (!cJSON_IsObject(json_get(machine, "States")))
        planning.why = "It has no States.";
    else
        *picture = plan(&planning, machine);
    *reterr_why = planning.why;
    return planning.why ? NULL : picture;
}

/* ---- as JSON ---- */

/* A tenth of a pixel is as fine as anybody sees. */
static cJSON *rounded(double value)
{
    double tenths = value * 10 + (value < 0 ? -0.5 : 0.5);
    return cJSON_CreateNumber((double)(int64_t)tenths / 10);
}

static cJSON *box_json(const struct picture *picture, size_t at)
{
    const struct picture_box *box = &picture->boxes[at];
    const struct layout_node *node = &picture->layout.nodes[at];
    cJSON *json = cJSON_CreateObject(), *inner = cJSON_CreateArray();
    json_set_str(json, "id", box->id);
    json_set_string(json, "kind", box->kind);
    json_set(json, "x", rounded(node->x));
    json_set(json, "y", rounded(node->y));
    json_set(json, "width", rounded(node->width));
    json_set(json, "height", rounded(node->height));
    if (box->title.at) {
        json_set_string(json, "type", box->type);
        json_set_str(json, "title", box->title);
    }
    for (size_t i = 0; i < box->inner_count; i++)
        json_add(inner, picture_json(&box->inner[i]));
    json_set(json, "inner", inner);
    return json;
}

static cJSON *edge_json(const struct picture *picture, size_t at)
{
    const struct layout_edge *edge = &picture->layout.edges[at];
    cJSON *json = cJSON_CreateObject(), *points = cJSON_CreateArray();
    json_set_int64(json, "from", (int64_t)edge->from);
    json_set_int64(json, "to", (int64_t)edge->to);
    json_set_string(json, "kind", picture->edges[at].kind);
    for (size_t i = 0; i < edge->point_count; i++) {
        cJSON *point = cJSON_CreateArray();
        json_add(point, rounded(edge->points[i].x));
        json_add(point, rounded(edge->points[i].y));
        json_add(points, point);
    }
    json_set(json, "points", points);
    return json;
}

cJSON *picture_json(const struct picture *picture)
{
    cJSON *json = cJSON_CreateObject(), *nodes = cJSON_CreateArray(), *edges = cJSON_CreateArray();
    json_set(json, "x", rounded(picture->x));
    json_set(json, "y", rounded(picture->y));
    json_set(json, "width", rounded(picture->layout.width));
    json_set(json, "height", rounded(picture->layout.height));
    for (size_t i = 0; i < picture->layout.node_count; i++)
        json_add(nodes, box_json(picture, i));
    for (size_t i = 0; i < picture->layout.edge_count; i++)
        json_add(edges, edge_json(picture, i));
    json_set(json, "nodes", nodes);
    json_set(json, "edges", edges);
    return json;
}

/* ---- for the page ---- */

static void serve_picture(void *data, const struct web_request *request, struct web_answer *answer)
{
    const char *why;
    const struct picture *picture = picture_of(request->arena, json_str(request->input, "definition"), &why);
    if (!picture) {
        web_refuse(answer, 400, "NoPicture", why);
        return;
    }
    web_answer_json(answer, picture_json(picture));
    answer->unheld = true;
}

static const struct web_endpoint endpoints[] = { { "POST", "/_rehearse/api/picture", serve_picture }, { 0 } };
const struct web_site picture_site = { endpoints, NULL };
