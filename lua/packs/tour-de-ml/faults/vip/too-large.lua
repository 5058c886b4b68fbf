-- An instance type of which the account may have none (FAULTS SM1).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-too-large",
  title = { en = "The large machine", ko = "너무 큰 인스턴스" },
  from_start = true,
  needs = "vip-nothing-to-pass",
  points = { detection = 20, recovery = 60 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps" },
  breaks = function(team) vip.set_default(team, "InstanceType", vip.large) end,
  mended = function(team)
    local made, reason = vip.job_was_made(team)
    return made or string.find(reason, "No S3 objects found", 1, true) ~= nil
  end,
  hints = {
    { en = "The step Train says which limit is zero.", ko = "Train 단계가 어떤 한도가 0인지 말해 줍니다." },
    { en = "The pipeline has a parameter InstanceType. Its default is a machine with a graphics card, which nobody here may use.",
      ko = "파이프라인에는 InstanceType 매개변수가 있어요. 기본값이 여기서는 아무도 쓸 수 없는 GPU 인스턴스입니다." },
    { en = "Set the default of InstanceType to ml.m5.xlarge and update the pipeline.",
      ko = "InstanceType의 기본값을 ml.m5.xlarge로 바꾸고 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "Quotas count by instance type and purpose. A smaller type is there at once, a higher quota after days.",
    ko = "할당량은 인스턴스 유형과 용도별로 셉니다. 작은 유형은 바로 쓸 수 있지만 할당량 증가는 며칠이 걸려요.",
  },
}
