-- The related series has a hole (FAULTS FC18).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "A day without a price", ko = "가격이 없는 날" },
  what = "Takes one row out of the middle of a related series' file.",
  says = "CREATE_FAILED: …",
  parameters = forecast.related_parameters, shown_by = forecast.related_shown_by,
  breaks = function(team, p)
    local lines = forecast.lines(team, p)
    table.remove(lines, #lines // 4)
    forecast.write(team, p, lines)
  end,
  mended = forecast.is_trained,
  hints = {
    { en = "Read the predictor's Message: what is missing, of which item, and when?", ko = "예측기의 Message를 읽어 보세요. 어떤 품목의 언제 값이 없나요?" },
    { en = "In the demand a missing day may be filled; in a related series none may be missing. Count the rows of each item in {key}.",
      ko = "수요에서는 빠진 날을 채울 수 있지만 관련 시계열에서는 하루도 빠지면 안 됩니다. {key}에서 품목별 행 수를 세어 보세요." },
    { en = "Add the row that is missing to {key}, import it into {dataset} and train again (or set a filling for the attribute).",
      ko = "{key}에 빠진 행을 더해 {dataset} 데이터세트로 가져오고 다시 훈련하세요(또는 그 속성의 채우기 방법을 지정하세요)." },
  },
  learnt = {
    en = "Related attributes have no default for what is missing: say one, or miss nothing.",
    ko = "관련 속성의 빈 값에는 기본 채우기가 없습니다. 방법을 지정하거나 비우지 마세요.",
  },
  after = "4m", stage = forecast.stage_related, works = forecast.works_related, shows = forecast.why_untrained,
  repair = function(team, p) forecast.write(team, p, forecast.prices()) end,
}
