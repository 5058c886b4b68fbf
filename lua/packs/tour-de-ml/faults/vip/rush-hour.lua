-- A fault of the cloud itself: throttling, which wants a Retry (FAULTS SM21).
local gameday = require "gameday"
local cto = require "cto"

return gameday.fault {
  id = "vip-rush-hour",
  title = { en = "Everybody learns at night", ko = "모두가 밤에 학습한다" },
  points = { detection = 20, recovery = 80 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
  breaks = function(team) cto.says(team, "vip-rush-hour") end,
  on = "sagemaker:StartPipelineExecution",
  call = function(call)
    if call:chance(0.9) then call:fail("ThrottlingException", "Rate exceeded") end
  end,
  mended = function(team) return team:retries("vip-retrain", "Model", "SageMaker.AmazonSageMakerException") end,
  hints = {
    { en = "Most nights fail at once, always in the same state, and a few pass. What kind of error is that?",
      ko = "대부분의 밤이 늘 같은 상태에서 바로 실패하는데 가끔은 괜찮습니다. 어떤 종류의 오류인가요?" },
    { en = "Throttling passes by itself. The state Model gives up at the first refusal.", ko = "스로틀링은 저절로 지나갑니다. Model 상태는 한 번 거절당하면 바로 포기해요." },
    { en = "Give Model a Retry: { \"ErrorEquals\": [\"SageMaker.AmazonSageMakerException\"], \"IntervalSeconds\": 2, \"MaxAttempts\": 8, \"BackoffRate\": 1.5 }.",
      ko = "Model에 Retry를 넣으세요: { \"ErrorEquals\": [\"SageMaker.AmazonSageMakerException\"], \"IntervalSeconds\": 2, \"MaxAttempts\": 8, \"BackoffRate\": 1.5 }" },
  },
  learnt = {
    en = "Throttling comes from SageMaker as its general exception. A Retry with backoff belongs on every task that calls it.",
    ko = "SageMaker의 스로틀링은 일반 예외로 옵니다. SageMaker를 호출하는 모든 작업에 백오프가 있는 Retry를 두세요.",
  },
}
