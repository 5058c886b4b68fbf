-- Sessions live a minute, and customers take longer (FAULTS LX22).
local gameday = require "gameday"
local cto = require "cto"
local chatbot = require "chatbot"

local enough = 120 -- seconds

return gameday.fault {
  id = "forgetful",
  title = { en = "A bot with a short memory", ko = "기억력이 짧은 봇" },
  points = { detection = 20, recovery = 60 },
  shown_by = { "lex:DescribeBot", "lex:DescribeBotVersion", "lex:GetSession" },
  breaks = function(team)
    chatbot.set_patience(team, 60)
    chatbot.publish(team)
    cto.says(team, "forgetful")
  end,
  mended = function(team)
    local version = team.lexv2.DescribeBotVersion { botId = chatbot.bot(team), botVersion = chatbot.live_version(team) }
    return version.idleSessionTTLInSeconds >= enough, "a session of the alias live ends before customers come back"
  end,
  hints = {
    { en = "Quick customers are served, slow ones are asked everything anew. How long does the bot remember a conversation?",
      ko = "빠른 고객은 괜찮은데 느린 고객에게는 처음부터 다시 묻습니다. 봇은 대화를 얼마나 오래 기억하나요?" },
    { en = "idleSessionTTLInSeconds is 60, and people need a minute and a half. The version behind the alias has a copy of it.",
      ko = "idleSessionTTLInSeconds가 60인데 사람들은 1분 30초가 필요합니다. 별칭이 가리키는 버전에 그 값이 복사되어 있어요." },
    { en = "Set it to 300 (update-bot), create a version of both locales and let the alias live lead to it.",
      ko = "update-bot으로 300으로 바꾸고, 두 로캘로 버전을 만들어 live 별칭이 그 버전을 가리키게 하세요." },
  },
  learnt = {
    en = "A session's lifetime is a promise to the slowest customer. It belongs to the version, like everything customers meet.",
    ko = "세션 수명은 가장 느린 고객과의 약속입니다. 고객이 만나는 모든 것처럼 이것도 버전에 속해요.",
  },
}
