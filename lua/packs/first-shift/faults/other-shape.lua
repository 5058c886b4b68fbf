-- A function answers in another shape than its callers expect (FAULTS SF33).
local gameday = require "gameday"
local shop = require "shop"

return gameday.fault {
  id = "other-shape",
  title = { en = "Version 2, fully compatible", ko = "완전히 호환되는 버전 2" },
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "lambda:Invoke" },
  breaks = function(team)
    shop.broke(team, "other-shape")
    team.lambda.UpdateFunctionConfiguration {
      FunctionName = "price-unicorn", Environment = { Variables = { RESPONSE_VERSION = "2" } },
    }
  end,
  mended = function(team) return shop.passes(team, "Price", "other-shape") end,
  hints = {
    { en = "The function was called and answered. What did it answer? The history has it in TaskSucceeded.",
      ko = "함수는 불렸고 답도 했습니다. 무엇이라고 답했나요? 이력의 TaskSucceeded에 있습니다." },
    { en = "price-unicorn now puts the total into \"quote\". The state Price still selects $.Payload.total.",
      ko = "price-unicorn은 이제 금액을 \"quote\" 안에 넣습니다. Price 상태는 아직 $.Payload.total을 고릅니다." },
    { en = "Either select \"total.$\": \"$.Payload.quote.total\" in Price, or set the function's RESPONSE_VERSION back to 1.",
      ko = "Price에서 \"total.$\": \"$.Payload.quote.total\"을 고르거나, 함수의 RESPONSE_VERSION을 1로 되돌리세요." },
  },
  learnt = {
    en = "Between two teams the shape of an answer is a contract. A ResultSelector is where you notice that it was broken.",
    ko = "두 팀 사이에서 답의 모양은 계약입니다. 계약이 깨진 것은 ResultSelector에서 드러납니다.",
  },
}
