/* The review as a file: who stands beside whom, what is told of a fault, and that names are text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "game/review.h"

#define MOST 4
#define S    "1700000000000"
#define TEAM(rank, name, faults)                                                                                       \
    "{\"team\":\"" #rank "\",\"name\":\"" name "\",\"rank\":" #rank                                                    \
    ",\"score\":-5,\"solved\":[],\"series\":[[0,0],[60,-5]],"                                                          \
    "\"marks\":[{\"at\":1700000060000,\"kind\":\"hint\",\"label\":{\"en\":\"Look\"}}],\"faults\":[" faults "]}"
#define GAME(teams)                                                                                                    \
    "{\"pack\":\"p\",\"title\":{\"en\":\"Shift\",\"ko\":\"근무\"},\"currency\":\"points\",\"started_at\":" S           \
    ",\"ended_at\":1700003600000,\"teams\":[" teams "]}"
#define FAULT(id, more)                                                                                                 \
    "{\"fault\":\"" id "\",\"number\":1,\"title\":{\"en\":\"It broke\",\"ko\":\"고장\"},\"broken_at\":1700000010000," \
    "\"surfaced_at\":1700000020000,\"detected_at\":1700000095000,\"hints\":1" more ",\"calls\":[]}"
#define MENDED ",\"recovered_at\":1700000200000"
#define LEARNT ",\"learnt\":{\"en\":\"Read `a<b` again\"}"

static const struct {
    const char *review, *language, *says[MOST], *never[MOST], *why;
} rows[] = {
    { GAME(TEAM(1, "A", "")),
      "en",
      { "<html lang=\"en\">", "Shift <small>Review</small>", "−5", "lasted 1:00:00" },
      { "class=\"other\"", "won with" },
      "who plays alone stands beside nobody" },
    { GAME(TEAM(1, "A", "")),
      "ko",
      { "<html lang=\"ko\">", "근무 <small>돌아보기</small>" },
      { "Review" },
      "in Korean" },
    { GAME(TEAM(1, "A", "")), "fr", { "<html lang=\"en\">", "Shift" }, { "근무" }, "in another language: English" },
    { GAME(TEAM(1, "A", "") "," TEAM(2, "B", "") "," TEAM(3, "C", "")),
      "en",
      { "<b>A</b> won with −5", "</i> C</span><span><i class=\"of-other\"></i> A (winner)",
        "</i> A</span><span><i class=\"of-other\"></i> B (beside)" },
      { "of-other\"></i> C" },
      "each beside the winner, the winner beside the next" },
    { GAME(TEAM(1, "<i>A</i> & \\\"co\\\"", "")),
      "en",
      { "&lt;i&gt;A&lt;/i&gt; &amp; &quot;co&quot;" },
      { "<i>A" },
      "names are text" },
    { GAME(TEAM(1, "A", FAULT("f", MENDED)) "," TEAM(2, "B", FAULT("f", ""))),
      "en",
      { "<td class=\"n\">1:15</td><td class=\"n\">3:00</td><td class=\"n\">1</td><td class=\"n\">1:15</td><td "
        "class=\"n\">–</td>" },
      { "did not come" },
      "from when it could be seen, the other's beside it" },
    { GAME(TEAM(1, "A", FAULT("f", MENDED)) "," TEAM(2, "B", "")),
      "en",
      { "It did not come to this team." },
      { "Nothing broke." },
      "what came to one of the two" },
    { GAME(TEAM(1, "A", FAULT("f", "") "," FAULT("f", MENDED)) "," TEAM(2, "B", FAULT("f", ""))),
      "en",
      { "1/2", "did not come" },
      { 0 },
      "the same fault again is another one" },
    { GAME(TEAM(1, "A", FAULT("f", LEARNT MENDED)) "," TEAM(2, "B", FAULT("f", LEARNT))),
      "en",
      { "Read <code>a&lt;b</code> again", "repaired it: 1/2 · Fastest: A, 3:00" },
      { "a<b" },
      "what was learnt, once" },
    { GAME(TEAM(1, "A", FAULT("f", ""))),
      "ko",
      { "고장" },
      { "It broke", "배울 점" },
      "nothing to learn, nothing said" },
    { GAME(TEAM(1, "A", "")),
      "en",
      { "<g class=\"mark hint\"><title>1:00 hint: Look</title>" },
      { 0 },
      "a mark tells what it is" },
    { "{\"title\":{},\"teams\":[]}", "en", { "</html>" }, { "won with" }, "nobody was there" },
};

static void test_tells(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *review = json_parse(str_of(rows[i].review), NULL);
        struct buf html = BUF_EMPTY;
        assert_non_null(review);
        review_html(json_root(review), str_of(rows[i].language), &html);
        for (size_t k = 0; k < MOST && rows[i].says[k]; k++)
            if (str_find(buf_str(&html), str_of(rows[i].says[k])) == SIZE_MAX)
                fail_msg("%s: it does not say %s\n%s", rows[i].why, rows[i].says[k], html.at);
        for (size_t k = 0; k < MOST && rows[i].never[k]; k++)
            if (str_find(buf_str(&html), str_of(rows[i].never[k])) != SIZE_MAX)
                fail_msg("%s: it says %s", rows[i].why, rows[i].never[k]);
        buf_release(&html);
        json_unref(review);
    }
    assert_int_equal(json_live_documents(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_tells) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
