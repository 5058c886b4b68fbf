-- A fault of the cloud: an import never ends, and holds up all the rest (FAULTS FC31).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"

local function arn(team, p) return team.arn("forecast", "dataset-import-job/" .. p.dataset .. "/" .. p.job) end

local function status(team, p)
  local ok, job = pcall(team.forecast.DescribeDatasetImportJob, { DatasetImportJobArn = arn(team, p) })
  return ok and job.Status or "gone"
end

return ready.fault {
  title = { en = "In progress, for ever", ko = "영원히 진행 중" },
  what = "Begins an import, {job}, that stays CREATE_IN_PROGRESS: as long as it does, nothing can be trained on its dataset.",
  says = "ResourceInUseException: …",
  parameters = {
    dataset = forecast.parameters.dataset, bucket = forecast.parameters.bucket, key = forecast.parameters.key, role = forecast.parameters.role,
    job = { "the name of the import that is stuck", default = "night_stuck" },
  },
  shown_by = forecast.shown_by,
  on = "forecast:DatasetImportJob", resource = "*/{job}", life = { from = "CREATE_IN_PROGRESS", stuck = true },
  breaks = function(team, p)
    team.forecast.CreateDatasetImportJob {
      DatasetImportJobName = p.job, DatasetArn = forecast.dataset(team, p),
      DataSource = { S3Config = { Path = "s3://" .. p.bucket .. "/" .. p.key, RoleArn = team.role(p.role) } },
    }
  end,
  mended = function(team, p)
    local now = status(team, p)
    return not (string.find(now, "PENDING") or string.find(now, "PROGRESS")), "the import " .. p.job .. " is " .. now
  end,
  hints = {
    { en = "Training is refused because something is in use. What, and by whom? List the import jobs.", ko = "무언가 사용 중이라며 훈련이 거부됩니다. 무엇이 누구에게 쓰이고 있나요? 가져오기 작업을 나열해 보세요." },
    { en = "The job {job} is CREATE_IN_PROGRESS much longer than any other was. It will not get better.", ko = "{job} 작업이 다른 작업보다 훨씬 오래 CREATE_IN_PROGRESS입니다. 나아지지 않을 거예요." },
    { en = "Stop it: aws forecast stop-resource --resource-arn …, then delete it and import again.", ko = "멈추세요: aws forecast stop-resource --resource-arn … 그다음 지우고 다시 가져오세요." },
  },
  learnt = {
    en = "Know how long your jobs take. What takes ten times as long is not slow, it is stuck.",
    ko = "작업이 보통 얼마나 걸리는지 알아 두세요. 열 배가 걸린다면 느린 것이 아니라 멈춘 것입니다.",
  },
  stage = forecast.stage_forecast,
  works = function(team, p)
    local ok, answer = pcall(team.forecast.CreatePredictor, forecast.predictor_request(team, {}, "NPTS"))
    if not ok then error(answer, 0) end
    team.forecast.StopResource { ResourceArn = answer.PredictorArn }
    return true
  end,
  shows = function(team, p)
    team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = arn(team, p) }
    return team.forecast.CreatePredictor(forecast.predictor_request(team, {}, "NPTS"))
  end,
  repair = function(team, p) team.forecast.StopResource { ResourceArn = arn(team, p) } end,
}
