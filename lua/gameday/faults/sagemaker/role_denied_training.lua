-- The pipeline's role is denied to train (FAULTS SM23).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "Learning is forbidden", ko = "학습 금지" },
  what = "Gives a pipeline's role an inline policy, {policy}, that denies sagemaker:CreateTrainingJob.",
  says = "is not authorized to perform: sagemaker:CreateTrainingJob on resource: …with an explicit deny in an identity-based policy",
  parameters = sagemaker.with {
    role = { "the pipeline's role", needed = "PipelineRole" },
    policy = { "the name of the policy that denies", default = "CostControl" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "iam:GetRolePolicy" },
  breaks = function(team, p) iam.put(team, p.role, p.policy, { Effect = "Deny", Action = "sagemaker:CreateTrainingJob", Resource = "*" }) end,
  mended = iam.judge("sagemaker:CreateTrainingJob"),
  hints = {
    { en = "Which action is refused, and is it just not allowed, or denied? Read the end of the sentence.",
      ko = "어떤 작업이 거부됐나요? 허용이 없는 건지, 명시적으로 거부된 건지 문장의 끝을 읽으세요." },
    { en = "Steps act as {role}. One of its policies denies sagemaker:CreateTrainingJob; a Deny wins.",
      ko = "단계는 {role} 역할로 움직입니다. 이 역할의 정책 하나가 sagemaker:CreateTrainingJob을 거부해요. Deny가 이깁니다." },
    { en = "aws iam delete-role-policy --role-name {role} --policy-name {policy}",
      ko = "aws iam delete-role-policy --role-name {role} --policy-name {policy}" },
  },
  learnt = {
    en = "Who saves costs by policy should say for how long.",
    ko = "정책으로 비용을 줄이려면 언제까지인지도 함께 적어야 합니다.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = function(team, p) team.iam.DeleteRolePolicy { RoleName = p.role, PolicyName = p.policy } end,
}
