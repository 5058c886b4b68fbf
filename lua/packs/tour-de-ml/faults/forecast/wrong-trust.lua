-- The role trusts another service (FAULTS FC24).
local gameday = require "gameday"
local rides = require "rides"

return gameday.fault {
  id = "wrong-trust",
  title = { en = "Who may wear this hat?", ko = "이 모자는 누가 쓸 수 있나요?" },
  from_start = true,
  points = { detection = 20, recovery = 60 },
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs" },
  breaks = function(team)
    rides.trust(team, "sagemaker.amazonaws.com")
    team:remember("rides.distrusted", gameday.now())
    local dataset = rides.dataset_of(team, "TARGET_TIME_SERIES")
    team.forecast.CreateDatasetImportJob {
      DatasetImportJobName = "nightly", DatasetArn = dataset.DatasetArn, DataSource = rides.source(team, "history/rides.csv"),
    }
  end,
  -- An import got as far as the data.
  mended = function(team)
    for _, job in ipairs(rides.imports(team)) do
      local since = job.CreationTime * 1000 >= team:recall "rides.distrusted"
      local failed = job.Status == "CREATE_FAILED" and not job.Message:find("unable to assume the role", 1, true)
      if since and (job.Status == "ACTIVE" or failed) then return true end
    end
    return false, "no dataset import job has been able to use the role yet"
  end,
  hints = {
    { en = "The import job nightly has failed. Its Message says what Amazon Forecast could not do.",
      ko = "가져오기 작업 nightly가 실패했습니다. Message에 Amazon Forecast가 무엇을 못 했는지 적혀 있어요." },
    { en = "A role is assumed by whom its trust policy names. Read that of ForecastRole.",
      ko = "역할은 신뢰 정책에 적힌 주체만 맡을 수 있습니다. ForecastRole의 신뢰 정책을 읽어 보세요." },
    { en = "Let forecast.amazonaws.com assume ForecastRole (aws iam update-assume-role-policy), then start a new import job.",
      ko = "forecast.amazonaws.com이 ForecastRole을 맡을 수 있게 하고(aws iam update-assume-role-policy) 가져오기 작업을 새로 시작하세요." },
  },
  learnt = {
    en = "A service can use a role only if the role's trust policy names it. A permission policy alone opens nothing.",
    ko = "서비스는 신뢰 정책에 이름이 있어야 역할을 쓸 수 있습니다. 권한 정책만으로는 아무것도 열리지 않아요.",
  },
}
