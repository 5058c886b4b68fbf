-- Timestamps in a format that nobody here reads (FAULTS FC7).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "Another calendar", ko = "다른 나라의 달력" },
  what = "Writes the days of an import's file with slashes: 2026/11/09.",
  says = "CREATE_FAILED: …timestamp…",
  parameters = forecast.parameters, shown_by = forecast.shown_by,
  breaks = forecast.turner("(%d%d%d%d)-(%d%d)-(%d%d)", "%1/%2/%3"),
  mended = forecast.is_imported,
  hints = {
    { en = "The Message of the newest import job names a row, an attribute, and what is allowed.",
      ko = "가장 최근 가져오기 작업의 Message에 행과 속성, 허용되는 값이 적혀 있습니다." },
    { en = "Look at the first lines of {key}: how are the days written?", ko = "{key} 파일의 첫 줄들을 보세요. 날짜가 어떻게 적혀 있나요?" },
    { en = "Write 2026-11-09 for 2026/11/09 in every row (sed 's#/#-#g'), upload the file and import it again.",
      ko = "모든 행에서 2026/11/09를 2026-11-09로 바꾸고(sed 's#/#-#g') 올린 뒤 다시 가져오세요." },
  },
  learnt = {
    en = "Days are written yyyy-MM-dd, hours and minutes need yyyy-MM-dd HH:mm:ss, and the first row that is not ends the import.",
    ko = "날짜는 yyyy-MM-dd로, 시와 분은 yyyy-MM-dd HH:mm:ss로 적습니다. 그렇지 않은 첫 행에서 가져오기가 끝나요.",
  },
  stage = forecast.stage, works = forecast.works, shows = forecast.why,
  repair = forecast.turner("(%d%d%d%d)/(%d%d)/(%d%d)", "%1-%2-%3"),
}
