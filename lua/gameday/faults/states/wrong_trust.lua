-- The machine's role trusts another service (FAULTS SF6).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local iam = require "gameday.faults.iam"

local function deploy(team, p)
  return team.states.UpdateStateMachine { stateMachineArn = team.machine(p.machine), roleArn = team.role(p.role) }
end

return ready.fault {
  title = { en = "A stranger to its own role", ko = "자기 역할을 맡지 못하는 서비스" },
  what = "Lets the role of a state machine trust another service; the machine cannot be deployed any more.",
  says = "AccessDeniedException: Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    role = { "its role's name", needed = "OrderRole" },
    service = { "whom the role trusts instead", default = "lambda.amazonaws.com" },
  },
  shown_by = { "states:UpdateStateMachine", "states:CreateStateMachine", "iam:GetRole" },
  breaks = function(team, p) iam.trust(team, p.role, p.service) end,
  mended = function(team, p) return team:trusts(p.role, "states.amazonaws.com") end,
  hints = {
    { en = "Deploy the state machine {machine} yourself (update-state-machine). What is refused, and to whom?",
      ko = "{machine} 상태 머신을 직접 배포해 보세요(update-state-machine). 누구의 무엇이 거부되나요?" },
    { en = "A role has two sides: what it may do, and who may assume it. Read the trust policy of {role}.",
      ko = "역할에는 두 가지 면이 있습니다. 무엇을 할 수 있는지, 그리고 누가 맡을 수 있는지. {role} 역할의 신뢰 정책을 읽어 보세요." },
    { en = "Let states.amazonaws.com assume {role} (aws iam update-assume-role-policy).",
      ko = "states.amazonaws.com이 {role} 역할을 맡을 수 있게 하세요(aws iam update-assume-role-policy)." },
  },
  learnt = {
    en = "A permission policy opens doors for a role; the trust policy says who may wear it.",
    ko = "권한 정책은 역할이 할 일을 정하고, 신뢰 정책은 누가 그 역할을 맡을지 정합니다.",
  },
  stage = states.stage,
  works = function(team, p) return deploy(team, p).updateDate ~= nil end,
  shows = function(team, p)
    team.iam.GetRole { RoleName = p.role }
    return deploy(team, p)
  end,
  repair = function(team, p) iam.trust(team, p.role, "states.amazonaws.com") end,
}
