#include "services/lexv2/nlu/sample.h"

#include <string.h>

/* Developer guide, "Built-in intents": what each is for; the utterances are ours. */
static const struct {
    const char *signature, *en, *ko, *ja;
} builtins[] = {
    { "AMAZON.HelpIntent", "help|help me|can you help me|i need help|what can you do",
      "도움말|도와줘|도와주세요|도움이 필요해요|뭐 할 수 있어요", "ヘルプ|助けて|手伝って|何ができますか" },
    { "AMAZON.CancelIntent", "cancel|never mind|nevermind|forget it|cancel this|cancel that",
      "취소|취소해|됐어요|그만두세요|안 할래요", "キャンセル|やめます|取り消し|もういい" },
    { "AMAZON.StopIntent", "stop|stop it|off|shut up|enough|quit|exit", "중지|멈춰|그만|그만해|종료|나가기",
      "停止|止めて|ストップ|終了" },
    { "AMAZON.RepeatIntent", "repeat|repeat that|say that again|say it again|what did you say|come again",
      "다시|다시 말해줘|다시 말해 주세요|뭐라고요|반복해 주세요",
      "もう一度|もう一度言って|繰り返して|何と言いましたか" },
    { "AMAZON.PauseIntent", "pause|pause that|wait|hold on", "일시정지|잠깐|잠깐만|기다려",
      "一時停止|待って|ちょっと待って" },
    { "AMAZON.ResumeIntent", "resume|continue|keep going|go on", "계속|계속해|이어서|재개", "再開|続けて|続ける" },
    { "AMAZON.StartOverIntent", "start over|restart|start again|begin again", "처음부터|다시 시작|처음부터 다시",
      "最初から|やり直し" },
};

void nlu_builtin_samples(struct str signature, struct str language, void (*tell)(struct str, void *), void *data)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
        if (!str_is(signature, builtins[i].signature))
            continue;
        const char *samples = str_is(language, "ko")   ? builtins[i].ko
                              : str_is(language, "ja") ? builtins[i].ja
                                                       : builtins[i].en;
        for (struct str rest = str_of(samples); rest.length;)
            tell(str_cut(rest, '|', &rest), data);
    }
}

bool nlu_is_read(const cJSON *intent)
{
    static const char *const unread[] = { "AMAZON.FallbackIntent",
                                          "AMAZON.KendraSearchIntent",
                                          "AMAZON.QnAIntent",
                                          "AMAZON.QInConnectIntent",
                                          "AMAZON.BedrockAgentIntent",
                                          "AMAZON.BedrockKnowledgeBaseIntent",
                                          NULL };
    struct str signature = json_str(intent, "parentIntentSignature");
    for (const char *const *one = unread; *one; one++) {
        if (str_is(signature, *one))
            return false;
    }
    return true;
}
