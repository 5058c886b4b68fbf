-- A task is given less time than it needs (FAULTS SF16).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Out of patience", ko = "기다려 주지 않는 상태" },
  what = "Gives a task {seconds} seconds, which is less than it needs.",
  says = "States.Timeout",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task", needed = "Price" },
    seconds = { "its TimeoutSeconds", default = 1 },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.TimeoutSeconds, state.TimeoutSecondsPath, state.HeartbeatSeconds = p.seconds, nil, nil end),
  mended = states.is_left,
  hints = {
    { en = "The error has no cause. How long did the task run before it ended? Compare the timestamps in the history.",
      ko = "오류에 cause가 없습니다. 작업은 얼마 동안 실행됐나요? 이력의 타임스탬프를 비교해 보세요." },
    { en = "{state} has a TimeoutSeconds of {seconds}. How long does the work take when it is left alone?",
      ko = "{state} 상태의 TimeoutSeconds는 {seconds}초입니다. 그냥 두면 작업은 얼마나 걸리나요?" },
    { en = "Give {state} a TimeoutSeconds that is well above what the task needs, and update the state machine.",
      ko = "{state} 상태의 TimeoutSeconds를 작업에 필요한 시간보다 넉넉하게 늘리고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "States.Timeout comes without a cause, and States.TaskFailed does not include it: a Retry must name it.",
    ko = "States.Timeout에는 cause가 없고 States.TaskFailed에도 포함되지 않습니다. Retry에 이름을 직접 적어야 해요.",
  },
  stage = function(team, p)
    stage.desk(team, "desk", { SECONDS = "3" })
    states.build(team, p, states.orders())
  end,
  works = states.works, shows = states.why,
  repair = states.editor(function(state) state.TimeoutSeconds = 30 end),
}
