-- The group trains on another dataset (FAULTS FC30).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

local function use(team, p, dataset)
  local arns = {}
  for _, arn in ipairs(team.forecast.DescribeDatasetGroup { DatasetGroupArn = forecast.group(team, p) }.DatasetArns) do
    if team.forecast.DescribeDataset { DatasetArn = arn }.DatasetType ~= "TARGET_TIME_SERIES" then arns[#arns + 1] = arn end
  end
  arns[#arns + 1] = team.arn("forecast", "dataset/" .. dataset)
  team.forecast.UpdateDatasetGroup { DatasetGroupArn = forecast.group(team, p), DatasetArns = arns }
end

local function holds(team, p)
  for _, arn in ipairs(team.forecast.DescribeDatasetGroup { DatasetGroupArn = forecast.group(team, p) }.DatasetArns) do
    if arn == forecast.dataset(team, p) then return true end
  end
  return false, { en = p.dataset .. " is not in the group", ko = p.dataset .. " 데이터세트가 그룹에 없습니다" }
end

return ready.fault {
  title = { en = "Training on an empty field", ko = "빈 운동장에서의 훈련" },
  what = "Puts the dataset {other}, which is made empty, into a dataset group in the place of the right one.",
  says = "dataset/{other}",
  parameters = {
    group = { "the dataset group", needed = "shop" },
    dataset = { "the dataset that should be in it, of the type TARGET_TIME_SERIES, domain RETAIL", needed = "shop_demand" },
    other = { "the empty one", default = "shop_demand_test" },
  },
  shown_by = { "forecast:DescribeDatasetGroup", "forecast:DescribePredictor", "forecast:ListPredictors" },
  breaks = function(team, p)
    forecast.make_dataset(team, p.other, "TARGET_TIME_SERIES")
    use(team, p, p.other)
  end,
  mended = holds,
  hints = {
    { en = "Imports go well and training fails, or learns from something else. Which data does the group hold?",
      ko = "가져오기는 되는데 훈련이 안 되거나 엉뚱한 데이터로 배웁니다. 그룹에는 어떤 데이터가 들어 있나요?" },
    { en = "describe-dataset-group names {other}. Who imports into that?", ko = "describe-dataset-group에 {other} 데이터세트가 보입니다. 거기로는 누가 가져오기를 하나요?" },
    { en = "Put {dataset} into the group {group} again (aws forecast update-dataset-group).",
      ko = "그룹 {group}에 {dataset} 데이터세트를 다시 넣으세요(aws forecast update-dataset-group)." },
  },
  learnt = {
    en = "A group has one dataset of each type. Naming a new one puts the old one out without a word.",
    ko = "그룹에는 유형마다 데이터세트가 하나뿐입니다. 새것을 넣으면 옛것은 말없이 빠져요.",
  },
  stage = forecast.stage_forecast,
  works = function(team, p)
    if not holds(team, p) then error({ code = "WrongDataset", message = "the plan knows no demand", operation = "forecast:DescribeDatasetGroup" }, 0) end
    return forecast.query(team, p) ~= nil
  end,
  shows = function(team, p) return team.forecast.DescribeDatasetGroup { DatasetGroupArn = forecast.group(team, p) } end,
  repair = function(team, p) use(team, p, p.dataset) end,
}
