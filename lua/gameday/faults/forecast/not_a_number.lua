-- A value is no number.
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

return ready.fault {
  title = { en = "Nobody counted that day", ko = "아무도 세지 않은 날" },
  what = "Writes {value} for the last column of the file's last row.",
  says = "CREATE_FAILED: …{value}…",
  parameters = {
    dataset = forecast.parameters.dataset, bucket = forecast.parameters.bucket, key = forecast.parameters.key, role = forecast.parameters.role,
    value = { "what stands there instead of a number", default = "unknown" },
  },
  shown_by = forecast.shown_by,
  breaks = function(team, p)
    local lines = forecast.lines(team, p)
    lines[#lines] = string.gsub(lines[#lines], "[^,]*$", p.value)
    forecast.write(team, p, lines)
  end,
  mended = forecast.is_imported,
  hints = {
    { en = "One value of many ends the import. Which row, which attribute?", ko = "수많은 값 가운데 하나가 가져오기를 끝냅니다. 몇 번째 행의 어떤 속성인가요?" },
    { en = "A row of {key} has a word where a number belongs. What does Forecast want where nothing is known?",
      ko = "{key} 파일의 한 행에 숫자 대신 낱말이 있습니다. 값을 모를 때 Forecast는 무엇을 원하나요?" },
    { en = "Leave the value empty or write a number, upload the file and import it again.", ko = "값을 비우거나 숫자를 적어 올리고 다시 가져오세요." },
  },
  learnt = {
    en = "What is missing is left empty, and how it is filled is the featurization's business.",
    ko = "없는 값은 비워 두세요. 어떻게 채울지는 피처화 설정의 몫입니다.",
  },
  stage = forecast.stage, works = forecast.works, shows = forecast.why,
  repair = function(team, p)
    local lines = forecast.lines(team, p)
    lines[#lines] = string.gsub(lines[#lines], "[^,]*$", "25")
    forecast.write(team, p, lines)
  end,
}
