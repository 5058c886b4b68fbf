-- Somebody has deleted the forecasts.
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "No tomorrow", ko = "내일이 없다" },
  what = "Deletes every forecast of a dataset group; the predictor stays.",
  says = "NoForecast",
  parameters = { group = { "the dataset group", needed = "shop" }, item = { "an item that is asked for", needed = "sparkle" } },
  shown_by = { "forecast:ListForecasts", "forecast:ListPredictors" },
  breaks = function(team, p)
    for _ = 1, 20 do
      local found = forecast.newest_forecast(team, p)
      if not found then break end
      team.forecast.DeleteForecast { ForecastArn = found.ForecastArn }
    end
  end,
  mended = function(team, p)
    local ok, answer = pcall(forecast.query, team, p)
    return ok and answer ~= nil, "no ACTIVE forecast answers"
  end,
  every = "15s",
  hints = {
    { en = "What does the planner ask, and is it still there? List the forecasts.", ko = "배차 담당자가 묻는 예측이 아직 있나요? 예측을 나열해 보세요." },
    { en = "The forecasts are gone, the predictor is not. What is made from a predictor?", ko = "예측은 없지만 예측기는 남아 있습니다. 예측기로 무엇을 만들 수 있나요?" },
    { en = "aws forecast create-forecast --forecast-name … --predictor-arn …", ko = "aws forecast create-forecast --forecast-name … --predictor-arn …" },
  },
  learnt = {
    en = "Data, predictor, forecast: each can be made from the one before. Know which of them is expensive.",
    ko = "데이터, 예측기, 예측. 뒤의 것은 앞의 것으로 다시 만들 수 있습니다. 무엇이 비싼지 알아 두세요.",
  },
  stage = forecast.stage_forecast,
  works = function(team, p) return forecast.query(team, p) ~= nil end,
  shows = forecast.query,
  repair = forecast.foresee,
}
