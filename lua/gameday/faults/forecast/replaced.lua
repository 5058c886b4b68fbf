-- A full import has replaced all that was there (FAULTS FC13).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

-- How many rows the dataset holds now.
local function rows(team, p)
  local jobs, total = {}, 0
  local filters = { { Key = "DatasetArn", Value = forecast.dataset(team, p), Condition = "IS" }, { Key = "Status", Value = "ACTIVE", Condition = "IS" } }
  for i, job in ipairs(team.forecast.ListDatasetImportJobs { Filters = filters }.DatasetImportJobs) do jobs[i] = job end
  table.sort(jobs, function(a, b) return a.CreationTime > b.CreationTime end)
  for _, job in ipairs(jobs) do
    local told = team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn }
    total = total + told.FieldStatistics.item_id.Count
    if told.ImportMode ~= "INCREMENTAL" then break end
  end
  return total
end

return ready.fault {
  title = { en = "A week is not a history", ko = "일주일은 역사가 아닙니다" },
  what = "Imports the last {days} rows alone with ImportMode FULL: the dataset holds nothing else then, and nothing is red.",
  says = '"ImportMode":"FULL"',
  parameters = {
    dataset = forecast.parameters.dataset, bucket = forecast.parameters.bucket, key = forecast.parameters.key, role = forecast.parameters.role,
    days = { "how many rows are left", default = 7 },
    rows = { "how many the dataset should hold", needed = 120 },
  },
  shown_by = forecast.shown_by,
  breaks = function(team, p)
    local lines, last = forecast.lines(team, p), {}
    for i = math.max(1, #lines - p.days + 1), #lines do last[#last + 1] = lines[i] end
    local week = { bucket = p.bucket, key = "refresh/week.csv", dataset = p.dataset, role = p.role }
    forecast.write(team, week, last)
    forecast.import(team, week, "FULL")
  end,
  mended = function(team, p)
    local now = rows(team, p)
    return now >= p.rows, "the dataset holds " .. now .. " rows"
  end,
  every = "20s",
  hints = {
    { en = "Somebody has imported again. How many rows did that bring (FieldStatistics), and in which mode?",
      ko = "누군가 다시 가져오기를 했습니다. 몇 행이 들어왔고(FieldStatistics) 어떤 모드였나요?" },
    { en = "ImportMode FULL replaces everything. The dataset {dataset} holds a few days of its history.",
      ko = "ImportMode FULL은 전부를 바꿔 버립니다. {dataset} 데이터세트에는 며칠 치만 남아 있어요." },
    { en = "Import {key} once more (FULL).", ko = "{key} 파일을 다시 가져오세요(FULL)." },
  },
  learnt = {
    en = "FULL replaces, INCREMENTAL adds. A forecast is made from what the dataset holds now, not from what it was trained on.",
    ko = "FULL은 바꾸고 INCREMENTAL은 더합니다. 예측은 훈련할 때가 아니라 지금 데이터세트에 있는 것으로 만들어집니다.",
  },
  stage = function(team, p)
    forecast.stage(team, p)
    forecast.import(team, p)
  end,
  works = function(team, p)
    local now = rows(team, p)
    return now >= p.rows, "the history has " .. now .. " rows"
  end,
  shows = function(team, p)
    local job = team.forecast.ListDatasetImportJobs {}.DatasetImportJobs
    table.sort(job, function(a, b) return a.CreationTime > b.CreationTime end)
    return team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job[1].DatasetImportJobArn }
  end,
  repair = function(team, p) forecast.import(team, p, "FULL") end,
}
