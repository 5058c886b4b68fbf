-- What the faults of Forecast share, and a stage: the dataset `shop_demand`, filled every night from s3://BUCKET/history/demand.csv, and,
-- where a fault wants it, prices as a related series, a predictor, and a forecast that is asked for tomorrow.
local stage = require "gameday.stage"

local forecast = {}

forecast.shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs" }

forecast.parameters = {
  dataset = { "the dataset that is imported into", needed = "shop_demand" },
  bucket = { "the bucket of its file", default = "rides-{account}" },
  key = { "the file: CSV, columns in the order item_id, timestamp, demand", needed = "history/demand.csv" },
  role = { "the role that Forecast reads as", needed = "ForecastRole" },
}

-- ---- files ----

local function uri(p) return "s3://" .. p.bucket .. "/" .. p.key end

function forecast.lines(team, p)
  local lines = {}
  for line in string.gmatch(team:download(uri(p)), "[^\r\n]+") do lines[#lines + 1] = line end
  return lines
end

function forecast.write(team, p, lines) team:upload(uri(p), table.concat(lines, "\n") .. "\n") end

-- Every line of the file as `turn` makes it.
function forecast.turner(pattern, with)
  return function(team, p)
    local lines = forecast.lines(team, p)
    for i, line in ipairs(lines) do lines[i] = string.gsub(line, pattern, with) end
    forecast.write(team, p, lines)
  end
end

-- ---- imports ----

function forecast.dataset(team, p) return team.arn("forecast", "dataset/" .. p.dataset) end

local function rest(describe)
  local found
  stage.await(function()
    found = describe()
    return not (string.find(found.Status, "PENDING") or string.find(found.Status, "PROGRESS"))
  end, "1h")
  return found
end

local function raise_failed(found, operation, arn)
  if found.Status == "ACTIVE" then return found end
  error({ code = found.Status, message = found.Message or "it did not become ACTIVE", operation = "forecast:" .. operation, resource = arn }, 0)
end

-- A night's import: the job as it ended.
function forecast.import(team, p, mode)
  local job = team.forecast.CreateDatasetImportJob {
    DatasetImportJobName = "night_" .. host.now(), DatasetArn = forecast.dataset(team, p), ImportMode = mode,
    DataSource = { S3Config = { Path = uri(p), RoleArn = team.role(p.role) } },
  }.DatasetImportJobArn
  return rest(function() return team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job } end)
end

function forecast.works(team, p) return raise_failed(forecast.import(team, p), "CreateDatasetImportJob").Status == "ACTIVE" end

-- The newest import into the dataset that was begun since the fault was broken and has ended; and the first one.
function forecast.newest_import(team, p)
  local newest, first
  local filters = { { Key = "DatasetArn", Value = forecast.dataset(team, p), Condition = "IS" } }
  for _, job in ipairs(team.forecast.ListDatasetImportJobs { Filters = filters }.DatasetImportJobs) do
    local over = job.Status == "ACTIVE" or job.Status == "CREATE_FAILED"
    if over and job.CreationTime * 1000 > p.since() then
      if not newest or job.CreationTime > newest.CreationTime then newest = job end
      if not first or job.CreationTime < first.CreationTime then first = job end
    end
  end
  return newest, first
end

function forecast.is_imported(team, p)
  local job = forecast.newest_import(team, p)
  return job ~= nil and job.Status == "ACTIVE", {
    en = "no import into " .. p.dataset .. " has succeeded since", ko = p.dataset .. " 데이터세트로 성공한 가져오기가 아직 없습니다",
  }
end

function forecast.why(team, p)
  local job = forecast.newest_import(team, p) or error("no import has ended yet", 0)
  local told = team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn }
  return told.Status .. ": " .. (told.Message or "")
end

-- ---- the stage ----

local DAYS, LAST_DAY_MS, DAY_MS = 60, 1794182400000, 86400000 -- until 2026-11-09
local items = { "sparkle", "thunder" }

local function day(number) return string.sub(host.iso(LAST_DAY_MS + number * DAY_MS), 1, 10) end

-- Rows of both items for days from `first` to `last` (0: the last of the history), each with the value that `of` gives.
function forecast.rows(first, last, of)
  local lines = {}
  for i, item in ipairs(items) do
    for number = first, last do lines[#lines + 1] = item .. "," .. day(number) .. "," .. of(i, number) end
  end
  return lines
end

function forecast.history() return forecast.rows(1 - DAYS, 0, function(i, number) return 20 * i + number % 7 end) end

local function attributes(...)
  local list = {}
  for i, one in ipairs { ... } do list[i] = { AttributeName = one[1], AttributeType = one[2] } end
  return { Attributes = list }
end

function forecast.make_dataset(team, name, kind, column)
  return team.forecast.CreateDataset {
    DatasetName = name, Domain = "RETAIL", DatasetType = kind, DataFrequency = "D",
    Schema = attributes({ "item_id", "string" }, { "timestamp", "timestamp" }, column or { "demand", "float" }),
  }.DatasetArn
end

function forecast.stage(team, p)
  local bucket = p.bucket or team.name "rides"
  stage.role(team, p.role or "ForecastRole", "forecast.amazonaws.com", {
    stage.allow("s3:ListBucket", "arn:aws:s3:::" .. bucket), stage.allow("s3:GetObject", stage.objects(bucket)),
    stage.allow("s3:PutObject", stage.objects(bucket)),
  })
  stage.bucket(team, bucket)
  forecast.write(team, { bucket = bucket, key = p.key or "history/demand.csv" }, forecast.history())
  forecast.make_dataset(team, p.dataset or "shop_demand", "TARGET_TIME_SERIES")
end

-- ---- prices: a related series, and a predictor that uses it ----

forecast.related_parameters = {
  dataset = { "the related dataset", needed = "shop_prices" },
  bucket = { "the bucket of its file", default = "rides-{account}" },
  key = { "the file: CSV, columns in the order item_id, timestamp, price", needed = "prices/prices.csv" },
  role = { "the role that Forecast reads as", needed = "ForecastRole" },
  group = { "the dataset group", needed = "shop" },
}

local HORIZON = 7

function forecast.prices() return forecast.rows(1 - DAYS, HORIZON, function(i, number) return 100 + 5 * i + number % 5 end) end

local target = { dataset = "shop_demand", key = "history/demand.csv", role = "ForecastRole" }

local function target_of(team) return { dataset = target.dataset, key = target.key, role = target.role, bucket = team.name "rides" } end

function forecast.group(team, p) return team.arn("forecast", "dataset-group/" .. (p.group or "shop")) end

function forecast.stage_related(team, p)
  forecast.stage(team, {})
  local prices = forecast.make_dataset(team, p.dataset, "RELATED_TIME_SERIES", { "price", "float" })
  forecast.write(team, p, forecast.prices())
  team.forecast.CreateDatasetGroup { DatasetGroupName = p.group, Domain = "RETAIL", DatasetArns = { forecast.dataset(team, target), prices } }
  raise_failed(forecast.import(team, target_of(team)), "CreateDatasetImportJob")
end

function forecast.predictor_request(team, p, algorithm)
  return {
    PredictorName = "night_" .. host.now(), AlgorithmArn = "arn:aws:forecast:::algorithm/" .. algorithm, ForecastHorizon = HORIZON,
    InputDataConfig = { DatasetGroupArn = forecast.group(team, p) }, FeaturizationConfig = { ForecastFrequency = "D" },
  }
end

-- Waits for imports of others that are under way.
function forecast.train(team, p, algorithm)
  local wanted = forecast.predictor_request(team, p, algorithm)
  local made = stage.await(function()
    local ok, answer = pcall(team.forecast.CreatePredictor, wanted)
    if ok then return answer.PredictorArn end
    if answer.code ~= "ResourceInUseException" then error(answer, 0) end
  end, "2m")
  return rest(function() return team.forecast.DescribePredictor { PredictorArn = made } end)
end

-- A night: the prices are imported, and a predictor learns with them.
function forecast.works_related(team, p)
  raise_failed(forecast.import(team, p), "CreateDatasetImportJob")
  return raise_failed(forecast.train(team, p, "Prophet"), "CreatePredictor").Status == "ACTIVE"
end

local function newest(list, p)
  local found
  for _, one in ipairs(list) do
    local over = one.Status == "ACTIVE" or one.Status == "CREATE_FAILED"
    if over and one.CreationTime * 1000 > p.since() and (not found or one.CreationTime > found.CreationTime) then found = one end
  end
  return found
end

local function of_group(team, p) return { { Key = "DatasetGroupArn", Value = forecast.group(team, p), Condition = "IS" } } end

function forecast.newest_predictor(team, p) return newest(team.forecast.ListPredictors { Filters = of_group(team, p) }.Predictors, p) end

function forecast.is_trained(team, p)
  local _, first = forecast.newest_import(team, p) -- what was learnt from older data proves nothing
  local predictor = forecast.newest_predictor(team, p)
  return first ~= nil and predictor ~= nil and predictor.CreationTime > first.CreationTime and predictor.Status == "ACTIVE", {
    en = "no predictor has become ACTIVE since", ko = "ACTIVE가 된 새 예측기가 아직 없습니다",
  }
end

function forecast.why_untrained(team, p)
  local predictor = forecast.newest_predictor(team, p)
  if not predictor then return forecast.why(team, p) end
  local told = team.forecast.DescribePredictor { PredictorArn = predictor.PredictorArn }
  return told.Status .. ": " .. (told.Message or "")
end

forecast.related_shown_by = {
  "forecast:DescribePredictor", "forecast:DescribeAutoPredictor", "forecast:ListPredictors", "forecast:DescribeDatasetImportJob",
}

-- ---- a forecast that is asked ----

function forecast.foresee(team)
  local page = team.forecast.ListPredictors { Filters = of_group(team, {}) }.Predictors
  local made = team.forecast.CreateForecast { ForecastName = "plan_" .. host.now(), PredictorArn = page[1].PredictorArn }.ForecastArn
  return raise_failed(rest(function() return team.forecast.DescribeForecast { ForecastArn = made } end), "CreateForecast")
end

function forecast.stage_forecast(team)
  forecast.stage(team, {})
  team.forecast.CreateDatasetGroup { DatasetGroupName = "shop", Domain = "RETAIL", DatasetArns = { forecast.dataset(team, target) } }
  raise_failed(forecast.import(team, target_of(team)), "CreateDatasetImportJob")
  raise_failed(forecast.train(team, {}, "NPTS"), "CreatePredictor")
  forecast.foresee(team)
end

-- The newest ACTIVE forecast of the group; nil: there is none.
function forecast.newest_forecast(team, p)
  local found
  for _, one in ipairs(team.forecast.ListForecasts { Filters = of_group(team, p) }.Forecasts) do
    if one.Status == "ACTIVE" and (not found or one.CreationTime > found.CreationTime) then found = one end
  end
  return found
end

function forecast.query(team, p)
  local found = forecast.newest_forecast(team, p) or
    error({ code = "NoForecast", message = "no forecast is ACTIVE", operation = "forecast:ListForecasts" }, 0)
  return team.forecastquery.QueryForecast { ForecastArn = found.ForecastArn, Filters = { item_id = p.item or "sparkle" } }.Forecast
end

return forecast
