-- The data are expected where none are (FAULTS SM3).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-empty-prefix",
  title = { en = "Nobody lives there", ko = "아무도 없는 곳" },
  from_start = true,
  needs = "vip-too-large",
  points = { detection = 20, recovery = 60 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps" },
  breaks = function(team) vip.set_default(team, "InputData", vip.old_data(team)) end,
  mended = function(team) return (vip.job_was_made(team)) end,
  hints = {
    { en = "The step Train names an S3 URL under which it found nothing.", ko = "Train 단계가 아무것도 찾지 못한 S3 URL을 알려 줍니다." },
    { en = "List the bucket: under which prefix do the customers really stand? The pipeline's parameter InputData says another.",
      ko = "버킷의 객체를 나열해 보세요. 고객 데이터는 실제로 어느 접두사 아래에 있나요? 파이프라인의 InputData 매개변수는 다른 곳을 가리킵니다." },
    { en = "Set the default of InputData to s3://BUCKET/current and update the pipeline.",
      ko = "InputData의 기본값을 s3://버킷/current로 바꾸고 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A job looks whether its data are there before it starts. The sentence asks three things: the bucket, the prefix, the role.",
    ko = "작업은 시작 전에 데이터가 있는지 확인합니다. 오류 문장은 버킷, 접두사, 역할 세 가지를 묻고 있어요.",
  },
}
