-- What the faults of SageMaker share, and a stage: the pipeline `vip-model`, which learns from s3://BUCKET/train whom to invite, and
-- the endpoint `vip`, which is asked about customers.
--
--   Train (Training) ─▶ GoodEnough (Condition on report.json) ─┬▶ Register (RegisterModel)
--                                                              └▶ TooBad (Fail)
local stage = require "gameday.stage"

local sagemaker = {}

local image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"

sagemaker.shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob" }

sagemaker.parameters = {
  pipeline = { "the pipeline", needed = "vip-model" },
  step = { "its training step", needed = "Train" },
}

-- The parameters of a pipeline's fault, and more.
function sagemaker.with(more)
  local all = { pipeline = sagemaker.parameters.pipeline, step = sagemaker.parameters.step }
  for name, parameter in pairs(more) do all[name] = parameter end
  return all
end

-- ---- definitions ----

local function find(steps, name)
  for _, step in ipairs(steps or {}) do
    if step.Name == name then return step end
    local found = find(step.Arguments and step.Arguments.IfSteps, name) or find(step.Arguments and step.Arguments.ElseSteps, name)
    if found then return found end
  end
end

-- Changes one step of the pipeline as it stands, also one inside of a condition.
function sagemaker.edit(team, p, edit, name)
  local definition = host.decode(team.sagemaker.DescribePipeline { PipelineName = p.pipeline }.PipelineDefinition)
  local step = find(definition.Steps, name or p.step)
  if not step then error("the pipeline " .. p.pipeline .. " has no step " .. (name or p.step), 0) end
  edit(step, step.Arguments)
  team.sagemaker.UpdatePipeline { PipelineName = p.pipeline, PipelineDefinition = host.encode(definition) }
end

function sagemaker.editor(edit)
  return function(team, p) sagemaker.edit(team, p, function(step, arguments) edit(arguments, p, step) end) end
end

-- ---- what happened ----

local function steps_of(team, execution)
  local steps = {}
  local page = team.sagemaker.ListPipelineExecutionSteps { PipelineExecutionArn = execution, MaxResults = 50 }
  for _, step in ipairs(page.PipelineExecutionSteps) do steps[step.StepName] = step end
  return steps
end

-- The steps, by name, of the newest execution that was started after the fault was broken and has ended; nil: none has.
function sagemaker.newest(team, p)
  local page = team.sagemaker.ListPipelineExecutions { PipelineName = p.pipeline, MaxResults = 5 }
  for _, execution in ipairs(page.PipelineExecutionSummaries) do
    local status = execution.PipelineExecutionStatus
    if execution.StartTime * 1000 > p.since() and (status == "Succeeded" or status == "Failed") then
      return steps_of(team, execution.PipelineExecutionArn)
    end
  end
end

local function no_run(p)
  return { en = "no execution of " .. p.pipeline .. " has got there since", ko = p.pipeline .. "의 새 실행이 아직 거기까지 가지 못했습니다" }
end

-- Did the step succeed in the newest execution?
function sagemaker.succeeded(team, p, name)
  local step = (sagemaker.newest(team, p) or {})[name or p.step]
  return step ~= nil and step.StepStatus == "Succeeded", no_run(p)
end

function sagemaker.is_succeeded(team, p) return sagemaker.succeeded(team, p) end

-- Was the step's job made, whatever became of it?
function sagemaker.job_made(team, p)
  local step = (sagemaker.newest(team, p) or {})[p.step]
  local metadata = step and step.Metadata or {}
  return (metadata.TrainingJob or metadata.TransformJob or metadata.ProcessingJob) ~= nil, no_run(p)
end

-- Does the step, as the definition stands, try again after that kind of failure ("SageMaker.CAPACITY_ERROR")?
function sagemaker.retries(kind)
  return function(team, p)
    local definition = host.decode(team.sagemaker.DescribePipeline { PipelineName = p.pipeline }.PipelineDefinition)
    for _, policy in ipairs((find(definition.Steps, p.step) or {}).RetryPolicies or {}) do
      for _, one in ipairs(policy.ExceptionType or {}) do
        if one == kind and (policy.MaxAttempts or 5) > 0 then return true end
      end
    end
    return false, { en = "no RetryPolicy of " .. p.step .. " names " .. kind, ko = p.step .. " 단계의 RetryPolicies에 " .. kind .. "이(가) 없습니다" }
  end
end

-- Why the newest execution failed: the reason of its first step that did, and what its job says.
function sagemaker.why(team, p)
  for _, step in pairs(sagemaker.newest(team, p) or error("no execution has ended yet", 0)) do
    if step.StepStatus == "Failed" then
      local job = (step.Metadata or {}).TrainingJob
      local told = job and team.sagemaker.DescribeTrainingJob { TrainingJobName = string.match(job.Arn, "[^/]+$") } or {}
      return table.concat({ step.StepName, step.FailureReason or "", told.FailureReason or "", told.SecondaryStatus or "" }, ": ")
    end
  end
  return "no step has failed"
end

-- ---- the stage ----

local function channel(uri)
  return {
    ChannelName = "train", ContentType = "text/csv",
    DataSource = { S3DataSource = { S3DataType = "S3Prefix", S3Uri = uri, S3DataDistributionType = "FullyReplicated" } },
  }
end

function sagemaker.bucket(team) return team.name "models" end

-- Who pays much is a VIP; the label comes first.
local function rows(count)
  local list = {}
  for i = 1, count do
    local paid, visits = i * 37 % 100, i * 11 % 20
    list[i] = (paid > 50 and 1 or 0) .. "," .. paid .. "," .. visits
  end
  return table.concat(list, "\n") .. "\n"
end

function sagemaker.training(team)
  local bucket = sagemaker.bucket(team)
  return {
    AlgorithmSpecification = { TrainingImage = image, TrainingInputMode = "File" },
    HyperParameters = { objective = "binary:logistic", eval_metric = "auc", num_round = "5", max_depth = "2" },
    InputDataConfig = { channel("s3://" .. bucket .. "/train") },
    OutputDataConfig = { S3OutputPath = "s3://" .. bucket .. "/models" },
    ResourceConfig = { InstanceCount = 1, InstanceType = "ml.m5.xlarge", VolumeSizeInGB = 10 },
    RoleArn = team.role "TrainRole", StoppingCondition = { MaxRuntimeInSeconds = 3600 },
  }
end

local function good_enough(team)
  return {
    Name = "GoodEnough", Type = "Condition", DependsOn = { "Train" },
    Arguments = {
      Conditions = { {
        Type = "GreaterThanOrEqualTo", RightValue = 0.8,
        LeftValue = { ["Std:JsonGet"] = { S3Uri = "s3://" .. sagemaker.bucket(team) .. "/report.json", Path = "metrics.auc" } },
      } },
      IfSteps = { {
        Name = "Register", Type = "RegisterModel",
        Arguments = {
          ModelPackageGroupName = "vip", ModelApprovalStatus = "Approved",
          InferenceSpecification = {
            Containers = { { Image = image, ModelDataUrl = { Get = "Steps.Train.ModelArtifacts.S3ModelArtifacts" } } },
            SupportedContentTypes = { "text/csv" }, SupportedResponseMIMETypes = { "text/csv" },
          },
        },
      } },
      ElseSteps = { { Name = "TooBad", Type = "Fail", Arguments = { ErrorMessage = "the model is not good enough" } } },
    },
  }
end

-- The bucket with the data, and the role that reads them.
function sagemaker.make_data(team)
  local bucket = sagemaker.bucket(team)
  stage.bucket(team, bucket)
  team:upload("s3://" .. bucket .. "/train/customers.csv", rows(60))
  stage.role(team, "TrainRole", "sagemaker.amazonaws.com", {
    stage.allow({ "s3:GetObject", "s3:PutObject" }, stage.objects(bucket)), stage.allow("s3:ListBucket", "arn:aws:s3:::" .. bucket),
    stage.allow({ "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "ecr:*" }, "*"),
  })
end

function sagemaker.stage(team, p)
  local bucket = sagemaker.bucket(team)
  sagemaker.make_data(team)
  team:upload("s3://" .. bucket .. "/report.json", '{"metrics":{"auc":0.93}}')
  stage.role(team, "PipelineRole", "sagemaker.amazonaws.com", {
    stage.allow({ "sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob", "sagemaker:AddTags" }, "*"),
    stage.allow({ "sagemaker:CreateModelPackage", "sagemaker:CreateModelPackageGroup", "sagemaker:DescribeModelPackage*", "sagemaker:CreateModel",
                  "sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob" }, "*"),
    stage.allow("iam:PassRole", team.role "TrainRole"), stage.allow("s3:GetObject", stage.objects(bucket)),
  })
  team.sagemaker.CreatePipeline {
    PipelineName = p.pipeline or "vip-model", RoleArn = team.role "PipelineRole",
    PipelineDefinition = host.encode {
      Version = "2020-12-01", Parameters = host.list {},
      Steps = { { Name = "Train", Type = "Training", Arguments = sagemaker.training(team) }, good_enough(team) },
    },
  }
end

-- A night: the pipeline is run and must come to its end. Returns its steps; raises the reason of the step that failed.
function sagemaker.run(team, p)
  local execution = team.sagemaker.StartPipelineExecution { PipelineName = p.pipeline }.PipelineExecutionArn
  local found
  stage.await(function()
    found = team.sagemaker.DescribePipelineExecution { PipelineExecutionArn = execution }
    return found.PipelineExecutionStatus == "Succeeded" or found.PipelineExecutionStatus == "Failed"
  end)
  local steps = steps_of(team, execution)
  if found.PipelineExecutionStatus == "Succeeded" then return steps end
  for _, step in pairs(steps) do
    if step.StepStatus == "Failed" then
      error({ code = "Failed", message = step.StepName .. ": " .. tostring(step.FailureReason), operation = "sagemaker:StartPipelineExecution",
              resource = execution }, 0)
    end
  end
  error({ code = "Failed", message = found.FailureReason or "the pipeline failed", operation = "sagemaker:StartPipelineExecution" }, 0)
end

-- The list is learnt anew: there is a model that was registered tonight.
function sagemaker.works(team, p)
  return sagemaker.run(team, p).Register ~= nil, { en = "no model was registered", ko = "등록된 모델이 없습니다" }
end

-- ---- an endpoint ----

sagemaker.endpoint_parameters = { endpoint = { "the endpoint", needed = "vip" } }

local function train(team, name, text)
  local request, prefix = sagemaker.training(team), "s3://" .. sagemaker.bucket(team) .. "/" .. name
  team:upload(prefix .. "/customers.csv", text)
  request.InputDataConfig, request.TrainingJobName = { channel(prefix) }, name
  team.sagemaker.CreateTrainingJob(request)
  local job
  stage.await(function()
    job = team.sagemaker.DescribeTrainingJob { TrainingJobName = name }
    return job.TrainingJobStatus ~= "InProgress"
  end)
  if job.TrainingJobStatus ~= "Completed" then error("the stage's training failed: " .. tostring(job.FailureReason), 0) end
  return job.ModelArtifacts.S3ModelArtifacts
end

function sagemaker.variant(model, name, weight)
  return { VariantName = name or "AllTraffic", ModelName = model, InitialInstanceCount = 1, InstanceType = "ml.m5.large", InitialVariantWeight = weight or 1 }
end

function sagemaker.make_model(team, name, text)
  local data = train(team, name .. "-training", text)
  team.sagemaker.CreateModel { ModelName = name, ExecutionRoleArn = team.role "TrainRole", PrimaryContainer = { Image = image, ModelDataUrl = data } }
end

function sagemaker.configure(team, name, variants)
  team.sagemaker.CreateEndpointConfig { EndpointConfigName = name, ProductionVariants = variants }
end

function sagemaker.in_service(team, endpoint)
  local found
  stage.await(function()
    found = team.sagemaker.DescribeEndpoint { EndpointName = endpoint }
    return found.EndpointStatus ~= "Creating" and found.EndpointStatus ~= "Updating" and found.EndpointStatus ~= "SystemUpdating"
  end)
  return found.EndpointStatus == "InService", found
end

-- `vip-old` knows two features, `vip` one: who asks about one feature does well with `vip` alone.
function sagemaker.stage_endpoint(team, p)
  sagemaker.make_data(team)
  sagemaker.make_model(team, "vip-old", rows(60))
  sagemaker.make_model(team, "vip", (string.gsub(rows(60), "([^,\n]+,[^,\n]+),[^\n]+", "%1")))
  sagemaker.configure(team, "vip-old", { sagemaker.variant "vip-old" })
  sagemaker.configure(team, "vip", { sagemaker.variant "vip" })
  sagemaker.configure(team, "vip-both", { sagemaker.variant("vip", "New", 1), sagemaker.variant("vip-old", "Old", 0) })
  team.sagemaker.CreateEndpoint { EndpointName = p.endpoint, EndpointConfigName = p.config or "vip" }
  sagemaker.in_service(team, p.endpoint)
end

function sagemaker.ask(team, p)
  return team.sagemaker_runtime.InvokeEndpoint { EndpointName = p.endpoint, ContentType = "text/csv", Body = "90" }.Body
end

function sagemaker.works_endpoint(team, p) return (tonumber(sagemaker.ask(team, p)) or 0) > 0.5, "the wrong customer was invited" end

return sagemaker
