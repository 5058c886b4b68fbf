#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/stepfunctions/picture/picture.h"

/* Pictures of state machines: what follows stands below, nothing overlaps, arrows that lead back do no harm. */

#define PASS(next)   "{\"Type\":\"Pass\",\"Next\":\"" next "\"}"
#define END          "{\"Type\":\"Pass\",\"End\":true}"
#define CHOICE(a, b) "{\"Type\":\"Choice\",\"Choices\":[{\"Next\":\"" a "\"}],\"Default\":\"" b "\"}"
#define FLOW(states) "{\"StartAt\":\"a\",\"States\":{" states "}}"

static const struct picture_case {
    const char *definition;
    int nodes, edges; /* of the outermost; start and end among them */
    const char *reason;
} cases[] = {
    { FLOW(""), 1, 0, "no states: the start alone" },
    { FLOW("\"a\":" END), 3, 2, "one" },
    { FLOW("\"a\":" PASS("b") ",\"b\":" PASS("c") ",\"c\":" END), 5, 4, "a chain" },
    { FLOW("\"a\":" CHOICE("b", "c") ",\"b\":" PASS("d") ",\"c\":" PASS("d") ",\"d\":" END), 6, 6,
      "a choice that meets again" },
    { FLOW("\"a\":" CHOICE("b", "c") ",\"b\":" PASS("c") ",\"c\":" END), 5, 5, "a long arrow beside a chain" },
    { FLOW("\"a\":" PASS("b") ",\"b\":" CHOICE("a", "c") ",\"c\":" END), 5, 5, "a loop of two" },
    { FLOW("\"a\":" CHOICE("a", "b") ",\"b\":" END), 4, 4, "a loop on itself" },
    { FLOW("\"a\":" END ",\"lonely\":" END), 4, 3, "a state that nobody leads to" },
    { FLOW("\"a\":" PASS("missing")), 2, 1, "an arrow to nowhere" },
    { FLOW("\"a\":" CHOICE("b", "b") ",\"b\":{\"Type\":\"Fail\"}"), 3, 2,
      "the same arrow twice; a Fail ends where it stands" },
    { FLOW("\"a\":{\"Type\":\"Task\",\"Next\":\"b\",\"Catch\":[{\"Next\":\"b\"}]},\"b\":{\"Type\":\"Succeed\"}"), 4, 4,
      "a catch to where it goes anyway is another arrow" },
    { FLOW("\"a\":{\"Type\":\"Parallel\",\"Branches\":[" FLOW("\"a\":" END) "," FLOW(
          "\"a\":" PASS("b") ",\"b\":" END) "],"
                                            "\"End\":true}"),
      3, 2, "branches" },
    { FLOW("\"a\":{\"Type\":\"Map\",\"ItemProcessor\":" FLOW(
          "\"a\":{\"Type\":\"Map\",\"Iterator\":" FLOW("\"a\":" END) ","
                                                                     "\"End\":true}") ",\"End\":true}"),
      3, 2, "a Map in a Map" },
    { FLOW("\"a\":5,\"b\":[],\"c\":{\"Type\":7,\"Next\":1,\"Choices\":3,\"Catch\":{\"x\":5}}"), 2, 0,
      "what is no state" },
    { "{\"States\":{\"a\":" END "}}", 3, 1, "no StartAt" },
    { "{\"States\":{\"a\":{\"Type\":\"Parallel\",\"Branches\":{\"x\":1}}}}", 2, 0, "branches that are none" },
};

static void check_places(const struct picture *picture, const char *reason)
{
    const struct layout *layout = &picture->layout;
    for (size_t i = 0; i < layout->node_count; i++) {
        const struct layout_node *a = &layout->nodes[i];
        bool inside = a->x >= -0.01 && a->y >= -0.01 && a->x + a->width <= layout->width + 0.01 &&
                      a->y + a->height <= layout->height + 0.01;
        if (!inside)
            fail_msg("%s: node %zu stands outside", reason, i);
        for (size_t k = i + 1; k < layout->node_count; k++) {
            const struct layout_node *b = &layout->nodes[k];
            if (a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height)
                fail_msg("%s: nodes %zu and %zu overlap", reason, i, k);
        }
        for (size_t k = 0; k < picture->boxes[i].inner_count; k++) {
            const struct picture *inner = &picture->boxes[i].inner[k];
            assert_true(inner->x + inner->layout.width <= a->width && inner->y + inner->layout.height <= a->height);
            check_places(inner, reason);
        }
    }
}

/* An arrow begins at the one side and ends at the other. */
static void check_arrows(const struct picture *picture, const char *reason)
{
    for (size_t i = 0; i < picture->layout.edge_count; i++) {
        const struct layout_edge *edge = &picture->layout.edges[i];
        const struct layout_node *from = &picture->layout.nodes[edge->from], *to = &picture->layout.nodes[edge->to];
        if (edge->from == edge->to) {
            assert_int_equal(edge->point_count, 0);
            continue;
        }
        struct layout_point first = edge->points[0], last = edge->points[edge->point_count - 1];
        bool downwards = to->y > from->y;
        double begins = downwards ? from->y + from->height : from->y, ends = downwards ? to->y : to->y + to->height;
        if (first.y != begins || last.y != ends || first.x < from->x || first.x > from->x + from->width ||
            last.x < to->x || last.x > to->x + to->width)
            fail_msg("%s: edge %zu does not join its nodes", reason, i);
    }
}

static void test_pictures(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct buf svg = BUF_EMPTY;
        const char *why;
        const struct picture *picture = picture_of(arena, str_of(cases[i].definition), &why);
        if (!picture)
            fail_msg("%s: %s", cases[i].reason, why);
        if ((int)picture->layout.node_count != cases[i].nodes || (int)picture->layout.edge_count != cases[i].edges)
            fail_msg("%s: %zu nodes, %zu edges", cases[i].reason, picture->layout.node_count,
                     picture->layout.edge_count);
        check_places(picture, cases[i].reason);
        check_arrows(picture, cases[i].reason);
        picture_svg(picture, &svg);
        assert_true(svg.length > 100 && strncmp(svg.at, "<svg ", 5) == 0);
        assert_string_equal(svg.at + svg.length - 7, "</svg>\n");
        buf_release(&svg);
        arena_free(arena);
    }
}

/* What follows stands below, but for what leads back; a long arrow goes around what stands between. */
static void test_what_follows_stands_below(void **state)
{
    struct arena *arena = arena_new();
    const char *why;
    const struct picture *picture = picture_of(
        arena, str_of(FLOW("\"a\":" CHOICE("d", "b") ",\"b\":" PASS("c") ",\"c\":" CHOICE("b", "d") ",\"d\":" END)),
        &why);
    const struct layout *layout = &picture->layout;
    for (size_t i = 0; i < layout->edge_count; i++) {
        const struct layout_edge *edge = &layout->edges[i];
        bool leads_back = str_is(picture->boxes[edge->from].id, "c") && str_is(picture->boxes[edge->to].id, "b");
        assert_int_equal(layout->nodes[edge->to].y > layout->nodes[edge->from].y, !leads_back);
        for (size_t k = 1; k + 1 < edge->point_count; k++)
            for (size_t n = 0; n < layout->node_count; n++) {
                const struct layout_node *node = &layout->nodes[n];
                bool within = edge->points[k].x > node->x && edge->points[k].x < node->x + node->width &&
                              edge->points[k].y > node->y && edge->points[k].y < node->y + node->height;
                assert_false(within);
            }
    }
    arena_free(arena);
}

static void refused(struct str definition, const char *why_expected)
{
    struct arena *arena = arena_new();
    const char *why;
    assert_null(picture_of(arena, definition, &why));
    if (!strstr(why, why_expected))
        fail_msg("%s", why);
    arena_free(arena);
}

/* So many states, each with arrows to `arrows` that follow. */
static struct buf make_machine(int states, int arrows)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"StartAt\":\"s0\",\"States\":{");
    for (int i = 0; i < states; i++) {
        buf_printf(&text, "%s\"s%d\":{\"Type\":\"Choice\",\"Choices\":[", i ? "," : "", i);
        for (int k = 1; k <= arrows; k++)
            buf_printf(&text, "%s{\"Next\":\"s%d\"}", k > 1 ? "," : "", i + k);
        buf_add_text(&text, "]}");
    }
    buf_add_text(&text, "}}");
    return text;
}

static void test_there_is_an_end_to_what_is_drawn(void **state)
{
    refused(STR("{"), "It is no JSON");
    refused(STR("[]"), "It has no States.");
    refused(STR("{\"States\":[]}"), "It has no States.");
    struct buf many = make_machine(301, 1), dense = make_machine(200, 60), far = make_machine(300, 12);
    refused(buf_str(&many), "too large");
    refused(buf_str(&dense), "too large");
    refused(buf_str(&far), "too far");
    buf_release(&many);
    buf_release(&dense);
    buf_release(&far);
    struct buf most = make_machine(300, 1);
    struct arena *arena = arena_new();
    const char *why;
    assert_non_null(picture_of(arena, buf_str(&most), &why));
    arena_free(arena);
    buf_release(&most);
}

/* Names are the reader's: markup in them is text, and what XML cannot say is left out. */
static void test_names_are_text(void **state)
{
    struct arena *arena = arena_new();
    struct buf svg = BUF_EMPTY;
    const char *why;
    const struct picture *picture = picture_of(arena,
                                               STR("{\"StartAt\":\"<b>&\\u0007\\\"\",\"States\":{\"<b>&\\u0007\\\"\":{"
                                                   "\"Type\":\"<x>\\\" onload=\\\"\",\"End\":true}}}"),
                                               &why);
    picture_svg(picture, &svg);
    assert_non_null(strstr(svg.at, "<title>&lt;b>&amp;&quot;</title>"));
    assert_non_null(strstr(svg.at, "class=\"xonload\""));
    assert_null(strstr(svg.at, "<b>"));
    assert_null(strstr(svg.at, "<x>"));
    buf_release(&svg);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures),
        cmocka_unit_test(test_what_follows_stands_below),
        cmocka_unit_test(test_there_is_an_end_to_what_is_drawn),
        cmocka_unit_test(test_names_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
