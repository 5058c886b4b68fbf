#include <stdlib.h>

#include "aws/xml.h"
#include "embedded/review.h"
#include "game/review.h"
#include "game/review_picture.h"
#include "game/review_words.h"

struct page {
    struct buf *html;
    const cJSON *review;
    struct review_scale scale;
};

static const char *word(const struct page *page, enum review_word which)
{
    return review_word(page->scale.language, which);
}

/* ---- text ---- */

/* A pack's text; what stands between two backticks is code. */
static void add_words(const struct page *page, const cJSON *words)
{
    struct str rest = review_pick(words, page->scale.language);
    for (size_t open; (open = str_find_byte(rest, '`')) != SIZE_MAX;) {
        size_t close = str_find_byte(str_from(rest, open + 1), '`');
        if (close == SIZE_MAX)
            break;
        xml_text(page->html, str_first(rest, open));
        xml_element(page->html, "code", str_first(str_from(rest, open + 1), close));
        rest = str_from(rest, open + close + 2);
    }
    xml_text(page->html, rest);
}

static void add_name(const struct page *page, const cJSON *team)
{
    xml_text(page->html, json_str(team, "name"));
}

static void add_number(struct buf *html, int64_t number)
{
    buf_printf(html, "%s%lld", number < 0 ? "−" : "", (long long)(number < 0 ? -number : number));
}

/* ---- faults ---- */

static int64_t seen_at(const cJSON *fault)
{
    int64_t surfaced = json_int64(fault, "surfaced_at", 0);
    return surfaced ? surfaced : json_int64(fault, "broken_at", 0);
}

/* How long it took from when it could be seen to the moment; nothing where it never was. */
static void add_after(const struct page *page, const cJSON *fault, const char *moment)
{
    int64_t at = json_int64(fault, moment, 0);
    buf_add_text(page->html, "<td class=\"n\">");
    if (at)
        review_add_span(page->html, at - seen_at(fault));
    else
        buf_add_text(page->html, "–");
    buf_add_text(page->html, "</td>");
}

static void add_mean(const struct page *page, const cJSON *team, const char *moment)
{
    int64_t sum = 0, count = 0;
    const cJSON *fault;
    cJSON_ArrayForEach(fault, json_get(team, "faults"))
    {
        int64_t at = json_int64(fault, moment, 0);
        sum += at ? at - seen_at(fault) : 0;
        count += at != 0;
    }
    buf_add_text(page->html, "<td class=\"n\">");
    if (count)
        review_add_span(page->html, sum / count);
    else
        buf_add_text(page->html, "–");
    buf_add_text(page->html, "</td>");
}

static int count_repaired(const cJSON *team)
{
    int count = 0;
    const cJSON *fault;
    cJSON_ArrayForEach(fault, json_get(team, "faults"))
    {
        count += json_int64(fault, "recovered_at", 0) != 0;
    }
    return count;
}

static bool is_same(const cJSON *fault, const cJSON *other)
{
    return str_equal(json_str(fault, "fault"), json_str(other, "fault"));
}

/* The same fault may come more than once: it is told by its id and how often it had come before. */
static const cJSON *counterpart(const cJSON *fault, const cJSON *other_team)
{
    const cJSON *at;
    int before = 0;
    for (at = fault->prev; at && at->next; at = at->prev) /* the first one's prev is the last */
        before += is_same(at, fault);
    cJSON_ArrayForEach(at, json_get(other_team, "faults"))
    {
        if (is_same(at, fault) && before-- == 0)
            return at;
    }
    return NULL;
}

static int by_breaking(const void *a, const void *b)
{
    const struct review_pair *mine = a, *theirs = b;
    int64_t one = json_int64(mine->own ? mine->own : mine->other, "broken_at", 0);
    int64_t two = json_int64(theirs->own ? theirs->own : theirs->other, "broken_at", 0);
    return one < two ? -1 : one > two;
}

/* Each fault that came to either of two teams, in the order of breaking; free() it. */
static struct review_pair *pairs_of(const cJSON *team, const cJSON *other, size_t *ret_count)
{
    const cJSON *fault, *own = json_get(team, "faults"), *theirs = json_get(other, "faults");
    size_t most = (size_t)cJSON_GetArraySize(own) + (size_t)cJSON_GetArraySize(theirs), count = 0;
    struct review_pair *pairs = memory_alloc((most + 1) * sizeof *pairs);
    cJSON_ArrayForEach(fault, own)
    {
        pairs[count++] = (struct review_pair){ fault, counterpart(fault, other) };
    }
    cJSON_ArrayForEach(fault, theirs)
    {
        if (!counterpart(fault, team))
            pairs[count++] = (struct review_pair){ NULL, fault };
    }
    qsort(pairs, count, sizeof *pairs, by_breaking);
    *ret_count = count;
    return pairs;
}

/* ---- the calls around a fault ---- */

static void add_call(const struct page *page, const cJSON *call)
{
    struct str code = json_str(call, "code");
    buf_add_text(page->html, "<li>");
    review_add_span(page->html, json_int64(call, "at", 0) - page->scale.started_ms);
    buf_add_text(page->html, " <code>");
    xml_text(page->html, json_str(call, "service"));
    buf_add_byte(page->html, ':');
    xml_text(page->html, json_str(call, "operation"));
    buf_add_text(page->html, "</code> ");
    if (code.length) {
        xml_element(page->html, "b", code);
        buf_add_byte(page->html, ' ');
        xml_text(page->html, json_str(call, "message"));
    }
    buf_add_text(page->html, "</li>");
}

static void add_calls(const struct page *page, const cJSON *team, const cJSON *fault)
{
    const cJSON *call, *calls = json_get(fault, "calls");
    if (!cJSON_GetArraySize(calls))
        return;
    buf_printf(page->html, "<details><summary>%s ", word(page, WORD_CALLS));
    add_name(page, team);
    buf_printf(page->html, " (%d)</summary><ol class=\"calls\">", cJSON_GetArraySize(calls));
    cJSON_ArrayForEach(call, calls)
    {
        add_call(page, call);
    }
    buf_add_text(page->html, "</ol></details>");
}

/* ---- two teams, fault by fault ---- */

static void add_side_head(const struct page *page, const cJSON *team, const char *kind)
{
    buf_printf(page->html, "<th class=\"n first %s\" colspan=\"3\" scope=\"colgroup\">", kind);
    add_name(page, team);
    buf_add_text(page->html, "</th>");
}

static void add_side_heads(const struct page *page)
{
    buf_printf(page->html,
               "<th class=\"n first\" scope=\"col\">%s</th><th class=\"n\" scope=\"col\">%s</th><th class=\"n\" "
               "scope=\"col\">%s</th>",
               word(page, WORD_FOUND_AFTER), word(page, WORD_REPAIRED_AFTER), word(page, WORD_HINTS));
}

static void add_side(const struct page *page, const cJSON *fault)
{
    if (!fault) {
        buf_printf(page->html, "<td class=\"soft\" colspan=\"3\">%s</td>", word(page, WORD_NEVER_CAME));
        return;
    }
    add_after(page, fault, "detected_at");
    add_after(page, fault, "recovered_at");
    buf_printf(page->html, "<td class=\"n\">%lld</td>", (long long)json_int64(fault, "hints", 0));
}

static void add_pair(const struct page *page, const cJSON *team, const cJSON *other, const struct review_pair *pair)
{
    const cJSON *one = pair->own ? pair->own : pair->other;
    buf_add_text(page->html, "<tr><th scope=\"row\">");
    add_words(page, json_get(one, "title"));
    buf_printf(page->html, " <small class=\"soft\">%s ", word(page, WORD_BROKE_AT));
    review_add_span(page->html, json_int64(one, "broken_at", 0) - page->scale.started_ms);
    buf_add_text(page->html, "</small>");
    add_calls(page, team, pair->own);
    add_calls(page, other, pair->other);
    buf_add_text(page->html, "</th>");
    add_side(page, pair->own);
    if (other)
        add_side(page, pair->other);
    buf_add_text(page->html, "</tr>");
}

static void add_pairs(const struct page *page, const cJSON *team, const cJSON *other, const struct review_pair *pairs,
                      size_t count)
{
    buf_printf(page->html,
               "<h3>%s</h3><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><table><thead><tr><th "
               "rowspan=\"2\" scope=\"col\">%s</th>",
               word(page, WORD_FAULTS), word(page, WORD_FAULTS), word(page, WORD_FAULT));
    add_side_head(page, team, "own-of");
    if (other)
        add_side_head(page, other, "other-of");
    buf_add_text(page->html, "</tr><tr>");
    add_side_heads(page);
    if (other)
        add_side_heads(page);
    buf_add_text(page->html, "</tr></thead><tbody>");
    for (size_t i = 0; i < count; i++)
        add_pair(page, team, other, &pairs[i]);
    buf_add_text(page->html, "</tbody></table></div>");
}

/* ---- a team ---- */

static const cJSON *team_of_rank(const cJSON *review, int64_t rank)
{
    const cJSON *team;
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        if (json_int64(team, "rank", 0) == rank)
            return team;
    }
    return NULL;
}

/* Each beside the winner; the winner beside who came next. NULL: who plays alone. */
static const cJSON *beside(const struct page *page, const cJSON *team)
{
    return team_of_rank(page->review, json_int64(team, "rank", 0) == 1 ? 2 : 1);
}

static void add_legend(const struct page *page, const cJSON *team, const cJSON *other)
{
    buf_add_text(page->html, "<p class=\"legend\"><span><i></i> ");
    add_name(page, team);
    buf_add_text(page->html, "</span>");
    if (other) {
        buf_add_text(page->html, "<span><i class=\"of-other\"></i> ");
        add_name(page, other);
        buf_printf(page->html, " (%s)</span>",
                   word(page, json_int64(other, "rank", 0) == 1 ? WORD_WINNER : WORD_BESIDE));
    }
    buf_add_text(page->html, "</p>");
}

static void add_team(const struct page *page, const cJSON *team)
{
    long long rank = (long long)json_int64(team, "rank", 0);
    const cJSON *other = beside(page, team);
    size_t count;
    struct review_pair *pairs = pairs_of(team, other, &count);
    buf_printf(page->html, "<article id=\"t%lld\"><h2>%lld. ", rank, rank);
    add_name(page, team);
    buf_add_text(page->html, " <small>");
    add_number(page->html, json_int64(team, "score", 0));
    buf_add_text(page->html, "</small>");
    if (rank == 1 && other)
        buf_printf(page->html, " <span class=\"chip\">%s</span>", word(page, WORD_WINNER));
    buf_printf(page->html, "</h2><h3>%s</h3>", word(page, WORD_CHART));
    add_legend(page, team, other);
    review_chart(page->html, &page->scale, team, other);
    if (count) {
        buf_printf(page->html, "<h3>%s</h3>", word(page, WORD_TIMELINE));
        review_timeline(page->html, &page->scale, pairs, count);
        add_pairs(page, team, other, pairs, count);
    } else {
        buf_printf(page->html, "<p class=\"soft\">%s</p>", word(page, WORD_NO_FAULTS));
    }
    buf_add_text(page->html, "</article>");
    free(pairs);
}

/* ---- all teams ---- */

static void add_standing(const struct page *page, const cJSON *team)
{
    long long rank = (long long)json_int64(team, "rank", 0);
    buf_printf(page->html, "<tr><td class=\"n\">%lld</td><th scope=\"row\"><a href=\"#t%lld\">", rank, rank);
    add_name(page, team);
    buf_add_text(page->html, "</a></th><td class=\"n\">");
    add_number(page->html, json_int64(team, "score", 0));
    buf_printf(page->html, "</td><td class=\"n\">%d</td><td class=\"n\">%d/%d</td>",
               cJSON_GetArraySize(json_get(team, "solved")), count_repaired(team),
               cJSON_GetArraySize(json_get(team, "faults")));
    add_mean(page, team, "detected_at");
    add_mean(page, team, "recovered_at");
    buf_add_text(page->html, "</tr>");
}

static void add_standings(const struct page *page)
{
    static const struct {
        enum review_word word;
        bool number, mean;
    } heads[] = { { WORD_RANK, true, false },           { WORD_TEAM, false, false },
                  { WORD_SCORE, true, false },          { WORD_SOLVED_COUNT, true, false },
                  { WORD_REPAIRED_COUNT, true, false }, { WORD_FOUND_AFTER, true, true },
                  { WORD_REPAIRED_AFTER, true, true } };
    const cJSON *team;
    buf_printf(page->html,
               "<h2>%s</h2><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><table><thead><tr>",
               word(page, WORD_TEAMS), word(page, WORD_TEAMS));
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        buf_printf(page->html, "<th scope=\"col\"%s>%s%s%s</th>", heads[i].number ? " class=\"n\"" : "",
                   word(page, heads[i].word), heads[i].mean ? " " : "", heads[i].mean ? word(page, WORD_MEAN) : "");
    buf_add_text(page->html, "</tr></thead><tbody>");
    cJSON_ArrayForEach(team, json_get(page->review, "teams"))
    {
        add_standing(page, team);
    }
    buf_add_text(page->html, "</tbody></table></div>");
}

/* ---- what was to be learnt ---- */

/* How often the fault was repaired, and by whom soonest. */
struct outcome_of_fault {
    int teams, repaired;
    int64_t best_ms;
    const cJSON *fastest;
};

static struct outcome_of_fault outcome_of(const cJSON *review, const cJSON *fault)
{
    struct outcome_of_fault outcome = { 0 };
    const cJSON *team, *at;
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        bool met = false, repaired = false;
        cJSON_ArrayForEach(at, json_get(team, "faults"))
        {
            int64_t took = json_int64(at, "recovered_at", 0) - seen_at(at);
            if (!is_same(at, fault))
                continue;
            met = true;
            if (!json_int64(at, "recovered_at", 0))
                continue;
            repaired = true;
            if (!outcome.fastest || took < outcome.best_ms) {
                outcome.fastest = team;
                outcome.best_ms = took;
            }
        }
        outcome.teams += met;
        outcome.repaired += repaired;
    }
    return outcome;
}

static void add_lesson(const struct page *page, const cJSON *fault)
{
    struct outcome_of_fault outcome = outcome_of(page->review, fault);
    buf_add_text(page->html, "<li><b>");
    add_words(page, json_get(fault, "title"));
    buf_add_text(page->html, "</b><p>");
    add_words(page, json_get(fault, "learnt"));
    buf_printf(page->html, "</p><p class=\"soft\">%s %d/%d", word(page, WORD_REPAIRED_BY), outcome.repaired,
               outcome.teams);
    if (outcome.fastest) {
        buf_printf(page->html, " · %s ", word(page, WORD_FASTEST));
        add_name(page, outcome.fastest);
        buf_add_text(page->html, ", ");
        review_add_span(page->html, outcome.best_ms);
    }
    buf_add_text(page->html, "</p></li>");
}

/* Is this where the fault is met first, reading team after team? */
static bool is_first_of_its_kind(const cJSON *review, const cJSON *fault)
{
    const cJSON *team, *at;
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        cJSON_ArrayForEach(at, json_get(team, "faults"))
        {
            if (is_same(at, fault) && cJSON_IsObject(json_get(at, "learnt")))
                return at == fault;
        }
    }
    return false;
}

static void add_lessons(const struct page *page)
{
    const cJSON *team, *fault;
    bool any = false;
    cJSON_ArrayForEach(team, json_get(page->review, "teams"))
    {
        cJSON_ArrayForEach(fault, json_get(team, "faults"))
        {
            if (!is_first_of_its_kind(page->review, fault))
                continue;
            if (!any)
                buf_printf(page->html, "<h2>%s</h2><ol class=\"lessons\">", word(page, WORD_LESSONS));
            any = true;
            add_lesson(page, fault);
        }
    }
    if (any)
        buf_add_text(page->html, "</ol>");
}

/* ---- the file ---- */

static void add_head(const struct page *page)
{
    struct str title = review_pick(json_get(page->review, "title"), page->scale.language);
    const struct embedded_file *style = embedded_find(&embedded_review, STR("review.css"));
    buf_printf(
        page->html,
        "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>",
        str_is(page->scale.language, "ko") ? "ko" : "en");
    xml_text(page->html, title);
    buf_printf(page->html, ": %s</title><style>%.*s</style></head><body><main><h1>", word(page, WORD_REVIEW),
               STR_ARG(style->bytes));
    xml_text(page->html, title);
    buf_printf(page->html, " <small>%s</small></h1>", word(page, WORD_REVIEW));
}

static void add_lead(const struct page *page)
{
    const cJSON *winner = team_of_rank(page->review, 1);
    buf_add_text(page->html, "<p class=\"lead\">");
    if (winner && team_of_rank(page->review, 2)) {
        buf_add_text(page->html, "<b>");
        add_name(page, winner);
        buf_printf(page->html, "</b> %s ", word(page, WORD_WON));
        add_number(page->html, json_int64(winner, "score", 0));
        buf_add_text(page->html, ". ");
    }
    buf_printf(page->html, "%s ", word(page, WORD_LASTED));
    review_add_span(page->html, page->scale.ended_ms - page->scale.started_ms);
    buf_add_text(page->html, ".</p>");
}

void review_html(const cJSON *review, struct str language, struct buf *html)
{
    const struct page page = { html, review, review_scale_of(review, language) };
    const cJSON *team;
    add_head(&page);
    add_lead(&page);
    add_standings(&page);
    add_lessons(&page);
    cJSON_ArrayForEach(team, json_get(review, "teams"))
    {
        add_team(&page, team);
    }
    buf_add_text(html, "</main></body></html>\n");
}
