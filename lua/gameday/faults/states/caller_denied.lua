-- Who starts the orders may not start them any more (FAULTS SF10).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"
local iam = require "gameday.faults.iam"

local function start(team, p)
  return team:as(p.role).states.StartExecution {
    stateMachineArn = team.machine(p.machine), input = '{"unicorn":"Sparkle","nights":2,"tier":"gold"}',
  }
end

return ready.fault {
  title = { en = "Orders end at the counter", ko = "접수대에서 끊기는 주문" },
  what = "Takes states:StartExecution out of the inline policies of the role that starts a state machine.",
  says = "AccessDeniedException: User: …is not authorized to perform: states:StartExecution on resource: …",
  parameters = {
    machine = { "the state machine that is started", needed = "orders" },
    role = { "the role of who starts it", needed = "ClerkRole" },
  },
  shown_by = { "states:StartExecution", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy" },
  breaks = function(team, p) iam.take(team, p.role, "states:StartExecution") end,
  mended = iam.judge("states:StartExecution", function(team, p) return team.machine(p.machine) end),
  hints = {
    { en = "There are no failed executions, and no new ones either. Who starts them?",
      ko = "실패한 실행은 없는데 새 실행도 없습니다. 실행은 누가 시작하나요?" },
    { en = "{role} starts {machine}. What do its policies allow? (aws iam simulate-principal-policy asks for you.)",
      ko = "{role} 역할이 {machine} 상태 머신을 시작합니다. 정책이 무엇을 허용하나요?(aws iam simulate-principal-policy로 확인할 수 있어요.)" },
    { en = "Allow {role} the action states:StartExecution on the state machine {machine}.",
      ko = "{role} 역할에 상태 머신 {machine}에 대한 states:StartExecution을 허용하세요." },
  },
  learnt = {
    en = "Where nothing arrives, nothing fails. A count that falls to nought is an alarm as well.",
    ko = "아무것도 오지 않으면 실패도 없습니다. 0으로 떨어진 건수도 경보예요.",
  },
  stage = function(team, p)
    states.stage(team, p)
    stage.role(team, p.role, "lambda.amazonaws.com", { stage.allow("states:StartExecution", team.machine(p.machine)) })
  end,
  works = function(team, p) return start(team, p).executionArn ~= nil end,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.role }
    return start(team, p)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, "states:StartExecution", team.machine(p.machine)) end,
}
