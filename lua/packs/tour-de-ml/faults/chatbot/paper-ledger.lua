-- The function has become slow, and its timeout has not (FAULTS SF13, LX4).
local gameday = require "gameday"
local cto = require "cto"
local chatbot = require "chatbot"

return gameday.fault {
  id = "paper-ledger",
  title = { en = "Written down on paper", ko = "종이에 적는 장부" },
  points = { detection = 20, recovery = 50 },
  shown_by = { "lex:RecognizeText", "lambda:GetFunctionConfiguration", "lambda:Invoke", "logs:FilterLogEvents", "logs:GetLogEvents" },
  breaks = function(team)
    chatbot.configure(team, { LEDGER = "paper" })
    cto.says(team, "paper-ledger")
  end,
  mended = function(team) return chatbot.try(team, "en_US", "Cancel") == true end,
  every = "15s",
  hints = {
    { en = "The conversation goes well until the very last step. What does the function's log say?",
      ko = "대화는 마지막 단계까지 잘 갑니다. 함수의 로그는 뭐라고 하나요?" },
    { en = "unicorn-desk has five seconds, and the new ledger takes six.", ko = "unicorn-desk에는 5초가 주어지는데 새 장부는 6초가 걸립니다." },
    { en = "aws lambda update-function-configuration --function-name unicorn-desk --timeout 10",
      ko = "aws lambda update-function-configuration --function-name unicorn-desk --timeout 10" },
  },
  learnt = {
    en = "A bot waits for its function as long as the customer waits for the bot. What must be slow gets updates in between, or more time.",
    ko = "봇은 고객이 봇을 기다리는 만큼 함수를 기다립니다. 느릴 수밖에 없다면 중간에 알려 주거나 시간을 더 주세요.",
  },
}
