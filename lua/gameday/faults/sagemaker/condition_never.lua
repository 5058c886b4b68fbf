-- A threshold that no model reaches (FAULTS SM25).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "Better than perfect", ko = "완벽보다 더 완벽하게" },
  what = "Sets the right side of a condition step's first condition to {limit}, which nothing reaches: no model is registered.",
  parameters = {
    pipeline = sagemaker.parameters.pipeline,
    step = { "its condition step", needed = "GoodEnough" },
    branch = { "a step of the branch that should be taken", needed = "Register" },
    limit = { "the limit that nothing reaches", default = 1.1 },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps" },
  says = '"Outcome":"False"',
  breaks = sagemaker.editor(function(arguments, p) arguments.Conditions[1].RightValue = p.limit end),
  mended = function(team, p) return sagemaker.succeeded(team, p, p.branch) end,
  hints = {
    { en = "Training goes well, and still no model comes out. Which way does the condition go?",
      ko = "학습은 잘되는데 모델이 나오지 않습니다. 조건은 어느 쪽으로 가나요?" },
    { en = "The outcome of {step} is False. Compare the report with the limit in the pipeline's definition.",
      ko = "{step} 단계의 결과가 False입니다. 보고서의 값과 파이프라인 정의의 기준을 비교해 보세요." },
    { en = "An area under the curve is 1 at most: set the limit to something reachable (0.8), and update the pipeline {pipeline}.",
      ko = "AUC는 아무리 높아도 1입니다. 기준을 닿을 수 있는 값(0.8)으로 고치고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A gate that never opens looks like a careful one. Count how often it does.",
    ko = "절대 열리지 않는 문도 신중해 보입니다. 얼마나 자주 열리는지 세어 보세요.",
  },
  stage = sagemaker.stage, works = sagemaker.works,
  shows = function(team, p) return (sagemaker.newest(team, p) or {})[p.step] end,
  repair = sagemaker.editor(function(arguments) arguments.Conditions[1].RightValue = 0.8 end),
}
