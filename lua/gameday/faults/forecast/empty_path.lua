-- The file is not where the import looks (FAULTS FC2).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "An empty drawer", ko = "빈 서랍" },
  what = "Moves an import's file: it stands under {prefix}{key} then.",
  says = "InvalidInputException: No objects found in s3 path s3://{bucket}/{key}, please ensure the path is specified correctly.",
  parameters = {
    dataset = forecast.parameters.dataset, bucket = forecast.parameters.bucket, key = forecast.parameters.key, role = forecast.parameters.role,
    prefix = { "what is put before the key", default = "archive/" },
  },
  shown_by = { "s3:ListObjectsV2", "s3:ListObjects" },
  breaks = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.prefix .. p.key, CopySource = p.bucket .. "/" .. p.key }
    team.s3.DeleteObject { Bucket = p.bucket, Key = p.key }
  end,
  mended = function(team, p)
    local found = team.s3.ListObjectsV2 { Bucket = p.bucket, Prefix = p.key, MaxKeys = 1 }
    return #(found.Contents or {}) > 0, "there is nothing under " .. p.key
  end,
  hints = {
    { en = "There is no failed import job: it was refused before it was made. Try one, and read the sentence.",
      ko = "실패한 가져오기 작업이 없습니다. 만들어지기 전에 거부됐어요. 직접 만들어 보고 문장을 읽으세요." },
    { en = "List the bucket: where is {key} now?", ko = "버킷을 나열해 보세요. {key} 파일은 지금 어디에 있나요?" },
    { en = "Copy {prefix}{key} back to {key} (aws s3 cp).", ko = "{prefix}{key} 파일을 {key} 파일로 다시 복사하세요(aws s3 cp)." },
  },
  learnt = {
    en = "Archiving what others still read is deleting it.",
    ko = "남이 아직 읽는 것을 보관함에 옮기는 것은 지우는 것과 같습니다.",
  },
  stage = forecast.stage, works = forecast.works,
  shows = function(team, p)
    team.s3.ListObjectsV2 { Bucket = p.bucket }
    return forecast.import(team, p)
  end,
  repair = function(team, p) team.s3.CopyObject { Bucket = p.bucket, Key = p.key, CopySource = p.bucket .. "/" .. p.prefix .. p.key } end,
}
