-- An intent has one sample utterance, and nobody talks like that (FAULTS LX14).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

return ready.fault {
  title = { en = "Nobody talks like that", ko = "아무도 그렇게 말하지 않는다" },
  what = "Leaves an intent a single sample utterance and publishes that: customers end in the FallbackIntent.",
  says = '"FallbackIntent"',
  parameters = lex.with {
    intent = lex.intent_parameter, text = lex.text_parameter,
    utterance = { "the only utterance that is left", default = "initiate the revocation procedure" },
  },
  shown_by = { "lex:RecognizeText", "lex:DescribeIntent" },
  breaks = function(team, p)
    lex.edit_intent(team, p, function(intent) intent.sampleUtterances = lex.utterances { p.utterance } end)
    lex.publish(team, p)
  end,
  mended = lex.understands, every = "10s",
  hints = {
    { en = "Some wishes are not understood at all. Say one yourself and look at `interpretations`.", ko = "전혀 알아듣지 못하는 말이 있습니다. 직접 말해 보고 `interpretations`를 보세요." },
    { en = "The intent {intent} has a single sample utterance. A bot learns from what it is shown.", ko = "{intent} 인텐트에는 예시 발화가 하나뿐입니다. 봇은 보여 준 만큼 배웁니다." },
    { en = "Give {intent} eight or more utterances in different words (keep its slotPriorities), build, make a version, and let {alias} lead to it.",
      ko = "{intent} 인텐트에 서로 다른 말로 발화를 여덟 개 넘게 넣고(slotPriorities는 그대로) 빌드한 뒤 버전을 만들어 {alias} 별칭이 가리키게 하세요." },
  },
  learnt = {
    en = "A bot is its examples. And a change reaches customers only when it is built, versioned and behind the alias.",
    ko = "봇은 곧 예시입니다. 그리고 변경은 빌드하고 버전을 만들고 별칭이 가리켜야 고객에게 닿습니다.",
  },
  stage = lex.stage, works = lex.works_cancel,
  shows = function(team, p) return lex.say(team, p, "look-" .. host.now(), p.text) end,
  repair = function(team, p)
    lex.edit_intent(team, p, function(intent) intent.sampleUtterances = lex.utterances(lex.cancel_words) end)
    lex.publish(team, p)
  end,
}
