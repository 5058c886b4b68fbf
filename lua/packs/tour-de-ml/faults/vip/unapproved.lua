-- Every model waits for an approval that nobody gives (FAULTS SM30).
local gameday = require "gameday"
local cto = require "cto"
local vip = require "vip"

return gameday.fault {
  id = "vip-unapproved",
  title = { en = "Four eyes", ko = "네 개의 눈" },
  points = { detection = 20, recovery = 70 },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "sagemaker:ListModelPackages" },
  breaks = function(team)
    vip.set_approval(team, "PendingManualApproval")
    vip.wait_for_pipeline(team)
    for _, package in ipairs(vip.packages(team, "Approved")) do
      team.sagemaker.UpdateModelPackage { ModelPackageArn = package.ModelPackageArn, ModelApprovalStatus = "Rejected" }
    end
    cto.says(team, "vip-unapproved")
  end,
  mended = function(team) return #vip.packages(team, "Approved") > 0 end,
  hints = {
    { en = "The pipeline succeeds, and the state behind it finds nothing. What did it ask for?",
      ko = "파이프라인은 성공하는데 그다음 상태가 아무것도 찾지 못합니다. 무엇을 찾고 있나요?" },
    { en = "Newest wants a model package that is approved. List the packages of the group vip: what is the status of the newest?",
      ko = "Newest 상태는 승인된 모델 패키지를 찾습니다. vip 그룹의 패키지를 나열해 보세요. 가장 새로운 것의 상태는 무엇인가요?" },
    { en = "Approve the newest: aws sagemaker update-model-package --model-package-arn ARN --model-approval-status Approved.",
      ko = "가장 새로운 패키지를 승인하세요: aws sagemaker update-model-package --model-package-arn ARN --model-approval-status Approved" },
  },
  learnt = {
    en = "A registry keeps models and what people decided about them. Whoever deploys asks for both.",
    ko = "레지스트리는 모델과 함께 사람이 내린 결정도 보관합니다. 배포하는 쪽은 둘 다 물어봐요.",
  },
}
