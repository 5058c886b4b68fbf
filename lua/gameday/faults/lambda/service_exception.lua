-- A fault of the cloud: Lambda itself fails now and then (FAULTS SF14).
local ready = require "gameday.ready"
local lambda = require "gameday.faults.lambda"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "It was not you", ko = "여러분 잘못이 아닙니다" },
  what = "Lets Lambda answer a share of a function's invocations with an error of its own; a task that calls it wants a Retry.",
  says = "Lambda.ServiceException: …",
  parameters = {
    machine = { "the state machine that calls the function", needed = "orders" },
    state = { "its task", needed = "Price" },
    function_name = { "the function", needed = "desk" },
    share = { "how many of the calls fail, 0 to 1", default = 0.5 },
  },
  shown_by = states.shown_by,
  on = "lambda:Invoke", resource = "*:function:{function_name}*",
  call = function(call, p)
    if call:chance(p.share) then call:fail("ServiceException", "The service encountered an internal error.", 500) end -- the sentence is ours
  end,
  mended = states.retries "Lambda.ServiceException",
  hints = {
    { en = "Is the function at fault, or who runs it? Read the error's name in the history.",
      ko = "함수의 잘못인가요, 함수를 실행하는 쪽의 잘못인가요? 이력에서 오류의 이름을 읽어 보세요." },
    { en = "Lambda.ServiceException is a fault of AWS that passes. {state} has no Retry that catches it.",
      ko = "Lambda.ServiceException은 AWS 쪽의 일시적인 오류입니다. {state} 상태에는 이것을 잡는 Retry가 없어요." },
    { en = "Give {state} a Retry for Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException and Lambda.TooManyRequestsException.",
      ko = "{state} 상태에 Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException, Lambda.TooManyRequestsException을 잡는 Retry를 넣으세요." },
  },
  learnt = {
    en = "AWS's guide names four errors that every task with a function should retry. Copy them.",
    ko = "AWS 가이드는 함수를 부르는 모든 작업이 재시도해야 할 오류 네 가지를 알려 줍니다. 그대로 쓰세요.",
  },
  stage = lambda.stage_machine, works = states.works, shows = states.why, after = "3m",
  repair = states.editor(function(state)
    state.Retry = { {
      ErrorEquals = { "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException" },
      IntervalSeconds = 1, MaxAttempts = 8, BackoffRate = 1.2,
    } }
  end),
}
