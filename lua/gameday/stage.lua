-- What the stages of the shelf's faults are built of: roles, buckets, and one function that does what a function of a shop does.
local things = require "gameday.things"
local fields = require "gameday.fields"
local cloud = require "gameday.cloud"

local stage = {}

-- ---- IAM ----

function stage.document(statements) return host.encode { Version = "2012-10-17", Statement = statements } end

function stage.allow(actions, resources) return { Effect = "Allow", Action = actions, Resource = resources } end

function stage.trust(service)
  return stage.document { { Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" } }
end

-- A role that this service may assume, with one inline policy, called as the role and "Policy".
function stage.role(team, name, service, statements)
  team.iam.CreateRole { RoleName = name, AssumeRolePolicyDocument = stage.trust(service) }
  team.iam.PutRolePolicy { RoleName = name, PolicyName = name .. "Policy", PolicyDocument = stage.document(statements) }
end

-- ---- waiting ----

local SHORTEST_MS, LONGEST_MS = 500, 8000

-- What the function returns once it is true; nil when nothing came of it. It is asked less and less often: a callback's asking has an end.
function stage.await(condition, within)
  local until_ms, pause = host.now() + fields.duration("await", within or "30m"), SHORTEST_MS
  while true do
    local value = condition()
    if value or host.now() >= until_ms then return value or nil end
    cloud.ask("wait", { ms = pause })
    pause = math.min(pause * 2, LONGEST_MS)
  end
end

-- ---- S3 ----

function stage.bucket(team, name) team.s3.CreateBucket { Bucket = name } end
function stage.objects(bucket) return "arn:aws:s3:::" .. bucket .. "/*" end

-- ---- a function ----

-- What the function "desk" does is chosen by its environment:
--   RATE       what a night costs; it must be set
--   SECONDS    how long it takes
--   TABLE      s3://bucket/key of the price list that it reads as its role
--   SHAPE      "2": the total stands in { quote = … }
--   REPLY      "1": bots are answered as Lex V1 wanted it
local function answer_bot(event, context)
  local intent = event.sessionState.intent
  local message = { contentType = "PlainText", content = "Booked." }
  if context.environment.REPLY == "1" then
    return { dialogAction = { type = "Close", fulfillmentState = "Fulfilled", message = message } }
  end
  intent.state = "Fulfilled"
  return { sessionState = { dialogAction = { type = "Close" }, intent = intent }, messages = host.list { message } }
end

local function answer_order(event, context)
  local variables = context.environment
  local rate = tonumber(variables.RATE)
  if not rate then error("the variable RATE is not set", 0) end
  if event.unicorn == "nobody" then error({ code = "NoSuchUnicorn", message = "there is no unicorn of that name" }, 0) end
  if variables.TABLE then rate = tonumber(context.team:download(variables.TABLE)) or error("the price list has no price", 0) end
  local total = rate * (event.nights or 1)
  return variables.SHAPE == "2" and { quote = { total = total } } or { total = total }
end

local function desk(event, context)
  local seconds = tonumber(context.environment.SECONDS)
  if seconds then require "gameday".wait(seconds) end
  if type(event) == "table" and event.bot then return answer_bot(event, context) end
  return answer_order(event, context)
end

function stage.register() things.lambda("desk", desk) end

function stage.desk(team, name, environment, options)
  options = options or {}
  environment = environment or {}
  environment.RATE = environment.RATE or "90"
  stage.role(team, options.role or "DeskRole", "lambda.amazonaws.com", options.statements or { stage.allow("logs:*", "*") })
  team:deploy(name, { role = options.role or "DeskRole", handler = "desk", timeout = options.timeout or 10, environment = environment })
  stage.await(function() return team.lambda.GetFunctionConfiguration { FunctionName = name }.State == "Active" end)
end

-- ---- policies as documents ----

local function url_decoded(text)
  return (string.gsub(text, "%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

function stage.policy_of(document) return host.decode(url_decoded(document)) end

return stage
