-- A training job is stopped before it is done (FAULTS SM27).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "Pencils down", ko = "시험 종료, 펜 내려놓으세요" },
  what = "Gives a training step {seconds} s, after which SageMaker stops the job.",
  says = "MaxRuntimeExceeded",
  parameters = sagemaker.with { seconds = { "its MaxRuntimeInSeconds", default = 1 } },
  shown_by = sagemaker.shown_by,
  breaks = sagemaker.editor(function(arguments, p) arguments.StoppingCondition = { MaxRuntimeInSeconds = p.seconds } end),
  mended = sagemaker.is_succeeded,
  hints = {
    { en = "The training job has not failed; it was stopped. What is its SecondaryStatus?", ko = "학습 작업은 실패한 것이 아니라 중지됐습니다. SecondaryStatus는 무엇인가요?" },
    { en = "MaxRuntimeExceeded: how long may the job run (StoppingCondition), and how long does it need?",
      ko = "MaxRuntimeExceeded입니다. 작업은 얼마 동안 실행될 수 있고(StoppingCondition) 얼마나 걸리나요?" },
    { en = "Give {step} a MaxRuntimeInSeconds of 3600, and update the pipeline {pipeline}.",
      ko = "{step} 단계의 MaxRuntimeInSeconds를 3600으로 늘리고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A job that is stopped may leave half a model. Look at the secondary status before you use it.",
    ko = "중지된 작업은 반쪽짜리 모델을 남길 수 있습니다. 쓰기 전에 SecondaryStatus를 확인하세요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = sagemaker.editor(function(arguments) arguments.StoppingCondition = { MaxRuntimeInSeconds = 3600 } end),
}
