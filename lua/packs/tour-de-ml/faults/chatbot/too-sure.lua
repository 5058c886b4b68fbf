-- A colleague has raised the confidence threshold and published it (FAULTS LX16).
local gameday = require "gameday"
local cto = require "cto"
local chatbot = require "chatbot"

return gameday.fault {
  id = "too-sure",
  title = { en = "Only if you are quite sure", ko = "확실할 때만" },
  points = { detection = 20, recovery = 50 },
  shown_by = { "lex:RecognizeText", "lex:DescribeBotLocale" },
  breaks = function(team)
    local draft = chatbot.draft(team, "en_US")
    draft.nluIntentConfidenceThreshold = 1
    team.lexv2.UpdateBotLocale(draft)
    chatbot.build_locale(team, "en_US")
    chatbot.publish(team)
    cto.says(team, "too-sure")
  end,
  mended = function(team) return chatbot.understood(team, "en_US", "Book", 5) >= 0.8 end,
  every = "15s",
  hints = {
    { en = "The bot understands nobody in English any more. Compare `nluConfidence` of what you say with what the locale asks for.",
      ko = "봇이 영어를 아무것도 알아듣지 못합니다. 여러분의 말에 붙은 `nluConfidence`와 로캘이 요구하는 값을 비교하세요." },
    { en = "nluIntentConfidenceThreshold of en_US is 1: the bot acts only when it is certain, and it never is.",
      ko = "en_US의 nluIntentConfidenceThreshold가 1입니다. 봇은 완전히 확신할 때만 움직이는데, 그런 일은 없지요." },
    { en = "Set the threshold to 0.4 (update-bot-locale), build, create a version of both locales, update the alias.",
      ko = "기준을 0.4로 바꾸고(update-bot-locale) 빌드한 다음, 두 로캘로 버전을 만들고 별칭을 업데이트하세요." },
  },
  learnt = {
    en = "A threshold trades wrong answers for no answers. Measure both before you move it.",
    ko = "기준값은 틀린 답과 없는 답을 맞바꿉니다. 옮기기 전에 둘 다 재 보세요.",
  },
}
