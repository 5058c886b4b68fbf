-- The function answers as Lex V1 wanted it (FAULTS LX5).
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.fault {
  id = "old-reply",
  title = { en = "Answers from the last version", ko = "옛날 방식의 대답" },
  from_start = true,
  needs = { "no-entry" },
  points = { detection = 20, recovery = 50 },
  shown_by = { "lex:RecognizeText", "lambda:GetFunctionConfiguration", "lambda:Invoke", "logs:FilterLogEvents", "logs:GetLogEvents" },
  breaks = function(team) chatbot.configure(team, { REPLY_FORMAT = "1" }) end,
  mended = function(team) return chatbot.try(team, "en_US", "Cancel") == true end,
  hints = {
    { en = "The function was called and has answered, and Lex does not understand the answer. Which word does it stumble over?",
      ko = "함수는 불렸고 대답도 했지만 Lex가 그 대답을 이해하지 못합니다. 어느 낱말에서 걸렸나요?" },
    { en = "Lex V2 wants the answer within `sessionState`. The function can do both, and something in its configuration chooses.",
      ko = "Lex V2는 대답이 `sessionState` 안에 있기를 바랍니다. 함수는 둘 다 할 줄 알고, 설정의 무언가가 고릅니다." },
    { en = "Set the function's environment variable REPLY_FORMAT to 2 (aws lambda update-function-configuration), and keep LEDGER as it is.",
      ko = "함수의 환경 변수 REPLY_FORMAT을 2로 바꾸세요(aws lambda update-function-configuration). LEDGER는 그대로 두세요." },
  },
  learnt = {
    en = "\"Invalid Lambda Response\" is never about permission: the function ran. Compare what it says with what the caller's version reads.",
    ko = "\"Invalid Lambda Response\"는 권한 문제가 아닙니다. 함수는 실행됐어요. 함수가 한 말과 호출자 버전이 읽는 것을 비교하세요.",
  },
}
