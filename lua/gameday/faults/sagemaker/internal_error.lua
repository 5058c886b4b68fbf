-- A fault of the cloud: SageMaker itself fails now and then (FAULTS SM22).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "We are sorry", ko = "저희 잘못입니다" },
  what = "Lets a share of the training jobs fail by an error of SageMaker's own; a step with a RetryPolicy gets there all the same.",
  says = "InternalServerError: We encountered an internal error. Please try again.",
  parameters = sagemaker.with { share = { "how many of the jobs fail, 0 to 1", default = 0.7 } },
  shown_by = sagemaker.shown_by,
  on = "sagemaker:TrainingJob",
  life = { from = "Downloading", chance = "{share}", fails = "InternalServerError: We encountered an internal error. Please try again." },
  mended = sagemaker.retries "SageMaker.JOB_INTERNAL_ERROR",
  hints = {
    { en = "Describe the training job. Whose error is it?", ko = "학습 작업을 조회해 보세요. 누구의 오류인가요?" },
    { en = "It says itself what to do: try again. The step {step} does not.", ko = "무엇을 하라고 직접 말하고 있습니다. 다시 하라고요. {step} 단계는 다시 하지 않아요." },
    { en = "Give {step} \"RetryPolicies\": [{ \"ExceptionType\": [\"SageMaker.JOB_INTERNAL_ERROR\"], \"MaxAttempts\": 10 }], and update the pipeline {pipeline}.",
      ko = "{step} 단계에 \"RetryPolicies\": [{ \"ExceptionType\": [\"SageMaker.JOB_INTERNAL_ERROR\"], \"MaxAttempts\": 10 }]를 넣고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "Throttling and service faults a pipeline retries by itself; internal errors of jobs, capacity and quotas it does not.",
    ko = "스로틀링과 서비스 오류는 파이프라인이 알아서 재시도하지만 작업의 내부 오류, 용량, 할당량은 그렇지 않습니다.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why, after = "3m",
  repair = sagemaker.editor(function(_, _, step)
    step.RetryPolicies = { { ExceptionType = { "SageMaker.JOB_INTERNAL_ERROR" }, IntervalSeconds = 1, BackoffRate = 1, MaxAttempts = 20 } }
  end),
}
