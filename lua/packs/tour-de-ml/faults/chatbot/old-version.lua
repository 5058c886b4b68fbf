-- The alias leads to a version from before Korean was added (FAULTS LX10, LX11).
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.fault {
  id = "old-version",
  title = { en = "The alias that stayed behind", ko = "뒤에 남은 별칭" },
  from_start = true,
  needs = { "never-built" },
  points = { detection = 20, recovery = 50 },
  shown_by = { "lex:DescribeBotAlias", "lex:ListBotAliases", "lex:RecognizeText" },
  breaks = function(team) chatbot.lead(team, "1", { "en_US" }) end,
  mended = function(team)
    local good, problem = chatbot.try(team, "ko_KR", "Cancel")
    return good ~= nil or problem.code == "DependencyFailedException"
  end,
  hints = {
    { en = "Korean works with the test alias, perhaps, but customers talk to `live`. Where does `live` lead?",
      ko = "테스트 별칭으로는 한국어가 될지도 몰라요. 하지만 고객은 `live`와 이야기합니다. `live`는 어디를 가리키나요?" },
    { en = "`live` leads to version 1, in which there is no Korean, and enables en_US alone.",
      ko = "`live`는 한국어가 없는 버전 1을 가리키고 en_US만 켜 두었습니다." },
    { en = "Create a version of both locales (create-bot-version) and update the alias: botVersion, and botAliasLocaleSettings with ko_KR " ..
           "enabled and its lambdaCodeHook.",
      ko = "두 로캘로 버전을 만들고(create-bot-version) 별칭을 업데이트하세요. botVersion, 그리고 ko_KR을 켜고 lambdaCodeHook을 넣은 " ..
           "botAliasLocaleSettings입니다." },
  },
  learnt = {
    en = "A version never changes. What customers meet is decided by the alias: its version, its locales, its function for each.",
    ko = "버전은 변하지 않습니다. 고객이 무엇을 만날지는 별칭이 정합니다. 버전, 로캘, 로캘마다의 함수까지요.",
  },
}
