-- The function answers as Lex V1 wanted it (FAULTS LX5).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "Answers from the last version", ko = "옛날 방식의 대답" },
  what = "Sets a variable of the bot's function by which it answers in the shape of Lex V1.",
  says = "DependencyFailedException: Invalid Lambda Response: Received invalid response from Lambda: …",
  parameters = lex.with {
    text = lex.opening,
    function_name = { "the bot's function", needed = "desk" },
    variable = { "the variable that chooses the shape", needed = "REPLY" },
    value = { "its value for the old shape", needed = "1" },
  },
  shown_by = { "lambda:GetFunctionConfiguration", "lambda:Invoke", "logs:FilterLogEvents", "lex:DescribeBotAlias" },
  breaks = function(team, p) lambda.set_variable(team, p, p.variable, p.value) end,
  mended = lex.is_fulfilled, every = "15s",
  hints = {
    { en = "The function was called and has answered, and Lex does not understand the answer. Which word does it stumble over?",
      ko = "함수는 불렸고 대답도 했지만 Lex가 그 대답을 이해하지 못합니다. 어느 낱말에서 걸렸나요?" },
    { en = "Lex V2 wants the answer within `sessionState`. {function_name} can do both, and something in its configuration chooses.",
      ko = "Lex V2는 대답이 `sessionState` 안에 있기를 바랍니다. {function_name} 함수는 둘 다 할 줄 알고, 설정의 무언가가 고릅니다." },
    { en = "Set the variable {variable} of {function_name} back (aws lambda update-function-configuration), and keep the others.",
      ko = "{function_name} 함수의 {variable} 변수를 되돌리고(aws lambda update-function-configuration) 다른 변수는 그대로 두세요." },
  },
  learnt = {
    en = "\"Invalid Lambda Response\" is never about permission: the function ran. Compare what it says with what the caller's version reads.",
    ko = "\"Invalid Lambda Response\"는 권한 문제가 아닙니다. 함수는 실행됐어요. 함수가 한 말과 호출자 버전이 읽는 것을 비교하세요.",
  },
  stage = function(team, p) lex.stage(team, p, { REPLY = "2" }) end,
  works = lex.works,
  shows = function(team, p)
    lambda.configuration(team, p)
    return lex.converse(team, p, p.text)
  end,
  repair = function(team, p) lambda.set_variable(team, p, p.variable, "2") end,
}
