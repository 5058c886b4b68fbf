-- A JSONata expression comes to nothing (FAULTS SF25).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

-- The first {% … %} at any depth; `edit` gets what stands between.
local function edit_first(table, edit)
  for name, value in pairs(table) do
    if type(value) == "table" then
      if edit_first(value, edit) then return true end
    elseif type(value) == "string" and string.find(value, "^{%%.*%%}$") then
      table[name] = "{% " .. edit(string.match(value, "^{%%%s*(.-)%s*%%}$")) .. " %}"
      return true
    end
  end
end

local function edited(edit)
  return states.editor(function(state, p)
    local fields = { state.Arguments or false, state.Output or false }
    local part = fields[1] or { Output = state.Output }
    if not edit_first(part, function(text) return edit(text, p) end) then error("the state " .. p.state .. " has no expression", 0) end
    if not fields[1] then state.Output = part.Output end
  end)
end

return ready.fault {
  title = { en = "An expression for nothing", ko = "아무것도 아닌 식" },
  what = "Puts {suffix} behind the first JSONata expression of a state, which then names nothing.",
  says = "States.QueryEvaluationError: …The JSONata expression '…{suffix}' specified for the field '…returned nothing (undefined).",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state with JSONata", needed = "Total" },
    suffix = { "what is put behind the expression", default = ".amount" },
  },
  shown_by = states.shown_by,
  breaks = edited(function(text, p) return text .. p.suffix end),
  mended = states.is_left,
  hints = {
    { en = "The error names the expression, and the field that it was for. In which state do they stand?",
      ko = "오류에 식과 그 식이 쓰인 필드가 나옵니다. 어느 상태에 있는 식인가요?" },
    { en = "In JSONata what is not there is no error by itself; that a field gets nothing is. Try it: rehearse eval --jsonata.",
      ko = "JSONata에서는 없는 것을 읽어도 오류가 아니지만 필드에 아무것도 들어가지 않으면 오류입니다. rehearse eval --jsonata로 시험해 보세요." },
    { en = "Take {suffix} off the expression in {state}, and update the state machine.",
      ko = "{state} 상태의 식에서 {suffix} 부분을 지우고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "JSONata forgives a wrong path until its value is needed. The error stands where it is needed.",
    ko = "JSONata는 값이 필요해질 때까지 잘못된 경로를 눈감아 줍니다. 오류는 필요한 곳에서 나요.",
  },
  stage = function(team, p)
    states.build(team, p, {
      QueryLanguage = "JSONata", StartAt = p.state,
      States = { [p.state] = { Type = "Pass", Output = { total = "{% $states.input.total %}" }, End = true } },
    })
  end,
  works = function(team, p) return states.order(team, p, { total = 170 }) end, shows = states.why,
  repair = edited(function(text, p) return string.sub(text, 1, -1 - #p.suffix) end),
}
