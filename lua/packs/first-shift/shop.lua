-- The shop: what stands in a team's account, and how a customer orders.
local gameday = require "gameday"

local shop = {}

local functions = { "check-order", "price-unicorn", "reserve-unicorn", "notify-customer" }

-- ---- the data of the business, read once ----

local kept = {}

local function data(path)
  kept[path] = kept[path] or gameday.from_json(gameday.fixture(path))
  return kept[path]
end

local function unicorns() return data "datasets/unicorns.json" end

-- The next customer's order: one every twenty seconds of the game, round and round.
local function next_order()
  local orders = data "datasets/orders.json"
  return orders[gameday.now() // 20000 % #orders + 1]
end

local discounts = { gold = 20, silver = 10 }

local function price_of(order)
  local discount = discounts[order.customer.tier] or 0
  return unicorns()[order.unicorn].rate * order.nights * (100 - discount) // 100
end

-- ---- the functions ----

gameday.lambda("check-order", function(event)
  local unicorn = unicorns()[event.unicorn]
  if not unicorn then error("there is no unicorn called " .. tostring(event.unicorn)) end
  if event.nights > unicorn.nights then error(unicorn.name .. " is free for " .. unicorn.nights .. " nights only") end
  return { stable = unicorn.stable }
end)

-- Version 2 answers in another shape. It is chosen by the function's environment.
gameday.lambda("price-unicorn", function(event, context)
  local total = unicorns()[event.unicorn].rate * event.nights * (100 - event.discount) // 100
  if context.environment.RESPONSE_VERSION == "2" then
    return { quote = { total = total, currency = "USD" }, version = 2 }
  end
  return { total = total }
end)

gameday.lambda("reserve-unicorn", function(event)
  return { number = "r-" .. string.sub(event.order, 3), stable = event.stable }
end)

-- The cheap gateway takes five seconds for a message.
gameday.lambda("notify-customer", function(event, context)
  gameday.wait(context.environment.SMS_GATEWAY == "cheap" and "5s" or "200ms")
  return { told = event.customer }
end)

-- ---- the account ----

local function trust(service)
  return gameday.to_json {
    Version = "2012-10-17",
    Statement = { { Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" } },
  }
end

function shop.function_arn(team, name) return team.arn("lambda", "function:" .. name) end

-- OrderRole may call these functions.
function shop.permit(team, names)
  local resources = {}
  for i, name in ipairs(names) do
    resources[2 * i - 1] = shop.function_arn(team, name)
    resources[2 * i] = shop.function_arn(team, name) .. ":*"
  end
  team.iam.PutRolePolicy {
    RoleName = "OrderRole", PolicyName = "CallOrderFunctions",
    PolicyDocument = gameday.to_json {
      Version = "2012-10-17",
      Statement = { { Effect = "Allow", Action = "lambda:InvokeFunction", Resource = resources } },
    },
  }
end

function shop.build(team)
  team.iam.CreateRole { RoleName = "OrderRole", AssumeRolePolicyDocument = trust "states.amazonaws.com" }
  team.iam.CreateRole { RoleName = "OrderFunctionRole", AssumeRolePolicyDocument = trust "lambda.amazonaws.com" }
  shop.permit(team, functions)
  for _, name in ipairs(functions) do
    team:deploy(name, { role = "OrderFunctionRole", timeout = 3 })
  end
  team.states.CreateStateMachine {
    name = "order-unicorn", roleArn = team.role "OrderRole", definition = gameday.fixture "asl/order-unicorn.asl.json",
  }
end

-- Changes the state machine as it stands: `edit` gets its definition as a table.
function shop.edit(team, edit)
  local machine = team.machine "order-unicorn"
  local definition = gameday.from_json(team.states.DescribeStateMachine { stateMachineArn = machine }.definition)
  edit(definition.States, definition)
  team.states.UpdateStateMachine { stateMachineArn = machine, definition = gameday.to_json(definition) }
end

-- ---- customers ----

function shop.order(team)
  local order = next_order()
  local execution = team:run("order-unicorn", order, "18s")
  if execution.status ~= "SUCCEEDED" then
    error { code = execution.error or execution.status, message = execution.cause or "the order did not end well",
            operation = "states:StartExecution", resource = execution.executionArn }
  end
  local total, expected = gameday.from_json(execution.output).total, price_of(order)
  return total == expected, {
    en = order.customer.name .. " was to pay " .. expected .. " and was asked for " .. tostring(total),
    ko = order.customer.name .. " 고객의 금액은 " .. expected .. "인데 " .. tostring(total) .. "이(가) 청구되었습니다",
  }
end

-- ---- how faults are judged: by what happened to the newest orders that came to a state ----

local function went_through(team, execution, state)
  local entered, exited
  for _, event in ipairs(team:history(execution)) do
    entered = entered or (event.stateEnteredEventDetails or {}).name == state
    exited = exited or (event.stateExitedEventDetails or {}).name == state
  end
  return exited, entered
end

-- Orders before this moment say nothing about a fault that came then.
function shop.broke(team, fault) team:remember(fault, gameday.now()) end

-- Did the newest order that came to this state, since the fault came, leave it in order?
function shop.passes(team, state, fault)
  local page = team.states.ListExecutions { stateMachineArn = team.machine "order-unicorn", maxResults = 12 }
  local since = team:recall(fault) or 0
  for _, execution in ipairs(page.executions) do
    if execution.startDate * 1000 < since then return false end
    local left, came = went_through(team, execution.executionArn, state)
    if left then return true end
    if came and execution.status ~= "RUNNING" then return false end
  end
  return false
end

-- Step Functions' own dry run of one state, as the definition stands.
function shop.decides(team, state, input)
  local machine = team.states.DescribeStateMachine { stateMachineArn = team.machine "order-unicorn" }
  local tried = team.states.TestState { definition = machine.definition, stateName = state, input = gameday.to_json(input) }
  return tried.status == "SUCCEEDED"
end

return shop
