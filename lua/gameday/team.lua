-- The team that a callback is about: its account, every AWS service under AWS's names, and helpers.
--
--   team.states.StartExecution { stateMachineArn = team.machine "orders" }    an AWS call of the account; an AWS error is raised
--   team.account  "111122223333"    team.title  "chihuahua OR muffin"    team.region  "us-east-1"
--
--   team.name "vip"                 "vip-111122223333": unique where names are the whole world's (buckets)
--   team.role "VipRole"             the ARN of a role          team.policy "VipData"   of a policy of the account
--   team.machine "orders"           of a state machine         team.arn("lambda", "function:book")
--   team:allows(role, action, resource)     would IAM let the role do it? (its policies are evaluated)
--   team:retries(machine, state, error)     does a Retry of the state as it stands catch that error?
--   team:upload("s3://bucket/key", body)    team:download("s3://bucket/key")
--   team:rows "s3://bucket/key.csv"         an object's rows (CSV, or JSON lines) and its columns
--   team:write_rows("s3://bucket/key.csv", rows, columns)
--   team:deploy(name, { role = "FunctionRole", timeout = 3, … })   a Lambda function whose code is gameday.lambda(name, …)
--   team:run(machine, input, within)        starts an execution and waits for its end: DescribeExecution's answer
--   team:history(execution)                 all events of an execution; all steps of a pipeline's
--   team:invoke(name, payload)              a function's result, as a table; what it raised is raised
--   team:log(group, { stream = …, filter = …, since = ms })   what stands in a log group
--   team:wait_until(condition, options)     gameday.wait_until, with the team
--   team:as "VipRole"                       the same team, its calls made as that role
--   team:remember("key", value)   team:recall "key"         facts that outlast a restart
--   team:score(50, "why")   team:message "…"   team:unlock "id"   team:solve "id"   team:status()
--   team:break_ "fault"     team:mend "fault"               as a facilitator does
--   team:hint("fault", 1)   team:answer("challenge", "text")   team:name_team "…"      what a player does, for solutions
--
-- All of them can be written with a dot too: team.upload(uri, body).
local fields = require "gameday.fields"
local cloud = require "gameday.cloud"
local zip = require "gameday.zip"
local rows = require "gameday.rows"

local helpers = {}

-- ---- names ----

function helpers.name(team, text) return text .. "-" .. team.account end

function helpers.arn(team, service, resource)
  local global = service == "iam" or service == "s3"
  return "arn:aws:" .. service .. ":" .. (global and "" or team.region) .. ":" ..
         (service == "s3" and "" or team.account) .. ":" .. resource
end

function helpers.role(team, name) return helpers.arn(team, "iam", "role/" .. name) end
function helpers.policy(team, name) return helpers.arn(team, "iam", "policy/" .. name) end
function helpers.machine(team, name)
  if string.sub(name, 1, 4) == "arn:" then return name end
  return helpers.arn(team, "states", "stateMachine:" .. name)
end

-- ---- permissions ----

function helpers.allows(team, role, action, resource)
  if type(role) ~= "string" or type(action) ~= "string" then
    refuse "team:allows(role, action, resource): all three are texts"
  end
  return cloud.ask("allows", { role = role, action = action, resource = resource or "*" })
end

-- ---- S3 ----

local function split_uri(uri)
  local bucket, key = string.match(tostring(uri), "^s3://([^/]+)/(.+)$")
  if not bucket then refuse("'" .. tostring(uri) .. "' is not s3://bucket/key", tostring(uri)) end
  return bucket, key
end

function helpers.upload(team, uri, body, more)
  local bucket, key = split_uri(uri)
  local input = { Bucket = bucket, Key = key, Body = body }
  for name, value in pairs(more or {}) do input[name] = value end
  return team.s3.PutObject(input)
end

function helpers.download(team, uri)
  local bucket, key = split_uri(uri)
  return team.s3.GetObject { Bucket = bucket, Key = key }.Body
end

function helpers.rows(team, uri) return rows.read(uri, helpers.download(team, uri) or "") end

function helpers.write_rows(team, uri, list, columns)
  if type(list) ~= "table" then refuse "team:write_rows(uri, rows, columns): rows is a list of tables" end
  return helpers.upload(team, uri, rows.write(uri, list, columns))
end

-- ---- functions ----

local deploy_fields = {
  role = { "words", required = true }, handler = { "id" }, timeout = { "count", default = 3 }, memory = { "count", default = 128 },
  environment = { "any" }, description = { "words" },
}

local note = "-- The code of this function runs in the game: its handler is called %q there.\n" ..
             "-- Its configuration is yours: timeout, memory, environment, role.\n"

function helpers.deploy(team, name, options)
  local read = fields.read("team:deploy", options, deploy_fields)
  local handler = read.handler or name
  return team.lambda.CreateFunction {
    FunctionName = name, Runtime = "provided.lua", Handler = handler, Description = read.description,
    Role = string.sub(read.role, 1, 4) == "arn:" and read.role or helpers.role(team, read.role),
    Timeout = read.timeout, MemorySize = read.memory,
    Environment = read.environment and { Variables = read.environment } or nil,
    Code = { ZipFile = zip { ["function.lua"] = string.format(note, handler) } },
  }
end

function helpers.invoke(team, name, payload)
  if type(payload) ~= "string" then payload = host.encode(payload or {}) end
  local answer = team.lambda.Invoke { FunctionName = name, Payload = payload }
  local result = answer.Payload and host.decode(answer.Payload)
  if not answer.FunctionError then return result end
  local what = type(result) == "table" and result or {}
  cloud.raise { message = what.errorMessage or answer.FunctionError, code = what.errorType or answer.FunctionError,
                operation = "lambda:Invoke", resource = helpers.arn(team, "lambda", "function:" .. name) }
end

function helpers.log(team, group, options)
  local read = fields.read("team:log", options or {}, { stream = { "words" }, filter = { "words" }, since = { "count" } })
  local messages, token = {}, nil
  repeat
    local page = team.logs.FilterLogEvents {
      logGroupName = group, logStreamNames = read.stream and { read.stream } or nil, filterPattern = read.filter,
      startTime = read.since, nextToken = token,
    }
    for _, event in ipairs(page.events) do
      local text = event.message
      messages[#messages + 1] = string.byte(text, -1) == 10 and string.sub(text, 1, -2) or text
    end
    token = page.nextToken
  until not token
  return messages
end

function helpers.wait_until(team, condition, options) return cloud.wait_until(condition, options, team) end

-- ---- state machines ----

-- Every state, also those inside of Map and Parallel.
local function find_state(machine, name)
  for state_name, state in pairs(machine.States or {}) do
    if state_name == name then return state end
    local inner = { state.ItemProcessor or state.Iterator }
    for _, branch in ipairs(state.Branches or {}) do inner[#inner + 1] = branch end
    for _, one in ipairs(inner) do
      local found = find_state(one, name)
      if found then return found end
    end
  end
end

-- As Step Functions reads ErrorEquals: States.ALL catches all but two, States.TaskFailed all of a task but its timeout.
local function catches(names, wanted)
  for _, name in ipairs(names or {}) do
    if name == wanted then return true end
    if name == "States.ALL" and wanted ~= "States.DataLimitExceeded" and wanted ~= "States.Runtime" then return true end
    if name == "States.TaskFailed" and (wanted == nil or wanted ~= "States.Timeout") then return true end
    if wanted == nil and name ~= "States.Timeout" then return true end
  end
  return false
end

-- The first Retry whose ErrorEquals catches the error decides, as in a run. Without an error: any that a task can raise.
function helpers.retries(team, machine, state, wanted)
  local text = team.states.DescribeStateMachine { stateMachineArn = helpers.machine(team, machine) }.definition
  local definition = host.decode(text)
  local found = definition and find_state(definition, state)
  if not found then return false end
  for _, retry in ipairs(found.Retry or {}) do
    if catches(retry.ErrorEquals, wanted) then return (retry.MaxAttempts or 3) > 0 end
  end
  return false
end

local function steps_of(team, execution)
  local steps, token = {}, nil
  repeat
    local page = team.sagemaker.ListPipelineExecutionSteps {
      PipelineExecutionArn = execution, MaxResults = 100, SortOrder = "Ascending", NextToken = token,
    }
    for _, step in ipairs(page.PipelineExecutionSteps) do steps[#steps + 1] = step end
    token = page.NextToken
  until not token
  return steps
end

function helpers.history(team, execution)
  if string.find(execution, ":sagemaker:", 1, true) then return steps_of(team, execution) end
  local events, token = {}, nil
  repeat
    local page = team.states.GetExecutionHistory { executionArn = execution, maxResults = 1000, nextToken = token }
    for _, event in ipairs(page.events) do events[#events + 1] = event end
    token = page.nextToken
  until not token
  return events
end

local function sleep(ms) cloud.ask("wait", { ms = ms }) end

function helpers.run(team, machine, input, within)
  if type(input) ~= "string" then input = host.encode(input or {}) end
  local arn = team.states.StartExecution { stateMachineArn = helpers.machine(team, machine), input = input }.executionArn
  local until_ms = host.now() + fields.duration("team:run", within or "5m")
  local pause = 200
  while true do
    local execution = team.states.DescribeExecution { executionArn = arn }
    if execution.status ~= "RUNNING" then return execution end
    if host.now() >= until_ms then
      raise { message = "the execution still runs after " .. tostring(within or "5m"), resource = arn }
    end
    sleep(pause)
    pause = math.min(pause * 2, 5000)
  end
end

-- ---- the game ----

function helpers.score(team, points, reason, challenge)
  cloud.ask("score", { points = fields.value("team:score", "points", "number", points), reason = fields.text(reason or ""),
                       challenge = challenge })
end

function helpers.message(team, message)
  local plain = require "gameday.things".plain_message(message)
  plain.to = "team"
  cloud.ask("message", plain)
end

function helpers.remember(team, key, value)
  cloud.ask("remember", { key = fields.value("team:remember", "key", "id", key), value = value == nil and host.null or value })
end

function helpers.recall(team, key) return cloud.ask("recall", { key = key }) end
function helpers.unlock(team, challenge) cloud.ask("unlock", { challenge = challenge }) end
function helpers.solve(team, challenge) cloud.ask("solve", { challenge = challenge }) end
function helpers.status(team) return cloud.ask("status", {}) end
function helpers.break_(team, fault) cloud.ask("break_", { fault = fault }) end
function helpers.mend(team, fault) cloud.ask("mend", { fault = fault }) end
function helpers.hint(team, fault, stage) cloud.ask("hint", { fault = fault, stage = stage or 1 }) end
function helpers.name_team(team, name) cloud.ask("name_team", { name = name }) end
function helpers.answer(team, challenge, text, id)
  return cloud.ask("answer", { challenge = challenge, text = text, answer = id }).right
end

-- ---- services ----

local helper_names = {}
for name in pairs(helpers) do helper_names[#helper_names + 1] = name end
helper_names[#helper_names + 1] = "as"

local service_meta = {
  __index = function(service, operation)
    local function run(input, more)
      if rawequal(input, service) then input = more end -- team.s3:ListBuckets()
      return cloud.ask("aws", {
        service = rawget(service, 1), operation = operation, role = rawget(service, 2), input = input or {},
      })
    end
    return run
  end,
  __call = function(service)
    refuse("team has no '" .. rawget(service, 1) .. "'", rawget(service, 1), helper_names)
  end,
  __name = "service",
}

local function bind(team, helper)
  return function(first, ...)
    if rawequal(first, team) then return helper(team, ...) end -- team:name "vip"
    return helper(team, first, ...)
  end
end

local new

local team_meta = {
  __index = function(team, name)
    local value
    if name == "as" then
      value = bind(team, function(_, role) return new(team, role) end)
    elseif helpers[name] then
      value = bind(team, helpers[name])
    elseif type(name) == "string" then
      value = setmetatable({ name, rawget(team, "acts_as") }, service_meta)
    end
    team[name] = value
    return value
  end,
  __tostring = function(team) return team.title end,
  __name = "team",
}

new = function(data, role)
  return setmetatable({
    account = data.account, title = data.title or data.name, region = data.region, acts_as = role, -- a role's name or ARN
  }, team_meta)
end

return new
