#include "game/review_words.h"

enum { ENGLISH, KOREAN, LANGUAGES };

static const char *const words[WORD_COUNT][LANGUAGES] = {
    [WORD_REVIEW] = { "Review", "돌아보기" },
    [WORD_WON] = { "won with", "우승, 점수" },
    [WORD_LASTED] = { "The game lasted", "게임 시간" },
    [WORD_TEAMS] = { "All teams", "모든 팀" },
    [WORD_RANK] = { "Rank", "순위" },
    [WORD_TEAM] = { "Team", "팀" },
    [WORD_SCORE] = { "Score", "점수" },
    [WORD_SOLVED_COUNT] = { "Solved", "해결한 과제" },
    [WORD_REPAIRED_COUNT] = { "Repaired", "복구한 장애" },
    [WORD_FOUND_AFTER] = { "Found after", "발견까지" },
    [WORD_REPAIRED_AFTER] = { "Repaired after", "복구까지" },
    [WORD_MEAN] = { "(mean)", "(평균)" },
    [WORD_HINTS] = { "Hints", "힌트" },
    [WORD_LESSONS] = { "What was to be learnt", "배울 점" },
    [WORD_REPAIRED_BY] = { "Teams that repaired it:", "복구한 팀:" },
    [WORD_FASTEST] = { "Fastest:", "가장 빠른 팀:" },
    [WORD_WINNER] = { "winner", "우승" },
    [WORD_BESIDE] = { "beside", "비교" },
    [WORD_CHART] = { "Score over time", "시간에 따른 점수" },
    [WORD_TIMELINE] = { "Timeline of faults", "장애 시간표" },
    [WORD_FAULTS] = { "Fault by fault", "장애별 기록" },
    [WORD_FAULT] = { "Fault", "장애" },
    [WORD_BROKE_AT] = { "broke at", "발생" },
    [WORD_CALLS] = { "Calls around it:", "그 무렵의 호출:" },
    [WORD_NEVER_CAME] = { "It did not come to this team.", "이 팀에는 일어나지 않았습니다." },
    [WORD_NO_FAULTS] = { "Nothing broke.", "일어난 장애가 없습니다." },
    [WORD_UNSEEN] = { "broken, not found yet", "발생, 아직 모름" },
    [WORD_IN_WORK] = { "found, in work", "발견, 작업 중" },
    [WORD_REPAIRED] = { "repaired", "복구됨" },
    [WORD_BROKEN] = { "broken", "발생" },
    [WORD_DETECTED] = { "found", "발견" },
    [WORD_RECOVERED] = { "repaired", "복구" },
    [WORD_GONE] = { "went away", "사라짐" },
    [WORD_SOLVED] = { "solved", "해결" },
    [WORD_HINT] = { "hint", "힌트" },
};

const char *review_word(struct str language, enum review_word word)
{
    return words[word][str_is(language, "ko") ? KOREAN : ENGLISH];
}

struct str review_pick(const cJSON *text, struct str language)
{
    const cJSON *found = json_get_str(text, language);
    found = found ? found : json_get(text, "en");
    found = found ? found : cJSON_IsObject(text) ? text->child : NULL;
    return found ? json_value(found) : STR("");
}

void review_add_span(struct buf *html, int64_t ms)
{
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    if (seconds >= 3600)
        buf_printf(html, "%lld:%02d:%02d", (long long)seconds / 3600, (int)(seconds / 60 % 60), (int)(seconds % 60));
    else
        buf_printf(html, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}
