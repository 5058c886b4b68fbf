-- A state starts a job and does not wait for it.
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Gone before it was done", ko = "끝나기도 전에 떠난 상태" },
  what = "Takes .sync off the Resource of a task: it starts the job and goes on at once, without its result.",
  says = "States.Runtime: …could not be found in the input '…",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task that waits for a job (its Resource ends in .sync or .sync:2)", needed = "Price" },
    reader = { "the state behind it that needs the result", needed = "Done" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state) state.Resource = string.gsub(state.Resource, "%.sync[:2]*$", "") end),
  mended = states.reader_is_left,
  hints = {
    { en = "{reader} does not find the result. Is the job that should give it already over at that time?",
      ko = "{reader} 상태가 결과를 찾지 못합니다. 결과를 내야 할 작업은 그때 이미 끝나 있었나요?" },
    { en = "Look at the output of {state}: it has an ARN and a start date, but no result. How does a task say that it waits?",
      ko = "{state} 상태의 출력에는 ARN과 시작 시각만 있고 결과가 없습니다. 작업이 기다린다는 것은 어떻게 나타내나요?" },
    { en = "Let the Resource of {state} end in .sync:2 (or .sync) again, and update the state machine.",
      ko = "{state} 상태의 Resource 끝에 .sync:2(또는 .sync)를 다시 붙이고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "Request and answer, .sync, .waitForTaskToken: how a task waits stands in the last letters of its Resource.",
    ko = "요청·응답, .sync, .waitForTaskToken. 작업이 어떻게 기다리는지는 Resource의 마지막 글자들에 있습니다.",
  },
  stage = states.stage_parent, works = states.works_parent, shows = states.why,
  repair = states.editor(function(state) state.Resource = state.Resource .. ".sync:2" end),
}
