-- Who passes on what customers say may not talk to this alias (FAULTS LX2).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lex = require "gameday.faults.lex"
local iam = require "gameday.faults.iam"

local function talk(team, p)
  return team:as(p.role).lexv2runtime.RecognizeText {
    botId = lex.bot(team, p), botAliasId = lex.alias(team, p), localeId = p.locale, sessionId = "web-" .. host.now(), text = "cancel my booking",
  }
end

return ready.fault {
  title = { en = "The web page lost its voice", ko = "말을 잃은 웹 페이지" },
  what = "Takes lex:RecognizeText out of the inline policies of the role that talks to the bot for customers.",
  says = "AccessDeniedException: User: …is not authorized to perform: lex:RecognizeText on resource: arn:aws:lex:…bot-alias/…because no identity-based policy allows the lex:RecognizeText action",
  parameters = lex.with { role = { "the role that talks to the bot", needed = "WebRole" } },
  shown_by = { "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy" },
  breaks = function(team, p) iam.take(team, p.role, "lex:RecognizeText") end,
  mended = iam.judge("lex:RecognizeText", lex.alias_arn),
  hints = {
    { en = "The bot answers you and not the web page. As whom does the page speak?", ko = "봇이 여러분에게는 답하는데 웹 페이지에는 답하지 않습니다. 페이지는 누구로 말하나요?" },
    { en = "The page speaks as {role}. Do its policies allow lex:RecognizeText, and on this alias?",
      ko = "페이지는 {role} 역할로 말합니다. 정책이 이 별칭에 대한 lex:RecognizeText를 허용하나요?" },
    { en = "Allow {role} lex:RecognizeText on arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS (aws iam put-role-policy).",
      ko = "{role} 역할에 arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS에 대한 lex:RecognizeText를 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "A bot is called by its alias, and permission is asked for the alias: a new one needs a new line.",
    ko = "봇은 별칭으로 부르고 권한도 별칭에 대해 따집니다. 별칭이 새로 생기면 정책에도 새 줄이 필요해요.",
  },
  stage = function(team, p)
    lex.stage(team, p)
    stage.role(team, p.role, "lambda.amazonaws.com", { stage.allow("lex:RecognizeText", lex.alias_arn(team, p)) })
  end,
  works = function(team, p) return talk(team, p).sessionState.intent.name == "Cancel" end,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.role }
    return talk(team, p)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, "lex:RecognizeText", lex.alias_arn(team, p)) end,
}
