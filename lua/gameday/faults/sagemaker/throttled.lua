-- A fault of the cloud: SageMaker's API turns calls away (FAULTS SM21).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Everybody learns at night", ko = "모두가 밤에 학습한다" },
  what = "Lets SageMaker take {rate} calls a second of an operation and no more; a task that calls it wants a Retry.",
  says = "Rate exceeded",
  parameters = {
    machine = { "the state machine that calls SageMaker", needed = "nightly" },
    state = { "its task that is turned away", needed = "Again" },
    operation = { "the operation", default = "sagemaker:ListModels" },
    rate = { "how many calls a second", default = 0.2 },
    error_name = { "the name of the error in the machine", default = "SageMaker.SageMakerException" },
  },
  shown_by = states.shown_by,
  on = "{operation}", wire = { throttle = { rate = "{rate}", burst = 1 } },
  mended = function(team, p) return states.retries(p.error_name)(team, p) end,
  hints = {
    { en = "Some nights fail at once, always in the same state, and a few pass. What kind of error is that?",
      ko = "몇몇 밤은 늘 같은 상태에서 바로 실패하는데 괜찮은 밤도 있습니다. 어떤 종류의 오류인가요?" },
    { en = "Throttling passes by itself. The state {state} gives up at the first refusal.", ko = "스로틀링은 저절로 지나갑니다. {state} 상태는 한 번 거절당하면 바로 포기해요." },
    { en = "Give {state} a Retry: { \"ErrorEquals\": [\"{error_name}\"], \"IntervalSeconds\": 3, \"MaxAttempts\": 6, \"BackoffRate\": 1.5 }.",
      ko = "{state} 상태에 Retry를 넣으세요: { \"ErrorEquals\": [\"{error_name}\"], \"IntervalSeconds\": 3, \"MaxAttempts\": 6, \"BackoffRate\": 1.5 }" },
  },
  learnt = {
    en = "Who all begin at midnight throttle each other. Spread them, and retry with backoff and jitter.",
    ko = "모두 자정에 시작하면 서로를 막습니다. 시간을 흩어 놓고, 백오프와 지터를 두어 재시도하세요.",
  },
  stage = function(team, p)
    local function list(more) return states.task("aws-sdk:sagemaker:listModels", { MaxResults = 1 }, more) end
    states.build(team, p, {
      StartAt = "First",
      States = {
        First = list { ResultPath = host.null, Next = "Again", Retry = { { ErrorEquals = { "States.ALL" }, IntervalSeconds = 5, MaxAttempts = 5, BackoffRate = 1 } } },
        Again = list { ResultPath = host.null, Next = "Done" },
        Done = { Type = "Pass", Parameters = { total = 1 }, End = true },
      },
    }, { { Effect = "Allow", Action = "sagemaker:*", Resource = "*" } })
  end,
  works = function(team, p) return states.order(team, p, {}, 1, "1m") end,
  shows = states.why,
  repair = states.editor(function(state, p)
    state.Retry = { { ErrorEquals = { p.error_name }, IntervalSeconds = 5, MaxAttempts = 5, BackoffRate = 1 } }
  end),
}
