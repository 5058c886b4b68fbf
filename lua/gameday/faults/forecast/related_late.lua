-- The related series begin after the target's (FAULTS FC17).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "Nobody wrote the old prices down", ko = "옛 가격은 아무도 적지 않았다" },
  what = "Takes the first {days} days of each item out of a related series' file: it begins later than the demand.",
  says = "CREATE_FAILED: …",
  parameters = {
    dataset = forecast.related_parameters.dataset, bucket = forecast.related_parameters.bucket, key = forecast.related_parameters.key,
    role = forecast.related_parameters.role, group = forecast.related_parameters.group, days = { "how many days are missing", default = 5 },
  },
  shown_by = forecast.related_shown_by,
  breaks = function(team, p)
    local kept, seen = {}, {}
    for _, line in ipairs(forecast.lines(team, p)) do
      local item = string.match(line, "^[^,]*")
      seen[item] = (seen[item] or 0) + 1
      if seen[item] > p.days then kept[#kept + 1] = line end
    end
    forecast.write(team, p, kept)
  end,
  mended = forecast.is_trained,
  hints = {
    { en = "Read the predictor's Message: which series begins too late, and later than what?", ko = "예측기의 Message를 읽어 보세요. 어느 시계열이 무엇보다 늦게 시작하나요?" },
    { en = "The related series of an item must begin on or before its first demand. On which day does {key} begin?",
      ko = "품목의 관련 시계열은 수요가 처음 기록된 날이나 그 전부터 있어야 합니다. {key} 파일은 어느 날 시작하나요?" },
    { en = "Add rows for the first days of each item to {key}, import it into {dataset} and train again.",
      ko = "{key}에 품목마다 처음 며칠의 행을 더해 {dataset} 데이터세트로 가져오고 다시 훈련하세요." },
  },
  learnt = {
    en = "A related series covers all of the demand and the horizon, without a gap.",
    ko = "관련 시계열은 수요의 처음부터 예측 기간의 끝까지 빈틈없이 덮어야 합니다.",
  },
  after = "4m", stage = forecast.stage_related, works = forecast.works_related, shows = forecast.why_untrained,
  repair = function(team, p) forecast.write(team, p, forecast.prices()) end,
}
