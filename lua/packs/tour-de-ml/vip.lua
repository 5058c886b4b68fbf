-- The VIP service: what setup, probes, faults and the solution share.
--
--   vip-retrain (state machine, VipRole): Check ─▶ Model ─▶ Newest ─▶ Describe ─▶ Create model ─▶ Configure ─▶ Update endpoint ─▶ Notify
--                                                   │                                                     └▶ Create endpoint ┘
--   vip-model (pipeline, VipPipelineRole):          └─▶ Train ─▶ Evaluate ─▶ GoodEnough ─┬▶ Register
--                                                                                        └▶ TooBad
local gameday = require "gameday"

local vip = {}

local image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
local limit = 0.85 -- of the area under the curve

-- ---- the functions ----

local function rows_of(text)
  local rows = 0
  for _ in string.gmatch(text, "\n") do rows = rows + 1 end
  return rows
end

-- Are there data, and for which pipeline?
gameday.lambda("vip-check", function(event, context)
  local text = context.team:download("s3://" .. event.bucket .. "/current/train/customers.csv")
  print("customers: " .. rows_of(text))
  return { rows = rows_of(text), pipeline = "vip-model" }
end)

-- Writes down what a training came to, where the condition looks for it.
gameday.lambda("vip-evaluate", function(event, context)
  local report = "s3://" .. event.bucket .. "/evaluation/" .. event.execution .. "/evaluation.json"
  context.team:upload(report, gameday.to_json {
    binary_classification_metrics = { auc = { value = tonumber(event.auc), standard_deviation = "NaN" } },
  })
  return { report = report }
end)

gameday.lambda("vip-notify", function(event)
  print("the concierge has a new list: " .. event.model)
  return { told = "concierge" }
end)

-- ---- the pipeline ----

local function get(name) return { Get = name } end

local function channel(name)
  return {
    ChannelName = name, ContentType = "text/csv",
    DataSource = { S3DataSource = {
      S3DataType = "S3Prefix", S3DataDistributionType = "FullyReplicated",
      S3Uri = { ["Std:Join"] = { On = "/", Values = { get "Parameters.InputData", name } } },
    } },
  }
end

local function train(team)
  return {
    Name = "Train", Type = "Training",
    Arguments = {
      AlgorithmSpecification = { TrainingImage = image, TrainingInputMode = "File" },
      HyperParameters = { objective = "binary:logistic", eval_metric = "auc", num_round = "25", max_depth = "3", eta = "0.3" },
      InputDataConfig = { channel "train", channel "validation" },
      OutputDataConfig = { S3OutputPath = "s3://" .. team.name "vip" .. "/models" },
      ResourceConfig = { InstanceCount = 1, InstanceType = get "Parameters.InstanceType", VolumeSizeInGB = 10 },
      RoleArn = team.role "VipTrainRole", StoppingCondition = { MaxRuntimeInSeconds = 3600 },
    },
  }
end

local function evaluate(team)
  return {
    Name = "Evaluate", Type = "Lambda", FunctionArn = team.arn("lambda", "function:vip-evaluate"),
    Arguments = {
      auc = get "Steps.Train.FinalMetricDataList['validation:auc'].Value", bucket = team.name "vip",
      execution = get "Execution.PipelineExecutionId",
    },
    OutputParameters = { { OutputName = "report", OutputType = "String" } },
  }
end

local function good_enough(path)
  return {
    Name = "GoodEnough", Type = "Condition",
    Arguments = {
      Conditions = { {
        Type = "GreaterThanOrEqualTo", RightValue = get "Parameters.Limit",
        LeftValue = { ["Std:JsonGet"] = { S3Uri = get "Steps.Evaluate.OutputParameters['report']", Path = path } },
      } },
      IfSteps = { {
        Name = "Register", Type = "RegisterModel",
        Arguments = {
          ModelPackageGroupName = "vip", ModelApprovalStatus = "Approved",
          InferenceSpecification = {
            Containers = { { Image = image, ModelDataUrl = get "Steps.Train.ModelArtifacts.S3ModelArtifacts" } },
            SupportedContentTypes = { "text/csv" }, SupportedResponseMIMETypes = { "text/csv" },
          },
        },
      } },
      ElseSteps = { {
        Name = "TooBad", Type = "Fail",
        Arguments = { ErrorMessage = {
          ["Std:Join"] = { On = " ", Values = { "The area under the curve is below", get "Parameters.Limit" } },
        } },
      } },
    },
  }
end

vip.large = "ml.p3.2xlarge"
vip.other_path = "metrics.auc"
function vip.old_data(team) return "s3://" .. team.name "vip" .. "/customers-2025" end

-- As the former team left it.
local function pipeline(team)
  local with = { instance = vip.large, data = vip.old_data(team), path = vip.other_path }
  return gameday.to_json {
    Version = "2020-12-01",
    Parameters = {
      { Name = "InputData", Type = "String", DefaultValue = with.data },
      { Name = "InstanceType", Type = "String", DefaultValue = with.instance },
      { Name = "Limit", Type = "Float", DefaultValue = limit },
    },
    Steps = { train(team), evaluate(team), good_enough(with.path) },
  }
end

-- Changes the pipeline as it stands: `edit` gets its definition as a table. Faults that break at the same moment would overwrite
-- each other's changes, so the pipeline is built as they want it (vip.build), and nothing is written where nothing changes.
function vip.edit_pipeline(team, edit)
  local definition = gameday.from_json(team.sagemaker.DescribePipeline { PipelineName = "vip-model" }.PipelineDefinition)
  local before = gameday.to_json(definition)
  edit(definition)
  local after = gameday.to_json(definition)
  if after ~= before then
    team.sagemaker.UpdatePipeline { PipelineName = "vip-model", PipelineDefinition = after }
  end
end

function vip.set_default(team, parameter, value)
  vip.edit_pipeline(team, function(definition)
    for _, one in ipairs(definition.Parameters) do
      if one.Name == parameter then one.DefaultValue = value end
    end
  end)
end

function vip.set_path(team, path)
  vip.edit_pipeline(team, function(definition)
    definition.Steps[3].Arguments.Conditions[1].LeftValue["Std:JsonGet"].Path = path
  end)
end

function vip.set_cache(team, cache)
  vip.edit_pipeline(team, function(definition) definition.Steps[1].CacheConfig = cache end)
end

function vip.default_of(team, parameter)
  local definition = gameday.from_json(team.sagemaker.DescribePipeline { PipelineName = "vip-model" }.PipelineDefinition)
  for _, one in ipairs(definition.Parameters) do
    if one.Name == parameter then return one.DefaultValue end
  end
end

-- Runs the pipeline to its end.
function vip.run_pipeline(team)
  local arn = team.sagemaker.StartPipelineExecution { PipelineName = "vip-model" }.PipelineExecutionArn
  gameday.wait_until(function()
    return team.sagemaker.DescribePipelineExecution { PipelineExecutionArn = arn }.PipelineExecutionStatus ~= "Executing"
  end, { every = "1s", within = "5m" })
end

-- What was started before goes by what was written then.
function vip.wait_for_pipeline(team)
  gameday.wait_until(function()
    for _, one in ipairs(team.sagemaker.ListPipelineExecutions { PipelineName = "vip-model", MaxResults = 5 }.PipelineExecutionSummaries) do
      if one.PipelineExecutionStatus == "Executing" then return false end
    end
    return true
  end, { every = "1s", within = "2m" })
end

function vip.set_approval(team, status)
  vip.edit_pipeline(team, function(definition)
    definition.Steps[3].Arguments.IfSteps[1].Arguments.ModelApprovalStatus = status
  end)
end

-- Of that status, the newest first; none where nothing was ever registered.
function vip.packages(team, status)
  local ok, page = pcall(team.sagemaker.ListModelPackages, {
    ModelPackageGroupName = "vip", ModelApprovalStatus = status, SortBy = "CreationTime", SortOrder = "Descending", MaxResults = 100,
  })
  if ok then return page.ModelPackageSummaryList end
  if page.code ~= "ValidationException" then error(page, 0) end
  return {}
end

-- ---- the state machine ----

local function invoke(name, payload, more)
  local state = {
    Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { FunctionName = name, Payload = payload },
    Retry = { { ErrorEquals = { "Lambda.TooManyRequestsException" }, IntervalSeconds = 1, MaxAttempts = 4 } },
  }
  for field, value in pairs(more) do state[field] = value end
  return state
end

local function machine(team)
  local name = "States.Format('vip-{}', $$.Execution.Name)"
  local function task(resource, parameters, following)
    return { Type = "Task", Resource = "arn:aws:states:::" .. resource, Parameters = parameters, ResultPath = gameday.null, Next = following }
  end
  local states = {
    Check = invoke("vip-check", { bucket = team.name "vip" }, {
      ResultSelector = { ["pipeline.$"] = "$.Payload.pipeline", ["rows.$"] = "$.Payload.rows" }, ResultPath = "$.check", Next = "Model",
    }),
    Model = task("sagemaker:startPipelineExecution.sync", { ["PipelineName.$"] = "$.check.pipeline" }, "Newest"),
    Newest = {
      Type = "Task", Resource = "arn:aws:states:::aws-sdk:sagemaker:listModelPackages",
      Parameters = {
        ModelPackageGroupName = "vip", ModelApprovalStatus = "Approved", SortBy = "CreationTime", SortOrder = "Descending", MaxResults = 1,
      },
      ResultSelector = { ["arn.$"] = "$.ModelPackageSummaryList[0].ModelPackageArn" }, ResultPath = "$.newest", Next = "Create model",
    },
    ["Create model"] = task("sagemaker:createModel", {
      ["ModelName.$"] = name, ExecutionRoleArn = team.role "VipTrainRole", PrimaryContainer = { ["ModelPackageName.$"] = "$.newest.arn" },
    }, "Configure"),
    Configure = task("sagemaker:createEndpointConfig", {
      ["EndpointConfigName.$"] = name,
      ProductionVariants = { { VariantName = "AllTraffic", ["ModelName.$"] = name, InitialInstanceCount = 1, InstanceType = "ml.m5.large" } },
    }, "Update endpoint"),
    ["Update endpoint"] = task("sagemaker:updateEndpoint", { EndpointName = "vip", ["EndpointConfigName.$"] = name }, "Notify"),
    ["Create endpoint"] = task("sagemaker:createEndpoint", { EndpointName = "vip", ["EndpointConfigName.$"] = name }, "Notify"),
    Notify = invoke("vip-notify", { ["model.$"] = "$.newest.arn" }, { ResultPath = gameday.null, End = true }),
  }
  states["Update endpoint"].Catch = {
    { ErrorEquals = { "SageMaker.AmazonSageMakerException" }, ResultPath = gameday.null, Next = "Create endpoint" },
  }
  return { Comment = "Learns whom to invite, every night anew.", StartAt = "Check", States = states }
end

function vip.edit_machine(team, edit)
  local arn = team.machine "vip-retrain"
  local definition = gameday.from_json(team.states.DescribeStateMachine { stateMachineArn = arn }.definition)
  edit(definition.States)
  team.states.UpdateStateMachine { stateMachineArn = arn, definition = gameday.to_json(definition) }
end

-- ---- the account ----

local function document(statements)
  return gameday.to_json { Version = "2012-10-17", Statement = statements }
end

local function trust(service)
  return document { { Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" } }
end

local function allow(actions, resources) return { Effect = "Allow", Action = actions, Resource = resources } end

local function role(team, name, service, statements)
  team.iam.CreateRole { RoleName = name, AssumeRolePolicyDocument = trust(service) }
  team.iam.PutRolePolicy { RoleName = name, PolicyName = name .. "Policy", PolicyDocument = document(statements) }
end

-- What the pipeline may do; without a role to pass it can train nothing.
function vip.permit_pipeline(team, passes)
  local statements = {
    allow({ "sagemaker:*" }, "*"), allow("lambda:InvokeFunction", team.arn("lambda", "function:vip-*")),
    allow("s3:GetObject", "arn:aws:s3:::" .. team.name "vip" .. "/*"),
  }
  if passes then statements[#statements + 1] = allow("iam:PassRole", team.role "VipTrainRole") end
  team.iam.PutRolePolicy {
    RoleName = "VipPipelineRole", PolicyName = "VipPipelineRolePolicy", PolicyDocument = document(statements),
  }
end

local function make_roles(team)
  local bucket = "arn:aws:s3:::" .. team.name "vip"
  role(team, "VipRole", "states.amazonaws.com", {
    allow("lambda:InvokeFunction", team.arn("lambda", "function:vip-*")), allow("sagemaker:*", "*"),
    allow("iam:PassRole", team.role "VipTrainRole"), allow({ "events:PutTargets", "events:PutRule", "events:DescribeRule" }, "*"),
  })
  role(team, "VipPipelineRole", "sagemaker.amazonaws.com", { allow("sagemaker:*", "*") })
  vip.permit_pipeline(team, true)
  role(team, "VipTrainRole", "sagemaker.amazonaws.com", {
    allow({ "s3:GetObject", "s3:PutObject" }, bucket .. "/*"), allow("s3:ListBucket", bucket),
    allow({ "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "ecr:*" }, "*"),
  })
  role(team, "VipFunctionRole", "lambda.amazonaws.com", {
    allow({ "s3:GetObject", "s3:PutObject" }, bucket .. "/*"), allow({ "logs:*" }, "*"),
  })
end

local channels = { "train", "validation" }

local function data_uri(team, name) return "s3://" .. team.name "vip" .. "/current/" .. name .. "/customers.csv" end

-- Every row anew, as `turn` makes it; a row of which it makes "" goes.
function vip.turn_data(team, turn)
  for _, name in ipairs(channels) do
    local rows = {}
    for row in string.gmatch(team:download(data_uri(team, name)), "[^\n]+") do
      local turned = turn(row)
      if turned ~= "" then rows[#rows + 1] = turned end
    end
    team:upload(data_uri(team, name), table.concat(rows, "\n") .. "\n")
  end
end

-- Puts a line before all rows.
function vip.head_data(team, line)
  for _, name in ipairs(channels) do
    team:upload(data_uri(team, name), line .. "\n" .. team:download(data_uri(team, name)))
  end
end

function vip.label_last(row) return (string.gsub(row, "^([^,]*),(.*)$", "%2,%1")) end
function vip.label_first(row) return (string.gsub(row, "^(.*),([^,]*)$", "%2,%1")) end

-- The customers of a season ("" or "autumn-"); what the concierge knows goes with them.
function vip.deliver(team, season)
  for _, name in ipairs(channels) do
    team:upload(data_uri(team, name), gameday.fixture("datasets/vip-" .. season .. name .. ".csv"))
  end
  team:remember("vip.season", season)
end

function vip.bucket_policy(team, statement)
  if not statement then return team.s3.DeleteBucketPolicy { Bucket = team.name "vip" } end
  team.s3.PutBucketPolicy { Bucket = team.name "vip", Policy = document { statement } }
end

function vip.build(team)
  team.s3.CreateBucket { Bucket = team.name "vip" }
  vip.deliver(team, "")
  make_roles(team)
  for _, name in ipairs { "vip-check", "vip-evaluate", "vip-notify" } do
    team:deploy(name, { role = "VipFunctionRole", timeout = 10 })
  end
  team.sagemaker.CreatePipeline {
    PipelineName = "vip-model", RoleArn = team.role "VipPipelineRole", PipelineDefinition = pipeline(team),
  }
  team.states.CreateStateMachine {
    name = "vip-retrain", roleArn = team.role "VipRole", definition = gameday.to_json(machine(team)),
  }
end

-- ---- what happened ----

-- The steps of the newest execution of the pipeline that has ended, by name; none where the newest began before that moment.
function vip.steps(team, since_ms)
  local list = team.sagemaker.ListPipelineExecutions { PipelineName = "vip-model", MaxResults = 3 }.PipelineExecutionSummaries
  for _, execution in ipairs(list) do
    local status = execution.PipelineExecutionStatus
    if since_ms and execution.StartTime * 1000 < since_ms then return {} end
    if status == "Succeeded" or status == "Failed" then
      local steps = {}
      local page = team.sagemaker.ListPipelineExecutionSteps { PipelineExecutionArn = execution.PipelineExecutionArn, MaxResults = 20 }
      for _, step in ipairs(page.PipelineExecutionSteps) do steps[step.StepName] = step end
      return steps
    end
  end
  return {}
end

function vip.step_is(team, name, status)
  local step = vip.steps(team)[name]
  return step ~= nil and step.StepStatus == status
end

-- Has the pipeline made a good model, of a training of its own, since then?
function vip.learnt_since(team, since_ms)
  local steps = vip.steps(team, since_ms)
  local train, register = steps.Train, steps.Register
  if not train or train.StepStatus ~= "Succeeded" or train.CacheHitResult then return false, "no training has succeeded since" end
  if not register or register.StepStatus ~= "Succeeded" then return false, "no model was good enough since" end
  local job = team.sagemaker.DescribeTrainingJob { TrainingJobName = string.match(train.Metadata.TrainingJob.Arn, "[^/]+$") }
  for _, metric in ipairs(job.FinalMetricDataList or {}) do
    if metric.MetricName == "validation:auc" then return metric.Value >= limit, "the area under the curve is below " .. limit end
  end
  return false, "the training has no metric validation:auc"
end

function vip.job_was_made(team)
  local step = vip.steps(team).Train
  return step ~= nil and (step.Metadata or {}).TrainingJob ~= nil, step and step.FailureReason or ""
end

-- Did the newest run of the state machine come as far as this state's task?
function vip.scheduled(team, state)
  local page = team.states.ListExecutions { stateMachineArn = team.machine "vip-retrain", maxResults = 3 }
  for _, execution in ipairs(page.executions) do
    local inside
    for _, event in ipairs(team:history(execution.executionArn)) do
      if event.stateEnteredEventDetails then inside = event.stateEnteredEventDetails.name end
      if event.type == "TaskScheduled" and inside == state then return true end
    end
  end
  return false
end

-- ---- customers ----

-- Five of those who would love it and five of those who would not: who says the same of everybody is right about half of them.
local function some_people(team)
  local people, known = {}, { ["0"] = {}, ["1"] = {} }
  for row in string.gmatch(gameday.fixture("datasets/vip-" .. (team:recall "vip.season" or "") .. "people.csv"), "[^\n]+") do
    table.insert(known[string.sub(row, 1, 1)], row)
  end
  for i = 1, 10 do
    local these = known[tostring(i % 2)]
    people[i] = these[math.random(#these)]
  end
  for i = 10, 2, -1 do -- their order tells nothing
    local j = math.random(i)
    people[i], people[j] = people[j], people[i]
  end
  return people
end

-- The concierge asks about ten customers of whom everybody knows the answer; what is right earns its share.
function vip.concierge(team)
  local people, right = some_people(team), 0
  local asked = {}
  for i, row in ipairs(people) do asked[i] = string.sub(row, 3) end
  local answer = team.sagemaker_runtime.InvokeEndpoint {
    EndpointName = "vip", ContentType = "text/csv", Body = table.concat(asked, "\n"),
  }
  local i = 0
  for score in string.gmatch(answer.Body, "[^%s,]+") do
    i = i + 1
    if people[i] and (tonumber(score) > 0.5) == (string.sub(people[i], 1, 1) == "1") then right = right + 1 end
  end
  if right >= 7 then return right / 10 end
  return false, {
    en = "the concierge invited the wrong customers: " .. right .. " of 10 were right",
    ko = "컨시어지가 엉뚱한 고객을 초대했어요. 10명 중 " .. right .. "명만 맞았습니다",
  }
end

-- What failed, in a sentence where the cause is a document of the pipeline's.
local function cause_of(execution)
  local ok, document = pcall(gameday.from_json, execution.cause or "")
  local why = ok and type(document) == "table" and document.FailureReason
  return why and "the pipeline of this night has failed. " .. why or execution.cause or "the run did not end well"
end

local function is_in_service(team)
  return gameday.wait_until(function()
    local ok, endpoint = pcall(team.sagemaker.DescribeEndpoint, { EndpointName = "vip" })
    return ok and endpoint.EndpointStatus == "InService"
  end, { every = "2s", within = "40s" })
end

-- Every night the list of VIPs is learnt anew; a night is good if what it put to work is.
function vip.nightly(team)
  local ok, execution = pcall(team.run, team, "vip-retrain", { night = gameday.date(gameday.now()) }, "100s")
  if not ok and execution.code then error(execution, 0) end
  if not ok then return false, { en = "the night takes too long", ko = "밤이 너무 오래 걸립니다" } end
  if execution.status ~= "SUCCEEDED" then
    error { code = execution.error or execution.status, message = string.sub(cause_of(execution), 1, 900),
            operation = "states:StartExecution", resource = execution.executionArn }
  end
  if not is_in_service(team) then
    return false, { en = "the night ended well, but the endpoint is not in service", ko = "밤은 잘 끝났지만 엔드포인트가 서비스 중이 아닙니다" }
  end
  local good, why = vip.concierge(team)
  if good then return true end
  return false, why
end

return vip
