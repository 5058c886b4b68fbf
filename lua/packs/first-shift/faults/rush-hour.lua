-- A fault of the cloud itself: throttling, which wants a Retry (FAULTS SF14).
local gameday = require "gameday"

return gameday.fault {
  id = "rush-hour",
  title = { en = "Rush hour at the stables", ko = "마구간의 북새통" },
  points = { detection = 20, recovery = 80 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
  on = "lambda:Invoke",
  resource = "*:function:reserve-unicorn*",
  call = function(call)
    if call:chance(0.5) then call:fail("TooManyRequestsException", "Rate Exceeded.", 429) end
  end,
  mended = function(team) return team:retries("order-unicorn", "Reserve", "Lambda.TooManyRequestsException") end,
  hints = {
    { en = "Half of the orders fail, always in the same state, and the next one may pass. What kind of error is that?",
      ko = "주문의 절반이 늘 같은 상태에서 실패하는데 다음 것은 통과하기도 합니다. 어떤 종류의 오류인가요?" },
    { en = "Throttling passes by itself. The state Reserve gives up at the first refusal.",
      ko = "스로틀링은 저절로 지나갑니다. Reserve 상태는 한 번 거절당하면 바로 포기합니다." },
    { en = "Give Reserve a Retry: { \"ErrorEquals\": [\"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 5, \"BackoffRate\": 1.5 }.",
      ko = "Reserve에 Retry를 넣으세요: { \"ErrorEquals\": [\"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 5, \"BackoffRate\": 1.5 }" },
  },
  learnt = {
    en = "Clouds say no for a moment. A Retry with backoff on what passes by itself belongs on every task.",
    ko = "클라우드는 잠시 거절할 때가 있습니다. 저절로 지나가는 오류에는 모든 작업에 백오프가 있는 Retry를 두세요.",
  },
}
