-- The bucket lets in only who comes through a VPC endpoint.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Only through the side door", ko = "옆문으로만 들어오세요" },
  what = "Gives a bucket a policy that denies everything to a role unless it comes through the VPC endpoint {endpoint}.",
  says = "AccessDenied: User: …is not authorized to perform: s3:GetObject on resource: …with an explicit deny in a resource-based policy",
  parameters = {
    bucket = s3.parameters.bucket, role = s3.parameters.role,
    endpoint = { "the VPC endpoint that is let in", default = "vpce-0f1e2d3c4b5a69788" },
    key = { "an object that the role should read; judged by it", needed = "prices/today.csv" },
  },
  shown_by = { "s3:GetBucketPolicy" },
  breaks = function(team, p)
    team.s3.PutBucketPolicy { Bucket = p.bucket, Policy = stage.document { {
      Sid = "OnlyFromOurNetwork", Effect = "Deny", Principal = { AWS = team.role(p.role) }, Action = "s3:*",
      Resource = { "arn:aws:s3:::" .. p.bucket, stage.objects(p.bucket) },
      Condition = { StringNotEquals = { ["aws:SourceVpce"] = p.endpoint } },
    } } }
  end,
  mended = function(team, p) return s3.tried(function() s3.get(team, p, p.key) end) end,
  every = "10s",
  hints = {
    { en = "The same call works for one and not for another. What does the bucket's policy ask besides who it is?",
      ko = "같은 호출이 누구에게는 되고 누구에게는 안 됩니다. 버킷 정책은 누구인지 말고 또 무엇을 따지나요?" },
    { en = "The statement OnlyFromOurNetwork denies whatever does not come through {endpoint}; nothing here does.",
      ko = "OnlyFromOurNetwork 문은 {endpoint} 엔드포인트로 오지 않은 것을 모두 거부합니다. 여기서는 아무것도 그리로 오지 않아요." },
    { en = "Take the statement out, or add a condition that spares the role (ArnNotLike aws:PrincipalArn).",
      ko = "그 문을 빼거나, 역할을 예외로 두는 조건(ArnNotLike aws:PrincipalArn)을 더하세요." },
  },
  learnt = {
    en = "A Deny with StringNotEquals also hits who has no such value at all.",
    ko = "StringNotEquals를 쓴 Deny는 그 값이 아예 없는 요청에도 걸립니다.",
  },
  stage = s3.stage, works = s3.works,
  shows = function(team, p)
    team.s3.GetBucketPolicy { Bucket = p.bucket }
    return s3.get(team, p)
  end,
  repair = function(team, p) team.s3.DeleteBucketPolicy { Bucket = p.bucket } end,
}
