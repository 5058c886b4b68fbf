-- The state machine's role lost a permission (FAULTS SF5).
local gameday = require "gameday"
local shop = require "shop"

return gameday.fault {
  id = "role-lost-reserve",
  title = { en = "Who may reserve?", ko = "누가 예약할 수 있나요?" },
  from_start = true,
  needs = "wrong-path",
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "iam:GetRolePolicy" },
  breaks = function(team)
    shop.permit(team, { "check-order", "price-unicorn", "notify-customer" })
  end,
  mended = function(team)
    return team:allows("OrderRole", "lambda:InvokeFunction", shop.function_arn(team, "reserve-unicorn"))
  end,
  hints = {
    { en = "The cause of the failure says who is not authorized to do what. Who is that?",
      ko = "실패 원인에 누가 무엇을 할 권한이 없는지 적혀 있습니다. 그게 누구인가요?" },
    { en = "Executions act as OrderRole. Read its inline policy: which of the four functions is missing?",
      ko = "실행은 OrderRole로 움직입니다. 인라인 정책을 읽어 보세요. 네 함수 가운데 무엇이 빠졌나요?" },
    { en = "Put the policy CallOrderFunctions back with reserve-unicorn's ARN among its resources (aws iam put-role-policy).",
      ko = "CallOrderFunctions 정책의 Resource에 reserve-unicorn의 ARN을 넣어 다시 올리세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "An execution may do what its role may do. AWS's sentence names the role, the action and the resource: that is the policy you need.",
    ko = "실행은 역할이 할 수 있는 것만 할 수 있습니다. AWS의 문장에는 역할, 작업, 리소스가 모두 나옵니다. 그대로 정책이 됩니다.",
  },
}
