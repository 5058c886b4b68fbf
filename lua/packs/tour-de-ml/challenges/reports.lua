-- What the CTO asks for once an hour.
local gameday = require "gameday"
local report = require "report"

local function hour(id, at, title)
  return gameday.challenge {
    id = id, title = title, unlock = at, solved_when = "answers", points = 0,
    brief = {
      en = "The CTO needs one line for the board: for each of the three whether it is `ok` or `broken`, right now, and beside vip the version of " ..
           "the newest approved model (0: there is none). For example: `vip ok 7, forecast broken, chatbot ok`. The page shows what is broken; " ..
           "`aws sagemaker list-model-packages --model-package-group-name vip --model-approval-status Approved` tells the version.",
      ko = "CTO가 이사회에 가져갈 한 줄이 필요합니다. 셋이 각각 지금 `정상`인지 `고장`인지, vip 옆에는 승인된 최신 모델의 버전(없으면 0)을 적어 주세요. " ..
           "예: `vip 정상 7, 예측 고장, 챗봇 정상`. 무엇이 고장인지는 이 페이지에 나오고, 버전은 `aws sagemaker list-model-packages " ..
           "--model-package-group-name vip --model-approval-status Approved`로 알 수 있어요.",
    },
    gameday.answer {
      id = "line", title = { en = "Your report, in one line", ko = "한 줄 보고" }, points = 60, tries = 6, right = report.judge,
    },
  }
end

return {
  hour("report-1", "00:55", { en = "Report: the first hour", ko = "보고: 첫 번째 시간" }),
  hour("report-2", "01:55", { en = "Report: the second hour", ko = "보고: 두 번째 시간" }),
  hour("report-3", "02:45", { en = "Report: the last hour", ko = "보고: 마지막 시간" }),
}
