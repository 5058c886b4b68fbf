-- A path in the state machine's definition leads nowhere (FAULTS SF1).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-lost-path",
  title = { en = "Which pipeline?", ko = "어느 파이프라인?" },
  from_start = true,
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
  breaks = function(team)
    vip.edit_machine(team, function(states) states.Model.Parameters = { ["PipelineName.$"] = "$.check.model" } end)
  end,
  mended = function(team) return vip.scheduled(team, "Model") end,
  hints = {
    { en = "Read the error of a night that failed. In which state did it end, and what could not be found there?",
      ko = "실패한 밤의 오류를 읽어 보세요. 어느 상태에서 끝났고 무엇을 찾지 못했나요?" },
    { en = "The state Check puts two fields at $.check. The state Model looks for a third one.",
      ko = "Check 상태는 $.check에 필드 두 개를 둡니다. Model 상태는 다른 것을 찾고 있어요." },
    { en = "In Model write \"PipelineName.$\": \"$.check.pipeline\" and update the state machine.",
      ko = "Model에서 \"PipelineName.$\": \"$.check.pipeline\"으로 고치고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A path that is not there ends an execution before anything is called. The cause prints what the state was given.",
    ko = "없는 경로는 아무것도 호출하기 전에 실행을 끝냅니다. cause에 상태가 받은 입력이 찍혀 있어요.",
  },
}
