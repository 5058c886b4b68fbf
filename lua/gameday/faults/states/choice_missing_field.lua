-- A Choice tests a field that is not there (FAULTS SF3).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "A question about nothing", ko = "없는 것을 묻는 질문" },
  what = "Lets the first rule of a Choice test a field that the input does not have.",
  says = "States.Runtime: …Invalid path '{path}': The choice state's condition path references an invalid value.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its Choice state", needed = "Tier" },
    path = { "the field that nobody sends", default = "$.customer.tier" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.Choices[1].Variable = p.path end),
  mended = states.is_left,
  hints = {
    { en = "In which state do the executions end, and what does the cause say of its condition?",
      ko = "실행은 어느 상태에서 끝나고, cause는 그 조건에 대해 뭐라고 하나요?" },
    { en = "{state} tests {path}. Is there such a field in the input that the cause or the history prints?",
      ko = "{state} 상태는 {path} 필드를 검사합니다. 이력에 찍힌 입력에 그런 필드가 있나요?" },
    { en = "Let the first rule of {state} test the field that is really sent (or guard it with IsPresent), and update the state machine.",
      ko = "{state} 상태의 첫 번째 규칙이 실제로 들어오는 필드를 검사하게 고치고(또는 IsPresent로 먼저 확인하고) 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A Choice is strict: a field that may be absent wants an IsPresent before any comparison.",
    ko = "Choice는 엄격합니다. 없을 수도 있는 필드는 비교하기 전에 IsPresent로 확인해야 합니다.",
  },
  stage = states.stage, works = states.works, shows = states.why,
  repair = states.editor(function(state) state.Choices[1].Variable = "$.tier" end),
}
