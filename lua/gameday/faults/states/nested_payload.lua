-- What a function answers stands one level deeper than the next state looks (FAULTS SF33).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "A box inside a box", ko = "상자 속의 상자" },
  what = "Takes the ResultSelector away from a task, so that the result is as the service gives it: a Lambda answer stands in Payload.",
  says = "States.Runtime: …could not be found in the input '…",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task with a ResultSelector", needed = "Price" },
    reader = { "the state behind it that reads the result", needed = "Plain" },
    selector = { "what a good ResultSelector is, as JSON; only hints tell it", default = '{"total.$":"$.Payload.total"}' },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state) state.ResultSelector = nil end),
  mended = states.reader_is_left,
  hints = {
    { en = "The state that fails is not the one that is broken. Where does {reader} expect its data from?",
      ko = "실패한 상태와 고장 난 상태는 다릅니다. {reader} 상태는 어디에서 온 데이터를 기대하나요?" },
    { en = "Look at the output of {state} in the history (TaskStateExited): what stands around the answer?",
      ko = "이력에서 {state} 상태의 출력(TaskStateExited)을 보세요. 응답이 무엇에 싸여 있나요?" },
    { en = "Give {state} a ResultSelector again: {selector}, and update the state machine.",
      ko = "{state} 상태에 ResultSelector를 다시 넣고({selector}) 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "lambda:invoke answers with Payload, StatusCode and more. A ResultSelector says which part is the business.",
    ko = "lambda:invoke의 결과는 Payload, StatusCode 등으로 싸여 옵니다. 그중 무엇을 쓸지는 ResultSelector가 정해요.",
  },
  stage = states.stage,
  works = function(team, p) return states.order(team, p, { unicorn = "Sparkle", nights = 2, tier = "silver" }, 180) end,
  shows = states.why,
  repair = states.editor(function(state, p) state.ResultSelector = host.decode(p.selector) end),
}
