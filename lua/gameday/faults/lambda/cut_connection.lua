-- A fault of the cloud: connections to Lambda break (FAULTS SF14).
local ready = require "gameday.ready"
local lambda = require "gameday.faults.lambda"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "The line went dead", ko = "끊어진 전화" },
  what = "Breaks the connection of a share of a function's invocations before anything is done; a task that calls it wants a Retry.",
  says = "Lambda.SdkClientException: …",
  parameters = {
    machine = { "the state machine that calls the function", needed = "orders" },
    state = { "its task", needed = "Price" },
    function_name = { "the function", needed = "desk" },
    share = { "how many of the calls, 0 to 1", default = 0.5 },
  },
  shown_by = states.shown_by,
  on = "lambda:Invoke", resource = "*:function:{function_name}*", wire = { reset = "before", chance = "{share}" },
  mended = states.retries "Lambda.SdkClientException",
  hints = {
    { en = "Did the function ever hear of the orders that failed? Look at its log.", ko = "함수가 실패한 주문을 받기는 했나요? 로그를 보세요." },
    { en = "The call never arrived: Lambda.SdkClientException. {state} has no Retry that catches it.",
      ko = "호출이 도착하지 못했습니다. Lambda.SdkClientException이에요. {state} 상태에는 이것을 잡는 Retry가 없습니다." },
    { en = "Give {state} a Retry for Lambda.SdkClientException (and Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.TooManyRequestsException).",
      ko = "{state} 상태에 Lambda.SdkClientException(그리고 Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.TooManyRequestsException)을 잡는 Retry를 넣으세요." },
  },
  learnt = {
    en = "A call that breaks may have been done or not: what is retried must bear being done twice.",
    ko = "끊긴 호출은 처리됐을 수도, 아닐 수도 있습니다. 재시도하는 일은 두 번 해도 괜찮아야 해요.",
  },
  stage = lambda.stage_machine, works = states.works, shows = states.why, after = "3m",
  repair = states.editor(function(state)
    state.Retry = { { ErrorEquals = { "Lambda.SdkClientException" }, IntervalSeconds = 1, MaxAttempts = 8, BackoffRate = 1.2 } }
  end),
}
