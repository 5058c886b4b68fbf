-- The function lets in the test alias alone (FAULTS LX19).
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.fault {
  id = "no-entry",
  title = { en = "The desk behind a locked door", ko = "잠긴 문 뒤의 창구" },
  from_start = true,
  points = { detection = 20, recovery = 50 },
  shown_by = { "lex:RecognizeText", "lambda:GetPolicy" },
  breaks = function(team) chatbot.forbid(team, "lex-live") end,
  mended = function(team)
    local good, problem = chatbot.try(team, "en_US", "Cancel")
    if good ~= nil then return good end -- understood otherwise, the function was not asked at all
    return problem.code == "DependencyFailedException" and not string.find(problem.message, "Access denied", 1, true)
  end,
  hints = {
    { en = "Talk to the alias `live` until the booking should be made. Read the error to its end: who was turned away, and by whom?",
      ko = "별칭 `live`와 예약이 이루어질 때까지 이야기해 보세요. 오류를 끝까지 읽으세요. 누가 누구에게 거절당했나요?" },
    { en = "A function has a policy of its own (aws lambda get-policy). It lets in Lex, but for which alias of the bot?",
      ko = "함수에는 자기만의 정책이 있습니다(aws lambda get-policy). Lex를 들여보내기는 하는데, 봇의 어느 별칭인가요?" },
    { en = "aws lambda add-permission --function-name unicorn-desk --statement-id lex-live --action lambda:InvokeFunction " ..
           "--principal lexv2.amazonaws.com --source-arn arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS",
      ko = "aws lambda add-permission --function-name unicorn-desk --statement-id lex-live --action lambda:InvokeFunction " ..
           "--principal lexv2.amazonaws.com --source-arn arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS" },
  },
  learnt = {
    en = "A permission names its caller to the last letter. What works in the test window has been tried by another caller.",
    ko = "권한은 호출자를 마지막 글자까지 가려냅니다. 테스트 창에서 되는 것은 다른 호출자가 시험한 것입니다.",
  },
}
