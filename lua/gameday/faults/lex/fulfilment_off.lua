-- An intent does not ask for its function (FAULTS LX18).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

local function switch(team, p, enabled)
  lex.edit_intent(team, p, function(intent)
    intent.fulfillmentCodeHook = intent.fulfillmentCodeHook or {}
    intent.fulfillmentCodeHook.enabled = enabled
  end)
  lex.publish(team, p)
end

return ready.fault {
  title = { en = "Ready, and that is all", ko = "준비만 되고 끝" },
  what = "Switches the fulfilment hook of an intent off and publishes that: conversations end as ReadyForFulfillment.",
  says = "ReadyForFulfillment",
  parameters = lex.with { intent = lex.intent_parameter, text = lex.opening },
  shown_by = { "lex:RecognizeText", "lex:DescribeIntent" },
  breaks = function(team, p) switch(team, p, false) end,
  mended = lex.is_fulfilled, every = "10s",
  hints = {
    { en = "How does a conversation end: what is the state of its intent?", ko = "대화는 어떻게 끝나나요? 인텐트의 state는 무엇인가요?" },
    { en = "ReadyForFulfillment means: somebody else should do it now. Does the intent {intent} ask for the function (describe-intent)?",
      ko = "ReadyForFulfillment는 이제 다른 누군가가 처리할 차례라는 뜻입니다. {intent} 인텐트는 함수를 부르게 돼 있나요(describe-intent)?" },
    { en = "Set fulfillmentCodeHook.enabled of {intent} to true (update-intent), build, make a version, and let {alias} lead to it.",
      ko = "{intent} 인텐트의 fulfillmentCodeHook.enabled를 true로 바꾸고(update-intent) 빌드한 뒤 버전을 만들어 {alias} 별칭이 가리키게 하세요." },
  },
  learnt = {
    en = "The alias says which function, the intent says whether. Both must.",
    ko = "어느 함수인지는 별칭이, 부를지 말지는 인텐트가 정합니다. 둘 다 있어야 해요.",
  },
  stage = lex.stage, works = lex.works_cancel,
  shows = function(team, p)
    local _, state = lex.converse(team, p, p.text)
    return state
  end,
  repair = function(team, p) switch(team, p, true) end,
}
