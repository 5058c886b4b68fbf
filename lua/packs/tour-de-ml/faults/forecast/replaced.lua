-- A full import replaces all that was there (FAULTS FC13).
local gameday = require "gameday"
local cto = require "cto"
local rides = require "rides"

return gameday.fault {
  id = "replaced",
  title = { en = "A week is not a history", ko = "일주일은 역사가 아닙니다" },
  points = { detection = 20, recovery = 80, none = "40m" },
  shown_by = { "forecast:ListDatasetImportJobs", "forecast:DescribeDatasetImportJob" },
  breaks = function(team)
    team:upload(rides.path(team, "history/last-week.csv"), gameday.fixture "datasets/rides-last-week.csv")
    local dataset = rides.dataset_of(team, "TARGET_TIME_SERIES")
    rides.import(team, "refresh_" .. gameday.now() // 1000, dataset.DatasetArn, "history/last-week.csv", "FULL")
    rides.clear_forecasts(team)
    cto.says(team, "replaced")
  end,
  mended = function(team)
    if not rides.has_rows(team, "TARGET_TIME_SERIES", 1000) then return false, "the dataset holds a week" end
    return rides.forecast(team) ~= nil, "no forecast is ACTIVE"
  end,
  hints = {
    { en = "Somebody has imported again. How many rows did that import bring (FieldStatistics), and in which mode?",
      ko = "누군가 다시 가져오기를 했습니다. 그 가져오기에는 몇 행이 있었고(FieldStatistics) 어떤 모드였나요?" },
    { en = "ImportMode FULL replaces everything. The dataset now holds one week of 405 days.",
      ko = "ImportMode FULL은 전부를 바꿔 버립니다. 지금 데이터세트에는 405일 가운데 일주일만 있어요." },
    { en = "Import history/rides.csv once more, and make a forecast again from your predictor (create-forecast).",
      ko = "history/rides.csv를 다시 가져오고, 예측기로 예측을 다시 만드세요(create-forecast)." },
  },
  learnt = {
    en = "FULL replaces, INCREMENTAL adds. A forecast is made from what the dataset holds now, not from what it was trained on.",
    ko = "FULL은 바꾸고 INCREMENTAL은 더합니다. 예측은 훈련할 때가 아니라 지금 데이터세트에 있는 것으로 만들어집니다.",
  },
}
