-- A function needs longer than its timeout (FAULTS SF13).
local gameday = require "gameday"
local shop = require "shop"

return gameday.fault {
  id = "slow-notify",
  title = { en = "The cheap gateway", ko = "값싼 문자 발송 업체" },
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "lambda:GetFunctionConfiguration", "lambda:Invoke" },
  breaks = function(team)
    shop.broke(team, "slow-notify")
    team.lambda.UpdateFunctionConfiguration {
      FunctionName = "notify-customer", Environment = { Variables = { SMS_GATEWAY = "cheap" } },
    }
  end,
  mended = function(team) return shop.passes(team, "Notify", "slow-notify") end,
  hints = {
    { en = "The error says how long the function was given. Who decides that?",
      ko = "오류에 함수에 주어진 시간이 나옵니다. 그것은 누가 정하나요?" },
    { en = "notify-customer has a timeout of three seconds, and the new SMS gateway takes five.",
      ko = "notify-customer의 제한 시간은 3초인데 새 문자 발송 업체는 5초가 걸립니다." },
    { en = "aws lambda update-function-configuration --function-name notify-customer --timeout 10",
      ko = "aws lambda update-function-configuration --function-name notify-customer --timeout 10" },
  },
  learnt = {
    en = "A timeout is a promise about somebody else's speed. When that somebody changes, so must the promise.",
    ko = "제한 시간은 남의 속도를 두고 한 약속입니다. 그 남이 바뀌면 약속도 바뀌어야 합니다.",
  },
}
