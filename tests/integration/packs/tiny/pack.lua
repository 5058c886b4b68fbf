-- The smallest whole game, for tests: a state machine that greets, two faults one behind the other, one of the account's and one
-- of the cloud's.
local gameday = require "gameday"

local trust = gameday.to_json {
  Version = "2012-10-17",
  Statement = { { Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" } },
}

local function definition(greeting_path)
  return gameday.to_json {
    StartAt = "Greet",
    States = { Greet = { Type = "Pass", Parameters = { ["greeting.$"] = greeting_path }, End = true } },
  }
end

local function greets_right(team)
  local machine = team.states.DescribeStateMachine { stateMachineArn = team.machine "greeter" }
  return gameday.from_json(machine.definition).States.Greet.Parameters["greeting.$"] == "$.name"
end

local function is_open(team)
  for _, tag in ipairs(team.states.ListTagsForResource { resourceArn = team.machine "greeter" }.tags) do
    if tag.key == "open" and tag.value == "yes" then return true end
  end
  return false
end

return gameday.pack {
  id = "tiny", title = { en = "Tiny", ko = "작은 게임" }, duration = "10m",
  guide = { en = "guide.en.md", ko = "guide.ko.md" },
  characters = { cto = { name = "Ada", title = "CTO" } },
  story = { "hello" },

  gameday.story { id = "hello", message = { en = "Customers wait to be greeted.", ko = "고객이 인사를 기다립니다." } },

  gameday.challenge {
    id = "greet", title = { en = "Greet the customers", ko = "고객에게 인사하라" },
    brief = { en = "A state machine greets each customer by name.", ko = "상태 머신이 고객의 이름을 부르며 인사합니다." },

    setup = function(team)
      team.iam.CreateRole { RoleName = "GreeterRole", AssumeRolePolicyDocument = trust }
      team.states.CreateStateMachine { name = "greeter", roleArn = team.role "GreeterRole", definition = definition "$.name" }
    end,

    gameday.probe {
      id = "customers", title = { en = "Customers", ko = "고객" }, every = "10s", earns = 10, costs = 5, shows = "states:DescribeExecution",
      run = function(team)
        local execution = team:run("greeter", { name = "Ada" })
        if execution.status ~= "SUCCEEDED" then return false, "The greeting failed: " .. tostring(execution.error) end
        return gameday.from_json(execution.output).greeting == "Ada", "The wrong customer was greeted."
      end,
    },

    gameday.fault {
      id = "wrong-path", title = "The definition reads a field that nobody sends",
      shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" },
      breaks = function(team)
        team.states.UpdateStateMachine { stateMachineArn = team.machine "greeter", definition = definition "$.customer" }
      end,
      mended = greets_right,
      hints = { "Look at an execution that failed.", "The path names a field that is not in the input.", "Read $.name again." },
    },

    gameday.fault {
      id = "closed", title = "The service is closed", on = { "states:StartExecution" }, shown_by = { "states:ListTagsForResource" },
      call = function(call)
        if not is_open(call.team) then call:fail("ServiceQuotaExceededException", "No more today.") end
      end,
      mended = is_open,
      hints = { "Is it open?" },
    },
  },

  timeline = { ["00:01"] = { break_ = "wrong-path" }, ["00:03"] = { break_ = "closed" } },
}
