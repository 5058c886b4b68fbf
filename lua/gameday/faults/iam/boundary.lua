-- A permissions boundary cuts off what the policies allow.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "A fence around the role", ko = "역할을 둘러싼 울타리" },
  what = "Gives a role a permissions boundary, {policy}, in which {action} is not.",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …because no permissions boundary allows the {action} action",
  parameters = {
    role = iam.parameters.role, action = iam.parameters.action, resource = iam.parameters.resource,
    policy = { "the name of the managed policy that is the boundary", default = "ReviewBoundary" },
  },
  shown_by = { "iam:GetRole", "s3:GetObject", "iam:SimulatePrincipalPolicy" },
  breaks = function(team, p)
    team.iam.CreatePolicy { PolicyName = p.policy, PolicyDocument = stage.document { { Effect = "Allow", NotAction = p.action, Resource = "*" } } }
    team.iam.PutRolePermissionsBoundary { RoleName = p.role, PermissionsBoundary = team.policy(p.policy) }
  end,
  mended = iam.is_allowed,
  hints = {
    { en = "The role's policies do allow it. Which kind of policy does the sentence say does not?",
      ko = "역할의 정책은 허용하고 있습니다. 문장에서 허용하지 않는다고 한 것은 어떤 종류의 정책인가요?" },
    { en = "A permissions boundary is a fence: only what stands in it counts. aws iam get-role shows the one of {role}.",
      ko = "권한 경계는 울타리입니다. 그 안에 있는 것만 효력이 있어요. aws iam get-role로 {role} 역할의 경계를 볼 수 있습니다." },
    { en = "Let the boundary {policy} allow {action} (create-policy-version), or take it off (delete-role-permissions-boundary).",
      ko = "{policy} 경계가 {action} 작업을 허용하게 하거나(create-policy-version) 경계를 떼어 내세요(delete-role-permissions-boundary)." },
  },
  learnt = {
    en = "A boundary gives nothing, it only takes: what both allow is allowed.",
    ko = "권한 경계는 주지 않고 막기만 합니다. 양쪽이 모두 허용해야 허용됩니다.",
  },
  stage = iam.stage, works = iam.works,
  shows = function(team, p)
    team.iam.GetRole { RoleName = p.role }
    return iam.shows(team, p)
  end,
  repair = function(team, p) team.iam.DeleteRolePermissionsBoundary { RoleName = p.role } end,
}
