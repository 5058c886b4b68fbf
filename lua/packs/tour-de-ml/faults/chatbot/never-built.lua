-- The Korean locale is not built (FAULTS LX12, LX13).
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.fault {
  id = "never-built",
  title = { en = "Written down, never learnt", ko = "적어만 두고 배우지 않은 말" },
  from_start = true,
  needs = { "no-priority" },
  points = { detection = 10, recovery = 30 },
  shown_by = { "lex:DescribeBotLocale", "lex:ListBotLocales" },
  breaks = function(team)
    local draft = chatbot.draft(team, "ko_KR")
    draft.nluIntentConfidenceThreshold = 0.4
    team.lexv2.UpdateBotLocale(draft)
  end,
  mended = function(team)
    return team.lexv2.DescribeBotLocale(chatbot.draft(team, "ko_KR")).botLocaleStatus == "Built"
  end,
  hints = {
    { en = "What is the botLocaleStatus of ko_KR in the version DRAFT?", ko = "DRAFT 버전에서 ko_KR의 botLocaleStatus는 무엇인가요?" },
    { en = "Every change makes a locale NotBuilt again. The bot learns only when it is built.",
      ko = "변경할 때마다 로캘은 다시 NotBuilt가 됩니다. 봇은 빌드할 때만 배웁니다." },
    { en = "aws lexv2-models build-bot-locale --bot-id BOT --bot-version DRAFT --locale-id ko_KR",
      ko = "aws lexv2-models build-bot-locale --bot-id BOT --bot-version DRAFT --locale-id ko_KR" },
  },
  learnt = {
    en = "Saved is not built. Until a build has ended the old model answers, or none.",
    ko = "저장은 빌드가 아닙니다. 빌드가 끝날 때까지는 옛 모델이 답하거나 아무도 답하지 않아요.",
  },
}
