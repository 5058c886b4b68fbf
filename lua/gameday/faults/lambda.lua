-- What the faults of Lambda share, and a stage: the function `desk`, which the shop asks for a price.
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

local lambda = {}

lambda.parameters = { function_name = { "the function", needed = "desk" } }
lambda.shown_by = { "lambda:GetFunctionConfiguration", "lambda:GetFunction", "lambda:Invoke", "logs:FilterLogEvents" }

-- ---- configuration ----

function lambda.configuration(team, p) return team.lambda.GetFunctionConfiguration { FunctionName = p.function_name } end

local function settled(team, p)
  stage.await(function() return lambda.configuration(team, p).LastUpdateStatus ~= "InProgress" end, "5m")
end

function lambda.configure(team, p, change)
  change.FunctionName = p.function_name
  settled(team, p)
  team.lambda.UpdateFunctionConfiguration(change)
  settled(team, p)
end

-- Changes one variable of the environment and leaves the others; nil takes it away.
function lambda.set_variable(team, p, name, value)
  local variables = (lambda.configuration(team, p).Environment or {}).Variables or {}
  if variables[name] == nil and value == nil then error(p.function_name .. " has no variable " .. name, 0) end
  variables[name] = value
  lambda.configure(team, p, { Environment = { Variables = variables } })
end

-- ---- asking the function ----

lambda.event = '{"unicorn":"Sparkle","nights":2}'

-- What it answers; raises what it raises.
function lambda.ask(team, p, event, qualifier)
  local answer = team.lambda.Invoke { FunctionName = p.function_name, Payload = event or lambda.event, Qualifier = qualifier }
  if answer.FunctionError then
    local problem = host.decode(answer.Payload) or {}
    local message = (problem.errorType and problem.errorType .. ": " or "") .. tostring(problem.errorMessage or answer.Payload)
    error({ code = answer.FunctionError, message = message, operation = "lambda:Invoke" }, 0)
  end
  return host.decode(answer.Payload)
end

-- Does the function answer this event now, whatever it was like before? For judging.
function lambda.answers(team, p)
  local ok, problem = pcall(lambda.ask, team, p, p.event)
  if ok then return true end
  if type(problem) == "table" and problem.code then return false, tostring(problem.code) .. ": " .. tostring(problem.message) end
  error(problem, 0)
end

lambda.event_parameter = { "an event that it should answer, as JSON", needed = lambda.event }

-- ---- the stage ----

function lambda.stage(team, p) stage.desk(team, p.function_name) end

function lambda.works(team, p)
  local total = lambda.ask(team, p).total
  return total == 180, "the desk asked for " .. tostring(total)
end

function lambda.shows(team, p)
  lambda.configuration(team, p)
  return lambda.ask(team, p)
end

-- The machine `orders`, whose task `Price` invokes the function: for faults of the cloud that a Retry survives.
lambda.machine_parameters = {
  machine = { "the state machine that calls the function", needed = "orders" },
  state = { "its task", needed = "Price" },
  function_name = { "the function", needed = "desk" },
}
lambda.stage_machine = states.stage

return lambda
