-- A helpful colleague has deleted an intent and published that.
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

return ready.fault {
  title = { en = "A helpful colleague", ko = "친절한 동료" },
  what = "Deletes an intent from the draft and publishes that: what customers say for it ends elsewhere.",
  parameters = lex.with { intent = lex.intent_parameter, text = lex.text_parameter },
  shown_by = { "lex:ListIntents", "lex:DescribeBotAlias", "lex:ListBotVersions" },
  breaks = function(team, p)
    local intent = lex.find_intent(team, p)
    team.lexv2.DeleteIntent { botId = intent.botId, botVersion = "DRAFT", localeId = p.locale, intentId = intent.intentId }
    lex.publish(team, p)
  end,
  mended = lex.understands, every = "10s",
  hints = {
    { en = "Which wish is not understood any more, and which intents does the bot have now (list-intents)?",
      ko = "이제 알아듣지 못하는 말은 무엇이고, 봇에는 지금 어떤 인텐트가 있나요(list-intents)?" },
    { en = "The intent {intent} is gone from the draft and from the newest version. Is it in an older one?",
      ko = "{intent} 인텐트가 초안과 최신 버전에서 사라졌습니다. 이전 버전에는 있나요?" },
    { en = "Let {alias} lead to the version before (update-bot-alias) at once; then make the intent again in the draft.",
      ko = "먼저 {alias} 별칭이 이전 버전을 가리키게 하고(update-bot-alias), 그다음 초안에 인텐트를 다시 만드세요." },
  },
  learnt = {
    en = "Versions are the way back: first let customers talk again, then repair.",
    ko = "버전은 되돌아가는 길입니다. 먼저 고객이 다시 말할 수 있게 하고, 고치는 것은 그다음입니다.",
  },
  stage = lex.stage, works = lex.works_cancel,
  shows = function(team, p) return team.lexv2.ListIntents(lex.draft(team, p)) end,
  repair = function(team, p) lex.edit_alias(team, p, function(alias) alias.botVersion = "2" end) end,
}
