-- The role that Forecast reads as may not read the file (FAULTS FC24).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "Forecast without glasses", ko = "안경을 잃은 예측" },
  what = "Takes s3:GetObject out of the inline policies of the role that Forecast reads as.",
  says = "s3:GetObject",
  parameters = forecast.parameters,
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs", "iam:GetRolePolicy", "iam:ListRolePolicies" },
  breaks = function(team, p) iam.take(team, p.role, "s3:GetObject") end,
  mended = iam.judge("s3:GetObject", function(_, p) return "arn:aws:s3:::" .. p.bucket .. "/" .. p.key end),
  hints = {
    { en = "Whom was access denied: you, or the role that Forecast was given?", ko = "누구의 접근이 거부됐나요? 여러분인가요, Forecast에 넘긴 역할인가요?" },
    { en = "Forecast reads {key} as {role}. Read the policies of that role.", ko = "Forecast는 {role} 역할로 {key} 파일을 읽습니다. 이 역할의 정책을 읽어 보세요." },
    { en = "Allow {role} s3:GetObject on the bucket's objects (aws iam put-role-policy), and import again.",
      ko = "{role} 역할에 버킷 객체에 대한 s3:GetObject를 허용하고(aws iam put-role-policy) 다시 가져오세요." },
  },
  learnt = {
    en = "What a service reads for you it reads as the role that you gave it.",
    ko = "서비스가 대신 읽는 것은 여러분이 넘긴 역할로 읽습니다.",
  },
  stage = forecast.stage, works = forecast.works,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.role }
    local ok, found = pcall(forecast.import, team, p)
    return ok and tostring(found.Message) or tostring(found)
  end,
  repair = function(team, p) iam.allow_again(team, p.role, "s3:GetObject", "arn:aws:s3:::" .. p.bucket .. "/*") end,
}
