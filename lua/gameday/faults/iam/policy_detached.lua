-- A managed policy was detached from the role.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "Left in the drawer", ko = "서랍 속에 남은 정책" },
  what = "Detaches the managed policy {policy} from a role.",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = {
    role = iam.parameters.role, action = { "something that it allowed", default = "s3:GetObject" }, resource = iam.parameters.resource,
    policy = { "the account's managed policy", needed = "ShopData" },
  },
  shown_by = { "iam:ListAttachedRolePolicies", "iam:ListEntitiesForPolicy", "s3:GetObject" },
  breaks = function(team, p) team.iam.DetachRolePolicy { RoleName = p.role, PolicyArn = team.policy(p.policy) } end,
  mended = iam.is_allowed,
  hints = {
    { en = "A role has policies of its own, and policies that are attached. Look at both.",
      ko = "역할에는 인라인 정책과 연결된 정책이 있습니다. 둘 다 보세요." },
    { en = "The account has a policy {policy} that allows {action}. Who has it attached? (aws iam list-entities-for-policy)",
      ko = "계정에 {action} 작업을 허용하는 {policy} 정책이 있습니다. 누구에게 연결돼 있나요?(aws iam list-entities-for-policy)" },
    { en = "aws iam attach-role-policy --role-name {role} --policy-arn arn:aws:iam::ACCOUNT:policy/{policy}",
      ko = "aws iam attach-role-policy --role-name {role} --policy-arn arn:aws:iam::ACCOUNT:policy/{policy}" },
  },
  learnt = {
    en = "A policy that nobody wears allows nothing. list-attached-role-policies is the shorter list to read.",
    ko = "아무에게도 연결되지 않은 정책은 아무것도 허용하지 않습니다. list-attached-role-policies부터 읽으세요.",
  },
  stage = function(team, p)
    iam.stage(team)
    team.iam.DeleteRolePolicy { RoleName = p.role, PolicyName = p.role .. "Policy" }
    team.iam.CreatePolicy { PolicyName = p.policy, PolicyDocument = stage.document { stage.allow({ p.action, "s3:ListBucket" }, "*") } }
    team.iam.AttachRolePolicy { RoleName = p.role, PolicyArn = team.policy(p.policy) }
  end,
  works = iam.works,
  shows = function(team, p)
    team.iam.ListAttachedRolePolicies { RoleName = p.role }
    return iam.shows(team, p)
  end,
  repair = function(team, p) team.iam.AttachRolePolicy { RoleName = p.role, PolicyArn = team.policy(p.policy) } end,
}
