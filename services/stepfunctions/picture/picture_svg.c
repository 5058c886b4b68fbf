#include "services/stepfunctions/picture/picture.h"

/* The colours are the page's, light and dark; whoever opens the file sees his own. */
static const char style[] =
    "<style>\n"
    "text{font:13px system-ui,sans-serif;fill:#1d2433}.type{font-size:10px;fill:#5b6478}\n"
    "rect{fill:#fff;stroke:#8a94a8;stroke-width:1.2}.map>rect,.parallel>rect{fill:#f4f6fa;stroke-dasharray:5 3}\n"
    ".fail>rect{stroke:#b3261e}.succeed>rect{stroke:#1b7f4b}.choice>rect{stroke:#7a5af0}.wait>rect{stroke:#a86400}\n"
    "path{fill:none;stroke:#6b7489;stroke-width:1.3}path.catch{stroke:#b3261e;stroke-dasharray:4 "
    "3}.dot,.head{fill:#6b7489;stroke:none}\n"
    ".page{fill:#fbfcfe;stroke:none}\n"
    "@media (prefers-color-scheme:dark){text{fill:#e6e9f0}.type{fill:#a3acc0}rect{fill:#1f2633;stroke:#6b7489}\n"
    ".map>rect,.parallel>rect{fill:#171d28}path{stroke:#97a1b6}.dot,.head{fill:#97a1b6}.page{fill:#12161e;stroke:none}"
    "\n"
    ".fail>rect,path.catch{stroke:#f2a29b}.succeed>rect{stroke:#6fd3a0}.choice>rect{stroke:#b6a3ff}.wait>rect{stroke:#"
    "e5b567}}\n"
    "</style>\n";

#define MARGIN 14.0

/* Characters that XML does not know (names in definitions may hold them) are left out. */
static void add_text(struct buf *svg, struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte == '<')
            buf_add_text(svg, "&lt;");
        else if (byte == '&')
            buf_add_text(svg, "&amp;");
        else if (byte == '"')
            buf_add_text(svg, "&quot;");
        else if (byte >= ' ')
            buf_add_byte(svg, text.at[i]);
    }
}

static void draw_edge(struct buf *svg, const struct picture *picture, size_t at)
{
    const struct layout_edge *edge = &picture->layout.edges[at];
    const struct layout_point *points = edge->points;
    buf_printf(svg, "<path class=\"%s\" marker-end=\"url(#arrow)\" d=\"", picture->edges[at].kind);
    if (!edge->point_count) { /* a loop beside its box */
        const struct layout_node *node = &picture->layout.nodes[edge->from];
        double x = node->x + node->width, y = node->y + node->height / 2;
        buf_printf(svg, "M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x, y - 8, x + 24, y - 14, x + 24, y + 14, x + 3,
                   y + 8);
    } else {
        buf_printf(svg, "M%.1f %.1f", points[0].x, points[0].y);
    }
    for (size_t i = 1; i < edge->point_count; i++) {
        double half = (points[i - 1].y + points[i].y) / 2;
        buf_printf(svg, "C%.1f %.1f %.1f %.1f %.1f %.1f", points[i - 1].x, half, points[i].x, half, points[i].x,
                   points[i].y);
    }
    buf_add_text(svg, "\"/>\n");
}

static void draw(struct buf *svg, const struct picture *picture);

static void add_class(struct buf *svg, const char *type)
{
    for (; *type; type++)
        if ((*type >= 'a' && *type <= 'z') || (*type >= 'A' && *type <= 'Z'))
            buf_add_byte(svg, (char)(*type | 0x20));
}

static void draw_box(struct buf *svg, const struct picture *picture, size_t at)
{
    const struct picture_box *box = &picture->boxes[at];
    const struct layout_node *node = &picture->layout.nodes[at];
    if (!box->title.at) {
        double half = node->width / 2;
        buf_printf(svg, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", node->x + half, node->y + half,
                   half - 3);
        return;
    }
    buf_printf(svg, "<g transform=\"translate(%.1f %.1f)\" class=\"", node->x, node->y);
    add_class(svg, box->type);
    buf_add_text(svg, "\"><title>");
    add_text(svg, box->id);
    buf_printf(svg, "</title><rect width=\"%.1f\" height=\"%.1f\" rx=\"7\"/><text x=\"14\" y=\"17\">", node->width,
               node->height);
    add_text(svg, box->title);
    buf_add_text(svg, "</text><text class=\"type\" x=\"14\" y=\"30\">");
    add_text(svg, str_of(box->type));
    buf_add_text(svg, "</text>\n");
    for (size_t i = 0; i < box->inner_count; i++) {
        buf_printf(svg, "<g transform=\"translate(%.1f %.1f)\">\n", box->inner[i].x, box->inner[i].y);
        draw(svg, &box->inner[i]);
        buf_add_text(svg, "</g>\n");
    }
    buf_add_text(svg, "</g>\n");
}

static void draw(struct buf *svg, const struct picture *picture)
{
    for (size_t i = 0; i < picture->layout.edge_count; i++)
        draw_edge(svg, picture, i);
    for (size_t i = 0; i < picture->layout.node_count; i++)
        draw_box(svg, picture, i);
}

void picture_svg(const struct picture *picture, struct buf *svg)
{
    double width = picture->layout.width + 2 * MARGIN, height = picture->layout.height + 2 * MARGIN;
    buf_printf(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"%.0f %.0f %.0f %.0f\">\n",
        width, height, -MARGIN, -MARGIN, width, height);
    buf_add_text(svg, style);
    buf_add_text(
        svg,
        "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
        "orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0 0.5L8 4L0 7.5z\"/></marker></defs>\n");
    buf_printf(svg, "<rect class=\"page\" x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\"/>\n", -MARGIN, -MARGIN,
               width, height);
    draw(svg, picture);
    buf_add_text(svg, "</svg>\n");
}
