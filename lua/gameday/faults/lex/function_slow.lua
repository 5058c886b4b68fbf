-- The bot's function has less time than it needs (FAULTS SF13, LX4).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "Written down on paper", ko = "종이에 적는 장부" },
  what = "Sets the Timeout of the bot's function to {seconds} s, which is less than it needs.",
  says = "DependencyFailedException: Invalid Lambda Response: Received error response from Lambda: …",
  parameters = lex.with {
    text = lex.opening, function_name = { "the bot's function", needed = "desk" }, seconds = { "its Timeout", default = 1 },
  },
  shown_by = { "lambda:GetFunctionConfiguration", "lambda:Invoke", "logs:FilterLogEvents" },
  breaks = function(team, p) lambda.configure(team, p, { Timeout = p.seconds }) end,
  mended = lex.is_fulfilled, every = "20s",
  hints = {
    { en = "The conversation goes well until the very last step. What does the function's log say?", ko = "대화는 마지막 단계까지 잘 갑니다. 함수의 로그는 뭐라고 하나요?" },
    { en = "{function_name} has {seconds} s (Task timed out). How long does it work when it is left alone?",
      ko = "{function_name} 함수에는 {seconds}초가 주어집니다(Task timed out). 그냥 두면 얼마나 걸리나요?" },
    { en = "aws lambda update-function-configuration --function-name {function_name} --timeout 10",
      ko = "aws lambda update-function-configuration --function-name {function_name} --timeout 10" },
  },
  learnt = {
    en = "A bot waits for its function as long as the customer waits for the bot. What must be slow gets updates in between, or more time.",
    ko = "봇은 고객이 봇을 기다리는 만큼 함수를 기다립니다. 느릴 수밖에 없다면 중간에 알려 주거나 시간을 더 주세요.",
  },
  stage = function(team, p) lex.stage(team, p, { SECONDS = "2" }) end,
  works = lex.works,
  shows = function(team, p)
    lambda.configuration(team, p)
    return lex.converse(team, p, p.text)
  end,
  repair = function(team, p) lambda.configure(team, p, { Timeout = 10 }) end,
}
