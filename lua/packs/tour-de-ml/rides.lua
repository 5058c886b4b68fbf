-- The rides: what stands in a team's account for the forecast, what the fleet planner asks, and how faults are judged.
local gameday = require "gameday"

local rides = {}

local FIRST_DAY_MS = 1794268800000 -- 2026-11-10, the day behind the last of the history, whenever the game is played
local DAY_MS = 600000 -- a business day takes ten minutes
rides.most_rides = 1500 -- no city has ever wanted more on a day
rides.needed_days = 18 -- so many business days pass in the game
local quantiles = { { "p10", 0.1 }, { "p50", 0.5 }, { "p90", 0.9 } }
local cities = { "seoul", "busan", "jeju", "incheon", "gwangju" }

-- ---- names ----

function rides.bucket(team) return team.name "rides" end
function rides.path(team, key) return "s3://" .. rides.bucket(team) .. "/" .. key end
function rides.arn(team, resource) return team.arn("forecast", resource) end
function rides.group(team) return rides.arn(team, "dataset-group/rides") end
function rides.role(team) return team.role "ForecastRole" end

function rides.source(team, key) return { S3Config = { Path = rides.path(team, key), RoleArn = rides.role(team) } } end

-- ---- what stands ----

local function schema(...)
  local attributes = {}
  for i, one in ipairs { ... } do attributes[i] = { AttributeName = one[1], AttributeType = one[2] } end
  return { Attributes = attributes }
end

local item, day = { "item_id", "string" }, { "timestamp", "timestamp" }

function rides.demand_schema() return schema(item, day, { "demand", "float" }) end
function rides.turned_schema() return schema(day, item, { "demand", "float" }) end

function rides.dataset(team, name, kind, its_schema)
  return team.forecast.CreateDataset {
    DatasetName = name, Domain = "RETAIL", DatasetType = kind, Schema = its_schema,
    DataFrequency = kind ~= "ITEM_METADATA" and "D" or nil,
  }.DatasetArn
end

function rides.use(team, ...)
  team.forecast.UpdateDatasetGroup { DatasetGroupArn = rides.group(team), DatasetArns = gameday.list { ... } }
end

function rides.prices_dataset(team) return rides.arn(team, "dataset/rides_prices") end

function rides.trust(team, service)
  team.iam.UpdateAssumeRolePolicy {
    RoleName = "ForecastRole",
    PolicyDocument = gameday.to_json {
      Version = "2012-10-17",
      Statement = { { Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" } },
    },
  }
end

local function make_role(team)
  team.iam.CreateRole {
    RoleName = "ForecastRole",
    AssumeRolePolicyDocument = gameday.to_json {
      Version = "2012-10-17",
      Statement = { { Effect = "Allow", Principal = { Service = "forecast.amazonaws.com" }, Action = "sts:AssumeRole" } },
    },
  }
  local bucket = "arn:aws:s3:::" .. rides.bucket(team)
  team.iam.PutRolePolicy {
    RoleName = "ForecastRole", PolicyName = "RidesData",
    PolicyDocument = gameday.to_json {
      Version = "2012-10-17",
      Statement = {
        { Effect = "Allow", Action = "s3:ListBucket", Resource = bucket },
        { Effect = "Allow", Action = { "s3:GetObject", "s3:PutObject" }, Resource = bucket .. "/*" },
      },
    },
  }
end

-- What the former team trained by: `aws forecast create-auto-predictor --cli-input-json file://predictor.json`.
local recipe_key = "recipes/predictor.json"

function rides.write_recipe(team, days)
  team:upload(rides.path(team, recipe_key), gameday.to_json {
    PredictorName = "rides_predictor", ForecastHorizon = days, ForecastFrequency = "D",
    ForecastTypes = { "0.1", "0.5", "0.9" }, DataConfig = { DatasetGroupArn = rides.group(team) },
  })
end

function rides.recipe(team) return gameday.from_json(team:download(rides.path(team, recipe_key))) end

function rides.build(team)
  team:remember("opened", gameday.now())
  make_role(team)
  team.s3.CreateBucket { Bucket = rides.bucket(team) }
  team:upload(rides.path(team, "history/rides.csv"), gameday.fixture "datasets/rides.csv")
  team:upload(rides.path(team, "prices/plan.csv"), gameday.fixture "datasets/rides-prices-plan.csv")
  rides.write_recipe(team, 21)
  local demand = rides.dataset(team, "rides_demand", "TARGET_TIME_SERIES", rides.demand_schema())
  local prices = rides.dataset(team, "rides_prices", "RELATED_TIME_SERIES", schema(item, day, { "price", "float" }))
  team.forecast.CreateDatasetGroup { DatasetGroupName = "rides", Domain = "RETAIL", DatasetArns = { demand, prices } }
  team:upload(rides.path(team, "prices/prices.csv"), gameday.fixture "datasets/rides-prices.csv")
  rides.import(team, "prices", prices, "prices/prices.csv")
end

function rides.make_cities_dataset(team)
  return rides.dataset(team, "rides_cities", "ITEM_METADATA", schema(item, { "category", "string" }))
end

-- ---- doing, as players do ----

local function rest(describe)
  local found
  gameday.wait_until(function()
    found = describe()
    return not (found.Status:find "PENDING" or found.Status:find "PROGRESS")
  end, { every = "2s", within = "10m" })
  return found
end

-- An import of a file; comes back when it is over.
function rides.import(team, name, dataset, key, mode)
  local job = team.forecast.CreateDatasetImportJob {
    DatasetImportJobName = name, DatasetArn = dataset, DataSource = rides.source(team, key), ImportMode = mode,
  }
  return rest(function() return team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn } end)
end

-- By the recipe, under a name of its own.
function rides.train(team, name)
  local wanted = rides.recipe(team)
  wanted.PredictorName = name
  local made = team.forecast.CreateAutoPredictor(wanted)
  return rest(function() return team.forecast.DescribeAutoPredictor { PredictorArn = made.PredictorArn } end)
end

function rides.foresee(team, name, predictor)
  local made = team.forecast.CreateForecast { ForecastName = name, PredictorArn = predictor }
  return rest(function() return team.forecast.DescribeForecast { ForecastArn = made.ForecastArn } end)
end

-- As a colleague would: the history is imported once more and a forecast made of it, by the newest predictor that is ready.
function rides.renew(team, name)
  local stamp = name .. "_" .. gameday.now() // 1000
  rides.import(team, stamp, rides.dataset_of(team, "TARGET_TIME_SERIES").DatasetArn, "history/rides.csv", "FULL")
  local predictor = rides.predictor(team, "ACTIVE")
  if predictor then rides.foresee(team, stamp, predictor.PredictorArn) end
end

function rides.clear_forecasts(team)
  for _, forecast in ipairs(team.forecast.ListForecasts {}.Forecasts) do
    team.forecast.DeleteResourceTree { ResourceArn = forecast.ForecastArn }
  end
end

-- ---- looking ----

local function newest(list)
  local last
  for _, one in ipairs(list) do
    if not last or one.CreationTime > last.CreationTime then last = one end
  end
  return last
end

local function of_group(team) return { { Key = "DatasetGroupArn", Value = rides.group(team), Condition = "IS" } } end

-- The dataset of that type in the group, described; nil: it has none.
function rides.dataset_of(team, kind)
  for _, arn in ipairs(team.forecast.DescribeDatasetGroup { DatasetGroupArn = rides.group(team) }.DatasetArns or {}) do
    local found = team.forecast.DescribeDataset { DatasetArn = arn }
    if found.DatasetType == kind then return found end
  end
end

function rides.imports(team, dataset)
  local filters = dataset and { { Key = "DatasetArn", Value = dataset, Condition = "IS" } } or nil
  return team.forecast.ListDatasetImportJobs { Filters = filters }.DatasetImportJobs
end

-- The newest import into the group's dataset of that type that was made ready, described.
function rides.newest_import(team, kind)
  local dataset, ready = rides.dataset_of(team, kind), {}
  for _, job in ipairs(dataset and rides.imports(team, dataset.DatasetArn) or {}) do
    if job.Status == "ACTIVE" then ready[#ready + 1] = job end
  end
  local last = newest(ready)
  return last and team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = last.DatasetImportJobArn }
end

-- Is the data of this type what it should be: the newest import that was made ready has so many rows?
function rides.has_rows(team, kind, rows)
  local dataset = rides.dataset_of(team, kind)
  if not dataset then return false end
  local ready = {}
  for _, job in ipairs(rides.imports(team, dataset.DatasetArn)) do
    if job.Status == "ACTIVE" then ready[#ready + 1] = job end
  end
  local total = 0
  table.sort(ready, function(a, b) return a.CreationTime < b.CreationTime end)
  for _, job in ipairs(ready) do
    local full = team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn }
    total = (job.ImportMode == "INCREMENTAL" and total or 0) + full.FieldStatistics.item_id.Count
  end
  return total >= rows
end

-- The newest of the group; of those of a status, where one is given.
function rides.predictor(team, status)
  local some = {}
  for _, one in ipairs(team.forecast.ListPredictors { Filters = of_group(team) }.Predictors) do
    if not status or one.Status == status then some[#some + 1] = one end
  end
  return newest(some)
end

function rides.forecast(team)
  local ready = {}
  for _, one in ipairs(team.forecast.ListForecasts { Filters = of_group(team) }.Forecasts) do
    if one.Status == "ACTIVE" then ready[#ready + 1] = one end
  end
  return newest(ready)
end

-- ---- the fleet planner ----

local kept

local function truth()
  kept = kept or gameday.from_json(gameday.fixture "datasets/rides-truth.json")
  return kept
end

local function today(team) return math.min(20, (gameday.now() - team:recall "opened") // DAY_MS) end

local function ask(team, forecast, city, moment)
  return team.forecastquery.QueryForecast {
    ForecastArn = forecast, Filters = { item_id = city }, StartDate = moment, EndDate = moment,
  }.Forecast.Predictions
end

-- Weighted quantile loss of one city's day: 0 is a crystal ball.
local function loss_of(predictions, actual)
  local sum = 0
  for _, quantile in ipairs(quantiles) do
    local name, tau = quantile[1], quantile[2]
    local said = predictions[name] or predictions.mean
    if not said then error { code = "NoQuantile", message = "the forecast has no " .. name, operation = "forecast:QueryForecast" } end
    local over = actual - said[1].Value
    sum = sum + 2 * math.max(tau * over, (tau - 1) * over)
  end
  return sum / (3 * actual)
end

function rides.cities(team)
  local list = { table.unpack(cities) }
  if team:recall "ulsan" then list[#list + 1] = "ulsan" end
  return list
end

-- How far the newest forecast is off today, over all cities. Raises the AWS error that the planner meets.
function rides.loss(team)
  local forecast = rides.forecast(team)
  if not forecast then
    error { code = "NoForecast", message = "no forecast of the dataset group rides is ACTIVE", operation = "forecast:ListForecasts",
            resource = rides.group(team) }
  end
  local number = today(team)
  local moment = gameday.date(FIRST_DAY_MS + number * 86400000):sub(1, 19)
  local sum, list = 0, rides.cities(team)
  for _, city in ipairs(list) do
    sum = sum + loss_of(ask(team, forecast.ForecastArn, city, moment), truth()[city][number + 1])
  end
  return sum / #list
end

rides.worst_loss = 0.35 -- that is still paid

-- The planner sends as many unicorns as the forecast says, and the day is what it is: the smaller the loss, the larger the pay.
function rides.plan(team)
  local loss = rides.loss(team)
  if loss < rides.worst_loss then return 1 - loss / rides.worst_loss end
  return false, {
    en = string.format("the fleet stood in the wrong cities: a weighted quantile loss of %.2f", loss),
    ko = string.format("유니콘이 엉뚱한 도시에 서 있었습니다: 가중 분위수 손실 %.2f", loss),
  }
end

return rides
