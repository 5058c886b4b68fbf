-- Without s3:ListBucket what is missing looks forbidden.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"
local iam = require "gameday.faults.iam"

local function coupon(team, p) return s3.get(team, p, p.missing) end

return ready.fault {
  title = { en = "Not there, or not for you?", ko = "없는 건가요, 안 보여 주는 건가요?" },
  what = "Takes s3:ListBucket out of a role's inline policies: an object that is not there is answered with 403 instead of 404.",
  says = "AccessDenied: User: …is not authorized to perform: s3:ListBucket on resource: …",
  parameters = {
    bucket = s3.parameters.bucket, role = s3.parameters.role,
    missing = { "a key that may be missing", needed = "coupons/none.csv" },
  },
  shown_by = { "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy" },
  breaks = function(team, p) iam.take(team, p.role, "s3:ListBucket") end,
  mended = iam.judge("s3:ListBucket", function(_, p) return "arn:aws:s3:::" .. p.bucket end),
  hints = {
    { en = "The call asks for one object. For which action does the sentence say that the permission is missing?",
      ko = "호출은 객체 하나를 요청합니다. 그런데 문장은 어떤 작업의 권한이 없다고 하나요?" },
    { en = "Whether a key is missing S3 tells only to who may list the bucket. May {role}?",
      ko = "키가 없다는 사실은 버킷을 나열할 수 있는 주체에게만 알려 줍니다. {role} 역할은 나열할 수 있나요?" },
    { en = "Allow {role} s3:ListBucket on the bucket itself (arn:aws:s3:::BUCKET, without /*).",
      ko = "{role} 역할에 버킷 자체(arn:aws:s3:::버킷, /* 없이)에 대한 s3:ListBucket을 허용하세요." },
  },
  learnt = {
    en = "403 for what does not exist: S3 keeps from strangers even that.",
    ko = "없는 것에도 403을 줍니다. S3는 없다는 사실조차 남에게 알려 주지 않아요.",
  },
  stage = s3.stage,
  works = function(team, p)
    local ok, problem = pcall(coupon, team, p)
    if ok or problem.code == "NoSuchKey" then return true end
    error(problem, 0)
  end,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.role }
    return coupon(team, p)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, "s3:ListBucket", "arn:aws:s3:::" .. p.bucket) end,
}
