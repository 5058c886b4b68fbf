-- A policy lost an action.
local ready = require "gameday.ready"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "One line less", ko = "사라진 한 줄" },
  what = "Takes {action} out of what the inline policies of a role allow.",
  says = "AccessDenied: User: …assumed-role/{role}/…is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = iam.parameters, shown_by = iam.shown_by,
  breaks = function(team, p) iam.take(team, p.role, p.action) end,
  mended = iam.is_allowed,
  hints = {
    { en = "AWS's sentence has everything: who, what, on which resource, and why not. Read it to its end.",
      ko = "AWS의 문장에 모든 것이 있습니다. 누가, 무엇을, 어느 리소스에, 왜 안 되는지. 끝까지 읽으세요." },
    { en = "No identity-based policy allows it: look at the policies of {role}. Is {action} in any of them?",
      ko = "자격 증명 기반 정책 가운데 허용하는 것이 없다고 합니다. {role} 역할의 정책에 {action} 작업이 있나요?" },
    { en = "Allow {role} the action {action} on {resource} (aws iam put-role-policy).",
      ko = "{role} 역할에 {resource}에 대한 {action} 작업을 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "\"No identity-based policy allows\" means: nobody forbade it, it is just missing.",
    ko = "\"no identity-based policy allows\"는 누가 막은 것이 아니라 그냥 빠졌다는 뜻입니다.",
  },
  stage = iam.stage, works = iam.works, shows = iam.shows,
  repair = function(team, p) iam.allow_again(team, p.role, p.action, p.resource) end,
}
