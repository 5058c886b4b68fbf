-- A job that stays in progress for ever; waiting is no repair (FAULTS FC31).
local gameday = require "gameday"
local cto = require "cto"
local rides = require "rides"

return gameday.fault {
  id = "standstill",
  title = { en = "In progress", ko = "진행 중" },
  points = { detection = 20, recovery = 80, none = "40m" },
  shown_by = { "forecast:DescribeForecast", "forecast:ListForecasts" },
  breaks = function(team)
    local predictor = rides.predictor(team, "ACTIVE")
    rides.clear_forecasts(team)
    if predictor then
      local made = team.forecast.CreateForecast {
        ForecastName = "refresh_" .. gameday.now() // 1000, PredictorArn = predictor.PredictorArn,
      }
      team:remember("rides.stuck", made.ForecastArn)
    end
    cto.says(team, "standstill")
  end,
  on = "forecast:Forecast", point = "lifecycle",
  call = function(call)
    if call.resource == call.team:recall "rides.stuck" then call:stick() end
  end,
  mended = function(team) return rides.forecast(team) ~= nil, "no forecast is ACTIVE" end,
  hints = {
    { en = "There is one forecast, and it is not ACTIVE. Since when is it in progress (CreationTime), and how long did yours take?",
      ko = "예측이 하나 있는데 ACTIVE가 아닙니다. 언제부터 진행 중인가요(CreationTime)? 여러분의 예측은 얼마나 걸렸나요?" },
    { en = "This job will never end. Nothing forbids another one beside it.", ko = "이 작업은 끝나지 않습니다. 그 옆에 하나를 더 만들면 안 된다는 법은 없어요." },
    { en = "Make a forecast of your own from the newest ACTIVE predictor: aws forecast create-forecast --forecast-name mine_2 --predictor-arn ARN. Stop the stuck one (stop-resource).",
      ko = "가장 최근의 ACTIVE 예측기로 예측을 새로 만드세요: aws forecast create-forecast --forecast-name mine_2 --predictor-arn ARN. 멈춘 것은 stop-resource로 중지하세요." },
  },
  learnt = {
    en = "A job without a deadline is a wish. Know how long it takes, and do not wait three times as long.",
    ko = "기한이 없는 작업은 소원일 뿐입니다. 보통 얼마나 걸리는지 알아 두고, 그 세 배를 기다리지 마세요.",
  },
}
