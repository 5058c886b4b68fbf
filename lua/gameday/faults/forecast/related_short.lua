-- The related series end before the horizon does (FAULTS FC16).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "Prices of the day after tomorrow", ko = "모레의 가격" },
  what = "Takes the last {days} days of each item out of a related series' file: it does not reach the end of the horizon.",
  says = "CREATE_FAILED: …",
  parameters = {
    dataset = forecast.related_parameters.dataset, bucket = forecast.related_parameters.bucket, key = forecast.related_parameters.key,
    role = forecast.related_parameters.role, group = forecast.related_parameters.group, days = { "how many days are missing", default = 3 },
  },
  shown_by = forecast.related_shown_by,
  breaks = function(team, p)
    local lines, kept, left = forecast.lines(team, p), {}, {}
    for i = #lines, 1, -1 do
      local item = string.match(lines[i], "^[^,]*")
      left[item] = (left[item] or 0) + 1
      if left[item] > p.days then table.insert(kept, 1, lines[i]) end
    end
    forecast.write(team, p, kept)
  end,
  mended = forecast.is_trained,
  hints = {
    { en = "A predictor that fails says why in its Message: which item, which day, and what it must reach.",
      ko = "실패한 예측기는 Message에 어떤 품목이 어느 날짜에서 끝나고 어디까지 닿아야 하는지 알려 줍니다." },
    { en = "Related series must reach the end of the forecast horizon, for every item. On which day does {key} end?",
      ko = "관련 시계열은 모든 품목에서 예측 기간의 끝까지 있어야 합니다. {key} 파일은 어느 날 끝나나요?" },
    { en = "Add rows for the missing days of each item to {key}, import it into {dataset} and train again.",
      ko = "{key}에 품목마다 빠진 날의 행을 더해 {dataset} 데이터세트로 가져오고 다시 훈련하세요." },
  },
  learnt = {
    en = "What helps to forecast must be known for the future too. Where it is not, leave the attribute out or shorten the horizon.",
    ko = "예측에 도움이 되는 값은 미래에 대해서도 알아야 합니다. 모른다면 그 속성을 빼거나 예측 기간을 줄이세요.",
  },
  after = "4m", stage = forecast.stage_related, works = forecast.works_related, shows = forecast.why_untrained,
  repair = function(team, p) forecast.write(team, p, forecast.prices()) end,
}
