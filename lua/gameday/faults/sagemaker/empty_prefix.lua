-- The data are expected where none are (FAULTS SM3).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function source(arguments) return arguments.InputDataConfig[1].DataSource.S3DataSource end

return ready.fault {
  title = { en = "Nobody lives there", ko = "아무도 없는 곳" },
  what = "Puts {suffix} behind the S3Uri of a training step's first channel.",
  says = "No S3 objects found under S3 URL \"…{suffix}\" given in input data source. Please ensure that the bucket exists in the selected region ({region}), that objects exist under that S3 prefix, and that the role \"…\" has \"s3:ListBucket\" permissions on bucket \"…\".",
  parameters = sagemaker.with { suffix = { "what is put behind the prefix", default = "-2025" } },
  shown_by = sagemaker.shown_by,
  breaks = sagemaker.editor(function(arguments, p)
    if type(source(arguments).S3Uri) ~= "string" then error("the S3Uri of " .. p.step .. " is no text", 0) end
    source(arguments).S3Uri = source(arguments).S3Uri .. p.suffix
  end),
  mended = sagemaker.job_made,
  hints = {
    { en = "The step {step} names an S3 URL under which it found nothing.", ko = "{step} 단계가 아무것도 찾지 못한 S3 URL을 알려 줍니다." },
    { en = "List the bucket: under which prefix do the data really stand?", ko = "버킷을 나열해 보세요. 데이터는 실제로 어느 접두사 아래에 있나요?" },
    { en = "Take {suffix} off the S3Uri of {step}, and update the pipeline {pipeline}.",
      ko = "{step} 단계의 S3Uri에서 {suffix} 부분을 지우고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A job looks whether its data are there before it starts. The sentence asks three things: the bucket, the prefix, the role.",
    ko = "작업은 시작 전에 데이터가 있는지 확인합니다. 오류 문장은 버킷, 접두사, 역할 세 가지를 묻고 있어요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = sagemaker.editor(function(arguments, p) source(arguments).S3Uri = string.sub(source(arguments).S3Uri, 1, -1 - #p.suffix) end),
}
