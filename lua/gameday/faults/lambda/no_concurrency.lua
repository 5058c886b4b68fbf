-- Nobody may run the function: no concurrency is reserved for it.
local ready = require "gameday.ready"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "The emergency stop", ko = "눌린 채로 남은 비상 정지" },
  what = "Reserves a concurrency of nought for a function: every invocation is turned away.",
  says = "TooManyRequestsException: Rate Exceeded.",
  parameters = lambda.parameters,
  shown_by = { "lambda:GetFunctionConcurrency", "lambda:GetFunction", "lambda:Invoke" },
  breaks = function(team, p) team.lambda.PutFunctionConcurrency { FunctionName = p.function_name, ReservedConcurrentExecutions = 0 } end,
  mended = function(team, p)
    local reserved = team.lambda.GetFunctionConcurrency { FunctionName = p.function_name }.ReservedConcurrentExecutions
    return reserved == nil or reserved > 0, "no invocation of " .. p.function_name .. " may run"
  end,
  hints = {
    { en = "Throttling usually comes and goes. How many of the invocations get through here?",
      ko = "스로틀링은 보통 있다가 없어집니다. 여기서는 호출이 몇 개나 통과하나요?" },
    { en = "None does. How many may run at once? (aws lambda get-function-concurrency)",
      ko = "하나도 통과하지 못합니다. 동시에 몇 개까지 실행할 수 있나요?(aws lambda get-function-concurrency)" },
    { en = "aws lambda delete-function-concurrency --function-name {function_name}",
      ko = "aws lambda delete-function-concurrency --function-name {function_name}" },
  },
  learnt = {
    en = "A reserved concurrency of nought is the off switch of a function. Whoever uses it must leave a note.",
    ko = "예약 동시성 0은 함수의 전원 스위치입니다. 끈 사람은 쪽지를 남겨야 해요.",
  },
  stage = lambda.stage, works = lambda.works,
  shows = function(team, p)
    team.lambda.GetFunctionConcurrency { FunctionName = p.function_name }
    return lambda.ask(team, p)
  end,
  repair = function(team, p) team.lambda.DeleteFunctionConcurrency { FunctionName = p.function_name } end,
}
