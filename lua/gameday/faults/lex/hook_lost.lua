-- The alias calls no function any more (FAULTS LX17).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

return ready.fault {
  title = { en = "All talk, no action", ko = "말만 하고 움직이지 않는 봇" },
  what = "Takes the function away from a locale of an alias: conversations end without a booking.",
  parameters = lex.with { text = lex.opening },
  shown_by = { "lex:DescribeBotAlias", "lex:RecognizeText" },
  breaks = function(team, p)
    lex.edit_alias(team, p, function(alias) alias.botAliasLocaleSettings[p.locale].codeHookSpecification = nil end)
  end,
  mended = lex.is_fulfilled, every = "10s",
  hints = {
    { en = "The bot understands and asks for everything, and then nothing is booked. Is the function called (its log)?",
      ko = "봇은 알아듣고 모두 물어보는데 예약이 되지 않습니다. 함수가 불리기는 하나요(로그)?" },
    { en = "Which function a bot calls stands neither in the bot nor in the intent, but at the alias, for each locale.",
      ko = "봇이 어떤 함수를 부르는지는 봇도 인텐트도 아니라 별칭에, 로캘마다 적혀 있습니다." },
    { en = "Update the alias {alias}: codeHookSpecification.lambdaCodeHook of {locale} with the function's ARN.",
      ko = "{alias} 별칭에서 {locale}의 codeHookSpecification.lambdaCodeHook에 함수의 ARN을 넣으세요." },
  },
  learnt = {
    en = "update-bot-alias replaces all locale settings. Who changes one brings the others along.",
    ko = "update-bot-alias는 로캘 설정 전체를 바꿉니다. 하나를 고칠 때도 나머지를 함께 보내세요.",
  },
  stage = lex.stage, works = lex.works_cancel,
  shows = function(team, p) return team.lexv2.DescribeBotAlias { botId = lex.bot(team, p), botAliasId = lex.alias(team, p) } end,
  repair = function(team, p)
    lex.edit_alias(team, p, function(alias) alias.botAliasLocaleSettings[p.locale].codeHookSpecification = lex.hook(team) end)
  end,
}
