-- The machine's role may not set up the delivery of logs (FAULTS SF9).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"
local iam = require "gameday.faults.iam"

local deliveries = { "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery" }

local function logging(team)
  return {
    level = "ALL", includeExecutionData = true,
    destinations = { { cloudWatchLogsLogGroup = { logGroupArn = team.arn("logs", "log-group:/orders:*") } } },
  }
end

local function deploy(team, p)
  return team.states.UpdateStateMachine { stateMachineArn = team.machine(p.machine), roleArn = team.role(p.role), loggingConfiguration = logging(team) }
end

return ready.fault {
  title = { en = "Nothing may be written down", ko = "아무것도 적을 수 없다" },
  what = "Takes logs:CreateLogDelivery out of a role's inline policies; a machine that logs cannot be deployed any more.",
  says = "AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination",
  parameters = {
    machine = { "the state machine that logs", needed = "orders" },
    role = { "its role's name", needed = "OrderRole" },
  },
  shown_by = { "states:UpdateStateMachine", "states:CreateStateMachine", "iam:GetRolePolicy", "iam:ListRolePolicies" },
  breaks = function(team, p) iam.take(team, p.role, "logs:CreateLogDelivery") end,
  mended = function(team, p)
    for _, action in ipairs(deliveries) do
      if not team:allows(p.role, action, "*") then return false, p.role .. " is not allowed " .. action end
    end
    return true
  end,
  hints = {
    { en = "Deploy {machine} with its logging configuration. What is the role not authorized to do?",
      ko = "{machine} 상태 머신을 로깅 구성과 함께 배포해 보세요. 역할에 무엇을 할 권한이 없다고 하나요?" },
    { en = "Logs are delivered in the role's name. Read the policies of {role}: which actions of logs are allowed?",
      ko = "로그는 역할의 이름으로 전달됩니다. {role} 역할의 정책에 어떤 logs 작업이 허용되어 있나요?" },
    { en = "Allow {role} logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery (and List and Delete) on *.",
      ko = "{role} 역할에 *에 대한 logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery(그리고 List, Delete)를 허용하세요." },
  },
  learnt = {
    en = "Log deliveries know no resource: their actions are allowed on * or not at all.",
    ko = "로그 전달에는 리소스 구분이 없습니다. *에 대해 허용하거나 아예 허용하지 않는 것뿐이에요.",
  },
  stage = function(team, p)
    team.cloudwatch_logs.CreateLogGroup { logGroupName = "/orders" }
    stage.desk(team, "desk")
    states.build(team, p, states.orders(), { stage.allow(deliveries, "*") })
  end,
  works = function(team, p) return deploy(team, p).updateDate ~= nil end,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.role }
    return deploy(team, p)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, deliveries) end,
}
