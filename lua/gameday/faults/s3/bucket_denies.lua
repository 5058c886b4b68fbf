-- The bucket's own policy forbids what the role's policies allow.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "The bucket says no", ko = "거절하는 버킷" },
  what = "Gives a bucket a policy that denies {action} to a role.",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …with an explicit deny in a resource-based policy",
  parameters = {
    bucket = s3.parameters.bucket, role = s3.parameters.role,
    action = { "what is denied", default = "s3:GetObject" },
    key = { "an object that the role should read; judged by it", needed = "prices/today.csv" },
  },
  shown_by = { "s3:GetBucketPolicy" },
  breaks = function(team, p)
    team.s3.PutBucketPolicy { Bucket = p.bucket, Policy = stage.document { {
      Sid = "PrivacyFirst", Effect = "Deny", Principal = { AWS = team.role(p.role) }, Action = p.action, Resource = stage.objects(p.bucket),
    } } }
  end,
  mended = function(team, p) return s3.tried(function() s3.get(team, p, p.key) end) end,
  every = "10s",
  hints = {
    { en = "Which kind of policy forbids it, according to the sentence: one of the role, or one of the resource?",
      ko = "문장에 따르면 막고 있는 것은 역할의 정책인가요, 리소스의 정책인가요?" },
    { en = "A bucket has a policy of its own (aws s3api get-bucket-policy). A Deny there wins against every Allow.",
      ko = "버킷에는 자기만의 정책이 있습니다(aws s3api get-bucket-policy). 거기의 Deny는 모든 Allow를 이깁니다." },
    { en = "Take the statement PrivacyFirst out of the bucket's policy (put-bucket-policy, or delete-bucket-policy).",
      ko = "버킷 정책에서 PrivacyFirst 문을 빼세요(put-bucket-policy 또는 delete-bucket-policy)." },
  },
  learnt = {
    en = "For S3 look at both: the role's policies and the bucket's.",
    ko = "S3에서는 역할의 정책과 버킷의 정책을 모두 보세요.",
  },
  stage = s3.stage, works = s3.works,
  shows = function(team, p)
    team.s3.GetBucketPolicy { Bucket = p.bucket }
    return s3.get(team, p)
  end,
  repair = function(team, p) team.s3.DeleteBucketPolicy { Bucket = p.bucket } end,
}
