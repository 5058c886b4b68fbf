#include "game/review_picture.h"

#include "aws/xml.h"
#include "game/review_words.h"

#define WIDTH        960
#define LEFT         52 /* room for the scores' numbers */
#define RIGHT        12
#define CHART_HEIGHT 220
#define CHART_TOP    12
#define AXIS         22 /* under either picture */
#define ROW_HEIGHT   40
#define MOST_TICKS   8

/* ---- the scale ---- */

static void take_in(struct review_scale *scale, const cJSON *team)
{
    const cJSON *point;
    cJSON_ArrayForEach(point, json_get(team, "series"))
    {
        int64_t at_ms = scale->started_ms + 1000 * json_to_int64(cJSON_GetArrayItem(point, 0));
        int64_t total = json_to_int64(cJSON_GetArrayItem(point, 1));
        scale->ended_ms = at_ms > scale->ended_ms ? at_ms : scale->ended_ms;
        scale->low = total < scale->low ? total : scale->low;
        scale->high = total > scale->high ? total : scale->high;
    }
}

struct review_scale review_scale_of(const cJSON *review, struct str language)
{
    const cJSON *team;
    struct review_scale scale = { .language = language,
                                  .started_ms = json_int64(review, "started_at", 0),
                                  .ended_ms = json_int64(review, "ended_at", 0),
                                  .high = 1 };
    if (scale.ended_ms <= scale.started_ms)
        scale.ended_ms = scale.started_ms + 1000;
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        take_in(&scale, team);
    }
    return scale;
}

static double x_of(const struct review_scale *scale, int64_t at_ms)
{
    double share = (double)(at_ms - scale->started_ms) / (double)(scale->ended_ms - scale->started_ms);
    return LEFT + (share < 0 ? 0 : share > 1 ? 1 : share) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct review_scale *scale, int64_t total)
{
    return CHART_TOP + (double)(scale->high - total) * (CHART_HEIGHT - CHART_TOP) / (double)(scale->high - scale->low);
}

/* A round step of which there are at most `most`. */
static int64_t step_of(int64_t whole, int64_t most)
{
    static const int64_t steps_s[] = { 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800 };
    for (size_t i = 0; i < sizeof steps_s / sizeof *steps_s; i++)
        if (whole / steps_s[i] <= most)
            return steps_s[i];
    return whole / most + 1;
}

static void add_time_axis(struct buf *html, const struct review_scale *scale, int height)
{
    int64_t whole_s = (scale->ended_ms - scale->started_ms) / 1000, step_s = step_of(whole_s, MOST_TICKS);
    for (int64_t at_s = 0; at_s <= whole_s; at_s += step_s) {
        double x = x_of(scale, scale->started_ms + 1000 * at_s);
        buf_printf(html, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, CHART_TOP, height);
        buf_printf(html, "<text class=\"tick%s\" x=\"%.1f\" y=\"%d\">", at_s ? "" : " first", x, height + 16);
        review_add_span(html, 1000 * at_s);
        buf_add_text(html, "</text>");
    }
}

static int64_t score_step(int64_t whole)
{
    int64_t step = 1;
    while (whole / step > 5)
        step *= whole / (step * 2) <= 5 ? 2 : whole / (step * 5) <= 5 ? 5 : 10;
    return step;
}

static void add_score_axis(struct buf *html, const struct review_scale *scale)
{
    int64_t step = score_step(scale->high - scale->low);
    for (int64_t total = scale->low / step * step; total <= scale->high; total += step) {
        double y = y_of(scale, total);
        buf_printf(html, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", total ? "grid" : "zero",
                   LEFT, WIDTH - RIGHT, y, y);
        buf_printf(html, "<text class=\"value\" x=\"%d\" y=\"%.1f\">%s%lld</text>", LEFT - 6, y + 4,
                   total < 0 ? "−" : "", (long long)(total < 0 ? -total : total));
    }
}

static void begin(struct buf *html, int height, const char *says)
{
    buf_printf(html,
               "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><svg viewBox=\"0 0 %d %d\" "
               "role=\"img\" aria-label=\"%s\">",
               says, WIDTH, height + AXIS, says);
}

/* ---- the score ---- */

static void add_course(struct buf *html, const struct review_scale *scale, const cJSON *team, const char *kind)
{
    const cJSON *point;
    double y = y_of(scale, 0);
    buf_printf(html, "<polyline class=\"%s\" points=\"%d,%.1f ", kind, LEFT, y);
    cJSON_ArrayForEach(point, json_get(team, "series"))
    {
        double x = x_of(scale, scale->started_ms + 1000 * json_to_int64(cJSON_GetArrayItem(point, 0)));
        buf_printf(html, "%.1f,%.1f ", x, y); /* a score stays until it changes */
        y = y_of(scale, json_to_int64(cJSON_GetArrayItem(point, 1)));
        buf_printf(html, "%.1f,%.1f ", x, y);
    }
    buf_printf(html, "%d,%.1f\"/>", WIDTH - RIGHT, y);
}

/* The points of a series are rounded down, so what moved the score stands at most so much before its mark. */
static int64_t score_at(const struct review_scale *scale, const cJSON *team, int64_t at_ms)
{
    const cJSON *point;
    int64_t total = 0;
    cJSON_ArrayForEach(point, json_get(team, "series"))
    {
        if (scale->started_ms + 1000 * json_to_int64(cJSON_GetArrayItem(point, 0)) > at_ms)
            break;
        total = json_to_int64(cJSON_GetArrayItem(point, 1));
    }
    return total;
}

static const struct {
    const char *kind, *glyph;
    enum review_word word;
} kinds[] = {
    { "broken", "▾", WORD_BROKEN }, { "detected", "◎", WORD_DETECTED }, { "recovered", "✓", WORD_RECOVERED },
    { "gone", "–", WORD_GONE },     { "solved", "★", WORD_SOLVED },     { "hint", "?", WORD_HINT },
};

static void add_mark(struct buf *html, const struct review_scale *scale, const cJSON *team, const cJSON *mark,
                     size_t kind)
{
    int64_t at_ms = json_int64(mark, "at", 0);
    double x = x_of(scale, at_ms), y = y_of(scale, score_at(scale, team, at_ms));
    buf_printf(html, "<g class=\"mark %s\"><title>", kinds[kind].kind);
    review_add_span(html, at_ms - scale->started_ms);
    buf_printf(html, " %s: ", review_word(scale->language, kinds[kind].word));
    xml_text(html, review_pick(json_get(mark, "label"), scale->language));
    buf_printf(html, "</title><circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/><text x=\"%.1f\" y=\"%.1f\">%s</text></g>", x, y,
               x, y + 4, kinds[kind].glyph);
}

static void add_marks(struct buf *html, const struct review_scale *scale, const cJSON *team)
{
    const cJSON *mark;
    cJSON_ArrayForEach(mark, json_get(team, "marks"))
    {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (str_is(json_str(mark, "kind"), kinds[i].kind))
                add_mark(html, scale, team, mark, i);
    }
}

static void add_kinds(struct buf *html, const struct review_scale *scale)
{
    buf_add_text(html, "<p class=\"legend\">");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        buf_printf(html, "<span class=\"%s\"><b>%s</b> %s</span> ", kinds[i].kind, kinds[i].glyph,
                   review_word(scale->language, kinds[i].word));
    buf_add_text(html, "</p>");
}

void review_chart(struct buf *html, const struct review_scale *scale, const cJSON *team, const cJSON *other_or_null)
{
    begin(html, CHART_HEIGHT, review_word(scale->language, WORD_CHART));
    add_time_axis(html, scale, CHART_HEIGHT);
    add_score_axis(html, scale);
    if (other_or_null)
        add_course(html, scale, other_or_null, "other");
    add_course(html, scale, team, "own");
    add_marks(html, scale, team);
    buf_add_text(html, "</svg></div>");
    add_kinds(html, scale);
}

/* ---- the timeline ---- */

static void add_bar(struct buf *html, const struct review_scale *scale, const char *kind, int64_t from_ms,
                    int64_t to_ms, int y)
{
    double from = x_of(scale, from_ms), to = x_of(scale, to_ms);
    if (to_ms > from_ms)
        buf_printf(html, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"8\"/>", kind, from, y,
                   to - from < 1 ? 1 : to - from);
}

/* From breaking to finding, from finding to the end of it. */
static void add_lane(struct buf *html, const struct review_scale *scale, const cJSON *fault, int y)
{
    if (!fault)
        return;
    int64_t broken = json_int64(fault, "broken_at", 0), recovered = json_int64(fault, "recovered_at", 0);
    int64_t detected = json_int64(fault, "detected_at", 0), gone = json_int64(fault, "gone_at", 0);
    int64_t to = recovered ? recovered : gone ? gone : scale->ended_ms;
    int64_t seen = detected && detected < to ? detected : to;
    add_bar(html, scale, "unseen", broken, seen, y);
    add_bar(html, scale, "work", seen, to, y);
    if (recovered)
        buf_printf(html, "<circle class=\"repaired\" cx=\"%.1f\" cy=\"%d\" r=\"5\"/>", x_of(scale, recovered), y + 4);
}

static void add_lanes(struct buf *html, const struct review_scale *scale, const struct review_pair *pair, int y)
{
    const cJSON *one = pair->own ? pair->own : pair->other;
    buf_printf(html, "<text class=\"what\" x=\"%d\" y=\"%d\">", LEFT, y + 12);
    xml_text(html, review_pick(json_get(one, "title"), scale->language));
    buf_add_text(html, "</text>");
    add_lane(html, scale, pair->own, y + 17);
    buf_add_text(html, "<g class=\"beside\">");
    add_lane(html, scale, pair->other, y + 27);
    buf_add_text(html, "</g>");
}

void review_timeline(struct buf *html, const struct review_scale *scale, const struct review_pair *pairs, size_t count)
{
    static const struct {
        const char *shape;
        enum review_word word;
    } keys[] = { { "<rect class=\"unseen\" y=\"2\" width=\"12\" height=\"8\"/>", WORD_UNSEEN },
                 { "<rect class=\"work\" y=\"2\" width=\"12\" height=\"8\"/>", WORD_IN_WORK },
                 { "<circle class=\"repaired\" cx=\"6\" cy=\"6\" r=\"5\"/>", WORD_REPAIRED } };
    int height = CHART_TOP + (int)count * ROW_HEIGHT;
    begin(html, height, review_word(scale->language, WORD_TIMELINE));
    add_time_axis(html, scale, height);
    for (size_t i = 0; i < count; i++)
        add_lanes(html, scale, &pairs[i], CHART_TOP + (int)i * ROW_HEIGHT);
    buf_add_text(html, "</svg></div><p class=\"legend\">");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        buf_printf(html, "<span><svg class=\"key\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">%s</svg> %s</span> ",
                   keys[i].shape, review_word(scale->language, keys[i].word));
    buf_add_text(html, "</p>");
}
