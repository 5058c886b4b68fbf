-- The condition looks at a place that the report does not have (FAULTS SM26).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-other-report",
  title = { en = "Another report", ko = "다른 모양의 보고서" },
  from_start = true,
  needs = "vip-locked-bucket",
  points = { detection = 20, recovery = 60 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribePipelineDefinitionForExecution" },
  breaks = function(team) vip.set_path(team, vip.other_path) end,
  mended = function(team) return vip.step_is(team, "GoodEnough", "Succeeded") end,
  hints = {
    { en = "The model is trained, and the step behind it fails. What does it look for, and where?",
      ko = "모델은 학습됐는데 그다음 단계가 실패합니다. 무엇을 어디에서 찾고 있나요?" },
    { en = "Download an evaluation.json from the bucket and compare it with the Path of the Std:JsonGet in the step GoodEnough.",
      ko = "버킷에서 evaluation.json을 내려받아 GoodEnough 단계의 Std:JsonGet에 있는 Path와 비교해 보세요." },
    { en = "The path is binary_classification_metrics.auc.value. Update the pipeline.",
      ko = "경로는 binary_classification_metrics.auc.value입니다. 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A report's shape is a contract between two steps. JsonGet says which half of it was forgotten.",
    ko = "보고서의 모양은 두 단계 사이의 계약입니다. JsonGet이 어느 쪽이 계약을 잊었는지 알려 줘요.",
  },
}
