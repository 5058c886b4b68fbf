-- The bucket takes only objects that say how they are encrypted.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local s3 = require "gameday.faults.s3"

local function put(team, p) return team:as(p.role).s3.PutObject { Bucket = p.bucket, Key = "notes/shift.txt", Body = "all well" } end

return ready.fault {
  title = { en = "Sealed letters only", ko = "봉인된 편지만 받습니다" },
  what = "Gives a bucket a policy that denies s3:PutObject without a header for encryption.",
  says = "AccessDenied: User: …is not authorized to perform: s3:PutObject on resource: …with an explicit deny in a resource-based policy",
  parameters = s3.parameters,
  shown_by = { "s3:GetBucketPolicy" },
  breaks = function(team, p)
    team.s3.PutBucketPolicy { Bucket = p.bucket, Policy = stage.document { {
      Sid = "EncryptedUploadsOnly", Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = stage.objects(p.bucket),
      Condition = { Null = { ["s3:x-amz-server-side-encryption"] = "true" } },
    } } }
  end,
  mended = function(team, p) return s3.tried(function() put(team, p) end) end,
  every = "10s",
  hints = {
    { en = "Reading goes well, writing does not. Who forbids it?", ko = "읽기는 되는데 쓰기가 안 됩니다. 누가 막고 있나요?" },
    { en = "The statement EncryptedUploadsOnly of the bucket's policy denies uploads without x-amz-server-side-encryption.",
      ko = "버킷 정책의 EncryptedUploadsOnly 문은 x-amz-server-side-encryption 헤더가 없는 업로드를 거부합니다." },
    { en = "S3 encrypts everything by itself since 2023: take the statement out, for those who write cannot all change.",
      ko = "2023년부터 S3는 모든 객체를 기본으로 암호화합니다. 쓰는 쪽을 모두 고칠 수는 없으니 그 문을 빼세요." },
  },
  learnt = {
    en = "A rule of yesterday's security review can be today's outage: default encryption needs no header.",
    ko = "어제의 보안 규칙이 오늘의 장애가 될 수 있습니다. 기본 암호화에는 헤더가 필요 없어요.",
  },
  stage = s3.stage,
  works = function(team, p) return put(team, p).ETag ~= nil end,
  shows = function(team, p)
    team.s3.GetBucketPolicy { Bucket = p.bucket }
    return put(team, p)
  end,
  repair = function(team, p) team.s3.DeleteBucketPolicy { Bucket = p.bucket } end,
}
