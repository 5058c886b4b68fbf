-- The side mission: a name for the team.
local gameday = require "gameday"

return gameday.challenge {
  id = "name",
  title = { en = "Name your team", ko = "팀 이름 짓기" },
  brief = {
    en = "The board calls you by a number. Choose a name, on this page or the long way round: tag anything of your account with the key " ..
         "`TeamName`. Funny names are welcome; those who won before you were called \"chihuahua OR muffin\".",
    ko = "순위표에서 여러분은 번호로 불립니다. 이름을 지으세요. 이 페이지에서 지어도 되고, 조금 돌아가도 됩니다. 계정에 있는 아무 리소스에나 `TeamName` 키로 " ..
         "태그를 달면 돼요. 웃긴 이름도 환영합니다. 예전 우승팀은 \"chihuahua OR muffin\"이었거든요.",
  },
  points = 50,
  solved_when = "named",
}
