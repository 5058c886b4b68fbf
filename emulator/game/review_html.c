#include "game/review.h"

#define WIDTH  960
#define HEIGHT 160

static const char style[] =
    "*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0 "
    "auto;max-width:64rem;padding:1.5rem;color:#1c2024;"
    "background:#fff}h1{margin-top:0}h2{margin-top:2.5rem;border-top:1px solid "
    "#d0d5da;padding-top:1rem}table{border-collapse:collapse;"
    "width:100%}th,td{text-align:start;padding:.3rem .6rem .3rem 0;vertical-align:top;border-bottom:1px solid "
    "#e4e7ea}td.n,th.n{"
    "text-align:end;font-variant-numeric:tabular-nums}code{font:.85em ui-monospace,monospace}details{margin:.3rem "
    "0}summary{cursor:"
    "pointer}.bad{color:#a3160f}.scroll{overflow-x:auto}svg{width:100%;height:auto;background:#f6f7f8}polyline{fill:"
    "none;stroke:#0b57d0;"
    "stroke-width:2;vector-effect:non-scaling-stroke}line.b{stroke:#a3160f}line.r{stroke:#1a7431}line.s{stroke:#6b4fbb;"
    "stroke-dasharray:4 3}"
    "@media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#16181a}svg{background:#202326}th,td{border-color:"
    "#34383c}h2{"
    "border-color:#34383c}polyline{stroke:#8ab4f8}.bad{color:#ff8a80}}@media print{details{display:block}}";

/* ---- text ---- */

static void add_text(struct buf *html, struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        switch (text.at[i]) {
        case '<':
            buf_add_text(html, "&lt;");
            break;
        case '>':
            buf_add_text(html, "&gt;");
            break;
        case '&':
            buf_add_text(html, "&amp;");
            break;
        case '"':
            buf_add_text(html, "&quot;");
            break;
        default:
            buf_add_byte(html, text.at[i]);
        }
    }
}

/* In each language that there is: who keeps the file may read either. */
static void add_words(struct buf *html, const cJSON *words)
{
    const cJSON *at;
    bool first = true;
    cJSON_ArrayForEach(at, words)
    {
        if (!first)
            buf_add_text(html, " · ");
        first = false;
        buf_add_text(html, "<span lang=\"");
        add_text(html, str_of(at->string ? at->string : "en"));
        buf_add_text(html, "\">");
        add_text(html, json_value(at));
        buf_add_text(html, "</span>");
    }
}

/* Since the start: 1:05:09; nothing where it never was. */
static void add_time(struct buf *html, const cJSON *node, const char *member, int64_t started_ms)
{
    int64_t at = json_int64(node, member, 0), seconds = at > started_ms ? (at - started_ms) / 1000 : 0;
    if (!at)
        buf_add_text(html, "–");
    else
        buf_printf(html, "%lld:%02lld:%02lld", (long long)seconds / 3600, (long long)seconds / 60 % 60,
                   (long long)seconds % 60);
}

/* ---- the chart ---- */

struct span {
    int64_t seconds, low, high;
};

static void take_in(struct span *span, const cJSON *series)
{
    const cJSON *point;
    cJSON_ArrayForEach(point, series)
    {
        int64_t seconds = json_to_int64(cJSON_GetArrayItem(point, 0)),
                total = json_to_int64(cJSON_GetArrayItem(point, 1));
        span->seconds = seconds > span->seconds ? seconds : span->seconds;
        span->low = total < span->low ? total : span->low;
        span->high = total > span->high ? total : span->high;
    }
}

/* One scale for all teams, so that charts can be laid side by side. */
static struct span span_of(const cJSON *review)
{
    const cJSON *team;
    struct span span = { .seconds = 1, .high = 1 };
    int64_t started = json_int64(review, "started_at", 0), ended = json_int64(review, "ended_at", 0);
    if (ended > started)
        span.seconds = (ended - started) / 1000 + 1;
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        take_in(&span, json_get(team, "series"));
    }
    return span;
}

static double x_of(const struct span *span, int64_t seconds)
{
    return (double)seconds * WIDTH / (double)span->seconds;
}

static double y_of(const struct span *span, int64_t total)
{
    return HEIGHT - 4 - (double)(total - span->low) * (HEIGHT - 8) / (double)(span->high - span->low);
}

static void add_marks(struct buf *html, const cJSON *team, const struct span *span, int64_t started_ms)
{
    static const char *const kinds[][2] = { { "broken", "b" }, { "recovered", "r" }, { "solved", "s" } };
    const cJSON *mark;
    cJSON_ArrayForEach(mark, json_get(team, "marks"))
    {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            if (!str_is(json_str(mark, "kind"), kinds[i][0]))
                continue;
            double x = x_of(span, (json_int64(mark, "at", 0) - started_ms) / 1000);
            buf_printf(html, "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"><title>%s: ", kinds[i][1],
                       x, x, HEIGHT, kinds[i][0]);
            add_text(html, json_str(json_get(mark, "label"), "en"));
            buf_add_text(html, "</title></line>");
        }
    }
}

static void add_chart(struct buf *html, const cJSON *team, const struct span *span, int64_t started_ms)
{
    const cJSON *point;
    double y = y_of(span, 0);
    buf_printf(html,
               "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Score over time; red: broken, green: recovered, "
               "violet: solved\">",
               WIDTH, HEIGHT);
    add_marks(html, team, span, started_ms);
    buf_add_text(html, "<polyline points=\"");
    cJSON_ArrayForEach(point, json_get(team, "series"))
    {
        double x = x_of(span, json_to_int64(cJSON_GetArrayItem(point, 0)));
        buf_printf(html, "%.1f,%.1f ", x, y); /* a score stays until it changes */
        y = y_of(span, json_to_int64(cJSON_GetArrayItem(point, 1)));
        buf_printf(html, "%.1f,%.1f ", x, y);
    }
    buf_printf(html, "%d,%.1f\"/></svg>", WIDTH, y);
}

/* ---- a team ---- */

static void add_calls(struct buf *html, const cJSON *calls, int64_t started_ms)
{
    const cJSON *call;
    if (!cJSON_GetArraySize(calls))
        return;
    buf_printf(html, "<details><summary>%d calls around it</summary><div class=\"scroll\"><table>",
               cJSON_GetArraySize(calls));
    cJSON_ArrayForEach(call, calls)
    {
        const char *code = json_string(call, "code");
        buf_add_text(html, "<tr><td class=\"n\">");
        add_time(html, call, "at", started_ms);
        buf_add_text(html, "</td><td><code>");
        add_text(html, json_str(call, "service"));
        buf_add_byte(html, ':');
        add_text(html, json_str(call, "operation"));
        buf_printf(html, "</code></td><td%s>", code ? " class=\"bad\"" : "");
        add_text(html, str_of(code ? code : "ok"));
        buf_add_text(html, "</td><td>");
        add_text(html, json_str(call, "message"));
        buf_add_text(html, "</td></tr>");
    }
    buf_add_text(html, "</table></div></details>");
}

static void add_fault(struct buf *html, const cJSON *fault, int64_t started_ms)
{
    static const char *const moments[] = { "broken_at", "surfaced_at", "detected_at", "mended_at", "recovered_at" };
    buf_printf(html, "<tr><td class=\"n\">%lld</td><td>", (long long)json_int64(fault, "number", 0));
    add_words(html, json_get(fault, "title"));
    if (cJSON_IsObject(json_get(fault, "learnt"))) {
        buf_add_text(html, "<br><small>");
        add_words(html, json_get(fault, "learnt"));
        buf_add_text(html, "</small>");
    }
    add_calls(html, json_get(fault, "calls"), started_ms);
    buf_add_text(html, "</td>");
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        buf_add_text(html, "<td class=\"n\">");
        add_time(html, fault, moments[i], started_ms);
        buf_add_text(html, "</td>");
    }
    buf_printf(html, "<td class=\"n\">%lld</td></tr>", (long long)json_int64(fault, "hints", 0));
}

static void add_team(struct buf *html, const cJSON *team, const struct span *span, int64_t started_ms)
{
    const cJSON *fault;
    buf_printf(html, "<h2 id=\"t%lld\">%lld. ", (long long)json_int64(team, "rank", 0),
               (long long)json_int64(team, "rank", 0));
    add_text(html, json_str(team, "name"));
    buf_printf(html, " <small>%lld</small></h2>", (long long)json_int64(team, "score", 0));
    add_chart(html, team, span, started_ms);
    buf_add_text(html, "<div class=\"scroll\"><table><tr><th class=\"n\">No.</th><th>Trouble</th><th "
                       "class=\"n\">Broken</th><th class=\"n\">"
                       "Could be seen</th><th class=\"n\">Found</th><th class=\"n\">Mended</th><th "
                       "class=\"n\">Recovered</th><th class=\"n\">"
                       "Hints</th></tr>");
    cJSON_ArrayForEach(fault, json_get(team, "faults"))
    {
        add_fault(html, fault, started_ms);
    }
    buf_add_text(html, "</table></div>");
}

static void add_standings(struct buf *html, const cJSON *review)
{
    const cJSON *team;
    buf_add_text(
        html,
        "<table><tr><th class=\"n\">Rank</th><th>Team</th><th class=\"n\">Score</th><th class=\"n\">Solved</th></tr>");
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        long long rank = (long long)json_int64(team, "rank", 0);
        buf_printf(html, "<tr><td class=\"n\">%lld</td><td><a href=\"#t%lld\">", rank, rank);
        add_text(html, json_str(team, "name"));
        buf_printf(html, "</a></td><td class=\"n\">%lld</td><td class=\"n\">%d</td></tr>",
                   (long long)json_int64(team, "score", 0), cJSON_GetArraySize(json_get(team, "solved")));
    }
    buf_add_text(html, "</table>");
}

void review_html(const cJSON *review, struct buf *html)
{
    const cJSON *team;
    struct span span = span_of(review);
    int64_t started_ms = json_int64(review, "started_at", 0);
    buf_add_text(html, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\">"
                       "<title>");
    add_text(html, json_str(json_get(review, "title"), "en"));
    buf_printf(html, "</title><style>%s</style></head><body><h1>", style);
    add_words(html, json_get(review, "title"));
    buf_add_text(html, "</h1><p>Times are hours, minutes and seconds since the start.</p>");
    add_standings(html, review);
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        add_team(html, team, &span, started_ms);
    }
    buf_add_text(html, "</body></html>\n");
}
