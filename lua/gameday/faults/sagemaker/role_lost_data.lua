-- The job's role may not read the data (FAULTS SM5).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "May look, may not touch", ko = "보기만 하고 만지지 마세요" },
  what = "Takes s3:GetObject out of the inline policies of the role that training jobs run as: they see the data and cannot read them.",
  says = "Data download failed:…AccessDenied",
  parameters = sagemaker.with {
    role = { "the role that the jobs run as", needed = "TrainRole" },
    resource = { "the objects that it should read", default = "arn:aws:s3:::models-{account}/*" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob", "iam:GetRolePolicy" },
  breaks = function(team, p) iam.take(team, p.role, "s3:GetObject") end,
  mended = iam.judge("s3:GetObject", function(_, p) return p.resource end),
  hints = {
    { en = "The training job was made, and failed at once. Describe it: in which phase?", ko = "학습 작업은 만들어졌지만 바로 실패했습니다. 작업을 조회해 보세요. 어느 단계에서인가요?" },
    { en = "A job runs as its role, {role}. May it list the bucket, and may it read the objects? Those are two permissions.",
      ko = "작업은 {role} 역할로 실행됩니다. 버킷을 나열할 권한과 객체를 읽을 권한이 모두 있나요? 둘은 다른 권한입니다." },
    { en = "Allow {role} s3:GetObject on {resource} (aws iam put-role-policy).",
      ko = "{role} 역할에 {resource}에 대한 s3:GetObject를 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "s3:ListBucket is for the bucket, s3:GetObject for what is in it. A job needs both.",
    ko = "s3:ListBucket은 버킷에, s3:GetObject는 그 안의 객체에 필요합니다. 작업에는 둘 다 있어야 해요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = function(team, p) iam.allow_again(team, p.role, "s3:GetObject", p.resource) end,
}
