-- The function's own policy does not let the alias in any more (FAULTS LX19).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

-- The statements that let Lex call the function.
local function forbid(team, p)
  local policy = host.decode(team.lambda.GetPolicy { FunctionName = p.function_name }.Policy)
  for _, statement in ipairs(policy.Statement) do
    local service = type(statement.Principal) == "table" and statement.Principal.Service
    if service == "lexv2.amazonaws.com" then team.lambda.RemovePermission { FunctionName = p.function_name, StatementId = statement.Sid } end
  end
end

return ready.fault {
  title = { en = "The desk behind a locked door", ko = "잠긴 문 뒤의 창구" },
  what = "Removes the statements by which Lex may call the bot's function.",
  says = "Access denied while invoking lambda function",
  parameters = lex.with { text = lex.opening, function_name = { "the bot's function", needed = "desk" } },
  shown_by = { "lambda:GetFunction", "lambda:GetPolicy", "lex:DescribeBotAlias" },
  breaks = forbid,
  mended = lex.is_fulfilled, every = "15s",
  hints = {
    { en = "Talk to the alias {alias} until the booking should be made. Read the error to its end: who was turned away, and by whom?",
      ko = "{alias} 별칭과 예약이 이루어질 때까지 이야기해 보세요. 오류를 끝까지 읽으세요. 누가 누구에게 거절당했나요?" },
    { en = "A function has a policy of its own (aws lambda get-policy). Does it let in Lex, and this alias of the bot?",
      ko = "함수에는 자기만의 정책이 있습니다(aws lambda get-policy). Lex와 이 봇의 별칭을 들여보내나요?" },
    { en = "aws lambda add-permission --function-name {function_name} --statement-id lex-live --action lambda:InvokeFunction " ..
           "--principal lexv2.amazonaws.com --source-arn arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS",
      ko = "aws lambda add-permission --function-name {function_name} --statement-id lex-live --action lambda:InvokeFunction " ..
           "--principal lexv2.amazonaws.com --source-arn arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS" },
  },
  learnt = {
    en = "A permission names its caller to the last letter. What works in the test window has been tried by another caller.",
    ko = "권한은 호출자를 마지막 글자까지 가려냅니다. 테스트 창에서 되는 것은 다른 호출자가 시험한 것입니다.",
  },
  stage = lex.stage, works = lex.works,
  shows = function(team, p)
    team.lambda.GetFunction { FunctionName = p.function_name }
    return lex.converse(team, p, p.text)
  end,
  repair = function(team, p) lex.permit(team, p, "lex-again") end,
}
