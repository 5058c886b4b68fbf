-- A horizon longer than the data can carry (FAULTS FC15).
local gameday = require "gameday"
local rides = require "rides"

return gameday.fault {
  id = "far-sight",
  title = { en = "The board looks far ahead", ko = "너무 멀리 내다보는 이사회" },
  from_start = true,
  needs = "slashes",
  points = { detection = 20, recovery = 60 },
  shown_by = { "forecast:DescribeAutoPredictor", "forecast:DescribePredictor", "forecast:ListPredictors" },
  breaks = function(team) rides.write_recipe(team, 180) end,
  -- A predictor was made that failed for something else, or did not fail.
  mended = function(team)
    local predictor = rides.predictor(team)
    if not predictor then return false, "the group has no predictor" end
    if predictor.Status == "ACTIVE" then return true end
    return predictor.Status == "CREATE_FAILED" and not predictor.Message:find("horizon of", 1, true), "the newest predictor's horizon is too long"
  end,
  hints = {
    { en = "The recipe in the bucket, recipes/predictor.json, makes a predictor that fails. Its Message counts something.",
      ko = "버킷의 recipes/predictor.json으로 만든 예측기는 실패합니다. Message가 무언가를 세고 있어요." },
    { en = "How far a predictor can look depends on how much history there is. 405 days do not carry a horizon of 180.",
      ko = "예측기가 얼마나 멀리 볼 수 있는지는 기록의 길이에 달려 있습니다. 405일로는 180일을 내다볼 수 없어요." },
    { en = "Write 21 for ForecastHorizon: three weeks is what the planner asks for. Create the predictor under another name.",
      ko = "ForecastHorizon을 21로 바꾸세요. 담당자가 묻는 것은 3주예요. 예측기는 다른 이름으로 만드세요." },
  },
  learnt = {
    en = "A horizon is at most a quarter of the data for an AutoPredictor, a third for older kinds. Ask for what is needed, not for what would be nice.",
    ko = "AutoPredictor의 예측 기간은 데이터의 4분의 1, 예전 예측기는 3분의 1까지입니다. 있으면 좋은 만큼이 아니라 필요한 만큼만 요청하세요.",
  },
}
