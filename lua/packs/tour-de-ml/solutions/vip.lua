-- How a good team mends the VIP service: it looks at the newest night, then at the pipeline, changes one thing and tries it.
local vip = require "vip"

local function look(team)
  local night = team.states.ListExecutions {
    stateMachineArn = team.machine "vip-retrain", statusFilter = "FAILED", maxResults = 1,
  }.executions[1]
  if not night then return end
  team.states.DescribeExecution { executionArn = night.executionArn }
  team.states.GetExecutionHistory { executionArn = night.executionArn, reverseOrder = true, maxResults = 8 }
end

local function look_deeper(team)
  look(team)
  local newest = team.sagemaker.ListPipelineExecutions { PipelineName = "vip-model", MaxResults = 1 }.PipelineExecutionSummaries[1]
  if not newest then return end
  local page = team.sagemaker.ListPipelineExecutionSteps { PipelineExecutionArn = newest.PipelineExecutionArn }
  for _, step in ipairs(page.PipelineExecutionSteps) do
    local job = (step.Metadata or {}).TrainingJob
    if job then team.sagemaker.DescribeTrainingJob { TrainingJobName = string.match(job.Arn, "[^/]+$") } end
  end
end

local function try(team) team:run("vip-retrain", {}, "5m") end

return {
  { mends = "vip-lost-path", after = "3m", function(team)
    look(team)
    vip.edit_machine(team, function(states) states.Model.Parameters = { ["PipelineName.$"] = "$.check.pipeline" } end)
    try(team)
  end },
  { mends = "vip-nothing-to-pass", after = "1m", function(team)
    look_deeper(team)
    team.iam.GetRolePolicy { RoleName = "VipPipelineRole", PolicyName = "VipPipelineRolePolicy" }
    vip.permit_pipeline(team, true)
    try(team)
  end },
  { mends = "vip-too-large", after = "1m", function(team)
    look_deeper(team)
    vip.set_default(team, "InstanceType", "ml.m5.xlarge")
    try(team)
  end },
  { mends = "vip-empty-prefix", after = "1m", function(team)
    look_deeper(team)
    team.s3.ListObjectsV2 { Bucket = team.name "vip" }
    vip.set_default(team, "InputData", "s3://" .. team.name "vip" .. "/current")
    try(team)
  end },
  { mends = "vip-locked-bucket", after = "1m", function(team)
    look_deeper(team)
    team.s3.GetBucketPolicy { Bucket = team.name "vip" }
    vip.bucket_policy(team, nil)
    try(team)
  end },
  { mends = "vip-other-report", after = "1m", function(team)
    look_deeper(team)
    vip.set_path(team, "binary_classification_metrics.auc.value")
    try(team)
  end },
  { mends = "vip-label-last", after = "2m", function(team)
    look_deeper(team)
    vip.turn_data(team, vip.label_first)
    try(team)
  end },
  { mends = "vip-unapproved", after = "4m", function(team)
    look(team)
    local waiting = vip.packages(team, "PendingManualApproval")
    team.sagemaker.UpdateModelPackage { ModelPackageArn = waiting[1].ModelPackageArn, ModelApprovalStatus = "Approved" }
    vip.set_approval(team, "Approved")
    try(team)
  end },
  { mends = "vip-rush-hour", after = "4m", function(team)
    look(team)
    vip.edit_machine(team, function(states)
      states.Model.Retry = {
        { ErrorEquals = { "SageMaker.AmazonSageMakerException" }, IntervalSeconds = 2, MaxAttempts = 8, BackoffRate = 1.5 },
      }
    end)
  end },
  { mends = "vip-yesterday", after = "4m", function(team)
    look_deeper(team)
    vip.set_cache(team, nil)
    try(team)
  end },
  { mends = "vip-second-edition", after = "4m", function(team)
    look_deeper(team)
    vip.turn_data(team, function(row)
      return string.find(row, "^vip,") and "" or string.gsub(row, "^([^,]*),[^,]*,", "%1,")
    end)
    try(team)
  end },
  { mends = "vip-no-room", after = "4m", function(team)
    look_deeper(team)
    vip.set_default(team, "InstanceType", vip.default_of(team, "InstanceType") == "ml.m5.2xlarge" and "ml.c5.xlarge" or "ml.m5.2xlarge")
    try(team)
  end },
}
