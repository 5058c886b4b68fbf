-- The artifact of a model is not where the model says (FAULTS SM9, SM10).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function place(team, p)
  local url = team.sagemaker.DescribeModel { ModelName = p.model }.PrimaryContainer.ModelDataUrl
  return string.match(url, "^s3://([^/]+)/(.+)$")
end

-- The nightly deployment: a new model of the same artifact, taken away again.
local function deploy(team, p)
  local model, name = team.sagemaker.DescribeModel { ModelName = p.model }, p.model .. "-" .. host.now()
  local container = { Image = model.PrimaryContainer.Image, ModelDataUrl = model.PrimaryContainer.ModelDataUrl }
  team.sagemaker.CreateModel { ModelName = name, ExecutionRoleArn = model.ExecutionRoleArn, PrimaryContainer = container }
  team.sagemaker.DeleteModel { ModelName = name }
  return true
end

return ready.fault {
  title = { en = "A model without a brain", ko = "두뇌를 잃은 모델" },
  what = "Moves a model's artifact to {suffix} behind its key: whatever is deployed from now on fails.",
  says = "ValidationException: Could not find model data at s3://…",
  parameters = {
    model = { "the model", needed = "vip" },
    suffix = { "what is put behind the key", default = ".archived" },
  },
  shown_by = { "sagemaker:DescribeModel", "s3:ListObjectsV2" },
  breaks = function(team, p)
    local bucket, key = place(team, p)
    team.s3.CopyObject { Bucket = bucket, Key = key .. p.suffix, CopySource = bucket .. "/" .. key }
    team.s3.DeleteObject { Bucket = bucket, Key = key }
  end,
  mended = function(team, p)
    local bucket, key = place(team, p)
    return (pcall(team.s3.HeadObject, { Bucket = bucket, Key = key })), "the model's artifact is not there"
  end,
  hints = {
    { en = "A new model cannot be made. Which URL does the sentence name?", ko = "새 모델을 만들 수 없습니다. 오류 문장에 나오는 URL은 무엇인가요?" },
    { en = "describe-model tells the ModelDataUrl of {model}. Is there an object? Is something like it beside it?",
      ko = "describe-model에 {model} 모델의 ModelDataUrl이 나옵니다. 그 객체가 있나요? 옆에 비슷한 것이 있나요?" },
    { en = "Copy the artifact back from KEY{suffix} to KEY (aws s3 cp).", ko = "아티팩트를 키{suffix}에서 키로 다시 복사하세요(aws s3 cp)." },
  },
  learnt = {
    en = "What runs has its model in memory. That the artifact is gone comes out at the next deployment.",
    ko = "실행 중인 엔드포인트는 모델을 이미 메모리에 올려 두었습니다. 아티팩트가 없다는 것은 다음 배포에서야 드러나요.",
  },
  stage = function(team) sagemaker.stage_endpoint(team, { endpoint = "vip" }) end,
  works = deploy, shows = deploy,
  repair = function(team, p)
    local bucket, key = place(team, p)
    team.s3.CopyObject { Bucket = bucket, Key = key, CopySource = bucket .. "/" .. key .. p.suffix }
  end,
}
