-- An InputPath leads nowhere (FAULTS SF2).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Looking into an empty room", ko = "빈 방을 들여다보는 상태" },
  what = "Gives a state an InputPath that its input does not have.",
  says = "States.Runtime: An error occurred while executing the state '{state}'…Invalid path '{path}'",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state", needed = "Plain" },
    path = { "the InputPath that finds nothing", default = "$.order" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.InputPath = p.path end),
  mended = states.is_left,
  hints = {
    { en = "Every execution ends in the same state. What does its cause call invalid?",
      ko = "모든 실행이 같은 상태에서 끝납니다. cause가 무엇을 잘못됐다고 하나요?" },
    { en = "Before anything else a state takes its InputPath out of its input. {state} asks for {path}.",
      ko = "상태는 무엇보다 먼저 입력에서 InputPath를 꺼냅니다. {state} 상태는 {path} 경로를 찾고 있어요." },
    { en = "Remove \"InputPath\": \"{path}\" from {state}, and update the state machine.",
      ko = "{state} 상태에서 \"InputPath\": \"{path}\" 줄을 지우고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "InputPath, Parameters, ResultSelector, ResultPath, OutputPath: in this order. An error in the first hides all the others.",
    ko = "InputPath, Parameters, ResultSelector, ResultPath, OutputPath 순서로 적용됩니다. 앞의 오류가 뒤의 것을 모두 가려요.",
  },
  stage = states.stage,
  works = function(team, p) return states.order(team, p, { unicorn = "Sparkle", nights = 2, tier = "silver" }, 180) end,
  shows = states.why,
  repair = states.editor(function(state) state.InputPath = nil end),
}
