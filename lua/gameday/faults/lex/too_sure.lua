-- The bot acts only when it is certain (FAULTS LX16).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

local function set(team, p, threshold)
  local locale = lex.draft(team, p)
  locale.nluIntentConfidenceThreshold = threshold
  team.lexv2.UpdateBotLocale(locale)
  lex.publish(team, p)
end

return ready.fault {
  title = { en = "Only if you are quite sure", ko = "확실할 때만" },
  what = "Sets the confidence threshold of a locale to {threshold} and publishes that: everything ends in the FallbackIntent.",
  says = '"FallbackIntent"',
  parameters = lex.with {
    intent = lex.intent_parameter,
    text = { "what a customer says for it, in words that are no sample utterance", needed = "could you cancel the booking I made" },
    threshold = { "the threshold", default = 1 },
  },
  shown_by = { "lex:RecognizeText", "lex:DescribeBotLocale" },
  breaks = function(team, p) set(team, p, p.threshold) end,
  mended = lex.understands, every = "10s",
  hints = {
    { en = "The bot understands nobody any more. Compare `nluConfidence` of what you say with what the locale asks for.",
      ko = "봇이 아무 말도 알아듣지 못합니다. 여러분의 말에 붙은 `nluConfidence`와 로캘이 요구하는 값을 비교하세요." },
    { en = "nluIntentConfidenceThreshold of {locale} is {threshold}: the bot acts only when it is certain.",
      ko = "{locale}의 nluIntentConfidenceThreshold가 {threshold}입니다. 봇은 완전히 확신할 때만 움직여요." },
    { en = "Set the threshold to 0.4 (update-bot-locale), build, make a version, and let {alias} lead to it.",
      ko = "기준을 0.4로 바꾸고(update-bot-locale) 빌드한 뒤 버전을 만들어 {alias} 별칭이 가리키게 하세요." },
  },
  learnt = {
    en = "A threshold trades wrong answers for no answers. Measure both before you move it.",
    ko = "기준값은 틀린 답과 없는 답을 맞바꿉니다. 옮기기 전에 둘 다 재 보세요.",
  },
  stage = lex.stage,
  works = function(team, p)
    local name = (lex.say(team, p, "c-" .. host.now(), p.text).sessionState.intent or {}).name
    return name == p.intent, { en = "it was taken for " .. tostring(name), ko = tostring(name) .. "(으)로 알아들었습니다" }
  end,
  shows = function(team, p) return lex.say(team, p, "look-" .. host.now(), p.text) end,
  repair = function(team, p) set(team, p, 0.4) end,
}
