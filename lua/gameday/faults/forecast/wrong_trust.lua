-- The role that Forecast reads as trusts another service (FAULTS FC24).
local ready = require "gameday.ready"
local forecast = require "gameday.faults.forecast"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "Who may wear this hat?", ko = "이 모자는 누가 쓸 수 있나요?" },
  what = "Lets the role that Forecast reads as trust {service} instead.",
  says = "CREATE_FAILED: …assume the role…",
  parameters = {
    dataset = forecast.parameters.dataset, bucket = forecast.parameters.bucket, key = forecast.parameters.key, role = forecast.parameters.role,
    service = { "whom it trusts instead", default = "sagemaker.amazonaws.com" },
  },
  shown_by = { "forecast:DescribeDatasetImportJob", "forecast:ListDatasetImportJobs", "iam:GetRole" },
  breaks = function(team, p) iam.trust(team, p.role, p.service) end,
  mended = function(team, p) return team:trusts(p.role, "forecast.amazonaws.com") end,
  hints = {
    { en = "The newest import job has failed. Its Message says what Forecast could not do.", ko = "가장 최근 가져오기 작업이 실패했습니다. Message에 Forecast가 무엇을 못 했는지 적혀 있어요." },
    { en = "A role is assumed by whom its trust policy names. Read that of {role}.", ko = "역할은 신뢰 정책에 적힌 주체만 맡을 수 있습니다. {role} 역할의 신뢰 정책을 읽어 보세요." },
    { en = "Let forecast.amazonaws.com assume {role} (aws iam update-assume-role-policy), then import again.",
      ko = "forecast.amazonaws.com이 {role} 역할을 맡을 수 있게 하고(aws iam update-assume-role-policy) 다시 가져오세요." },
  },
  learnt = {
    en = "A service can use a role only if the role's trust policy names it. A permission policy alone opens nothing.",
    ko = "서비스는 신뢰 정책에 이름이 있어야 역할을 쓸 수 있습니다. 권한 정책만으로는 아무것도 열리지 않아요.",
  },
  stage = forecast.stage, works = forecast.works, shows = forecast.why,
  repair = function(team, p) iam.trust(team, p.role, "forecast.amazonaws.com") end,
}
