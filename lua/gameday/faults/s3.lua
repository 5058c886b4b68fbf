-- What the faults of S3 share, and two stages: the state machine `orders` that reads today's price from S3, and the bucket `shop`
-- that a clerk reads and writes.
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

local s3 = {}

-- ---- a state that reads ----

function s3.stage_reader(team, p)
  stage.bucket(team, p.bucket)
  team:upload("s3://" .. p.bucket .. "/" .. p.key, '{"total":170}')
  states.build(team, p, {
    StartAt = p.state,
    States = {
      [p.state] = states.task("aws-sdk:s3:getObject", { Bucket = p.bucket, Key = p.key }, {
        ResultSelector = { ["price.$"] = "States.StringToJson($.Body)" }, Next = "Done",
      }),
      Done = { Type = "Pass", Parameters = { ["total.$"] = "$.price.total" }, End = true },
    },
  }, { stage.allow({ "s3:GetObject", "s3:ListBucket" }, "*") })
end

function s3.works_reader(team, p) return states.order(team, p, {}) end

-- ---- a clerk who reads and writes ----

s3.parameters = {
  bucket = { "the bucket", default = "shop-{account}" },
  role = { "the role that uses it", needed = "ClerkRole" },
}

local today = "sparkle,90\nthunder,120\n"

local function build(team, p)
  stage.bucket(team, p.bucket)
  stage.role(team, p.role, "lambda.amazonaws.com", {
    stage.allow("s3:ListBucket", "arn:aws:s3:::" .. p.bucket), stage.allow({ "s3:GetObject", "s3:PutObject" }, stage.objects(p.bucket)),
  })
end

local function write(team, p, text) team:upload("s3://" .. p.bucket .. "/prices/today.csv", text) end

function s3.stage(team, p)
  build(team, p)
  write(team, p, today)
end

-- The same in a versioned bucket, where yesterday's prices are an older version.
function s3.stage_versioned(team, p)
  build(team, p)
  team.s3.PutBucketVersioning { Bucket = p.bucket, VersioningConfiguration = { Status = "Enabled" } }
  write(team, p, "sparkle,80\n")
  write(team, p, today)
end

function s3.get(team, p, key) return team:as(p.role).s3.GetObject { Bucket = p.bucket, Key = key or "prices/today.csv" }.Body end

function s3.works(team, p) return s3.get(team, p) == today, "the clerk reads other prices" end

-- What a call came to: true, or false and the error.
function s3.tried(run)
  local ok, problem = pcall(run)
  if ok then return true end
  if type(problem) == "table" and problem.code then return false, problem.code .. ": " .. problem.message end
  error(problem, 0)
end

return s3
