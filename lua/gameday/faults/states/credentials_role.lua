-- The role that one task acts as does not trust the machine's role (FAULTS SF29).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

local function trust(team, role, principal)
  team.iam.UpdateAssumeRolePolicy {
    RoleName = role,
    PolicyDocument = stage.document { { Effect = "Allow", Principal = principal, Action = "sts:AssumeRole" } },
  }
end

return ready.fault {
  title = { en = "A borrowed hat", ko = "빌려 쓰지 못한 모자" },
  what = "Lets the role in a task's Credentials trust a service alone, and the machine's role no more.",
  says = "States.TaskFailed: The role …{machine_role} is not authorized to assume the task state's role, …{role}.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task with Credentials", needed = "Price" },
    role = { "the role that stands in its Credentials", needed = "PriceRole" },
    machine_role = { "the machine's own role", needed = "OrderRole" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "iam:GetRole" },
  breaks = function(team, p) trust(team, p.role, { Service = "lambda.amazonaws.com" }) end,
  mended = states.is_left,
  hints = {
    { en = "Two roles stand in the cause. Which of them may not do what to the other?",
      ko = "cause에 역할이 둘 나옵니다. 어느 역할이 다른 역할에 대해 무엇을 할 수 없나요?" },
    { en = "{state} acts as {role}. Who may assume it? Read its trust policy (aws iam get-role).",
      ko = "{state} 상태는 {role} 역할로 움직입니다. 누가 이 역할을 맡을 수 있나요? 신뢰 정책을 읽어 보세요(aws iam get-role)." },
    { en = "Name {machine_role} as Principal in the trust policy of {role} (aws iam update-assume-role-policy).",
      ko = "{role} 역할의 신뢰 정책 Principal에 {machine_role} 역할을 넣으세요(aws iam update-assume-role-policy)." },
  },
  learnt = {
    en = "To act as another role both must agree: one is allowed sts:AssumeRole, the other trusts it.",
    ko = "다른 역할을 맡으려면 양쪽이 모두 동의해야 합니다. 한쪽에는 sts:AssumeRole 권한, 다른 쪽에는 신뢰가 필요해요.",
  },
  stage = function(team, p)
    local definition = states.orders()
    definition.States.Price.Credentials = { RoleArn = team.role(p.role) }
    stage.desk(team, "desk")
    stage.role(team, p.role, "lambda.amazonaws.com", { stage.allow("lambda:InvokeFunction", "*") })
    states.build(team, p, definition, { stage.allow("sts:AssumeRole", team.role(p.role)) })
    trust(team, p.role, { AWS = team.role(p.machine_role) })
  end,
  works = states.works, shows = states.why,
  repair = function(team, p) trust(team, p.role, { AWS = team.role(p.machine_role) }) end,
}
