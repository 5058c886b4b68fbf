-- The related time series end before the horizon does (FAULTS FC16).
local gameday = require "gameday"
local rides = require "rides"

return gameday.fault {
  id = "short-prices",
  title = { en = "Prices of the day after tomorrow", ko = "모레의 가격" },
  from_start = true,
  needs = "far-sight",
  points = { detection = 20, recovery = 80 },
  shown_by = { "forecast:DescribeAutoPredictor", "forecast:DescribePredictor", "forecast:ListPredictors", "forecast:DescribeDatasetImportJob" },
  -- What the former team imported before it left is there from the setup on: rides_prices ends on 12 November.
  mended = function(team)
    local predictor = rides.predictor(team)
    if not predictor or predictor.Status ~= "ACTIVE" then return false, "the newest predictor of the group is not ACTIVE" end
    local horizon = team.forecast.DescribeAutoPredictor { PredictorArn = predictor.PredictorArn }.ForecastHorizon
    return horizon >= rides.needed_days, "its horizon ends before the planner's does"
  end,
  hints = {
    { en = "A predictor that fails says why in its Message: which item, which day, and what it must reach.",
      ko = "실패한 예측기는 Message에 어떤 품목이 어느 날짜에서 끝나고 어디까지 닿아야 하는지 알려 줍니다." },
    { en = "Related series must reach the end of the forecast horizon, for every item. prices/prices.csv ends on 12 November.",
      ko = "관련 시계열은 모든 품목에서 예측 기간의 끝까지 있어야 합니다. prices/prices.csv는 11월 12일에 끝나요." },
    { en = "The bucket has prices/plan.csv with the prices of the next three weeks. Import it into rides_prices and train again.",
      ko = "버킷의 prices/plan.csv에는 앞으로 3주의 가격이 있습니다. 이것을 rides_prices로 가져오고 다시 훈련하세요." },
  },
  learnt = {
    en = "What helps to forecast must be known for the future too. Where it is not, leave the attribute out or shorten the horizon.",
    ko = "예측에 도움이 되는 값은 미래에 대해서도 알아야 합니다. 모른다면 그 속성을 빼거나 예측 기간을 줄이세요.",
  },
}
