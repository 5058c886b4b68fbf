-- A fault of the cloud: there is no capacity of the size that the pipeline uses (FAULTS SM2).
local gameday = require "gameday"
local cto = require "cto"
local vip = require "vip"

local reason = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."

return gameday.fault {
  id = "vip-no-room",
  title = { en = "No room at the inn", ko = "방이 없습니다" },
  points = { detection = 20, recovery = 80 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob" },
  breaks = function(team)
    team:remember("vip.scarce", vip.default_of(team, "InstanceType"))
    team:remember("vip.no-room", gameday.now())
    cto.says(team, "vip-no-room")
  end,
  on = "sagemaker:TrainingJob", point = "lifecycle",
  call = function(call)
    if call.from ~= "Starting" then return end
    local job = call.team.sagemaker.DescribeTrainingJob { TrainingJobName = string.match(call.resource, "[^/]+$") }
    if job.ResourceConfig.InstanceType == call.team:recall "vip.scarce" then call:fail(reason) end
  end,
  mended = function(team) return vip.learnt_since(team, team:recall "vip.no-room") end,
  every = "15s",
  hints = {
    { en = "The training job was made and ended at once. Its FailureReason says what is missing, and what to try.",
      ko = "학습 작업은 만들어지자마자 끝났습니다. FailureReason에 무엇이 없는지, 무엇을 해 보라는지 나와 있어요." },
    { en = "There are no machines of the type in the pipeline's parameter InstanceType. Other types are free.",
      ko = "파이프라인의 InstanceType 매개변수에 적힌 유형의 인스턴스가 없습니다. 다른 유형은 비어 있어요." },
    { en = "Set the default of InstanceType to another small type, ml.m5.2xlarge or ml.c5.xlarge, and update the pipeline.",
      ko = "InstanceType의 기본값을 ml.m5.2xlarge나 ml.c5.xlarge 같은 다른 작은 유형으로 바꾸고 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "A quota is what you may have, capacity is what there is. Keep the instance type a parameter, and know a second one.",
    ko = "할당량은 가져도 되는 양이고, 용량은 실제로 있는 양입니다. 인스턴스 유형은 매개변수로 두고 대안을 하나 알아 두세요.",
  },
}
