-- What a good team does. `rehearse check` plays it; players never see it.
local gameday = require "gameday"
local hotel = require "hotel"

return gameday.solution {
  {
    mends = "role-lost-bucket", after = "1m", -- so long after it broke
    function(team)
      local failed = team.states.ListExecutions {
        stateMachineArn = team.machine "quote", statusFilter = "FAILED", maxResults = 1,
      }.executions[1]
      team.states.DescribeExecution { executionArn = failed.executionArn } -- it tells who may not do what
      hotel.permit(team)
    end,
  },
}
