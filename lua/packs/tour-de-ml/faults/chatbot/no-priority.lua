-- A slot has no priority, so the locale cannot be built (FAULTS LX1).
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.fault {
  id = "no-priority",
  title = { en = "A question without its turn", ko = "차례가 없는 질문" },
  from_start = true,
  points = { detection = 20, recovery = 50 },
  shown_by = { "lex:DescribeBotLocale", "lex:DescribeIntent" },
  breaks = function(team)
    chatbot.edit_intent(team, "ko_KR", "Book", function(intent)
      local priorities, count = intent.slotPriorities, #intent.slotPriorities
      priorities[count] = nil
    end)
    chatbot.build_locale(team, "ko_KR")
  end,
  mended = function(team)
    local intent, has = chatbot.find_intent(team, "ko_KR", "Book"), {}
    for _, priority in ipairs(intent.slotPriorities or {}) do has[priority.slotId] = true end
    local asked = 0
    for _, slot in ipairs(chatbot.slots_of(team, "ko_KR", intent.intentId)) do
      if not has[slot.slotId] then return false end
      if chatbot.needed[slot.slotName] then asked = asked + 1 end
    end
    return asked == 4, "the intent does not ask for all that a booking needs"
  end,
  hints = {
    { en = "Is the Korean locale of the draft built? Its description says why not.",
      ko = "초안의 한국어 로캘은 빌드되어 있나요? 로캘의 설명에 이유가 나옵니다(describe-bot-locale)." },
    { en = "A slot of the intent Book is not among its slotPriorities: Lex does not know when to ask for it.",
      ko = "Book 인텐트의 슬롯 하나가 slotPriorities에 없습니다. Lex는 언제 물어야 할지 모릅니다." },
    { en = "Read the intent with describe-intent, add { priority, slotId } of the missing slot, put it back whole with update-intent.",
      ko = "describe-intent로 인텐트를 읽고, 빠진 슬롯의 { priority, slotId }를 더해 update-intent로 통째로 다시 넣으세요." },
  },
  learnt = {
    en = "update-intent replaces the whole intent: what is left out is gone. failureReasons of a locale name it.",
    ko = "update-intent는 인텐트 전체를 바꿉니다. 빠뜨린 것은 사라지지요. 로캘의 failureReasons가 그것을 알려 줍니다.",
  },
}
