local gameday = require "gameday"

return gameday.solution {
  {
    mends = "wrong-path", after = "30s",
    function(team)
      local list = team.states.ListExecutions { stateMachineArn = team.machine "greeter", maxResults = 1 }
      team.states.DescribeExecution { executionArn = list.executions[1].executionArn }
      team.states.UpdateStateMachine {
        stateMachineArn = team.machine "greeter",
        definition = gameday.to_json {
          StartAt = "Greet",
          States = { Greet = { Type = "Pass", Parameters = { ["greeting.$"] = "$.name" }, End = true } },
        },
      }
    end,
  },
  {
    mends = "closed", after = "30s",
    function(team)
      team.states.ListTagsForResource { resourceArn = team.machine "greeter" }
      team.states.TagResource { resourceArn = team.machine "greeter", tags = { { key = "open", value = "yes" } } }
    end,
  },
}
