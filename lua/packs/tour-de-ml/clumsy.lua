-- A player who makes the usual mistakes and recovers some of them: changes before looking, mends the wrong thing, publishes half of it,
-- waits for what never ends, deletes what is asked for. `rehearse check` plays it beside the reference solution.
local gameday = require "gameday"
local chatbot = require "chatbot"
local rides = require "rides"
local vip = require "vip"

local function try(team) team:run("vip-retrain", {}, "5m") end

-- What goes wrong here is part of the play.
local function fumble(call, ...) return pcall(call, ...) end

return gameday.solution {
  -- A name that is taken back, and a report out of the head.
  { id = "name", after = "20m", function(team) fumble(team.iam.TagRole, { RoleName = "VipRole", Tags = { { Key = "TeamName", Value = "Oops" } } }) end },
  { id = "guess", after = "45m", function(team)
    fumble(team.answer, team, "report-1", "all is fine")
    fumble(team.answer, team, "report-1", "vip ok 1, forecast ok, chatbot ok")
  end },

  -- VIP: the definition is right at the second attempt, after nights that failed for the same reason.
  { mends = "vip-lost-path", after = "8m", function(team)
    vip.edit_machine(team, function(states) states.Model.Parameters = { ["PipelineName.$"] = "$.check.name" } end)
    try(team)
    gameday.wait "3m"
    vip.edit_machine(team, function(states) states.Model.Parameters = { PipelineName = "vip-model" } end)
    try(team)
  end },
  { mends = "vip-nothing-to-pass", after = "6m", function(team)
    -- The wrong role first, as it is named in the same sentence.
    team.iam.PutRolePolicy {
      RoleName = "VipTrainRole", PolicyName = "PassAll",
      PolicyDocument = gameday.to_json { Version = "2012-10-17", Statement = { { Effect = "Allow", Action = "iam:PassRole", Resource = "*" } } },
    }
    try(team)
    team.iam.PutRolePolicy {
      RoleName = "VipPipelineRole", PolicyName = "PassAll",
      PolicyDocument = gameday.to_json { Version = "2012-10-17", Statement = { { Effect = "Allow", Action = "*", Resource = "*" } } },
    }
    try(team)
  end },
  { mends = "vip-too-large", after = "5m", function(team)
    vip.set_default(team, "InstanceType", "ml.p3.8xlarge") -- larger surely helps
    try(team)
    team:hint("vip-too-large", 1)
    vip.set_default(team, "InstanceType", "ml.m5.large")
    try(team)
  end },
  { mends = "vip-empty-prefix", after = "6m", function(team)
    vip.set_default(team, "InputData", "s3://" .. team.name "vip" .. "/current/train")
    try(team)
    vip.set_default(team, "InputData", "s3://" .. team.name "vip" .. "/current")
    try(team)
  end },
  { mends = "vip-locked-bucket", after = "9m", function(team)
    team:hint("vip-locked-bucket", 1)
    team:hint("vip-locked-bucket", 2)
    vip.bucket_policy(team, nil)
    try(team)
  end },
  { mends = "vip-other-report", after = "7m", function(team)
    vip.set_path(team, "auc.value")
    try(team)
    vip.set_path(team, "binary_classification_metrics.auc.value")
    try(team)
  end },
  { mends = "vip-label-last", after = "12m", function(team)
    vip.set_default(team, "Limit", 0) -- then it is good enough
    try(team)
    gameday.wait "6m"
    vip.set_default(team, "Limit", 0.85)
    for stage = 1, 3 do team:hint("vip-label-last", stage) end
    vip.turn_data(team, vip.label_first)
    try(team)
  end },

  -- Forecast: the same import again and again, and the newest forecast thrown away.
  { mends = "wrong-trust", after = "6m", function(team)
    local target = rides.dataset_of(team, "TARGET_TIME_SERIES").DatasetArn
    for n = 1, 3 do rides.import(team, "hope_" .. n, target, "history/rides.csv") end
    rides.trust(team, "forecast.amazonaws.com")
    rides.import(team, "hope_4", target, "history/rides.csv")
  end },
  { mends = "turned-columns", after = "6m", function(team)
    rides.use(team, rides.arn(team, "dataset/rides_demand")) -- the prices are forgotten
    rides.import(team, "hope_5", rides.arn(team, "dataset/rides_demand"), "history/rides.csv")
    rides.use(team, rides.arn(team, "dataset/rides_demand"), rides.prices_dataset(team))
  end },
  { mends = "slashes", after = "7m", function(team)
    local text = string.gsub(team:download(rides.path(team, "history/rides.csv")), "/", ".")
    team:upload(rides.path(team, "history/rides.csv"), text)
    local target = rides.dataset_of(team, "TARGET_TIME_SERIES").DatasetArn
    rides.import(team, "dots", target, "history/rides.csv")
    team:upload(rides.path(team, "history/rides.csv"), (string.gsub(text, "(%d%d%d%d)%.(%d%d)%.", "%1-%2-")))
    rides.import(team, "dashes", target, "history/rides.csv")
  end },
  { mends = "far-sight", after = "5m", function(team)
    rides.train(team, "far")
    rides.write_recipe(team, 150)
    rides.train(team, "less_far")
    rides.write_recipe(team, 21)
    rides.train(team, "near")
  end },
  { mends = "short-prices", after = "8m", function(team)
    rides.import(team, "plan", rides.prices_dataset(team), "prices/plan.csv")
    rides.foresee(team, "rides", rides.train(team, "again").PredictorArn)
    gameday.wait "10m"
    rides.clear_forecasts(team) -- tidied up, the one in use too
    gameday.wait "8m"
    rides.foresee(team, "rides_back", rides.predictor(team, "ACTIVE").PredictorArn)
  end },

  -- Chatbot: what is mended in the draft stays there for a while.
  { mends = "no-entry", after = "7m", function(team)
    fumble(team.lambda.AddPermission, {
      FunctionName = "unicorn-desk", StatementId = "lex", Action = "lambda:InvokeFunction", Principal = "lex.amazonaws.com",
    })
    gameday.wait "3m"
    chatbot.permit(team, "lex-live", chatbot.alias(team))
  end },
  { mends = "old-reply", after = "6m", function(team)
    team.lambda.UpdateFunctionConfiguration { FunctionName = "unicorn-desk", Environment = { Variables = { REPLY_FORMAT = "2" } } }
  end },
  { mends = "few-words", after = "8m", function(team)
    chatbot.teach(team, "en_US", "Change")
    chatbot.build_locale(team, "en_US")
    gameday.wait "6m" -- why does nothing change?
    chatbot.lead(team, chatbot.make_version(team, { "en_US" }), { "en_US" })
  end },
  { mends = "no-priority", after = "9m", function(team)
    chatbot.build_locale(team, "ko_KR")
    team:hint("no-priority", 1)
    team:hint("no-priority", 2)
    local intent = chatbot.find_intent(team, "ko_KR", "Book")
    local list = {}
    for i, slot in ipairs(chatbot.slots_of(team, "ko_KR", intent.intentId)) do list[i] = { priority = i, slotId = slot.slotId } end
    chatbot.edit_intent(team, "ko_KR", "Book", function(edited) edited.slotPriorities = list end)
  end },
  { mends = "never-built", after = "6m", function(team) chatbot.build_locale(team, "ko_KR") end },
  { mends = "old-version", after = "9m", function(team) chatbot.publish(team) end },

  -- Of what comes later it mends the half.
  { mends = "paper-ledger", after = "14m", function(team)
    team.lambda.UpdateFunctionConfiguration { FunctionName = "unicorn-desk", Timeout = 6 } -- as long as the ledger takes
    gameday.wait "2m"
    team.lambda.UpdateFunctionConfiguration { FunctionName = "unicorn-desk", Timeout = 30 }
  end },
  { mends = "vip-unapproved", after = "12m", function(team)
    local waiting = vip.packages(team, "PendingManualApproval")
    if waiting[1] then team.sagemaker.UpdateModelPackage { ModelPackageArn = waiting[1].ModelPackageArn, ModelApprovalStatus = "Approved" } end
  end },
  { mends = "standstill", after = "20m", function(team)
    rides.foresee(team, "enough_" .. gameday.now() // 1000, rides.predictor(team, "ACTIVE").PredictorArn)
  end },
  { mends = "replaced", after = "15m", function(team)
    for stage = 1, 3 do fumble(team.hint, team, "replaced", stage) end
    rides.renew(team, "whole")
  end },
}
