-- The schema's order is not the file's (FAULTS FC9).
local gameday = require "gameday"
local rides = require "rides"

return gameday.fault {
  id = "turned-columns",
  title = { en = "A city is not a date", ko = "도시는 날짜가 아닙니다" },
  from_start = true,
  needs = "wrong-trust",
  points = { detection = 20, recovery = 60 },
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs", "forecast:DescribeDataset" },
  breaks = function(team)
    local turned = rides.dataset(team, "rides_history", "TARGET_TIME_SERIES", rides.turned_schema())
    rides.use(team, turned, rides.prices_dataset(team))
  end,
  mended = function(team)
    local dataset = rides.dataset_of(team, "TARGET_TIME_SERIES")
    if not dataset then return false, "the dataset group has no target time series" end
    if dataset.Schema.Attributes[1].AttributeName == "item_id" then return true end
    return rides.has_rows(team, "TARGET_TIME_SERIES", 1000), "the schema of the group's dataset does not fit the file"
  end,
  hints = {
    { en = "Which value could the import not read, and as what attribute?",
      ko = "가져오기가 읽지 못한 값은 무엇이고, 어떤 속성으로 읽으려 했나요?" },
    { en = "Columns have no names in the files of Amazon Forecast: they come in the order of the schema. Compare the two.",
      ko = "Amazon Forecast의 파일에는 열 이름이 없습니다. 스키마의 순서대로 읽어요. 둘을 비교해 보세요." },
    { en = "A schema cannot be changed. Use a TARGET_TIME_SERIES dataset with item_id, timestamp, demand (rides_demand is one) and name it in the group by update-dataset-group.",
      ko = "스키마는 바꿀 수 없습니다. item_id, timestamp, demand 순서의 TARGET_TIME_SERIES 데이터세트(rides_demand가 그래요)를 update-dataset-group으로 그룹에 넣으세요." },
  },
  learnt = {
    en = "Forecast reads columns by their place. FieldStatistics show at once whether what came in is what was meant.",
    ko = "Forecast는 열을 위치로 읽습니다. FieldStatistics를 보면 의도한 데이터가 들어왔는지 바로 알 수 있어요.",
  },
}
