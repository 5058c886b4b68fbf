-- An object that somebody reads has been renamed.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Renamed for order's sake", ko = "정리한다고 바꾼 이름" },
  what = "Renames an object: it stands under {key}{suffix} then.",
  says = "NoSuchKey: The specified key does not exist.",
  parameters = {
    bucket = s3.parameters.bucket, role = s3.parameters.role,
    key = { "the object's key", needed = "prices/today.csv" },
    suffix = { "what is put behind the key", default = ".old" },
  },
  shown_by = { "s3:ListObjectsV2", "s3:ListObjects" },
  breaks = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.key .. p.suffix, CopySource = p.bucket .. "/" .. p.key }
    team.s3.DeleteObject { Bucket = p.bucket, Key = p.key }
  end,
  mended = function(team, p) return s3.tried(function() team.s3.HeadObject { Bucket = p.bucket, Key = p.key } end) end,
  hints = {
    { en = "Which key is asked for? List what the bucket has.", ko = "어떤 키를 요청했나요? 버킷에 무엇이 있는지 나열해 보세요." },
    { en = "There is no {key}, but there is something very like it.", ko = "{key} 객체는 없지만 아주 비슷한 것이 있습니다." },
    { en = "Give the object its name back: aws s3 mv s3://BUCKET/{key}{suffix} s3://BUCKET/{key}",
      ko = "원래 이름으로 되돌리세요: aws s3 mv s3://버킷/{key}{suffix} s3://버킷/{key}" },
  },
  learnt = {
    en = "S3 renames nothing: it copies and deletes. Who reads by name must be told.",
    ko = "S3에는 이름 바꾸기가 없고 복사와 삭제만 있습니다. 이름으로 읽는 쪽에 알려야 해요.",
  },
  stage = s3.stage, works = s3.works,
  shows = function(team, p)
    team.s3.ListObjectsV2 { Bucket = p.bucket }
    return s3.get(team, p)
  end,
  repair = function(team, p) team.s3.CopyObject { Bucket = p.bucket, Key = p.key, CopySource = p.bucket .. "/" .. p.key .. p.suffix } end,
}
