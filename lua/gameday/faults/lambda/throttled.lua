-- A fault of the cloud: Lambda turns calls away (FAULTS SF14).
local ready = require "gameday.ready"
local lambda = require "gameday.faults.lambda"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Rush hour", ko = "혼잡 시간" },
  what = "Lets Lambda turn away a share of a function's invocations; a task that calls it wants a Retry.",
  says = "Lambda.TooManyRequestsException: Rate Exceeded.",
  parameters = {
    machine = { "the state machine that calls the function", needed = "orders" },
    state = { "its task", needed = "Price" },
    function_name = { "the function", needed = "desk" },
    share = { "how many of the calls are turned away, 0 to 1", default = 0.5 },
  },
  shown_by = states.shown_by,
  on = "lambda:Invoke", resource = "*:function:{function_name}*",
  call = function(call, p)
    if call:chance(p.share) then call:fail("TooManyRequestsException", "Rate Exceeded.", 429) end
  end,
  mended = states.retries "Lambda.TooManyRequestsException",
  hints = {
    { en = "Some orders fail, always in the same state, and the next one may pass. What kind of error is that?",
      ko = "일부 주문이 늘 같은 상태에서 실패하는데 다음 것은 통과하기도 합니다. 어떤 종류의 오류인가요?" },
    { en = "Throttling passes by itself. {state} gives up at the first refusal.",
      ko = "스로틀링은 저절로 지나갑니다. {state} 상태는 한 번 거절당하면 바로 포기해요." },
    { en = "Give {state} a Retry: { \"ErrorEquals\": [\"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6, \"BackoffRate\": 1.5 }.",
      ko = "{state} 상태에 Retry를 넣으세요: { \"ErrorEquals\": [\"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6, \"BackoffRate\": 1.5 }" },
  },
  learnt = {
    en = "Clouds say no for a moment. A Retry with backoff on what passes by itself belongs on every task.",
    ko = "클라우드는 잠시 거절할 때가 있습니다. 저절로 지나가는 오류에는 모든 작업에 백오프가 있는 Retry를 두세요.",
  },
  stage = lambda.stage_machine, works = states.works, shows = states.why, after = "3m",
  repair = states.editor(function(state)
    state.Retry = { { ErrorEquals = { "Lambda.TooManyRequestsException" }, IntervalSeconds = 1, MaxAttempts = 8, BackoffRate = 1.2 } }
  end),
}
