-- What the faults of Step Functions share: how a definition is edited, how executions tell whether it is mended, and a stage: the
-- state machine `orders`, which prices an order by the function `desk` and takes something off for gold customers.
--
--   Price (Task) ─▶ Tier (Choice) ─┬▶ Gold (Pass)
--                                  └▶ Plain (Pass)
local stage = require "gameday.stage"

local states = {}

states.shown_by = { "states:DescribeExecution", "states:GetExecutionHistory" }

-- ---- definitions ----

local function find(machine, name)
  for state_name, state in pairs(machine.States or {}) do
    if state_name == name then return state end
    local inner = { state.ItemProcessor or state.Iterator }
    for _, branch in ipairs(state.Branches or {}) do inner[#inner + 1] = branch end
    for _, one in ipairs(inner) do
      local found = find(one, name)
      if found then return found end
    end
  end
end

function states.definition(team, p)
  return host.decode(team.states.DescribeStateMachine { stateMachineArn = team.machine(p.machine) }.definition)
end

-- Changes one state of the machine as it stands, also one inside of Map or Parallel.
function states.edit(team, p, edit, name)
  local definition = states.definition(team, p)
  local state = find(definition, name or p.state)
  if not state then error("the state machine " .. p.machine .. " has no state " .. (name or p.state), 0) end
  edit(state)
  team.states.UpdateStateMachine { stateMachineArn = team.machine(p.machine), definition = host.encode(definition) }
end

-- For a fault or a repair that is one edit of one state.
function states.editor(edit)
  return function(team, p) states.edit(team, p, function(state) edit(state, p) end) end
end

-- ---- what happened ----

-- The newest executions since the fault was broken.
local function after(team, p, filter)
  local recent = {}
  local page = team.states.ListExecutions { stateMachineArn = team.machine(p.machine), maxResults = 12, statusFilter = filter }
  for _, execution in ipairs(page.executions) do
    if execution.startDate * 1000 > p.since() then recent[#recent + 1] = execution end
  end
  return recent
end

-- Did the newest execution that came to this state leave it in order?
function states.left(team, p, name)
  for _, execution in ipairs(after(team, p)) do
    local entered, exited
    for _, event in ipairs(team:history(execution.executionArn)) do
      entered = entered or (event.stateEnteredEventDetails or {}).name == name
      exited = exited or (event.stateExitedEventDetails or {}).name == name
    end
    if exited then return true end
    if entered and execution.status ~= "RUNNING" then break end
  end
  return false, {
    en = "no new execution of " .. p.machine .. " has come through " .. name,
    ko = p.machine .. "의 새 실행 가운데 " .. name .. " 상태를 통과한 것이 아직 없습니다",
  }
end

function states.is_left(team, p) return states.left(team, p, p.state) end
function states.reader_is_left(team, p) return states.left(team, p, p.reader) end

-- Step Functions' own dry run of one state, as the definition stands.
function states.tried(team, p, name, input)
  local machine = team.states.DescribeStateMachine { stateMachineArn = team.machine(p.machine) }
  return team.states.TestState { definition = machine.definition, stateName = name, input = input, roleArn = machine.roleArn }
end

function states.retries(error_name)
  return function(team, p)
    return team:retries(p.machine, p.state, error_name), {
      en = "no Retry of " .. p.state .. " catches " .. error_name,
      ko = p.state .. " 상태의 어떤 Retry도 " .. error_name .. "을(를) 잡지 않습니다",
    }
  end
end

-- Why the newest execution that did not end well did not, as AWS says it.
function states.why(team, p)
  for _, status in ipairs { "FAILED", "TIMED_OUT" } do
    for _, execution in ipairs(after(team, p, status)) do
      team.states.GetExecutionHistory { executionArn = execution.executionArn, reverseOrder = true, maxResults = 10 }
      local told = team.states.DescribeExecution { executionArn = execution.executionArn }
      return (told.error or told.status) .. ": " .. (told.cause or "")
    end
  end
  error("no execution has failed yet", 0)
end

-- ---- the stage ----

function states.invoke(name, payload, more)
  local state = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { FunctionName = name, Payload = payload } }
  for field, value in pairs(more) do state[field] = value end
  return state
end

function states.task(resource, parameters, more)
  local state = { Type = "Task", Resource = "arn:aws:states:::" .. resource, Parameters = parameters }
  for field, value in pairs(more or {}) do state[field] = value end
  return state
end

function states.orders()
  return {
    StartAt = "Price",
    States = {
      Price = states.invoke("desk", { ["unicorn.$"] = "$.unicorn", ["nights.$"] = "$.nights" }, {
        ResultSelector = { ["total.$"] = "$.Payload.total" }, ResultPath = "$.price", Next = "Tier",
      }),
      Tier = {
        Type = "Choice", Default = "Plain",
        Choices = { { Variable = "$.tier", StringEquals = "gold", Next = "Gold" }, { Variable = "$.tier", StringEquals = "new", Next = "Plain" } },
      },
      Gold = { Type = "Pass", Parameters = { ["total.$"] = "States.MathAdd($.price.total, -10)" }, End = true },
      Plain = { Type = "Pass", Parameters = { ["total.$"] = "$.price.total" }, End = true },
    },
  }
end

-- The machine of this definition with its role; `statements` come to what an order needs.
function states.build(team, p, definition, statements)
  local all = { stage.allow("lambda:InvokeFunction", team.arn("lambda", "function:desk") .. "*") }
  for _, one in ipairs(statements or {}) do all[#all + 1] = one end
  stage.role(team, "OrderRole", "states.amazonaws.com", all)
  team.states.CreateStateMachine { name = p.machine, roleArn = team.role "OrderRole", definition = host.encode(definition) }
end

function states.stage(team, p)
  stage.desk(team, "desk")
  states.build(team, p, states.orders())
end

-- The machine whose task `Price` runs the machine `pricing` and reads its Output in `Done`.
function states.stage_parent(team, p)
  stage.role(team, "PricingRole", "states.amazonaws.com", { stage.allow("logs:*", "*") })
  team.states.CreateStateMachine {
    name = "pricing", roleArn = team.role "PricingRole",
    definition = host.encode { StartAt = "Price", States = { Price = { Type = "Pass", Result = { total = 170 }, End = true } } },
  }
  states.build(team, p, {
    StartAt = "Price",
    States = {
      Price = states.task("states:startExecution.sync:2", { StateMachineArn = team.machine "pricing" }, { ResultPath = "$.price", Next = "Done" }),
      Done = { Type = "Pass", Parameters = { ["total.$"] = "$.price.Output.total" }, End = true },
    },
  }, { stage.allow({ "states:StartExecution", "states:DescribeExecution", "states:StopExecution" }, "*"), stage.allow("events:*", "*") })
end

-- ---- the customers ----

-- An order, and what it should come to. Raises what Step Functions says where it fails.
function states.order(team, p, input, total, within)
  local execution = team:run(p.machine, input or { unicorn = "Sparkle", nights = 2, tier = "gold" }, within or "15s")
  if execution.status ~= "SUCCEEDED" then
    error({ code = execution.error or execution.status, message = string.sub(execution.cause or "the order did not end well", 1, 2000),
            operation = "states:StartExecution", resource = execution.executionArn }, 0)
  end
  local got = host.decode(execution.output).total
  return got == (total or 170), "an order came to " .. tostring(got) .. " instead of " .. (total or 170)
end

function states.works(team, p) return states.order(team, p) end

function states.works_parent(team, p) return states.order(team, p, {}) end

return states
