-- A path in the definition names a field that is not there (FAULTS SF1).
local gameday = require "gameday"
local shop = require "shop"

return gameday.fault {
  id = "wrong-path",
  title = { en = "A price without a discount", ko = "할인을 찾지 못하는 가격" },
  from_start = true,
  points = { detection = 20, recovery = 60 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
  breaks = function(team)
    shop.broke(team, "wrong-path")
    shop.edit(team, function(states)
      states.Price.Parameters.Payload["discount.$"] = "$.rates.discount"
    end)
  end,
  mended = function(team)
    return shop.passes(team, "Price", "wrong-path") or shop.passes(team, "Reserve", "wrong-path")
  end,
  hints = {
    { en = "Look at a failed execution: which path could not be found, and in which state?",
      ko = "실패한 실행을 보세요. 어느 상태에서 어떤 경로를 찾지 못했나요?" },
    { en = "The states Gold, Silver and Full price put the discount at $.rate. The state Price looks somewhere else.",
      ko = "Gold, Silver, Full price 상태는 할인율을 $.rate에 둡니다. Price 상태는 다른 곳을 봅니다." },
    { en = "In Price, under Parameters.Payload, write \"discount.$\": \"$.rate.discount\" and update the state machine.",
      ko = "Price의 Parameters.Payload에서 \"discount.$\": \"$.rate.discount\"로 고치고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A path that is not there fails with States.Runtime, which no Retry and no Catch sees. The cause prints the input: compare.",
    ko = "없는 경로는 States.Runtime으로 실패하고 Retry도 Catch도 잡지 못합니다. cause에 입력이 찍히니 비교해 보세요.",
  },
}
