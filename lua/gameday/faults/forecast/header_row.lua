-- The file begins with the names of its columns (FAULTS FC8).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "A polite introduction", ko = "친절한 머리글" },
  what = "Puts a row with the names of the columns in front of an import's file.",
  says = "CREATE_FAILED: …",
  parameters = forecast.parameters, shown_by = forecast.shown_by,
  breaks = function(team, p)
    local lines = forecast.lines(team, p)
    table.insert(lines, 1, "item_id,timestamp,demand")
    forecast.write(team, p, lines)
  end,
  mended = forecast.is_imported,
  hints = {
    { en = "Which row does the Message name, and which value?", ko = "Message는 몇 번째 행의 어떤 값이 문제라고 하나요?" },
    { en = "The first row of {key} has no data. Forecast takes columns by their order, not by their names.",
      ko = "{key} 파일의 첫 행은 데이터가 아닙니다. Forecast는 열을 이름이 아니라 순서로 읽어요." },
    { en = "Delete the first row (sed 1d), upload the file and import it again.", ko = "첫 행을 지우고(sed 1d) 올린 뒤 다시 가져오세요." },
  },
  learnt = {
    en = "A header is data to those who expect none.",
    ko = "머리글을 기대하지 않는 쪽에는 머리글도 데이터입니다.",
  },
  stage = forecast.stage, works = forecast.works, shows = forecast.why,
  repair = function(team, p)
    local lines = forecast.lines(team, p)
    table.remove(lines, 1)
    forecast.write(team, p, lines)
  end,
}
