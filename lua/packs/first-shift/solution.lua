-- The reference solution: what a player would do, by the same calls.
local gameday = require "gameday"
local shop = require "shop"

-- A player looks first: the newest order that failed, and why.
local function look(team)
  local failed = team.states.ListExecutions {
    stateMachineArn = team.machine "order-unicorn", statusFilter = "FAILED", maxResults = 1,
  }.executions[1]
  if not failed then return end
  team.states.DescribeExecution { executionArn = failed.executionArn }
  team.states.GetExecutionHistory { executionArn = failed.executionArn, reverseOrder = true, maxResults = 6 }
end

local function configure(team, name, change)
  change.FunctionName = name
  team.lambda.UpdateFunctionConfiguration(change)
end

return gameday.solution {
  { mends = "wrong-path", after = "40s", function(team)
    look(team)
    shop.edit(team, function(states) states.Price.Parameters.Payload["discount.$"] = "$.rate.discount" end)
  end },
  { mends = "role-lost-reserve", after = "40s", function(team)
    look(team)
    shop.permit(team, { "check-order", "price-unicorn", "reserve-unicorn", "notify-customer" })
  end },
  { mends = "no-default", after = "60s", function(team)
    look(team)
    shop.edit(team, function(states) states.Tier.Default = "Full price" end)
  end },
  { mends = "other-shape", after = "60s", function(team)
    look(team)
    shop.edit(team, function(states) states.Price.ResultSelector["total.$"] = "$.Payload.quote.total" end)
  end },
  { mends = "rush-hour", after = "90s", function(team)
    look(team)
    shop.edit(team, function(states)
      states.Reserve.Retry = {
        { ErrorEquals = { "Lambda.TooManyRequestsException" }, IntervalSeconds = 1, MaxAttempts = 6, BackoffRate = 1.5 },
      }
    end)
  end },
  { mends = "slow-notify", after = "60s", function(team)
    look(team)
    configure(team, "notify-customer", { Timeout = 10 })
  end },
}
