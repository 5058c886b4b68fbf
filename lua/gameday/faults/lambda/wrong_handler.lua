-- The function's handler is named wrong.
local ready = require "gameday.ready"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "Nobody of that name here", ko = "그런 이름은 없습니다" },
  what = "Puts {suffix} behind the Handler of a function, which its code does not have.",
  parameters = {
    function_name = { "the function", needed = "desk" },
    suffix = { "what is put behind the handler", default = "-v2" },
    event = lambda.event_parameter,
  },
  says = "Unhandled: …{suffix}",
  shown_by = lambda.shown_by,
  breaks = function(team, p)
    lambda.configure(team, p, { Handler = lambda.configuration(team, p).Handler .. p.suffix })
  end,
  mended = lambda.answers, every = "20s",
  hints = {
    { en = "The function does not even begin. What does its error look for?", ko = "함수가 시작조차 못 합니다. 오류는 무엇을 찾고 있나요?" },
    { en = "Code and configuration are deployed apart. Which Handler does the configuration of {function_name} name?",
      ko = "코드와 구성은 따로 배포됩니다. {function_name} 함수의 구성에는 어떤 Handler가 적혀 있나요?" },
    { en = "Take {suffix} off the handler: aws lambda update-function-configuration --function-name {function_name} --handler …",
      ko = "핸들러에서 {suffix} 부분을 지우세요: aws lambda update-function-configuration --function-name {function_name} --handler …" },
  },
  learnt = {
    en = "A handler is a name in the code. Nobody checks it before the first event comes.",
    ko = "핸들러는 코드 안의 이름입니다. 첫 이벤트가 올 때까지 아무도 확인하지 않아요.",
  },
  stage = lambda.stage, works = lambda.works, shows = lambda.shows,
  repair = function(team, p)
    lambda.configure(team, p, { Handler = string.sub(lambda.configuration(team, p).Handler, 1, -1 - #p.suffix) })
  end,
}
