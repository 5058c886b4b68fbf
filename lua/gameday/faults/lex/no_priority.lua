-- A slot has no priority, so the locale cannot be built (FAULTS LX1).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

local function release(team, p)
  local built = lex.build(team, p)
  if built.botLocaleStatus == "Built" then return true end
  error({ code = built.botLocaleStatus, message = table.concat(built.failureReasons or {}, " "), operation = "lex:BuildBotLocale" }, 0)
end

return ready.fault {
  title = { en = "A question without its turn", ko = "차례가 없는 질문" },
  what = "Takes the last slot of an intent out of its slotPriorities: the locale cannot be built any more.",
  says = "don't define a slot priority. Update the intent to add a priority to these slots.",
  parameters = { bot = lex.parameters.bot, locale = lex.parameters.locale, intent = { "an intent with slots", needed = "Book" } },
  shown_by = { "lex:DescribeBotLocale", "lex:DescribeIntent" },
  breaks = function(team, p)
    lex.edit_intent(team, p, function(intent)
      if #(intent.slotPriorities or {}) == 0 then error("the intent " .. p.intent .. " has no slots", 0) end
      intent.slotPriorities[#intent.slotPriorities] = nil
    end)
  end,
  mended = function(team, p)
    local has = {}
    for _, priority in ipairs(lex.find_intent(team, p).slotPriorities or {}) do has[priority.slotId] = true end
    for _, slot in ipairs(lex.slots(team, p)) do
      if not has[slot.slotId] then return false, { en = "the slot " .. slot.slotName .. " has no priority", ko = slot.slotName .. " 슬롯에 우선순위가 없습니다" } end
    end
    return true
  end,
  hints = {
    { en = "Build the locale, and describe it: why did it fail?", ko = "로캘을 빌드한 다음 조회해 보세요(describe-bot-locale). 왜 실패했나요?" },
    { en = "A slot of the intent {intent} is not among its slotPriorities: Lex does not know when to ask for it.",
      ko = "{intent} 인텐트의 슬롯 하나가 slotPriorities에 없습니다. Lex는 언제 물어야 할지 모릅니다." },
    { en = "Read {intent} with describe-intent, add { priority, slotId } of the missing slot, put it back whole with update-intent, and build.",
      ko = "describe-intent로 {intent} 인텐트를 읽고, 빠진 슬롯의 { priority, slotId }를 더해 update-intent로 통째로 다시 넣은 뒤 빌드하세요." },
  },
  learnt = {
    en = "update-intent replaces the whole intent: what is left out is gone. failureReasons of a locale name it.",
    ko = "update-intent는 인텐트 전체를 바꿉니다. 빠뜨린 것은 사라지지요. 로캘의 failureReasons가 그것을 알려 줍니다.",
  },
  stage = lex.stage, works = release,
  shows = function(team, p)
    return table.concat(team.lexv2.DescribeBotLocale(lex.draft(team, p)).failureReasons or {}, " ")
  end,
  repair = function(team, p)
    local slots = lex.slots(team, p)
    lex.wait_locale(team, p)
    lex.edit_intent(team, p, function(intent)
      intent.slotPriorities = {}
      for i, slot in ipairs(slots) do intent.slotPriorities[i] = { priority = i, slotId = slot.slotId } end
    end)
  end,
}
