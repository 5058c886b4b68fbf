-- The pipeline's role may not pass the role that jobs run as (FAULTS SM23).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "Nothing to pass on", ko = "넘겨줄 수 없는 역할" },
  what = "Takes iam:PassRole out of the inline policies of a pipeline's role.",
  says = "is not authorized to perform: iam:PassRole on resource: …{job_role}",
  parameters = sagemaker.with {
    role = { "the pipeline's role", needed = "PipelineRole" },
    job_role = { "the role that jobs run as", needed = "TrainRole" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "iam:GetRolePolicy" },
  breaks = function(team, p) iam.take(team, p.role, "iam:PassRole") end,
  mended = iam.judge("iam:PassRole", function(team, p) return team.role(p.job_role) end),
  hints = {
    { en = "The pipeline was started and failed. Which of its steps, and who is not authorized to do what?",
      ko = "파이프라인은 시작됐지만 실패했습니다. 어느 단계에서 누가 무엇을 할 권한이 없다고 하나요?" },
    { en = "A training job runs as {job_role}. Whoever starts it must be allowed to pass that role on: iam:PassRole.",
      ko = "학습 작업은 {job_role} 역할로 실행됩니다. 작업을 시작하는 쪽은 그 역할을 넘겨줄 권한, iam:PassRole이 있어야 해요." },
    { en = "Allow {role} the action iam:PassRole on {job_role} (aws iam put-role-policy).",
      ko = "{role} 역할에 {job_role} 역할에 대한 iam:PassRole을 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "Handing a role to a service is an action of its own. The sentence names who may not, what, and on which role.",
    ko = "서비스에 역할을 넘기는 것은 그 자체로 하나의 작업입니다. 오류 문장에 누가, 무엇을, 어느 역할에 할 수 없는지 모두 나와요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = function(team, p) iam.allow_again(team, p.role, "iam:PassRole", team.role(p.job_role)) end,
}
