-- A city without history: a cold start wants metadata.
local gameday = require "gameday"
local cto = require "cto"
local rides = require "rides"

return gameday.fault {
  id = "new-city",
  title = { en = "A city that never was", ko = "처음 만나는 도시" },
  points = { detection = 20, recovery = 100, none = "50m" },
  shown_by = { "forecast:QueryForecast", "forecastquery:QueryForecast", "forecast:DescribeDatasetGroup" },
  breaks = function(team)
    team:upload(rides.path(team, "cities/cities.csv"), gameday.fixture "datasets/rides-cities.csv")
    team:remember("ulsan", true)
    cto.says(team, "new-city")
  end,
  mended = function(team)
    local forecast = rides.forecast(team)
    if not forecast then return false, "no forecast is ACTIVE" end
    local ok = pcall(team.forecastquery.QueryForecast, { ForecastArn = forecast.ForecastArn, Filters = { item_id = "ulsan" } })
    return ok, "the newest forecast does not know ulsan"
  end,
  hints = {
    { en = "The planner asks for ulsan since this morning. What does QueryForecast answer, and what does the history say of it?",
      ko = "배차 담당자가 오늘 아침부터 ulsan을 묻습니다. QueryForecast는 뭐라고 답하고, 기록에는 무엇이 있나요?" },
    { en = "An item without history can be forecast from others like it, if a dataset of the type ITEM_METADATA says what it is like.",
      ko = "기록이 없는 품목도 ITEM_METADATA 데이터세트가 어떤 품목인지 알려 주면 비슷한 품목으로 예측할 수 있습니다." },
    { en = "Create an ITEM_METADATA dataset (item_id, category), import cities/cities.csv, add it to the group rides, train an AutoPredictor and make a forecast.",
      ko = "ITEM_METADATA 데이터세트(item_id, category)를 만들고 cities/cities.csv를 가져와 rides 그룹에 넣은 뒤 AutoPredictor를 훈련해 예측을 만드세요." },
  },
  learnt = {
    en = "A cold start is forecast from what it has in common with others: metadata. Without it an item that is not in the history does not exist.",
    ko = "콜드 스타트는 다른 품목과 닮은 점, 곧 메타데이터로 예측합니다. 메타데이터가 없으면 기록에 없는 품목은 존재하지 않아요.",
  },
}
