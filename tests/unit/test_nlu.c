#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/file.h"
#include "services/lexv2/nlu/answer.h"
#include "services/lexv2/nlu/nlu.h"
#include "services/lexv2/nlu/when.h"

/* How bots understand: values of built-in slot types, intents, slots. Today is Tuesday, 14 November 2023. */
#define NOW_MS 1700000000000

/* ---- a locale in a few words ---- */

static struct json *locale_of(const char *locale, const char *intents, const char *types)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "{'locale':{'localeId':'%s'},'intents':[%s],'slotTypes':[%s]}", locale, intents, types);
    for (size_t i = 0; i < text.length; i++)
        text.at[i] = text.at[i] == '\'' ? '"' : text.at[i];
    struct json *document = json_parse(buf_str(&text), NULL);
    if (!document)
        fail_msg("no JSON: %s", text.at);
    buf_release(&text);
    return document;
}

/* "interpreted" or "original>interpreted"; several resolutions of a value that can be two: "10:00|22:00". */
static const char *told(struct arena *arena, const struct nlu_slot *slot)
{
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < slot->count; i++) {
        const struct nlu_value *value = &slot->values[i];
        if (i)
            buf_add_byte(&text, '+');
        buf_add_str(&text, value->interpreted);
        for (size_t j = 0; !value->interpreted.at && j < value->resolved_count; j++)
            buf_printf(&text, "%s%.*s", j ? "|" : "", STR_ARG(value->resolved[j]));
    }
    const char *copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

/* ---- values: what an answer to a question is taken for ---- */

static const struct value_case {
    const char *locale, *type, *said, *wanted, *reason;
} value_cases[] = {
    { "en_US", "Number", "three", "3", "a word" },
    { "en_US", "Number", "twenty-five please", "25", "two words and more" },
    { "en_US", "Number", "a hundred and seven", "107", "hundreds" },
    { "en_US", "Number", "two thousand three hundred", "2300", "thousands" },
    { "en_US", "Number", "1,500", "1500", "commas go" },
    { "en_US", "Number", "3.5", "3.5", "a fraction stays" },
    { "en_US", "Number", "many", NULL, "no number" },
    { "ko_KR", "Number", "세 명이요", "3", "native, with a counter" },
    { "ko_KR", "Number", "둘", "2", "native, alone" },
    { "ko_KR", "Number", "이십오", "25", "Sino-Korean" },
    { "ko_KR", "Number", "3만", "30000", "digits and a myriad" },
    { "ko_KR", "Number", "3박이요", "3", "digits with a counter" },
    { "ja_JP", "Number", "三人です", "3", "kanji" },
    { "en_US", "Date", "today", "2023-11-14", "the clock's day" },
    { "en_US", "Date", "tomorrow please", "2023-11-15", "one on" },
    { "en_US", "Date", "the day after tomorrow", "2023-11-16", "two on" },
    { "en_US", "Date", "friday", "2023-11-17", "the one to come" },
    { "en_US", "Date", "next friday", "2023-11-24", "of next week" },
    { "en_US", "Date", "next week", "2023-11-19", "the last day of this one, as the guide says" },
    { "en_US", "Date", "last week", "2023-11-06", "its first day" },
    { "en_US", "Date", "next month", "2023-12-31", "its last day" },
    { "en_US", "Date", "this month", "2023-11-01", "its first day" },
    { "en_US", "Date", "next year", "2024-12-31", "its last day" },
    { "en_US", "Date", "november 13", "2024-11-13", "what is over comes next year" },
    { "en_US", "Date", "the 25th of december", "2023-12-25", "day before month" },
    { "en_US", "Date", "march 9th, 2025", "2025-03-09", "with its year" },
    { "en_US", "Date", "2024-02-29", "2024-02-29", "as written" },
    { "en_US", "Date", "2023-02-29", NULL, "no such day" },
    { "en_US", "Date", "12/24", "2023-12-24", "month and day" },
    { "en_US", "Date", "in three days", "2023-11-17", "days on" },
    { "en_US", "Date", "two weeks from now", "2023-11-28", "weeks on" },
    { "ko_KR", "Date", "내일", "2023-11-15", "one on" },
    { "ko_KR", "Date", "모레요", "2023-11-16", "two on" },
    { "ko_KR", "Date", "다음 주 금요일", "2023-11-24", "of next week" },
    { "ko_KR", "Date", "다음주 금요일로 해 주세요", "2023-11-24", "without the space, with a particle" },
    { "ko_KR", "Date", "이번 주 토요일", "2023-11-18", "of this week" },
    { "ko_KR", "Date", "12월 24일", "2023-12-24", "month and day" },
    { "ko_KR", "Date", "2025년 3월 9일", "2025-03-09", "with its year" },
    { "ko_KR", "Date", "3일 뒤", "2023-11-17", "days on" },
    { "ja_JP", "Date", "来週の金曜日", "2023-11-24", "of next week" },
    { "ja_JP", "Date", "12月24日", "2023-12-24", "month and day" },
    { "en_US", "Time", "5 pm", "17:00", "with its half" },
    { "en_US", "Time", "10:30 am", "10:30", "with minutes" },
    { "en_US", "Time", "10 o'clock", "10:00|22:00", "which half? both" },
    { "en_US", "Time", "17:45", "17:45", "of 24 hours" },
    { "en_US", "Time", "noon", "12:00", "a name" },
    { "en_US", "Time", "in the morning", "MO", "a part of the day" },
    { "en_US", "Time", "half past five in the evening", "17:30", "half past" },
    { "ko_KR", "Time", "오후 5시", "17:00", "with its half" },
    { "ko_KR", "Time", "오전 열 시 반", "10:30", "words" },
    { "ko_KR", "Time", "저녁", "EV", "a part of the day" },
    { "ja_JP", "Time", "午後3時半", "15:30", "with its half" },
    { "en_US", "Duration", "ten minutes", "PT10M", "minutes" },
    { "en_US", "Duration", "five nights", "P5D", "nights are days" },
    { "en_US", "Duration", "two hours and thirty minutes", "PT2H30M", "both" },
    { "ko_KR", "Duration", "2시간 30분", "PT2H30M", "both" },
    { "ko_KR", "Duration", "일주일", "P7D", "a name of days" },
    { "en_US", "City", "I think new york", "New York", "two words among others" },
    { "en_US", "City", "nyc", "New York", "another name" },
    { "en_US", "City", "Little Rock", "Little Rock", "one that is not listed is taken at its word" },
    { "ko_KR", "City", "서울이요", "서울", "with a particle" },
    { "en_US", "Country", "south korea", "South Korea", "a country" },
    { "en_US", "State", "washington", "Washington", "a state" },
    { "en_US", "FirstName", "my name is Anna", "Anna", "among others" },
    { "en_US", "EmailAddress", "it's jo.smith@example.com.", "jo.smith@example.com", "without the full stop" },
    { "en_US", "EmailAddress", "jo at example", NULL, "none" },
    { "en_US", "PhoneNumber", "(206) 555-0134", "2065550134", "digits alone" },
    { "ko_KR", "PhoneNumber", "010-5550-1234로요", "01055501234", "digits alone" },
    { "en_US", "UKPostalCode", "sw1a1aa", "SW1A 1AA", "as the post writes it" },
    { "en_US", "AlphaNumeric", "it is UR4821", "UR4821", "the one with digits" },
    { "en_US", "Confirmation", "yes please", "Yes", "yes" },
    { "en_US", "Confirmation", "i don't know", "Don't know", "neither" },
    { "ko_KR", "Confirmation", "아니요", "No", "no" },
    { "en_US", "FreeFormInput", "leave it at the door", "leave it at the door", "all of it" },
};

static void test_values(void **state)
{
    for (size_t i = 0; i < sizeof value_cases / sizeof *value_cases; i++) {
        const struct value_case *one = &value_cases[i];
        char intent[400];
        snprintf(intent, sizeof intent,
                 "{'intentName':'I','sampleUtterances':[],'slots':[{'slotName':'S','slotTypeId':'AMAZON.%s'}]}",
                 one->type);
        struct json *locale = locale_of(one->locale, intent, "");
        const struct nlu_model *model = nlu_model_of(locale);
        struct arena *arena = arena_new();
        const cJSON *node = json_get(json_root(locale), "intents")->child;
        struct nlu_question question = { .text = str_of(one->said), .moment = { NOW_MS, STR_NONE } };
        struct nlu_slot slot;
        bool found = nlu_read_slot(model, arena, &question, node, json_get(node, "slots")->child, STR_NONE, &slot);
        const char *got = found ? told(arena, &slot) : NULL;
        if (!one->wanted != !got || (got && strcmp(got, one->wanted) != 0))
            fail_msg("AMAZON.%s '%s' (%s): %s", one->type, one->said, one->reason, got ? got : "nothing");
        arena_free(arena);
        nlu_forget_models();
        json_unref(locale);
    }
    assert_int_equal(json_live_documents(), 0);
}

/* ---- the time zone ---- */

static void test_zone(void **state)
{
    int64_t utc = nlu_today(NOW_MS, STR_NONE);
    assert_int_equal(nlu_today(NOW_MS, STR("Asia/Seoul")), utc + 1); /* 07:13 of the next day */
    assert_int_equal(nlu_today(NOW_MS, STR("America/New_York")), utc);
    assert_int_equal(nlu_today(NOW_MS, STR("Nowhere/At_All")), utc);
    assert_int_equal(nlu_today(NOW_MS, STR("../../etc/passwd")), utc);
}

/* ---- intents and slots ---- */

#define PIZZA                                                                                                          \
    "{'intentName':'Order','sampleUtterances':[{'utterance':'order a pizza'},{'utterance':'I want a {Size} {Kind}'},"  \
    "{'utterance':'bring {Count} pizzas to {Name}'},{'utterance':'pizza for {Day}'}],'slots':["                        \
    "{'slotName':'Size','slotTypeId':'SIZES'},{'slotName':'Kind','slotTypeId':'KINDS','multipleValuesSetting':"        \
    "{'allowMultipleValues':true}},{'slotName':'Count','slotTypeId':'AMAZON.Number'},{'slotName':'Name','slotTypeId':" \
    "'AMAZON.FirstName'},{'slotName':'Day','slotTypeId':'AMAZON.Date'}]},"                                             \
    "{'intentName':'Ride','sampleUtterances':[{'utterance':'take me from {From} to {To}'},{'utterance':'I need a "     \
    "taxi'},{'utterance':'a ride to {To}'}],'slots':[{'slotName':'From','slotTypeId':'AMAZON.City'},{'slotName':"      \
    "'To','slotTypeId':'AMAZON.City'}]},"                                                                              \
    "{'intentName':'Help','parentIntentSignature':'AMAZON.HelpIntent','sampleUtterances':[],'slots':[]},"              \
    "{'intentName':'FallbackIntent','parentIntentSignature':'AMAZON.FallbackIntent','slots':[]}"
#define PIZZA_TYPES                                                                                                    \
    "{'slotTypeId':'SIZES','valueSelectionSetting':{'resolutionStrategy':'TopResolution'},'slotTypeValues':["          \
    "{'sampleValue':{'value':'small'}},{'sampleValue':{'value':'large'},'synonyms':[{'value':'big'},{'value':"         \
    "'huge'}]}]},{'slotTypeId':'KINDS','valueSelectionSetting':{'resolutionStrategy':'OriginalValue'},"                \
    "'slotTypeValues':[{'sampleValue':{'value':'margherita'}},{'sampleValue':{'value':'salami'}}]}"

static const struct reading_case {
    const char *said, *wanted, *reason;
} reading_cases[] = {
    { "order a pizza", "Order", "a sample" },
    { "Order a pizza!", "Order", "case and marks do not count" },
    { "could I order some pizza", "Order", "nearly a sample" },
    { "I want a big margherita", "Order Size=large Kind=margherita", "a synonym resolves, an original stays" },
    { "I want a huge salami", "Order Size=large Kind=salami", "another" },
    { "I want a large margarita", "Order Size=large Kind=margarita", "misspelt, and kept as it was said" },
    { "I want a big margherita and a salami", "Order Size=large Kind=margherita+salami", "many values" },
    { "bring two pizzas to Anna", "Order Count=2 Name=Anna", "a number and a name" },
    { "pizza for tomorrow", "Order Day=2023-11-15", "a date" },
    { "take me from Paris to Rome", "Ride From=Paris To=Rome", "what stands before tells which is which" },
    { "take me to Rome from Paris", "Ride From=Paris To=Rome", "the other way round" },
    { "a ride to Springfield", "Ride To=Springfield", "a city that is not listed, by its place" },
    { "help me", "Help", "a built-in intent brings its own" },
    { "what is the meaning of life", "", "nothing of the kind" },
    { "", "", "nothing" },
    { "!!! ???", "", "no words" },
};

static void test_readings(void **state)
{
    struct json *locale = locale_of("en_US", PIZZA, PIZZA_TYPES);
    const struct nlu_model *model = nlu_model_of(locale);
    for (size_t i = 0; i < sizeof reading_cases / sizeof *reading_cases; i++) {
        const struct reading_case *one = &reading_cases[i];
        struct arena *arena = arena_new();
        struct nlu_question question = { .text = str_of(one->said), .moment = { NOW_MS, STR_NONE } };
        struct nlu_reading readings[NLU_MOST_READINGS];
        size_t count = nlu_read(model, arena, &question, readings);
        struct buf got = BUF_EMPTY;
        if (count && readings[0].confidence >= 0.4) {
            buf_add_text(&got, json_string(readings[0].intent, "intentName"));
            for (size_t j = 0; j < readings[0].slot_count; j++)
                buf_printf(&got, " %s=%s", json_string(readings[0].slots[j].slot, "slotName"),
                           told(arena, &readings[0].slots[j]));
        }
        if (!str_is(buf_str(&got), one->wanted))
            fail_msg("'%s' (%s): %.*s (%.2f)", one->said, one->reason, (int)got.length, got.at ? got.at : "",
                     count ? readings[0].confidence : 0);
        buf_release(&got);
        arena_free(arena);
    }
    nlu_forget_models();
    json_unref(locale);
}

/* An utterance of two intents is read as both; exact ones are certain. */
static void test_same_utterance(void **state)
{
    struct json *locale = locale_of(
        "en_US",
        "{'intentName':'A','sampleUtterances':[{'utterance':'same words'}],'slots':[]},"
        "{'intentName':'B','sampleUtterances':[{'utterance':'same words'},{'utterance':'other'}],"
        "'slots':[]}",
        "");
    struct arena *arena = arena_new();
    struct nlu_reading readings[NLU_MOST_READINGS];
    struct nlu_question question = { .text = STR("same words"), .moment = { NOW_MS, STR_NONE } };
    assert_int_equal(nlu_read(nlu_model_of(locale), arena, &question, readings), 2);
    assert_true(readings[0].confidence == 1 && readings[1].confidence == 1);
    assert_string_equal(json_string(readings[0].intent, "intentName"), "A");
    arena_free(arena);
    nlu_forget_models();
    json_unref(locale);
}

/* ---- yes and no ---- */

static void test_answers(void **state)
{
    static const struct {
        const char *said;
        enum nlu_answer wanted;
    } cases[] = {
        { "yes", NLU_YES },
        { "yeah sure", NLU_YES },
        { "no thanks", NLU_NO },
        { "nope", NLU_NO },
        { "네", NLU_YES },
        { "네 맞아요", NLU_YES },
        { "아니요", NLU_NO },
        { "아니요 됐어요", NLU_NO },
        { "はい", NLU_YES },
        { "いいえ", NLU_NO },
        { "oui", NLU_YES },
        { "november", NLU_NEITHER },
        { "yesterday", NLU_NEITHER },
        { "maybe", NLU_NEITHER },
        { "not sure", NLU_NEITHER },
        { "", NLU_NEITHER },
        { "yes I would like to change my mind about the whole thing", NLU_NEITHER },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (nlu_read_answer(NULL, str_of(cases[i].said)) != cases[i].wanted)
            fail_msg("'%s'", cases[i].said);
    }
}

/* ---- the sentences that were kept out of its making ---- */

static void judge(const struct nlu_model *model, struct str intent, struct str line, int *sentences, int *right)
{
    struct arena *arena = arena_new();
    struct buf text = BUF_EMPTY;
    while (line.length) {
        struct str value;
        buf_add_str(&text, str_cut(line, '{', &line));
        str_cut(str_cut(line, '}', &line), ':', &value);
        buf_add_str(&text, value);
    }
    struct nlu_question question = { .text = buf_str(&text), .moment = { NOW_MS, STR_NONE } };
    struct nlu_reading readings[NLU_MOST_READINGS];
    size_t count = nlu_read(model, arena, &question, readings);
    ++*sentences;
    *right += count && str_equal(json_str(readings[0].intent, "intentName"), intent);
    buf_release(&text);
    arena_free(arena);
}

static void test_held_out(void **state)
{
    static const char *const languages[] = { "en", "ko" };
    for (int i = 0; i < 2; i++) {
        char path[400];
        struct buf bot = BUF_EMPTY, sentences = BUF_EMPTY;
        int all = 0, right = 0;
        snprintf(path, sizeof path, SOURCE_DIR "/fixtures/bots/understanding/shop.%s.json", languages[i]);
        assert_null(file_read(path, 1 << 20, &bot));
        snprintf(path, sizeof path, SOURCE_DIR "/fixtures/bots/understanding/heldout.%s.tsv", languages[i]);
        assert_null(file_read(path, 1 << 20, &sentences));
        struct json *locale = json_parse(buf_str(&bot), NULL);
        const struct nlu_model *model = nlu_model_of(locale);
        for (struct str rest = buf_str(&sentences); rest.length;) {
            struct str said, line = str_cut(rest, '\n', &rest), intent = str_cut(line, '\t', &said);
            if (said.length && line.at[0] != '#')
                judge(model, intent, said, &all, &right);
        }
        assert_int_equal(all, 160);
        if (100 * right < 92 * all)
            fail_msg("%s: %d of %d", languages[i], right, all);
        nlu_forget_models();
        json_unref(locale);
        buf_release(&bot);
        buf_release(&sentences);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),         cmocka_unit_test(test_zone),    cmocka_unit_test(test_readings),
        cmocka_unit_test(test_same_utterance), cmocka_unit_test(test_answers), cmocka_unit_test(test_held_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
