-- The role may not write where the forecast is exported to (FAULTS FC32).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local forecast = require "gameday.faults.forecast"
local iam = require "gameday.faults.iam"

local function export(team, p)
  local job = team.forecast.CreateForecastExportJob {
    ForecastExportJobName = "out_" .. host.now(), ForecastArn = forecast.newest_forecast(team, p).ForecastArn,
    Destination = { S3Config = { Path = "s3://" .. p.bucket .. "/" .. p.prefix, RoleArn = team.role(p.role) } },
  }.ForecastExportJobArn
  local found
  stage.await(function()
    found = team.forecast.DescribeForecastExportJob { ForecastExportJobArn = job }
    return found.Status == "ACTIVE" or found.Status == "CREATE_FAILED"
  end, "1h")
  return found
end

return ready.fault {
  title = { en = "Read only", ko = "읽기 전용" },
  what = "Takes s3:PutObject out of the inline policies of the role that forecasts are exported with.",
  says = "CREATE_FAILED…s3:PutObject",
  parameters = {
    group = { "the dataset group", needed = "shop" }, role = { "the role that exports are written as", needed = "ForecastRole" },
    bucket = { "the bucket that they go to", default = "rides-{account}" }, prefix = { "where in it", default = "plans/" },
  },
  shown_by = { "forecast:DescribeForecastExportJob", "forecast:ListForecastExportJobs", "iam:GetRolePolicy" },
  breaks = function(team, p) iam.take(team, p.role, "s3:PutObject") end,
  mended = iam.judge("s3:PutObject", function(_, p) return "arn:aws:s3:::" .. p.bucket .. "/" .. p.prefix .. "plan.csv" end),
  hints = {
    { en = "The forecast is ACTIVE, but no file comes. What does the newest export job say?", ko = "예측은 ACTIVE인데 파일이 나오지 않습니다. 가장 최근 내보내기 작업은 뭐라고 하나요?" },
    { en = "An export writes as {role}. May it do more than read?", ko = "내보내기는 {role} 역할로 씁니다. 이 역할은 읽기 말고 쓰기도 할 수 있나요?" },
    { en = "Allow {role} s3:PutObject on the objects of the bucket (aws iam put-role-policy).", ko = "{role} 역할에 버킷 객체에 대한 s3:PutObject를 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "Import and export may use one role, or two: reading and writing are different rights.",
    ko = "가져오기와 내보내기에 같은 역할을 써도 되지만 읽기와 쓰기는 다른 권한입니다.",
  },
  stage = forecast.stage_forecast,
  works = function(team, p)
    local found = export(team, p)
    if found.Status == "ACTIVE" then return true end
    error({ code = found.Status, message = found.Message or "", operation = "forecast:CreateForecastExportJob" }, 0)
  end,
  shows = function(team, p)
    local found = export(team, p)
    return found.Status .. ": " .. tostring(found.Message)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, "s3:PutObject", stage.objects(p.bucket)) end,
}
