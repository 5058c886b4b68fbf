-- The forecast: how many unicorns each city will want, from history that lies in S3, by Amazon Forecast.
local gameday = require "gameday"
local rides = require "rides"

return gameday.challenge {
  id = "forecast",
  title = { en = "Tomorrow's unicorns", ko = "내일의 유니콘" },
  brief = {
    en = "The fleet planner decides each business day (ten minutes of yours) how many unicorns go to which city. She asks the newest " ..
         "ACTIVE forecast of the dataset group `rides` for p10, p50 and p90 of the day, city by city, and pays by how near they came. " ..
         "There is no forecast at all: the data lie in S3 and never got in. Get them in, train a predictor by the recipe in the bucket, make a forecast, and keep it good: she looks three weeks ahead.",
    ko = "배차 담당자는 영업일(여러분의 10분)마다 어느 도시에 유니콘을 몇 마리 보낼지 정합니다. 데이터세트 그룹 `rides`에서 가장 최근의 ACTIVE 예측에 " ..
         "도시별로 그날의 p10, p50, p90을 묻고 얼마나 가까웠는지에 따라 점수를 줘요. 그런데 예측이 하나도 없습니다. 데이터는 S3에 있지만 한 번도 들어오지 " ..
         "못했어요. 데이터를 넣고, 버킷에 있는 레시피로 예측기를 훈련하고, 예측을 만들어 계속 좋게 유지하세요. 담당자는 3주 앞까지 봅니다.",
  },
  guide = { en = "guides/forecast.en.md", ko = "guides/forecast.ko.md" },
  points = 200,
  setup = rides.build,

  gameday.probe {
    id = "planner",
    title = { en = "The fleet planner asks", ko = "배차 담당자가 묻습니다" },
    every = "60s", earns = 30, costs = 5,
    shows = "forecast list-dataset-import-jobs",
    run = rides.plan,
  },

  require "faults.forecast.wrong-trust",
  require "faults.forecast.turned-columns",
  require "faults.forecast.slashes",
  require "faults.forecast.far-sight",
  require "faults.forecast.short-prices",
  require "faults.forecast.replaced",
  require "faults.forecast.lanterns",
  require "faults.forecast.new-city",
  require "faults.forecast.standstill",
}
