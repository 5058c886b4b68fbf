-- A Choice without a Default meets an order for which no rule holds (FAULTS SF4).
local gameday = require "gameday"
local shop = require "shop"

return gameday.fault {
  id = "no-default",
  title = { en = "Nobody is left out", ko = "아무도 빠지지 않았다?" },
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
  breaks = function(team)
    shop.edit(team, function(states) states.Tier.Default = nil end)
  end,
  mended = function(team) return shop.decides(team, "Tier", { customer = { tier = "student" } }) end,
  hints = {
    { en = "Some orders fail and some do not. What do the inputs of the failed ones have in common?",
      ko = "어떤 주문은 실패하고 어떤 주문은 성공합니다. 실패한 주문의 입력에는 어떤 공통점이 있나요?" },
    { en = "The state Tier has rules for gold, silver and new customers. What happens to anybody else?",
      ko = "Tier 상태에는 골드, 실버, 신규 고객의 규칙이 있습니다. 그 밖의 고객은 어떻게 되나요?" },
    { en = "Give the state Tier a \"Default\": \"Full price\" and update the state machine.",
      ko = "Tier 상태에 \"Default\": \"Full price\"를 넣고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "Every Choice wants a Default, be it one that fails with a sentence of your own.",
    ko = "모든 Choice에는 Default가 있어야 합니다. 직접 쓴 문장으로 실패하는 Default라도요.",
  },
}
