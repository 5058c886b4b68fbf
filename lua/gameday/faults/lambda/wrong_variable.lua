-- A variable of the environment leads to another place.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "Settings of another world", ko = "다른 세상의 설정" },
  what = "Gives one variable of a function's environment another value, such as that of the test system.",
  says = "Unhandled: NoSuchBucket: The specified bucket does not exist",
  parameters = {
    function_name = { "the function", needed = "desk" },
    variable = { "the variable", needed = "TABLE" },
    value = { "its value then", needed = "s3://prices-staging/today.txt" },
    event = lambda.event_parameter,
  },
  shown_by = lambda.shown_by,
  breaks = function(team, p) lambda.set_variable(team, p, p.variable, p.value) end,
  mended = lambda.answers, every = "20s",
  hints = {
    { en = "The function asks somebody for something and gets no. Whom, and where did it get that address from?",
      ko = "함수가 어딘가에 무엇을 요청했다가 거절당합니다. 어디이고, 그 주소는 어디에서 왔나요?" },
    { en = "The variable {variable} of {function_name} says {value}. Does that belong here?",
      ko = "{function_name} 함수의 {variable} 변수는 {value}입니다. 여기에 맞는 값인가요?" },
    { en = "Set {variable} back to the place that exists in this account, and keep the other variables.",
      ko = "{variable} 변수를 이 계정에 실제로 있는 곳으로 되돌리고 다른 변수는 그대로 두세요." },
  },
  learnt = {
    en = "The same code in two worlds differs by its variables alone: look there first when nothing was deployed.",
    ko = "같은 코드라도 환경마다 변수만 다릅니다. 배포한 것이 없다면 변수부터 보세요.",
  },
  stage = function(team, p)
    local bucket = team.name "prices"
    stage.bucket(team, bucket)
    team:upload("s3://" .. bucket .. "/today.txt", "90")
    stage.desk(team, p.function_name, { TABLE = "s3://" .. bucket .. "/today.txt" },
               { statements = { stage.allow({ "s3:GetObject", "s3:ListBucket" }, "*") } })
  end,
  works = lambda.works, shows = lambda.shows,
  repair = function(team, p) lambda.set_variable(team, p, p.variable, "s3://" .. team.name "prices" .. "/today.txt") end,
}
