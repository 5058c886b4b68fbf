#include "services/lexv2/nlu/answer.h"

#include <stdio.h>

#include "services/lexv2/nlu/scan.h"

/* Each means the same wherever it begins an answer ("yes please", "네 맞아요"); a whole answer may be a little more. */
static const char *const no_words[] = {
    "no|nope|nah|not really|don't|do not|never|incorrect|wrong|that's wrong|that is wrong|not correct|that's not "
    "right|i don't want|cancel that|"
    "아니|아뇨|아니요|아니오|아닙니다|아니에요|싫어|싫습니다|하지 마|하지마|안 해|안해|안 할|안할|틀렸|틀려|됐어|필요 "
    "없|ㄴㄴ|노|"
    "いいえ|いや|違|ちが|だめ|やめ|キャンセル|"
    "nein|non|não|nao|nee",
    NULL,
};
static const char *const yes_words[] = {
    "yes|yeah|yep|yup|ya|sure|ok|okay|correct|right|of course|absolutely|definitely|exactly|please do|go ahead|do "
    "it|that's right|that is right|"
    "that's correct|sounds good|looks good|fine|perfect|great|confirm|i do|affirmative|indeed|book it|"
    "네|넵|넹|예|응|어|맞아|맞습니다|맞어|그래|그렇|좋아|좋습니다|좋지|물론|오케이|확인|해 "
    "주세요|해주세요|부탁|진행|할게|당연|그럼|ㅇㅇ|ㅇㅋ|"
    "はい|ええ|うん|お願い|おねがい|もちろん|そうです|いいです|了解|オーケー|"
    "ja|jawohl|oui|si|sí|sim|da|claro|d'accord|genau|certo|va bene",
    NULL,
};
static const char *const maybe_words[] = { "maybe|perhaps|possibly|might be|아마|글쎄|어쩌면|多分|たぶん|かも", NULL };
static const char *const unsure_words[] = {
    "i don't know|don't know|do not know|dunno|not sure|no idea|no clue|unsure|잘 "
    "모르|모르|몰라|分かりません|わかりません|知りません|わからない",
    NULL,
};

#define MOST_WORDS 6 /* of an answer: what is longer says something else */

static bool begins_with(struct str folded, const char *const *table)
{
    struct scan scan = { folded, 0 };
    if (scan_one_of(&scan, table) < 0)
        return false;
    enum nlu_script before = nlu_script_before(folded, scan.at), behind = nlu_script_at(folded, scan.at);
    return !(before == SCRIPT_LETTER && behind == SCRIPT_LETTER) &&
           !(scan.at == 3 && behind == SCRIPT_HANGUL &&
             (str_starts(folded, STR("노")) || str_starts(folded, STR("어")) || str_starts(folded, STR("예"))));
}

static bool is_short(struct str folded)
{
    size_t words = 1;
    for (size_t i = 0; i < folded.length; i++)
        words += folded.at[i] == ' ';
    return folded.length > 0 && words <= MOST_WORDS;
}

enum nlu_answer answer_of(struct str folded)
{
    if (!is_short(folded) || begins_with(folded, unsure_words) || begins_with(folded, maybe_words))
        return NLU_NEITHER;
    if (begins_with(folded, no_words))
        return NLU_NO;
    return begins_with(folded, yes_words) ? NLU_YES : NLU_NEITHER;
}

bool answer_of_confirmation(struct str folded, char ret_value[NLU_WHEN_BYTES])
{
    const char *value = NULL;
    if (!is_short(folded))
        return false;
    if (begins_with(folded, unsure_words))
        value = "Don't know";
    else if (begins_with(folded, maybe_words))
        value = "Maybe";
    else if (begins_with(folded, no_words))
        value = "No";
    else if (begins_with(folded, yes_words))
        value = "Yes";
    if (value)
        snprintf(ret_value, NLU_WHEN_BYTES, "%s", value);
    return value != NULL;
}
