-- A Choice without a Default meets an order for which no rule holds (FAULTS SF4).
local gameday = require "gameday"
local shop = require "shop"

local function is_new(input) return input.customer.tier == "new" end

return gameday.fault {
  id = "no-default",
  title = { en = "New customers need not apply", ko = "새 고객은 사절?" },
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
  breaks = function(team)
    shop.edit(team, function(states) states.Tier.Default = nil end)
  end,
  mended = function(team) return shop.passes(team, "Tier", is_new) end,
  hints = {
    { en = "Some orders fail and some do not. What do the inputs of the failed ones have in common?",
      ko = "어떤 주문은 실패하고 어떤 주문은 성공합니다. 실패한 주문의 입력에는 어떤 공통점이 있나요?" },
    { en = "The state Tier has rules for gold and silver. What happens to a customer who is neither?",
      ko = "Tier 상태에는 골드와 실버 규칙이 있습니다. 둘 다 아닌 고객은 어떻게 되나요?" },
    { en = "Give the state Tier a \"Default\": \"Full price\" and update the state machine.",
      ko = "Tier 상태에 \"Default\": \"Full price\"를 넣고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "Every Choice wants a Default, be it one that fails with a sentence of your own.",
    ko = "모든 Choice에는 Default가 있어야 합니다. 직접 쓴 문장으로 실패하는 Default라도요.",
  },
}
