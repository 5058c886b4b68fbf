-- The file was exported with semicolons (FAULTS FC10).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "Saved by a European spreadsheet", ko = "유럽식 스프레드시트" },
  what = "Writes semicolons for the commas of an import's file.",
  says = "CREATE_FAILED: …",
  parameters = forecast.parameters, shown_by = forecast.shown_by,
  breaks = forecast.turner(",", ";"), mended = forecast.is_imported,
  hints = {
    { en = "How many columns does the import see in a row, and how many does the schema have?",
      ko = "가져오기는 한 행에서 열을 몇 개로 보고, 스키마에는 몇 개가 있나요?" },
    { en = "Look at a line of {key}: what stands between the values?", ko = "{key} 파일의 한 줄을 보세요. 값 사이에 무엇이 있나요?" },
    { en = "Write commas (tr ';' ','), upload the file and import it again.", ko = "쉼표로 바꿔(tr ';' ',') 올리고 다시 가져오세요." },
  },
  learnt = {
    en = "Forecast knows commas alone. What a spreadsheet calls CSV depends on its country.",
    ko = "Forecast는 쉼표만 압니다. 스프레드시트가 말하는 CSV는 나라마다 달라요.",
  },
  stage = forecast.stage, works = forecast.works, shows = forecast.why, repair = forecast.turner(";", ","),
}
