-- The role that jobs run as trusts another service (FAULTS SM4).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "A role nobody can wear", ko = "아무도 맡을 수 없는 역할" },
  what = "Lets the role of training jobs trust {service} instead of SageMaker.",
  says = "Could not assume role …{role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
  parameters = sagemaker.with {
    role = { "the role that the jobs run as", needed = "TrainRole" },
    service = { "whom it trusts instead", default = "ec2.amazonaws.com" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "iam:GetRole" },
  breaks = function(team, p) iam.trust(team, p.role, p.service) end,
  mended = function(team, p) return team:trusts(p.role, "sagemaker.amazonaws.com") end,
  hints = {
    { en = "The reason names a role and a principal. What should be between them?", ko = "실패 이유에 역할과 주체가 나옵니다. 둘 사이에 무엇이 있어야 하나요?" },
    { en = "Read the trust policy of {role} (aws iam get-role): who may assume it?", ko = "{role} 역할의 신뢰 정책을 읽어 보세요(aws iam get-role). 누가 맡을 수 있나요?" },
    { en = "Let sagemaker.amazonaws.com assume {role} (aws iam update-assume-role-policy).",
      ko = "sagemaker.amazonaws.com이 {role} 역할을 맡을 수 있게 하세요(aws iam update-assume-role-policy)." },
  },
  learnt = {
    en = "\"Could not assume\" is about the trust policy, never about what the role may do.",
    ko = "\"Could not assume\"은 신뢰 정책 문제입니다. 역할의 권한과는 상관없어요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = function(team, p) iam.trust(team, p.role, "sagemaker.amazonaws.com") end,
}
