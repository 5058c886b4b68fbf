-- An intent has one sample utterance, and nobody talks like that (FAULTS LX14).
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.fault {
  id = "few-words",
  title = { en = "Nobody talks like that", ko = "아무도 그렇게 말하지 않는다" },
  from_start = true,
  points = { detection = 20, recovery = 60 },
  shown_by = { "lex:RecognizeText", "lex:DescribeIntent" },
  breaks = function(team) chatbot.weaken(team) end,
  mended = function(team)
    local share = chatbot.understood(team, "en_US", "Change", 5)
    return share >= 0.8, {
      en = "of five ways to ask for another day the alias live understands " .. math.floor(share * 5 + 0.5),
      ko = "다른 날로 바꿔 달라는 다섯 가지 말 가운데 live 별칭이 알아듣는 것은 " .. math.floor(share * 5 + 0.5) .. "가지예요",
    }
  end,
  hints = {
    { en = "Some customers in English are not understood at all. What do they want? Look at `interpretations` when you say it yourself.",
      ko = "영어로 말하는 고객 일부는 전혀 이해받지 못합니다. 무엇을 원하는 걸까요? 직접 말해 보고 `interpretations`를 보세요." },
    { en = "The intent Change of en_US has a single sample utterance. A bot learns from what it is shown.",
      ko = "en_US의 Change 인텐트에는 예시 발화가 하나뿐입니다. 봇은 보여 준 만큼 배웁니다." },
    { en = "Give Change eight or more utterances in different words (change, move, reschedule, postpone …), keep its slotPriorities, " ..
           "build the locale, create a version and let the alias live lead to it.",
      ko = "Change에 서로 다른 말(change, move, reschedule, postpone …)로 발화를 여덟 개 넘게 넣고 slotPriorities는 그대로 둔 채 로캘을 빌드하고, " ..
           "버전을 만들어 live 별칭이 그 버전을 가리키게 하세요." },
  },
  learnt = {
    en = "A bot is its examples. And a change reaches customers only when it is built, versioned and behind the alias.",
    ko = "봇은 곧 예시입니다. 그리고 변경은 빌드하고 버전을 만들고 별칭이 가리켜야 고객에게 닿습니다.",
  },
}
