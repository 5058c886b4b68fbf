-- The execution's role may not call the function any more (FAULTS SF5).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local iam = require "gameday.faults.iam"

local function arn(team, p) return team.arn("lambda", "function:" .. p.function_name) end

return ready.fault {
  title = { en = "Who may call?", ko = "누가 호출할 수 있나요?" },
  what = "Takes lambda:InvokeFunction out of the inline policies of a state machine's role.",
  says = "Lambda.AWSLambdaException: User: …is not authorized to perform: lambda:InvokeFunction on resource: …because no identity-based policy allows the lambda:InvokeFunction action",
  parameters = {
    machine = { "the state machine that acts as the role", needed = "orders" },
    role = { "the role's name", needed = "OrderRole" },
    function_name = { "the function that it calls", needed = "desk" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "iam:GetRolePolicy" },
  breaks = function(team, p) iam.take(team, p.role, "lambda:InvokeFunction") end,
  mended = iam.judge("lambda:InvokeFunction", arn),
  hints = {
    { en = "The cause of the failure says who is not authorized to do what. Who is that?",
      ko = "실패 원인에 누가 무엇을 할 권한이 없는지 적혀 있습니다. 그게 누구인가요?" },
    { en = "Executions act as {role}. Read its policies: is lambda:InvokeFunction among what they allow?",
      ko = "실행은 {role} 역할로 움직입니다. 이 역할의 정책이 lambda:InvokeFunction을 허용하나요?" },
    { en = "Allow {role} the action lambda:InvokeFunction on the function {function_name} (aws iam put-role-policy).",
      ko = "{role} 역할에 {function_name} 함수에 대한 lambda:InvokeFunction을 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "An execution may do what its role may do. AWS's sentence names role, action and resource: that is the policy you need.",
    ko = "실행은 역할이 할 수 있는 것만 할 수 있습니다. AWS의 문장에 역할, 작업, 리소스가 모두 나오니 그대로 정책을 쓰면 됩니다.",
  },
  stage = states.stage, works = states.works, shows = states.why,
  repair = function(team, p) iam.allow_again(team, p.role, "lambda:InvokeFunction", arn(team, p)) end,
}
