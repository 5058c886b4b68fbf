-- The file's columns come in another order than the schema's (FAULTS FC9).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

local turn = forecast.turner("^([^,]*),([^,]*)", "%2,%1")

return ready.fault {
  title = { en = "An item is not a date", ko = "품목은 날짜가 아닙니다" },
  what = "Turns the first two columns of an import's file.",
  says = "CREATE_FAILED: …timestamp…",
  parameters = forecast.parameters,
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs", "forecast:DescribeDataset" },
  breaks = turn, mended = forecast.is_imported,
  hints = {
    { en = "Which value could the import not read, and as what attribute?", ko = "가져오기가 읽지 못한 값은 무엇이고, 어떤 속성으로 읽으려 했나요?" },
    { en = "Files have no column names here: columns come in the order of the dataset's schema (describe-dataset). Compare the two.",
      ko = "여기 파일에는 열 이름이 없습니다. 데이터세트 스키마의 순서대로 읽어요(describe-dataset). 둘을 비교해 보세요." },
    { en = "Turn the columns of {key} back (awk -F, '{print $2\",\"$1\",\"$3}'), upload the file and import it again.",
      ko = "{key} 파일의 열 순서를 되돌려(awk -F, '{print $2\",\"$1\",\"$3}') 올리고 다시 가져오세요." },
  },
  learnt = {
    en = "Forecast reads columns by their place. FieldStatistics show at once whether what came in is what was meant.",
    ko = "Forecast는 열을 위치로 읽습니다. FieldStatistics를 보면 의도한 데이터가 들어왔는지 바로 알 수 있어요.",
  },
  stage = forecast.stage, works = forecast.works, shows = forecast.why, repair = turn,
}
