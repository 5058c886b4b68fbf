-- The alias leads to a version from before (FAULTS LX10).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

return ready.fault {
  title = { en = "The alias that stayed behind", ko = "뒤에 남은 별칭" },
  what = "Lets an alias of the bot lead to the version {version}, an older one that does not know an intent yet.",
  says = '"botVersion":"{version}"',
  parameters = lex.with {
    version = { "the old version", needed = "1" }, intent = lex.intent_parameter, text = lex.text_parameter,
  },
  shown_by = { "lex:DescribeBotAlias", "lex:ListBotAliases", "lex:RecognizeText" },
  breaks = function(team, p) lex.edit_alias(team, p, function(alias) alias.botVersion = p.version end) end,
  mended = lex.understands, every = "10s",
  hints = {
    { en = "It works in the draft, but customers talk to {alias}. Where does {alias} lead?", ko = "초안에서는 됩니다. 하지만 고객은 {alias} 별칭과 이야기해요. {alias} 별칭은 어디를 가리키나요?" },
    { en = "{alias} leads to version {version}, in which there is no {intent}. Which versions are there? (list-bot-versions)",
      ko = "{alias} 별칭은 {intent} 인텐트가 없는 {version} 버전을 가리킵니다. 어떤 버전이 있나요?(list-bot-versions)" },
    { en = "Let {alias} lead to the newest version (update-bot-alias), with its locale settings as they are.",
      ko = "{alias} 별칭이 가장 새 버전을 가리키게 하세요(update-bot-alias). 로캘 설정은 그대로 함께 보내야 합니다." },
  },
  learnt = {
    en = "A version never changes. What customers meet is decided by the alias: its version, its locales, its function for each.",
    ko = "버전은 변하지 않습니다. 고객이 무엇을 만날지는 별칭이 정합니다. 버전, 로캘, 로캘마다의 함수까지요.",
  },
  stage = lex.stage, works = lex.works_cancel,
  shows = function(team, p) return team.lexv2.DescribeBotAlias { botId = lex.bot(team, p), botAliasId = lex.alias(team, p) } end,
  repair = function(team, p) lex.edit_alias(team, p, function(alias) alias.botVersion = "2" end) end,
}
