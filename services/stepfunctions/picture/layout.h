/* A layered layout for small directed graphs, top to bottom, after Sugiyama: arrows that lead back are turned round for the time
 * being, a node's layer is its longest way from the start, long arrows bend in every layer that they cross, layers are ordered to
 * cross little, and places are the best for the neighbours that keep this order. */
#ifndef STEPFUNCTIONS_PICTURE_LAYOUT_H
#define STEPFUNCTIONS_PICTURE_LAYOUT_H

#include "base/arena.h"

struct layout_node {
    double width, height;
    double x, y; /* set: the upper left corner */
};

struct layout_point {
    double x, y;
};

struct layout_edge {
    size_t from, to; /* nodes */
    /* Set: from the lower side of one node to the upper side of the other (or upwards); none for a loop on one node. */
    struct layout_point *points;
    size_t point_count;
};

struct layout {
    struct layout_node *nodes; /* the first is the start */
    size_t node_count;
    struct layout_edge *edges;
    size_t edge_count;
    double width, height; /* set */
};

/* False: the arrows cross too many layers for a picture that anybody could read. What is set stands in the arena. */
bool layout_run(struct layout *layout, struct arena *arena);

#endif
