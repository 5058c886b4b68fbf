-- A key with two slashes (FAULTS SM6).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "One slash too many", ko = "슬래시 하나가 더" },
  what = "Writes a copy of a training object under a key with two slashes, as a careless upload does.",
  says = "has an illegal char sub-sequence '//' in it",
  parameters = sagemaker.with {
    bucket = { "the bucket of the training data", default = "models-{account}" },
    prefix = { "the prefix that the first channel reads", needed = "train" },
    key = { "an object under it", needed = "train/customers.csv" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob", "s3:ListObjectsV2" },
  breaks = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.prefix .. "//" .. string.match(p.key, "[^/]+$"), CopySource = p.bucket .. "/" .. p.key }
  end,
  mended = function(team, p)
    local found = team.s3.ListObjectsV2 { Bucket = p.bucket, Prefix = p.prefix .. "//" }
    return #(found.Contents or {}) == 0, "there are still keys with two slashes"
  end,
  hints = {
    { en = "Describe the training job: which key does it complain of, and of what in it?", ko = "학습 작업을 조회해 보세요. 어떤 키의 무엇이 문제라고 하나요?" },
    { en = "List the bucket under {prefix}: one key has // in it.", ko = "{prefix} 아래를 나열해 보세요. //가 들어 있는 키가 하나 있습니다." },
    { en = "Delete that object (aws s3api delete-object), and have the upload join its paths properly.",
      ko = "그 객체를 삭제하고(aws s3api delete-object) 업로드하는 쪽이 경로를 제대로 잇게 하세요." },
  },
  learnt = {
    en = "For S3 a//b is a name like any other; who makes files of it stumbles.",
    ko = "S3에서 a//b는 평범한 이름이지만 그것으로 파일을 만드는 쪽은 넘어집니다.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = function(team, p)
    team.s3.DeleteObject { Bucket = p.bucket, Key = p.prefix .. "//" .. string.match(p.key, "[^/]+$") }
  end,
}
