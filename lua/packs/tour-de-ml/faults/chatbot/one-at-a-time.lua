-- Customers come in waves, and the function may run once at a time (FAULTS LX23, SF14).
local gameday = require "gameday"
local cto = require "cto"
local chatbot = require "chatbot"

return gameday.fault {
  id = "one-at-a-time",
  title = { en = "A single chair", ko = "하나뿐인 의자" },
  points = { detection = 20, recovery = 70 },
  shown_by = { "lambda:GetFunctionConcurrency", "lambda:GetFunction", "lex:RecognizeText" },
  breaks = function(team)
    chatbot.set_chairs(team, 1)
    cto.says(team, "one-at-a-time")
  end,
  mended = function(team)
    local chairs = chatbot.chairs(team)
    return chairs == nil or chairs >= chatbot.most_at_once, "the function cannot serve all who come at once"
  end,
  hints = {
    { en = "When few customers come all is well, and in a wave some are turned away at the last step. What does the error say that they meet?",
      ko = "고객이 적을 때는 괜찮은데 한꺼번에 몰리면 마지막 단계에서 몇 명이 거절당합니다. 그들이 만나는 오류는 무엇이라고 하나요?" },
    { en = "The function is throttled: how many runs of it may be under way at once? aws lambda get-function-concurrency --function-name unicorn-desk",
      ko = "함수가 스로틀링되고 있습니다. 동시에 몇 번까지 실행될 수 있나요? aws lambda get-function-concurrency --function-name unicorn-desk" },
    { en = "Take the reservation away (aws lambda delete-function-concurrency --function-name unicorn-desk), or reserve ten.",
      ko = "예약을 없애거나(aws lambda delete-function-concurrency --function-name unicorn-desk) 10개로 늘리세요." },
  },
  learnt = {
    en = "Reserved concurrency is a promise and a ceiling in one. Size it for the wave, not for the average.",
    ko = "예약된 동시성은 약속이면서 상한입니다. 평균이 아니라 몰릴 때를 기준으로 정하세요.",
  },
}
