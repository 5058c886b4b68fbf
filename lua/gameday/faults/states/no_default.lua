-- A Choice without a Default meets what no rule names (FAULTS SF4).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Nobody is left out", ko = "아무도 빠지지 않았다?" },
  what = "Takes the Default away from a Choice, so that an input for which no rule holds ends the execution.",
  says = "Failed to transition out of the state. The state does not point to a next state.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its Choice state", needed = "Tier" },
    input = { "an input of that state for which no rule holds, as JSON", needed = '{"tier":"student","price":{"total":180}}' },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state) state.Default = nil end),
  mended = function(team, p) return states.tried(team, p, p.state, p.input).status == "SUCCEEDED" end,
  hints = {
    { en = "Some executions fail and some do not. What do the inputs of the failed ones have in common?",
      ko = "어떤 실행은 실패하고 어떤 실행은 성공합니다. 실패한 실행의 입력에는 어떤 공통점이 있나요?" },
    { en = "{state} has rules for some values. What happens to every other?",
      ko = "{state} 상태에는 몇 가지 값의 규칙만 있습니다. 다른 값이 들어오면 어떻게 되나요?" },
    { en = "Give {state} a \"Default\" that names the state for everybody else, and update the state machine.",
      ko = "{state} 상태에 나머지 경우를 받을 \"Default\" 상태를 지정하고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "Every Choice wants a Default, be it one that fails with a sentence of your own.",
    ko = "모든 Choice에는 Default가 있어야 합니다. 직접 쓴 문장으로 실패하는 Default라도요.",
  },
  stage = states.stage,
  works = function(team, p) return states.order(team, p, { unicorn = "Sparkle", nights = 2, tier = "student" }, 180) end,
  shows = states.why,
  repair = states.editor(function(state) state.Default = "Plain" end),
}
