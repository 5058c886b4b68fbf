-- A fault: the damage beside the repair that ends it. Copy this file to write the next one.
local gameday = require "gameday"
local hotel = require "hotel"

return gameday.fault {
  id = "role-lost-bucket",
  title = { en = "The role lost its bucket", ko = "버킷을 잃은 역할" },

  -- The damage, done through the same API as everybody's.
  breaks = function(team) team.iam.DeleteRolePolicy { RoleName = "QuoteRole", PolicyName = "ReadPrices" } end,

  -- Is it repaired? Asked of the account as it is, so any repair counts. `allows` evaluates IAM's policies.
  mended = function(team)
    return team:allows("QuoteRole", "s3:GetObject", "arn:aws:s3:::" .. hotel.bucket(team) .. "/prices.json")
  end,

  -- The calls that show what is wrong: making one of them is the detection, which pays.
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "iam:ListRolePolicies" },
  points = { detection = 20, recovery = 60 },

  -- Where to look, what it is, how to mend it.
  hints = {
    { en = "Look at an execution of `quote` that failed: which error, and in which state?",
      ko = "실패한 `quote` 실행을 보세요. 어느 상태에서 어떤 오류가 났나요?" },
    { en = "The machine runs as QuoteRole. What may QuoteRole do?",
      ko = "상태 머신은 QuoteRole로 실행됩니다. QuoteRole은 무엇을 할 수 있나요?" },
    { en = "Give QuoteRole a policy that allows s3:GetObject on the bucket with the prices.",
      ko = "QuoteRole에 가격 버킷의 s3:GetObject를 허용하는 정책을 주세요." },
  },
  learnt = {
    en = "A state machine may do what its role may do, and says so only when it tries.",
    ko = "상태 머신은 역할이 허용하는 일만 할 수 있고, 시도할 때에야 그것을 알려 줍니다.",
  },
}
