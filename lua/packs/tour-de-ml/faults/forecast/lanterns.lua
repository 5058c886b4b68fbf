-- Outliers: after a festival every guest was counted ten times, and the forecast believed it.
local gameday = require "gameday"
local cto = require "cto"
local rides = require "rides"

local from, to = "2026-11-05", "2026-11-08" -- the lantern festival

local function tenfold(row)
  local city, day, rest = string.match(row, "^([^,]*),([^,]*),(%d+)")
  if not day or day < from or day > to then return row end
  return city .. "," .. day .. "," .. rest .. "0"
end

return gameday.fault {
  id = "lanterns",
  title = { en = "Counted by lantern light", ko = "등불 아래에서 센 숫자" },
  points = { detection = 20, recovery = 90, none = "40m" },
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:QueryForecast", "s3:GetObject" },
  breaks = function(team)
    local rows = {}
    for row in gameday.fixture("datasets/rides.csv"):gmatch "[^\n]+" do rows[#rows + 1] = tenfold(row) end
    team:upload(rides.path(team, "history/rides.csv"), table.concat(rows, "\n") .. "\n")
    rides.renew(team, "lanterns")
    cto.says(team, "lanterns")
  end,
  mended = function(team)
    local forecast, import = rides.forecast(team), rides.newest_import(team, "TARGET_TIME_SERIES")
    if not forecast then return false, "no forecast is ACTIVE" end
    if not import or tonumber(import.FieldStatistics.demand.Max) > rides.most_rides then return false, "the history counts too many" end
    return forecast.CreationTime >= import.CreationTime, "the newest forecast was made before the newest import"
  end,
  every = "20s",
  hints = {
    { en = "The newest forecast sends far too many unicorns. It was made of a new import: what are its FieldStatistics, above all Max?",
      ko = "가장 최근 예측은 유니콘을 너무 많이 보냅니다. 새로 가져온 데이터로 만든 것이에요. FieldStatistics, 특히 Max는 얼마인가요?" },
    { en = "From 5 to 8 November history/rides.csv has ten times what is usual: somebody appended a 0.",
      ko = "history/rides.csv의 11월 5일부터 8일까지가 평소의 열 배입니다. 누군가 0을 하나 더 붙였어요." },
    { en = "Divide the demand of those four days by ten (awk -F, -v OFS=, '$2>=\"2026-11-05\"&&$2<=\"2026-11-08\"{$3/=10}1'), upload the file, import it and make a new forecast.",
      ko = "그 나흘의 수요를 10으로 나누고(awk -F, -v OFS=, '$2>=\"2026-11-05\"&&$2<=\"2026-11-08\"{$3/=10}1') 파일을 올려 다시 가져온 뒤 예측을 새로 만드세요." },
  },
  learnt = {
    en = "A forecast believes its data, the newest most. Look at the range of every import before you forecast from it.",
    ko = "예측은 데이터를 믿고, 최근 데이터를 가장 믿습니다. 예측하기 전에 가져온 데이터의 범위를 매번 확인하세요.",
  },
}
