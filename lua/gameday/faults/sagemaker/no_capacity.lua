-- A fault of the cloud: there are no machines left (FAULTS SM2).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "Sold out", ko = "매진" },
  what = "Lets a share of the training jobs fail for want of machines; a step with a RetryPolicy gets there all the same.",
  says = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.",
  parameters = sagemaker.with { share = { "how many of the jobs fail, 0 to 1", default = 0.7 } },
  shown_by = sagemaker.shown_by,
  on = "sagemaker:TrainingJob",
  life = {
    from = "Starting", chance = "{share}",
    fails = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.",
  },
  mended = sagemaker.retries "SageMaker.CAPACITY_ERROR",
  hints = {
    { en = "Most nights fail, and nothing was changed. Describe the training job: what did SageMaker lack?",
      ko = "대부분의 밤이 실패하는데 바뀐 것은 없습니다. 학습 작업을 조회해 보세요. SageMaker에 무엇이 부족했나요?" },
    { en = "Capacity comes and goes. The step {step} gives up after one try: it has no RetryPolicies.",
      ko = "용량은 있다가도 없습니다. {step} 단계는 한 번 해 보고 포기해요. RetryPolicies가 없습니다." },
    { en = "Give {step} \"RetryPolicies\": [{ \"ExceptionType\": [\"SageMaker.CAPACITY_ERROR\"], \"IntervalSeconds\": 30, \"MaxAttempts\": 10 }], and update the pipeline {pipeline}.",
      ko = "{step} 단계에 \"RetryPolicies\": [{ \"ExceptionType\": [\"SageMaker.CAPACITY_ERROR\"], \"IntervalSeconds\": 30, \"MaxAttempts\": 10 }]를 넣고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A quota is what you may have, capacity is what there is. Only the second passes by itself.",
    ko = "할당량은 써도 되는 만큼이고 용량은 실제로 있는 만큼입니다. 저절로 지나가는 것은 용량 쪽뿐이에요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why, after = "3m",
  repair = sagemaker.editor(function(_, _, step)
    step.RetryPolicies = { { ExceptionType = { "SageMaker.CAPACITY_ERROR" }, IntervalSeconds = 1, BackoffRate = 1, MaxAttempts = 20 } }
  end),
}
