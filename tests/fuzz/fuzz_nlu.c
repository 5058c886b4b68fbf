/* The first line is a sample utterance, the second a value of a slot type, the rest what a customer says. */
#include <assert.h>

#include "services/lexv2/nlu/nlu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct json *locale_of(struct str sample, struct str value)
{
    static const char *const types[] = { "AMAZON.Date",         "AMAZON.Time",          "AMAZON.Duration",
                                         "AMAZON.Number",       "AMAZON.City",          "AMAZON.PhoneNumber",
                                         "AMAZON.EmailAddress", "AMAZON.AlphaNumeric",  "AMAZON.UKPostalCode",
                                         "AMAZON.Percentage",   "AMAZON.FreeFormInput", "KINDS" };
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"locale\":{\"localeId\":\"ko_KR\"},\"intents\":[{\"intentName\":\"A\",\"sampleUtterances\":["
                        "{\"utterance\":");
    json_print_string(&text, sample);
    buf_add_text(&text, "},{\"utterance\":\"order {S11} for {S0}\"}],\"slots\":[");
    for (int i = 0; i < 12; i++)
        buf_printf(&text, "%s{\"slotName\":\"S%d\",\"slotTypeId\":\"%s\"}", i ? "," : "", i, types[i]);
    buf_add_text(&text,
                 "]}],\"slotTypes\":[{\"slotTypeId\":\"KINDS\",\"slotTypeValues\":[{\"sampleValue\":{\"value\":");
    json_print_string(&text, value);
    buf_add_text(&text, "}}]}]}");
    struct json *locale = json_parse(buf_str(&text), NULL);
    buf_release(&text);
    return locale;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str value, said, sample = str_cut((struct str){ (const char *)data, size }, '\n', &value);
    value = str_cut(value, '\n', &said);
    if (!str_is_utf8((struct str){ (const char *)data, size }) || memchr(data, '\0', size) || size > 8192)
        return 0;
    struct json *locale = locale_of(sample, value);
    assert(locale);
    struct nlu_model *model = nlu_train(locale);
    struct arena *arena = arena_new();
    struct nlu_question question = { .text = said, .moment = { (int64_t)size * 86400000, sample } };
    struct nlu_reading readings[NLU_MOST_READINGS];
    size_t count = nlu_read(model, arena, &question, readings);
    for (size_t i = 0; i < count; i++)
        assert(readings[i].confidence >= 0 && readings[i].confidence <= 1);
    const cJSON *slot, *intent = json_get(json_root(locale), "intents")->child;
    cJSON_ArrayForEach(slot, json_get(intent, "slots"))
    {
        struct nlu_slot found;
        if (nlu_read_slot(model, arena, &question, intent, slot, STR_NONE, &found))
            assert(found.count && found.values[0].original.at);
    }
    nlu_read_answer(model, said);
    arena_free(arena);
    nlu_free(model);
    json_unref(locale);
    return 0;
}
