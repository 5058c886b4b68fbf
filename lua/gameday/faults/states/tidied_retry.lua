-- A tidied definition: the Retry of a busy task is gone, and the cloud is busy (FAULTS SF14).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Try again? Not any more", ko = "다시 해 보기는 이제 없다" },
  what = "Takes the Retry away from a task, and lets Lambda turn away a share of the calls of its function.",
  says = "Lambda.TooManyRequestsException: …",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task with a Retry", needed = "Price" },
    function_name = { "the function that it calls", needed = "desk" },
    share = { "how many of the calls are turned away, 0 to 1", default = 0.5 },
  },
  shown_by = states.shown_by,
  on = "lambda:Invoke", resource = "*:function:{function_name}*",
  call = function(call, p)
    if call:chance(p.share) then call:fail("TooManyRequestsException", "Rate Exceeded.", 429) end
  end,
  breaks = states.editor(function(state) state.Retry = nil end),
  mended = states.retries "Lambda.TooManyRequestsException",
  hints = {
    { en = "Some orders fail, always in the same state, and the next one may pass. What kind of error is that?",
      ko = "일부 주문이 늘 같은 상태에서 실패하는데 다음 것은 통과하기도 합니다. 어떤 종류의 오류인가요?" },
    { en = "Throttling passes by itself. {state} gives up at the first refusal; did it always?",
      ko = "스로틀링은 저절로 지나갑니다. {state} 상태는 한 번 거절당하면 포기하는데, 늘 그랬나요?" },
    { en = "Give {state} a Retry: { \"ErrorEquals\": [\"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6, \"BackoffRate\": 2 }.",
      ko = "{state} 상태에 Retry를 넣으세요: { \"ErrorEquals\": [\"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6, \"BackoffRate\": 2 }" },
  },
  learnt = {
    en = "A Retry that was never needed was never noticed. On what passes by itself it belongs on every task.",
    ko = "쓰인 적 없는 Retry는 눈에 띄지 않습니다. 저절로 지나가는 오류에는 모든 작업에 Retry를 두세요.",
  },
  stage = function(team, p)
    local definition = states.orders()
    definition.States.Price.Retry = { { ErrorEquals = { "Lambda.TooManyRequestsException" }, IntervalSeconds = 1, MaxAttempts = 6 } }
    stage.desk(team, "desk")
    states.build(team, p, definition)
  end,
  works = states.works, shows = states.why, after = "3m",
  repair = states.editor(function(state)
    state.Retry = { { ErrorEquals = { "Lambda.TooManyRequestsException" }, IntervalSeconds = 1, MaxAttempts = 6, BackoffRate = 1.5 } }
  end),
}
