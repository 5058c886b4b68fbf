-- The pipeline's role may not pass the role that training jobs run as (FAULTS SM23).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-nothing-to-pass",
  title = { en = "Nothing to pass on", ko = "넘겨줄 수 없는 역할" },
  from_start = true,
  needs = "vip-lost-path",
  points = { detection = 20, recovery = 60 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps" },
  breaks = function(team) vip.permit_pipeline(team, false) end,
  mended = function(team) return team:allows("VipPipelineRole", "iam:PassRole", team.role "VipTrainRole") end,
  hints = {
    { en = "The pipeline was started and failed. Which of its steps, and who is not authorized to do what?",
      ko = "파이프라인은 시작됐지만 실패했습니다. 어느 단계에서 누가 무엇을 할 권한이 없다고 하나요?" },
    { en = "A training job runs as VipTrainRole. Whoever starts it must be allowed to pass that role on: iam:PassRole.",
      ko = "학습 작업은 VipTrainRole로 실행됩니다. 작업을 시작하는 쪽은 그 역할을 넘겨줄 권한, iam:PassRole이 있어야 해요." },
    { en = "Add { Effect: Allow, Action: iam:PassRole, Resource: VipTrainRole's ARN } to the inline policy of VipPipelineRole.",
      ko = "VipPipelineRole의 인라인 정책에 { Effect: Allow, Action: iam:PassRole, Resource: VipTrainRole의 ARN }을 추가하세요." },
  },
  learnt = {
    en = "Handing a role to a service is an action of its own. The sentence names who may not, what, and on which role.",
    ko = "서비스에 역할을 넘기는 것은 그 자체로 하나의 작업입니다. 오류 문장에 누가, 무엇을, 어느 역할에 할 수 없는지 모두 나와요.",
  },
}
