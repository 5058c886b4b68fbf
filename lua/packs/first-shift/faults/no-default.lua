-- A Choice without a Default meets an order for which no rule holds (FAULTS SF4).
local gameday = require "gameday"

return gameday.faults.states.no_default {
  id = "no-default", machine = "order-unicorn", state = "Tier", input = '{"customer":{"tier":"student"}}',
  hints = {
    { en = "Some orders fail and some do not. What do the inputs of the failed ones have in common?",
      ko = "어떤 주문은 실패하고 어떤 주문은 성공합니다. 실패한 주문의 입력에는 어떤 공통점이 있나요?" },
    { en = "The state Tier has rules for gold, silver and new customers. What happens to anybody else?",
      ko = "Tier 상태에는 골드, 실버, 신규 고객의 규칙이 있습니다. 그 밖의 고객은 어떻게 되나요?" },
    { en = "Give the state Tier a \"Default\": \"Full price\" and update the state machine.",
      ko = "Tier 상태에 \"Default\": \"Full price\"를 넣고 상태 머신을 업데이트하세요." },
  },
}
