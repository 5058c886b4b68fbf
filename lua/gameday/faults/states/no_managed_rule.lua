-- A machine that waits for a job may not make the rule that tells its end (FAULTS SF7).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"
local iam = require "gameday.faults.iam"

local rules = { "events:PutTargets", "events:PutRule", "events:DescribeRule" }

local function deploy(team, p)
  return team.states.UpdateStateMachine { stateMachineArn = team.machine(p.machine), roleArn = team.role(p.role) }
end

return ready.fault {
  title = { en = "Nobody to ring the bell", ko = "끝났다고 알려 줄 사람이 없다" },
  what = "Takes events:PutRule out of a role's inline policies; a machine with a .sync task cannot be deployed any more.",
  says = "AccessDeniedException: '…' is not authorized to create managed-rule.",
  parameters = {
    machine = { "the state machine with a .sync task", needed = "orders" },
    role = { "its role's name", needed = "OrderRole" },
  },
  shown_by = { "states:UpdateStateMachine", "states:CreateStateMachine", "iam:GetRolePolicy", "iam:ListRolePolicies" },
  breaks = function(team, p) iam.take(team, p.role, "events:PutRule") end,
  mended = function(team, p)
    for _, action in ipairs(rules) do
      local rule = team.arn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")
      if not team:allows(p.role, action, rule) then return false, p.role .. " is not allowed " .. action end
    end
    return true
  end,
  hints = {
    { en = "Deploy {machine} once more: what may its role not create?", ko = "{machine} 상태 머신을 다시 배포해 보세요. 역할이 무엇을 만들 수 없다고 하나요?" },
    { en = "A task that ends in .sync waits for an event. Step Functions makes an EventBridge rule for it, with the role's own permissions.",
      ko = ".sync로 끝나는 작업은 이벤트를 기다립니다. Step Functions는 역할의 권한으로 그 EventBridge 규칙을 만들어요." },
    { en = "Allow {role} events:PutTargets, events:PutRule and events:DescribeRule on rule/StepFunctionsGetEventsFor….",
      ko = "{role} 역할에 rule/StepFunctionsGetEventsFor… 규칙에 대한 events:PutTargets, events:PutRule, events:DescribeRule을 허용하세요." },
  },
  learnt = {
    en = "Waiting is a permission too: .sync needs the rules' three actions beside the job's own.",
    ko = "기다리는 데에도 권한이 필요합니다. .sync에는 작업 자체의 권한 말고도 규칙을 위한 세 가지 권한이 있어야 해요.",
  },
  stage = function(team, p)
    team.iam.CreateRole { RoleName = "PricingRole", AssumeRolePolicyDocument = stage.trust "states.amazonaws.com" }
    team.states.CreateStateMachine {
      name = "pricing", roleArn = team.role "PricingRole",
      definition = host.encode { StartAt = "Price", States = { Price = { Type = "Pass", End = true } } },
    }
    states.build(team, p, {
      StartAt = "Price",
      States = { Price = states.task("states:startExecution.sync:2", { StateMachineArn = team.machine "pricing" }, { End = true }) },
    }, { stage.allow("states:StartExecution", team.machine "pricing"),
         stage.allow({ "states:DescribeExecution", "states:StopExecution" }, "*"), stage.allow(rules, "*") })
  end,
  works = function(team, p) return deploy(team, p).updateDate ~= nil end,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.role }
    return deploy(team, p)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, rules) end,
}
