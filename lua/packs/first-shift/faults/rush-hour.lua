-- A fault of the cloud itself: throttling, which wants a Retry (FAULTS SF14).
local gameday = require "gameday"

return gameday.faults.lambda.throttled {
  id = "rush-hour", machine = "order-unicorn", state = "Reserve", function_name = "reserve-unicorn", share = 0.6,
  title = { en = "Rush hour at the stables", ko = "마구간의 북새통" },
  points = { detection = 20, recovery = 80 },
}
