/* A state machine as a picture: its states in boxes, transitions and catches as arrows, what is inside of Map and Parallel within
 * their box; or a SageMaker pipeline: its steps, and who waits for whom. One layout serves both who look at it: `rehearse graph` writes it as SVG, the page asks for it as JSON and draws it in
 * the colours of an execution. Any JSON object is taken for a definition: what is no state or leads nowhere is left out.
 *
 *     {"width", "height",
 *      "nodes": [{"id", "kind", "x", "y", "width", "height", "type", "title", "inner": [the same, with "x", "y"]}],
 *      "edges": [{"from", "to", "kind", "points": [[x, y]…]}]}
 *
 * kind of a node: start, end, state; its id is the state's name. from and to are places among the nodes; kind of an edge: next,
 * choice, catch, end. A loop on one node has no points. */
#ifndef STEPFUNCTIONS_PICTURE_H
#define STEPFUNCTIONS_PICTURE_H

#include "base/json.h"
#include "base/web.h"
#include "services/stepfunctions/picture/layout.h"

struct picture_box {
    struct str id, title; /* the title is the name, shortened */
    const char *kind, *type;
    struct picture *inner; /* side by side */
    size_t inner_count;
};

struct picture_edge {
    const char *kind;
};

struct picture {
    struct layout layout;
    struct picture_box *boxes;  /* by node */
    struct picture_edge *edges; /* by edge */
    double x, y;                /* in the box that holds it */
};

/* In the arena. NULL: *reterr_why says in a sentence why there is no picture of it. */
struct picture *picture_of(struct arena *arena, struct str definition, const char **reterr_why);
cJSON *picture_json(const struct picture *picture);
void picture_svg(const struct picture *picture, struct buf *svg);

/* POST /_rehearse/api/picture {"definition": text}: its layout; 400 with the reason. */
extern const struct web_site picture_site;

#endif
