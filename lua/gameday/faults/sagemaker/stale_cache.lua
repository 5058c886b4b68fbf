-- A step is taken from the cache although the data have changed (FAULTS SM24).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function trained(step) return step ~= nil and step.StepStatus == "Succeeded" and not step.CacheHitResult end

return ready.fault {
  title = { en = "Yesterday's customers", ko = "어제의 고객" },
  what = "Turns the cache of a training step on: as its arguments are the same each night, it learns nothing new, without any error.",
  parameters = sagemaker.with { expire = { "how long the cache is good", default = "P30D" } },
  shown_by = { "sagemaker:ListPipelineExecutionSteps" },
  breaks = sagemaker.editor(function(_, p, step) step.CacheConfig = { Enabled = true, ExpireAfter = p.expire } end),
  mended = function(team, p)
    return trained((sagemaker.newest(team, p) or {})[p.step]), {
      en = "the newest execution has not trained yet", ko = "가장 최근 실행이 아직 학습하지 않았습니다",
    }
  end,
  says = '"CacheHitResult":',
  hints = {
    { en = "Everything is green, and the model never changes. How long did the step {step} take tonight?",
      ko = "모두 초록색인데 모델이 바뀌지 않습니다. 오늘 밤 {step} 단계는 얼마나 걸렸나요?" },
    { en = "list-pipeline-execution-steps shows a CacheHitResult. The cache compares arguments, not what stands in S3.",
      ko = "list-pipeline-execution-steps에 CacheHitResult가 보입니다. 캐시는 인수만 비교하고 S3의 내용은 보지 않아요." },
    { en = "Take the CacheConfig off {step} (or \"Enabled\": false, or a new prefix each night), and update the pipeline {pipeline}.",
      ko = "{step} 단계에서 CacheConfig를 빼거나(\"Enabled\": false, 또는 밤마다 새 접두사) {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A cache key that does not hold the data serves yesterday's answer with a straight face.",
    ko = "데이터가 들어 있지 않은 캐시 키는 태연하게 어제의 답을 내줍니다.",
  },
  stage = sagemaker.stage,
  works = function(team, p) return trained(sagemaker.run(team, p)[p.step]), { en = "nothing new was learnt", ko = "새로 학습한 것이 없습니다" } end,
  shows = function(team, p) return (sagemaker.newest(team, p) or {})[p.step] end,
  repair = sagemaker.editor(function(_, _, step) step.CacheConfig = nil end),
}
