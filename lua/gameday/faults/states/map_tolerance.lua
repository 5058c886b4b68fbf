-- A distributed Map tolerates no failure any more (FAULTS SF26).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "One bad apple", ko = "썩은 사과 하나" },
  what = "Takes the tolerated failures away from a distributed Map: one item that fails ends the whole run.",
  says = "States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its distributed Map state", needed = "Each order" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "states:DescribeMapRun", "states:ListMapRuns" },
  breaks = states.editor(function(state)
    state.ToleratedFailurePercentage, state.ToleratedFailureCount = nil, nil
    state.ToleratedFailurePercentagePath, state.ToleratedFailureCountPath = nil, nil
  end),
  mended = states.is_left,
  hints = {
    { en = "Did all items fail, or a few? describe-map-run counts them.", ko = "모든 항목이 실패했나요, 몇 개만 실패했나요? describe-map-run이 세어 줍니다." },
    { en = "How many failures does {state} tolerate? Where nothing is said, it is none.",
      ko = "{state} 상태는 실패를 몇 개까지 허용하나요? 아무 말이 없으면 하나도 허용하지 않습니다." },
    { en = "Give {state} a ToleratedFailurePercentage (say 50), and update the state machine; or clean the items.",
      ko = "{state} 상태에 ToleratedFailurePercentage를 (예를 들어 50으로) 넣고 상태 머신을 업데이트하세요. 항목을 정리해도 됩니다." },
  },
  learnt = {
    en = "In a large run some items always fail. How many may is a decision, and its default is none.",
    ko = "대량 실행에서는 늘 일부가 실패합니다. 몇 개까지 허용할지는 결정할 문제이고 기본값은 0이에요.",
  },
  stage = function(team, p)
    states.build(team, p, {
      StartAt = p.state,
      States = {
        [p.state] = {
          Type = "Map", ItemsPath = "$.orders", ToleratedFailurePercentage = 50, ResultPath = "$.done", Next = "Done",
          ItemProcessor = {
            ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }, StartAt = "Good?",
            States = {
              ["Good?"] = { Type = "Choice", Default = "Pack", Choices = { { Variable = "$", NumericEquals = 0, Next = "Spoilt" } } },
              Pack = { Type = "Pass", End = true }, Spoilt = { Type = "Fail", Error = "Spoilt", Cause = "an order for nothing" },
            },
          },
        },
        Done = { Type = "Pass", Parameters = { total = 3 }, End = true },
      },
    }, { { Effect = "Allow", Action = "states:*", Resource = "*" } })
  end,
  works = function(team, p) return states.order(team, p, { orders = { 1, 0, 3, 4 } }, 3) end,
  shows = states.why,
  repair = states.editor(function(state) state.ToleratedFailurePercentage = 50 end),
}
