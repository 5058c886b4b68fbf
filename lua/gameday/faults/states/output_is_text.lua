-- The result of a nested execution comes as text instead of JSON (FAULTS SF33).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "A letter that nobody opens", ko = "아무도 열어 보지 않은 편지" },
  what = "Changes startExecution.sync:2 to .sync: the child's Output comes as a string, and paths into it find nothing.",
  says = "States.Runtime: …could not be found in the input '…",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task with startExecution.sync:2", needed = "Price" },
    reader = { "the state behind it that reads the Output", needed = "Done" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state) state.Resource = string.gsub(state.Resource, "%.sync:2$", ".sync") end),
  mended = states.reader_is_left,
  hints = {
    { en = "The field is there, one can read it in the input. Then why is it not found? Look at the quotes.",
      ko = "입력을 보면 필드는 분명히 있습니다. 그런데 왜 찾지 못할까요? 따옴표를 잘 보세요." },
    { en = "Output is a string with JSON in it. The two ways to wait, .sync and .sync:2, differ in just that.",
      ko = "Output이 JSON을 담은 문자열입니다. 기다리는 두 방식 .sync와 .sync:2의 차이가 바로 이것이에요." },
    { en = "Let the Resource of {state} end in .sync:2, and update the state machine (or use States.StringToJson).",
      ko = "{state} 상태의 Resource를 .sync:2로 끝나게 고치고 상태 머신을 업데이트하세요(또는 States.StringToJson을 쓰세요)." },
  },
  learnt = {
    en = "Backslashes before quotes in a history mean text in text. A path does not look inside.",
    ko = "이력에서 따옴표 앞에 역슬래시가 보이면 문자열 속의 문자열입니다. 경로는 그 안을 보지 못해요.",
  },
  stage = states.stage_parent, works = states.works_parent, shows = states.why,
  repair = states.editor(function(state) state.Resource = state.Resource .. ":2" end),
}
