-- Every model waits for an approval that nobody gives (FAULTS SM30).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function approved(team, p)
  return team.sagemaker.ListModelPackages {
    ModelPackageGroupName = p.group, ModelApprovalStatus = "Approved", SortBy = "CreationTime", SortOrder = "Descending", MaxResults = 100,
  }.ModelPackageSummaryList
end

return ready.fault {
  title = { en = "Four eyes", ko = "네 개의 눈" },
  what = "Lets a pipeline register models as PendingManualApproval, and rejects those that were approved: there is nothing to deploy.",
  says = '"ModelApprovalStatus":"PendingManualApproval"',
  parameters = {
    pipeline = sagemaker.parameters.pipeline,
    step = { "its step that registers a model", needed = "Register" },
    group = { "the model package group", needed = "vip" },
  },
  shown_by = { "sagemaker:ListModelPackages", "sagemaker:DescribeModelPackage" },
  breaks = function(team, p)
    sagemaker.edit(team, p, function(_, arguments) arguments.ModelApprovalStatus = "PendingManualApproval" end)
    for _, package in ipairs(approved(team, p)) do
      team.sagemaker.UpdateModelPackage { ModelPackageArn = package.ModelPackageArn, ModelApprovalStatus = "Rejected" }
    end
  end,
  mended = function(team, p) return #approved(team, p) > 0, { en = "no model is approved", ko = "승인된 모델이 없습니다" } end,
  hints = {
    { en = "The pipeline succeeds, and nothing new is deployed. What does the deployment ask the registry for?",
      ko = "파이프라인은 성공하는데 새 모델이 배포되지 않습니다. 배포하는 쪽은 레지스트리에 무엇을 묻나요?" },
    { en = "It wants a model that is approved. List the packages of the group {group}: what is the status of the newest?",
      ko = "승인된 모델을 찾습니다. {group} 그룹의 패키지를 나열해 보세요. 가장 새로운 것의 상태는 무엇인가요?" },
    { en = "Approve the newest: aws sagemaker update-model-package --model-package-arn ARN --model-approval-status Approved",
      ko = "가장 새로운 패키지를 승인하세요: aws sagemaker update-model-package --model-package-arn ARN --model-approval-status Approved" },
  },
  learnt = {
    en = "A registry keeps models and what people decided about them. Whoever deploys asks for both.",
    ko = "레지스트리는 모델과 함께 사람이 내린 결정도 보관합니다. 배포하는 쪽은 둘 다 물어봐요.",
  },
  stage = sagemaker.stage,
  works = function(team, p)
    sagemaker.run(team, p)
    return #approved(team, p) > 0, { en = "there is no approved model to deploy", ko = "배포할 수 있는 승인된 모델이 없습니다" }
  end,
  shows = function(team, p)
    return team.sagemaker.ListModelPackages { ModelPackageGroupName = p.group, SortBy = "CreationTime", SortOrder = "Descending" }
  end,
  repair = function(team, p)
    local waiting = team.sagemaker.ListModelPackages { ModelPackageGroupName = p.group, ModelApprovalStatus = "PendingManualApproval" }
    team.sagemaker.UpdateModelPackage {
      ModelPackageArn = waiting.ModelPackageSummaryList[1].ModelPackageArn, ModelApprovalStatus = "Approved",
    }
  end,
}
