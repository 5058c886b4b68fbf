#include "services/stepfunctions/picture/layout.h"

#include <stdlib.h>

#define GAP_X      28.0
#define GAP_Y      40.0
#define BEND_WIDTH 10.0
#define SWEEPS     12
#define MOST_LINKS 10000 /* pieces of arrows from layer to layer */

/* A node, or a bend of an arrow. */
struct place {
    struct place **up, **down; /* neighbours */
    size_t up_count, down_count;
    bool bends;
    double width, height, weight;
    size_t layer, index; /* where it stands in its layer */
    double centre, y, wish;
};

/* An edge between two nodes, downwards. */
struct arrow {
    struct layout_edge *edge;
    size_t from, to;
    bool back;
    struct place **chain;
    size_t length;
};

struct row {
    struct place **places;
    size_t count;
};

struct drawing {
    struct layout *layout;
    struct arena *arena;
    struct arrow *arrows;
    size_t arrow_count;
    size_t *order, order_count; /* nodes, each behind those that lead to it; filled from the end */
    size_t *layers;             /* by node */
    char *seen;
    struct place *nodes;
    struct row *rows;
    size_t row_count;
};

/* ---- turning arrows back ---- */

enum { NEW, OPEN, DONE };

static void walk(struct drawing *drawing, size_t node)
{
    drawing->seen[node] = OPEN;
    for (size_t i = 0; i < drawing->arrow_count; i++) {
        struct arrow *arrow = &drawing->arrows[i];
        if (arrow->from != node)
            continue;
        if (drawing->seen[arrow->to] == OPEN)
            arrow->back = true;
        else if (drawing->seen[arrow->to] == NEW)
            walk(drawing, arrow->to);
    }
    drawing->seen[node] = DONE;
    drawing->order[drawing->layout->node_count - ++drawing->order_count] = node;
}

/* By a walk from each node in order: arrows to a node that is on the way are turned. */
static void turn_back(struct drawing *drawing)
{
    struct layout *layout = drawing->layout;
    for (size_t i = 0; i < layout->edge_count; i++) {
        struct layout_edge *edge = &layout->edges[i];
        if (edge->from != edge->to)
            drawing->arrows[drawing->arrow_count++] = (struct arrow){ .edge = edge,
                                                                      .from = edge->from,
                                                                      .to = edge->to };
    }
    for (size_t i = 0; i < layout->node_count; i++)
        if (drawing->seen[i] == NEW)
            walk(drawing, i);
    for (size_t i = 0; i < drawing->arrow_count; i++) {
        struct arrow *arrow = &drawing->arrows[i];
        if (!arrow->back)
            continue;
        arrow->from = arrow->edge->to;
        arrow->to = arrow->edge->from;
    }
}

/* ---- layers ---- */

/* False: there are more links than anybody could follow. */
static bool find_layers(struct drawing *drawing)
{
    size_t links = 0, *layers = drawing->layers;
    for (size_t i = 0; i < drawing->layout->node_count; i++) {
        size_t node = drawing->order[i];
        for (size_t k = 0; k < drawing->arrow_count; k++) {
            const struct arrow *arrow = &drawing->arrows[k];
            if (arrow->from == node && layers[arrow->to] < layers[node] + 1)
                layers[arrow->to] = layers[node] + 1;
        }
        if (layers[node] >= drawing->row_count)
            drawing->row_count = layers[node] + 1;
    }
    for (size_t k = 0; k < drawing->arrow_count; k++)
        links += layers[drawing->arrows[k].to] - layers[drawing->arrows[k].from];
    return links <= MOST_LINKS;
}

static void make_chain(struct drawing *drawing, struct arrow *arrow)
{
    size_t first = drawing->layers[arrow->from], last = drawing->layers[arrow->to];
    arrow->length = last - first + 1;
    arrow->chain = ARENA_ARRAY(drawing->arena, struct place *, arrow->length);
    for (size_t i = 0; i < arrow->length; i++) {
        struct place *place = i == 0 ? &drawing->nodes[arrow->from] : &drawing->nodes[arrow->to];
        if (i > 0 && i + 1 < arrow->length) {
            place = ARENA_NEW(drawing->arena, struct place);
            *place = (struct place){ .bends = true, .width = BEND_WIDTH, .weight = 4, .layer = first + i };
            drawing->rows[place->layer].count++;
        }
        arrow->chain[i] = place;
        if (i > 0) {
            arrow->chain[i - 1]->down_count++;
            place->up_count++;
        }
    }
}

static void give_room(struct arena *arena, struct place *place)
{
    place->up = ARENA_ARRAY(arena, struct place *, place->up_count + 1);
    place->down = ARENA_ARRAY(arena, struct place *, place->down_count + 1);
    place->up_count = place->down_count = 0;
}

static void stand(struct drawing *drawing, struct place *place)
{
    struct row *row = &drawing->rows[place->layer];
    place->index = row->count;
    row->places[row->count++] = place;
    give_room(drawing->arena, place);
}

static void join(struct drawing *drawing)
{
    for (size_t k = 0; k < drawing->arrow_count; k++) {
        struct arrow *arrow = &drawing->arrows[k];
        for (size_t i = 1; i < arrow->length; i++) {
            struct place *above = arrow->chain[i - 1], *below = arrow->chain[i];
            above->down[above->down_count++] = below;
            below->up[below->up_count++] = above;
        }
    }
}

/* Nodes and bends by layer, with their neighbours. */
static void build(struct drawing *drawing)
{
    struct layout *layout = drawing->layout;
    drawing->nodes = ARENA_ARRAY(drawing->arena, struct place, layout->node_count);
    drawing->rows = ARENA_ARRAY(drawing->arena, struct row, drawing->row_count);
    for (size_t i = 0; i < layout->node_count; i++) {
        drawing->nodes[i] = (struct place){
            .width = layout->nodes[i].width, .height = layout->nodes[i].height, .weight = 1, .layer = drawing->layers[i]
        };
        drawing->rows[drawing->layers[i]].count++;
    }
    for (size_t k = 0; k < drawing->arrow_count; k++)
        make_chain(drawing, &drawing->arrows[k]);
    for (size_t i = 0; i < drawing->row_count; i++) {
        drawing->rows[i].places = ARENA_ARRAY(drawing->arena, struct place *, drawing->rows[i].count);
        drawing->rows[i].count = 0;
    }
    for (size_t i = 0; i < layout->node_count; i++)
        stand(drawing, &drawing->nodes[drawing->order[i]]);
    for (size_t k = 0; k < drawing->arrow_count; k++)
        for (size_t i = 1; i + 1 < drawing->arrows[k].length; i++)
            stand(drawing, drawing->arrows[k].chain[i]);
    join(drawing);
}

/* ---- the order in each layer ---- */

static int by_index(const void *a, const void *b)
{
    size_t left = (*(struct place *const *)a)->index, right = (*(struct place *const *)b)->index;
    return left < right ? -1 : left > right;
}

static int by_wish(const void *a, const void *b)
{
    const struct place *left = *(struct place *const *)a, *right = *(struct place *const *)b;
    if (left->wish != right->wish)
        return left->wish < right->wish ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static void number(struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        row->places[i]->index = i;
}

/* Links that come before, among those from further left, and end further right: counted in a tree of sums over the row below. */
static size_t crossings_below(const struct row *row, size_t below, size_t *sums)
{
    size_t crossings = 0, seen = 0;
    memset(sums, 0, (below + 1) * sizeof *sums);
    for (size_t i = 0; i < row->count; i++) {
        const struct place *place = row->places[i];
        qsort(place->down, place->down_count, sizeof *place->down, by_index);
        for (size_t k = 0; k < place->down_count; k++) {
            size_t not_right = 0;
            for (size_t at = place->down[k]->index + 1; at; at -= at & -at)
                not_right += sums[at];
            crossings += seen - not_right;
        }
        for (size_t k = 0; k < place->down_count; k++, seen++)
            for (size_t at = place->down[k]->index + 1; at <= below; at += at & -at)
                sums[at]++;
    }
    return crossings;
}

static size_t count_crossings(const struct drawing *drawing, size_t *sums)
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < drawing->row_count; i++)
        count += crossings_below(&drawing->rows[i], drawing->rows[i + 1].count, sums);
    return count;
}

static double mean_index(struct place *const *places, size_t count, double otherwise)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)places[i]->index;
    return count ? sum / (double)count : otherwise;
}

static void sweep_order(struct drawing *drawing, bool down)
{
    for (size_t i = 0; i < drawing->row_count; i++) {
        struct row *row = &drawing->rows[down ? i : drawing->row_count - 1 - i];
        for (size_t k = 0; k < row->count; k++) {
            struct place *place = row->places[k];
            place->wish = down ? mean_index(place->up, place->up_count, (double)place->index)
                               : mean_index(place->down, place->down_count, (double)place->index);
        }
        qsort(row->places, row->count, sizeof *row->places, by_wish);
        number(row);
    }
}

static void keep_rows(const struct drawing *drawing, struct row *best, bool back)
{
    for (size_t i = 0; i < drawing->row_count; i++) {
        struct row *from = back ? &best[i] : &drawing->rows[i], *to = back ? &drawing->rows[i] : &best[i];
        memcpy(to->places, from->places, from->count * sizeof *from->places);
    }
}

static void order_rows(struct drawing *drawing)
{
    struct row *best = ARENA_ARRAY(drawing->arena, struct row, drawing->row_count);
    size_t widest = 0;
    for (size_t i = 0; i < drawing->row_count; i++) {
        best[i].places = ARENA_ARRAY(drawing->arena, struct place *, drawing->rows[i].count);
        widest = drawing->rows[i].count > widest ? drawing->rows[i].count : widest;
    }
    for (size_t i = 0; i < drawing->row_count; i++)
        best[i].count = drawing->rows[i].count;
    size_t *sums = ARENA_ARRAY(drawing->arena, size_t, widest + 1);
    size_t fewest = count_crossings(drawing, sums);
    keep_rows(drawing, best, false);
    for (int sweep = 0; sweep < SWEEPS && fewest; sweep++) {
        sweep_order(drawing, sweep % 2 == 0);
        size_t now = count_crossings(drawing, sums);
        if (now < fewest) {
            fewest = now;
            keep_rows(drawing, best, false);
        }
    }
    keep_rows(drawing, best, true);
    for (size_t i = 0; i < drawing->row_count; i++)
        number(&drawing->rows[i]);
}

/* ---- where they stand ---- */

struct pool {
    double value, weight;
    size_t count;
};

/* Centres nearest to what is wished, in this order and not nearer than they may be: isotonic regression by pooling. */
static void settle(const struct row *row, struct pool *pools, double *offsets)
{
    size_t count = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct place *place = row->places[i];
        offsets[i] = i ? offsets[i - 1] + (row->places[i - 1]->width + place->width) / 2 + GAP_X : 0;
        pools[count++] = (struct pool){ place->wish - offsets[i], place->weight, 1 };
        for (; count > 1 && pools[count - 2].value > pools[count - 1].value; count--) {
            struct pool *before = &pools[count - 2], *last = &pools[count - 1];
            before->value = (before->value * before->weight + last->value * last->weight) /
                            (before->weight + last->weight);
            before->weight += last->weight;
            before->count += last->count;
        }
    }
    size_t i = 0;
    for (size_t pool = 0; pool < count; pool++)
        for (size_t k = 0; k < pools[pool].count; k++, i++)
            row->places[i]->centre = pools[pool].value + offsets[i];
}

static double mean_centre(struct place *const *places, size_t count, double otherwise)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += places[i]->centre;
    return count ? sum / (double)count : otherwise;
}

static void place_across(struct drawing *drawing)
{
    size_t widest = 1;
    for (size_t i = 0; i < drawing->row_count; i++)
        widest = drawing->rows[i].count > widest ? drawing->rows[i].count : widest;
    struct pool *pools = ARENA_ARRAY(drawing->arena, struct pool, widest);
    double *offsets = ARENA_ARRAY(drawing->arena, double, widest);
    for (int sweep = -1; sweep <= SWEEPS; sweep++) { /* first as they come; the last one goes down */
        bool down = sweep % 2 == 0;
        for (size_t i = 0; i < drawing->row_count; i++) {
            struct row *row = &drawing->rows[down ? i : drawing->row_count - 1 - i];
            for (size_t k = 0; k < row->count; k++) {
                struct place *place = row->places[k];
                if (sweep >= 0)
                    place->wish = down ? mean_centre(place->up, place->up_count, place->centre)
                                       : mean_centre(place->down, place->down_count, place->centre);
                else
                    place->wish = 0;
            }
            settle(row, pools, offsets);
        }
    }
}

/* A bend goes straight through its layer, past whatever stands there. */
static void place_down(struct drawing *drawing)
{
    double y = 0;
    for (size_t i = 0; i < drawing->row_count; i++) {
        struct row *row = &drawing->rows[i];
        double height = 0;
        for (size_t k = 0; k < row->count; k++)
            height = row->places[k]->height > height ? row->places[k]->height : height;
        for (size_t k = 0; k < row->count; k++) {
            struct place *place = row->places[k];
            if (place->bends)
                place->height = height;
            place->y = y + (height - place->height) / 2;
        }
        y += height + GAP_Y;
    }
    drawing->layout->height = y - GAP_Y;
}

/* ---- what comes of it ---- */

static void add_point(struct layout_edge *edge, bool back, size_t most, double x, double y)
{
    size_t at = back ? most - 1 - edge->point_count : edge->point_count;
    edge->points[at] = (struct layout_point){ x, y };
    edge->point_count++;
}

static void draw_arrow(const struct drawing *drawing, const struct arrow *arrow, double left)
{
    struct layout_edge *edge = arrow->edge;
    size_t most = 2 * arrow->length - 2;
    edge->points = ARENA_ARRAY(drawing->arena, struct layout_point, most);
    for (size_t i = 0; i < arrow->length; i++) {
        const struct place *place = arrow->chain[i];
        double x = place->centre - left;
        if (i > 0)
            add_point(edge, arrow->back, most, x, place->y);
        if (i + 1 < arrow->length)
            add_point(edge, arrow->back, most, x, place->y + place->height);
    }
}

static void tell(struct drawing *drawing)
{
    struct layout *layout = drawing->layout;
    double left = 0, right = 0;
    for (size_t i = 0; i < drawing->row_count; i++) {
        const struct row *row = &drawing->rows[i]; /* in order: the outermost are its ends */
        const struct place *first = row->places[0], *last = row->places[row->count - 1];
        left = i == 0 || first->centre - first->width / 2 < left ? first->centre - first->width / 2 : left;
        right = i == 0 || last->centre + last->width / 2 > right ? last->centre + last->width / 2 : right;
    }
    layout->width = right - left;
    for (size_t i = 0; i < layout->node_count; i++) {
        layout->nodes[i].x = drawing->nodes[i].centre - drawing->nodes[i].width / 2 - left;
        layout->nodes[i].y = drawing->nodes[i].y;
    }
    for (size_t k = 0; k < drawing->arrow_count; k++)
        draw_arrow(drawing, &drawing->arrows[k], left);
}

bool layout_run(struct layout *layout, struct arena *arena)
{
    struct drawing drawing = { .layout = layout, .arena = arena };
    layout->width = layout->height = 0;
    if (!layout->node_count)
        return true;
    drawing.arrows = ARENA_ARRAY(arena, struct arrow, layout->edge_count + 1);
    drawing.order = ARENA_ARRAY(arena, size_t, layout->node_count);
    drawing.layers = ARENA_ARRAY(arena, size_t, layout->node_count);
    drawing.seen = ARENA_ARRAY(arena, char, layout->node_count);
    turn_back(&drawing);
    if (!find_layers(&drawing))
        return false;
    build(&drawing);
    order_rows(&drawing);
    place_across(&drawing);
    place_down(&drawing);
    tell(&drawing);
    return true;
}
