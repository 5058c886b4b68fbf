-- An older version of a managed policy is the default again.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local iam = require "gameday.faults.iam"

local function lead(team, p, version) team.iam.SetDefaultPolicyVersion { PolicyArn = team.policy(p.policy), VersionId = version } end

return ready.fault {
  title = { en = "Rolled back too far", ko = "너무 멀리 되돌린 정책" },
  what = "Makes {version} the default version of a managed policy, in which {action} was not allowed yet.",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = {
    role = iam.parameters.role, action = { "something that the old version does not allow", default = "s3:GetObject" },
    resource = iam.parameters.resource,
    policy = { "the account's managed policy", needed = "ShopData" },
    version = { "the old version", needed = "v1" },
  },
  shown_by = { "iam:ListPolicyVersions", "iam:GetPolicy", "iam:GetPolicyVersion", "s3:GetObject" },
  breaks = function(team, p) lead(team, p, p.version) end,
  mended = iam.is_allowed,
  hints = {
    { en = "The policy {policy} is attached, and was right last week. Which of its versions counts?",
      ko = "{policy} 정책은 연결돼 있고 지난주에는 맞았습니다. 지금은 어느 버전이 적용되나요?" },
    { en = "A managed policy keeps up to five versions; one is the default (aws iam list-policy-versions). Compare them.",
      ko = "관리형 정책은 버전을 다섯 개까지 보관하고 그중 하나가 기본입니다(aws iam list-policy-versions). 비교해 보세요." },
    { en = "aws iam set-default-policy-version --policy-arn arn:aws:iam::ACCOUNT:policy/{policy} --version-id NEWEST",
      ko = "aws iam set-default-policy-version --policy-arn arn:aws:iam::ACCOUNT:policy/{policy} --version-id 최신버전" },
  },
  learnt = {
    en = "get-policy shows the default's number and not its text. Read the version that counts.",
    ko = "get-policy는 기본 버전의 번호만 보여 줍니다. 실제로 적용되는 버전의 내용을 읽으세요.",
  },
  stage = function(team, p)
    iam.stage(team)
    team.iam.DeleteRolePolicy { RoleName = p.role, PolicyName = p.role .. "Policy" }
    team.iam.CreatePolicy { PolicyName = p.policy, PolicyDocument = stage.document { stage.allow("s3:ListBucket", "*") } }
    team.iam.CreatePolicyVersion {
      PolicyArn = team.policy(p.policy), SetAsDefault = true, PolicyDocument = stage.document { stage.allow({ "s3:ListBucket", p.action }, "*") },
    }
    team.iam.AttachRolePolicy { RoleName = p.role, PolicyArn = team.policy(p.policy) }
  end,
  works = iam.works,
  shows = function(team, p)
    team.iam.ListPolicyVersions { PolicyArn = team.policy(p.policy) }
    return iam.shows(team, p)
  end,
  repair = function(team, p) lead(team, p, "v2") end,
}
