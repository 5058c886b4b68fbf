-- A condition looks at a place that the report does not have (FAULTS SM26).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function get(arguments) return arguments.Conditions[1].LeftValue["Std:JsonGet"] end

return ready.fault {
  title = { en = "Another report", ko = "다른 모양의 보고서" },
  what = "Puts {suffix} behind the Path of the Std:JsonGet in a condition step's first condition.",
  says = "{step}: …{suffix}",
  parameters = {
    pipeline = sagemaker.parameters.pipeline,
    step = { "its condition step", needed = "GoodEnough" },
    suffix = { "what is put behind the path", default = ".value" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribePipeline", "sagemaker:DescribePipelineDefinitionForExecution" },
  breaks = sagemaker.editor(function(arguments, p) get(arguments).Path = get(arguments).Path .. p.suffix end),
  mended = sagemaker.is_succeeded,
  hints = {
    { en = "The model is trained, and the step behind it fails. What does it look for, and where?",
      ko = "모델은 학습됐는데 그다음 단계가 실패합니다. 무엇을 어디에서 찾고 있나요?" },
    { en = "Download the report from S3, and compare it with the Path of the Std:JsonGet in {step}.",
      ko = "S3에서 보고서를 내려받아 {step} 단계의 Std:JsonGet에 있는 Path와 비교해 보세요." },
    { en = "Take {suffix} off the Path in {step}, and update the pipeline {pipeline}.",
      ko = "{step} 단계의 Path에서 {suffix} 부분을 지우고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A report's shape is a contract between two steps. JsonGet says which half of it was forgotten.",
    ko = "보고서의 모양은 두 단계 사이의 계약입니다. JsonGet이 어느 쪽이 계약을 잊었는지 알려 줘요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = sagemaker.editor(function(arguments, p) get(arguments).Path = string.sub(get(arguments).Path, 1, -1 - #p.suffix) end),
}
