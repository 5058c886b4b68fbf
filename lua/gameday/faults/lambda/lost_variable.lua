-- A variable of the environment is gone (FAULTS SF12).
local ready = require "gameday.ready"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "It used to know that", ko = "예전에는 알았는데" },
  what = "Takes one variable out of a function's environment; the function raises.",
  says = "Unhandled: …{variable}",
  parameters = {
    function_name = { "the function", needed = "desk" },
    variable = { "the variable without which it fails", needed = "RATE" },
    event = lambda.event_parameter,
  },
  shown_by = lambda.shown_by,
  breaks = function(team, p) lambda.set_variable(team, p, p.variable, nil) end,
  mended = lambda.answers, every = "20s",
  hints = {
    { en = "The function runs and raises. What does its log say that it misses?", ko = "함수는 실행되고 예외를 냅니다. 로그에서는 무엇이 없다고 하나요?" },
    { en = "What a function knows of its surroundings stands in its environment (aws lambda get-function-configuration). Is {variable} there?",
      ko = "함수가 주변에 대해 아는 것은 환경 변수에 있습니다(aws lambda get-function-configuration). {variable} 변수가 있나요?" },
    { en = "Set the variable {variable} of {function_name} again, and keep the others: update-function-configuration replaces them all.",
      ko = "{function_name} 함수에 {variable} 변수를 다시 넣되 다른 변수도 함께 적으세요. update-function-configuration은 전부 바꿔 버립니다." },
  },
  learnt = {
    en = "--environment replaces every variable. Who adds one by hand loses the rest.",
    ko = "--environment는 모든 변수를 바꿔 버립니다. 손으로 하나를 더하다가 나머지를 잃기 쉬워요.",
  },
  stage = lambda.stage, works = lambda.works, shows = lambda.shows,
  repair = function(team, p) lambda.set_variable(team, p, p.variable, "90") end,
}
