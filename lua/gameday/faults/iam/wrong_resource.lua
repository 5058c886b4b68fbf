-- A policy allows the right thing at the wrong place.
local ready = require "gameday.ready"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "The key to another door", ko = "다른 문의 열쇠" },
  what = "Lets the statements that allow {action} name {other} as their Resource.",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = {
    role = iam.parameters.role, action = iam.parameters.action, resource = iam.parameters.resource,
    other = { "the resource that is named instead", default = "arn:aws:s3:::shop-old-{account}/*" },
  },
  shown_by = iam.shown_by,
  breaks = function(team, p)
    iam.edit_statements(team, p.role, p.action, function(statement) statement.Resource, statement.NotResource = p.other, nil end)
  end,
  mended = iam.is_allowed,
  hints = {
    { en = "The action is in the policy, and still it is not allowed. Compare the resource in the sentence with the one in the policy.",
      ko = "정책에 그 작업이 있는데도 허용되지 않습니다. 오류 문장의 리소스와 정책의 리소스를 비교해 보세요." },
    { en = "A policy of {role} allows {action}, but elsewhere.", ko = "{role} 역할의 정책은 {action} 작업을 허용하지만 다른 곳에 대해서입니다." },
    { en = "Let the Resource of that statement be {resource} (aws iam put-role-policy).",
      ko = "그 Statement의 Resource를 {resource} 값으로 고치세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "IAM does not know whether an ARN exists. A policy for nothing looks just like a good one.",
    ko = "IAM은 ARN이 실제로 있는지 모릅니다. 없는 것을 허용하는 정책도 멀쩡해 보여요.",
  },
  stage = iam.stage, works = iam.works, shows = iam.shows,
  repair = function(team, p)
    iam.edit_statements(team, p.role, p.action, function(statement) statement.Resource = p.resource end)
  end,
}
