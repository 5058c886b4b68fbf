-- The alias does not serve the locale (FAULTS LX11).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

local function enable(team, p, enabled)
  lex.edit_alias(team, p, function(alias)
    local settings = alias.botAliasLocaleSettings
    settings[p.locale] = settings[p.locale] or {}
    settings[p.locale].enabled = enabled
  end)
end

return ready.fault {
  title = { en = "Not in this language", ko = "이 언어로는 안 합니다" },
  what = "Disables a locale at an alias, though it is built.",
  parameters = lex.with { intent = lex.intent_parameter, text = lex.text_parameter },
  says = '"enabled":false',
  shown_by = { "lex:DescribeBotAlias", "lex:ListBotAliases" },
  breaks = function(team, p) enable(team, p, false) end,
  mended = lex.understands, every = "10s",
  hints = {
    { en = "The locale {locale} is built, and still the bot does not answer in it. Who else has a say?",
      ko = "{locale} 로캘은 빌드돼 있는데도 봇이 그 언어로 답하지 않습니다. 또 무엇이 관여할까요?" },
    { en = "An alias enables its locales one by one: botAliasLocaleSettings (describe-bot-alias).",
      ko = "별칭은 로캘을 하나하나 켭니다. botAliasLocaleSettings를 보세요(describe-bot-alias)." },
    { en = "Update the alias {alias} with {locale} enabled (update-bot-alias), and its function as before.",
      ko = "{alias} 별칭에서 {locale} 로캘을 켜고(update-bot-alias) 함수 설정도 그대로 함께 보내세요." },
  },
  learnt = {
    en = "Built, versioned, enabled: a locale needs all three to speak.",
    ko = "빌드, 버전, 활성화. 로캘이 말하려면 셋 다 필요합니다.",
  },
  stage = lex.stage, works = lex.works_cancel,
  shows = function(team, p) return team.lexv2.DescribeBotAlias { botId = lex.bot(team, p), botAliasId = lex.alias(team, p) } end,
  repair = function(team, p) enable(team, p, true) end,
}
