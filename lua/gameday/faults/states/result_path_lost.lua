-- A task's result replaces the input that later states need (FAULTS SF34).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "The answer ate the question", ko = "질문을 삼켜 버린 대답" },
  what = "Takes the ResultPath away from a task: its result replaces the whole input.",
  says = "States.Runtime: An error occurred while executing the state '{reader}'…",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task with a ResultPath", needed = "Price" },
    reader = { "a state behind it that reads the input", needed = "Tier" },
    path = { "what a good ResultPath is; only hints tell it", default = "$.price" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state) state.ResultPath = nil end),
  mended = states.reader_is_left,
  hints = {
    { en = "{reader} misses a field that the order did have. After which state is it gone?",
      ko = "{reader} 상태가 찾는 필드는 주문에 분명히 있었습니다. 어느 상태를 지난 뒤에 사라졌나요?" },
    { en = "Compare input and output of {state}: all that came in is gone, only its own result is left.",
      ko = "{state} 상태의 입력과 출력을 비교해 보세요. 들어온 것은 모두 사라지고 자기 결과만 남았습니다." },
    { en = "Give {state} \"ResultPath\": \"{path}\", and update the state machine.",
      ko = "{state} 상태에 \"ResultPath\": \"{path}\"를 넣고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "Without a ResultPath a result is everything. The state that loses the data never complains: the next one does.",
    ko = "ResultPath가 없으면 결과가 전부가 됩니다. 데이터를 잃은 상태는 조용하고 그다음 상태가 실패해요.",
  },
  stage = states.stage, works = states.works, shows = states.why,
  repair = states.editor(function(state, p) state.ResultPath = p.path end),
}
