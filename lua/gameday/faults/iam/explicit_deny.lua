-- A policy forbids what another allows.
local ready = require "gameday.ready"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "No means no", ko = "안 된다면 안 된다" },
  what = "Gives a role one more inline policy, {policy}, that denies {action}.",
  says = "AccessDenied: User: …assumed-role/{role}/…is not authorized to perform: {action} on resource: …with an explicit deny in an identity-based policy",
  parameters = {
    role = iam.parameters.role, action = iam.parameters.action, resource = iam.parameters.resource,
    policy = { "the name of the policy that denies", default = "AuditFreeze" },
  },
  shown_by = iam.shown_by,
  breaks = function(team, p) iam.put(team, p.role, p.policy, { Effect = "Deny", Action = p.action, Resource = p.resource }) end,
  mended = iam.is_allowed,
  hints = {
    { en = "Is the permission missing, or does somebody forbid it? The end of the sentence tells.",
      ko = "권한이 없는 건가요, 누가 막은 건가요? 문장의 끝에 나옵니다." },
    { en = "An explicit deny wins against every allow. List the policies of {role}: which one denies {action}?",
      ko = "명시적 거부는 모든 허용을 이깁니다. {role} 역할의 정책을 나열해 보세요. {action} 작업을 거부하는 것은 무엇인가요?" },
    { en = "aws iam delete-role-policy --role-name {role} --policy-name {policy}",
      ko = "aws iam delete-role-policy --role-name {role} --policy-name {policy}" },
  },
  learnt = {
    en = "More allows do not help against a Deny. Find it and take it out.",
    ko = "Deny 앞에서는 Allow를 아무리 더해도 소용없습니다. 찾아서 빼야 해요.",
  },
  stage = iam.stage, works = iam.works, shows = iam.shows,
  repair = function(team, p) team.iam.DeleteRolePolicy { RoleName = p.role, PolicyName = p.policy } end,
}
