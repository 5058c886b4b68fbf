-- A function has less time than it needs (FAULTS SF13).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "A second is not enough", ko = "1초로는 부족해요" },
  what = "Sets the Timeout of a function to {seconds} seconds, which is less than it needs.",
  says = "Task timed out after {seconds}.00 seconds",
  parameters = {
    function_name = { "the function", needed = "desk" },
    event = lambda.event_parameter,
    seconds = { "its Timeout", default = 1 },
  },
  shown_by = lambda.shown_by,
  breaks = function(team, p) lambda.configure(team, p, { Timeout = p.seconds }) end,
  mended = lambda.answers, every = "20s",
  hints = {
    { en = "The error says how long the function was given. Who decides that?", ko = "오류에 함수에 주어진 시간이 나옵니다. 그것은 누가 정하나요?" },
    { en = "{function_name} has a Timeout of {seconds} s. How long does it work in its log (REPORT … Duration)?",
      ko = "{function_name} 함수의 제한 시간은 {seconds}초입니다. 로그의 REPORT … Duration을 보면 얼마나 걸리나요?" },
    { en = "aws lambda update-function-configuration --function-name {function_name} --timeout 30",
      ko = "aws lambda update-function-configuration --function-name {function_name} --timeout 30" },
  },
  learnt = {
    en = "A timeout is a promise about somebody else's speed. When that somebody changes, so must the promise.",
    ko = "제한 시간은 남의 속도를 두고 한 약속입니다. 그 남이 바뀌면 약속도 바뀌어야 합니다.",
  },
  stage = function(team, p) stage.desk(team, p.function_name, { SECONDS = "2" }) end,
  works = lambda.works, shows = lambda.shows,
  repair = function(team, p) lambda.configure(team, p, { Timeout = 30 }) end,
}
