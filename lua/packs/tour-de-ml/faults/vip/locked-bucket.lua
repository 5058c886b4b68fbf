-- The bucket's own policy denies what the role may do (FAULTS SM5).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-locked-bucket",
  title = { en = "Privacy first", ko = "개인정보가 먼저" },
  from_start = true,
  needs = "vip-empty-prefix",
  points = { detection = 20, recovery = 60 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob" },
  breaks = function(team)
    vip.bucket_policy(team, {
      Sid = "PrivacyFirst", Effect = "Deny", Principal = { AWS = team.role "VipTrainRole" }, Action = "s3:GetObject",
      Resource = "arn:aws:s3:::" .. team.name "vip" .. "/current/*",
    })
  end,
  mended = function(team) return vip.step_is(team, "Train", "Succeeded") end,
  hints = {
    { en = "The training job was made this time. Describe it: why did it fail?", ko = "이번에는 학습 작업이 만들어졌습니다. 작업을 조회해 보세요. 왜 실패했나요?" },
    { en = "VipTrainRole's policy allows s3:GetObject, and still access is denied. Who else has a say about a bucket?",
      ko = "VipTrainRole의 정책은 s3:GetObject를 허용하는데도 접근이 거부됩니다. 버킷에 대해 말할 수 있는 것이 또 무엇일까요?" },
    { en = "The bucket's policy has a statement PrivacyFirst that denies it. Take it out (aws s3api get-bucket-policy, delete-bucket-policy).",
      ko = "버킷 정책의 PrivacyFirst 문이 접근을 거부하고 있어요. 빼세요(aws s3api get-bucket-policy, delete-bucket-policy)." },
  },
  learnt = {
    en = "A Deny wins against every Allow, wherever it stands. For S3 look at both: the role's policies and the bucket's.",
    ko = "Deny는 어디에 있든 모든 Allow를 이깁니다. S3에서는 역할의 정책과 버킷의 정책을 모두 보세요.",
  },
}
