-- Timestamps in a format that nobody here reads (FAULTS FC7).
local gameday = require "gameday"
local rides = require "rides"

return gameday.fault {
  id = "slashes",
  title = { en = "The calendar of the former team", ko = "예전 팀의 달력" },
  from_start = true,
  needs = "turned-columns",
  points = { detection = 20, recovery = 60 },
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs" },
  breaks = function(team)
    local lines = {}
    for line in gameday.fixture("datasets/rides.csv"):gmatch "[^\n]+" do
      lines[#lines + 1] = line:gsub("(%d%d%d%d)-(%d%d)-(%d%d)", "%1/%2/%3")
    end
    team:upload(rides.path(team, "history/rides.csv"), table.concat(lines, "\n") .. "\n")
  end,
  mended = function(team)
    return rides.has_rows(team, "TARGET_TIME_SERIES", 1000), "the history is not in the group's dataset yet"
  end,
  hints = {
    { en = "The Message of the newest import job names a row, an attribute, and what is allowed.",
      ko = "가장 최근 가져오기 작업의 Message에 행과 속성, 허용되는 값이 적혀 있습니다." },
    { en = "Look at the first lines of history/rides.csv: how are the days written?",
      ko = "history/rides.csv의 첫 줄들을 보세요. 날짜가 어떻게 적혀 있나요?" },
    { en = "Download the file, write 2025-10-01 for 2025/10/01 in every row (sed 's#/#-#g'), upload it and import it again.",
      ko = "파일을 내려받아 모든 행에서 2025/10/01을 2025-10-01로 바꾸고(sed 's#/#-#g') 올린 뒤 다시 가져오세요." },
  },
  learnt = {
    en = "Days are written yyyy-MM-dd, hours and minutes need yyyy-MM-dd HH:mm:ss, and the first row that is not ends the import.",
    ko = "날짜는 yyyy-MM-dd로, 시와 분은 yyyy-MM-dd HH:mm:ss로 적습니다. 그렇지 않은 첫 행에서 가져오기가 끝나요.",
  },
}
