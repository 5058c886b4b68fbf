-- What the faults of Lex V2 share, and a stage: the bot `Booker`, which books unicorns in English. Customers talk to its alias `live`;
-- the function `desk` makes the booking.
--
--   version 1 knows Book; version 2, behind `live`, knows Book and Cancel
local stage = require "gameday.stage"

local lex = {}

lex.parameters = {
  bot = { "the bot's name", needed = "Booker" },
  alias = { "the alias that customers talk to", needed = "live" },
  locale = { "the locale", default = "en_US" },
}

function lex.with(more)
  local all = { bot = lex.parameters.bot, alias = lex.parameters.alias, locale = lex.parameters.locale }
  for name, parameter in pairs(more) do all[name] = parameter end
  return all
end

lex.intent_parameter = { "the intent", needed = "Cancel" }
lex.text_parameter = { "what a customer says for it", needed = "cancel my booking" }

-- ---- names and ids ----

function lex.bot(team, p)
  local page = team.lexv2.ListBots { filters = { { name = "BotName", values = { p.bot }, operator = "EQ" } } }
  local found = page.botSummaries[1] or error("there is no bot " .. p.bot, 0)
  return found.botId
end

function lex.alias(team, p)
  for _, one in ipairs(team.lexv2.ListBotAliases { botId = lex.bot(team, p), maxResults = 100 }.botAliasSummaries) do
    if one.botAliasName == p.alias then return one.botAliasId end
  end
  error("the bot " .. p.bot .. " has no alias " .. p.alias, 0)
end

function lex.draft(team, p) return { botId = lex.bot(team, p), botVersion = "DRAFT", localeId = p.locale } end

local function with(base, more)
  local all = {}
  for name, each in pairs(base) do all[name] = each end
  for name, each in pairs(more) do all[name] = each end
  return all
end

function lex.alias_arn(team, p) return team.arn("lex", "bot-alias/" .. lex.bot(team, p) .. "/" .. lex.alias(team, p)) end

-- ---- the draft ----

function lex.find_intent(team, p, name)
  local draft = lex.draft(team, p)
  for _, one in ipairs(team.lexv2.ListIntents(with(draft, { maxResults = 100 })).intentSummaries) do
    if one.intentName == (name or p.intent) then return team.lexv2.DescribeIntent(with(draft, { intentId = one.intentId })) end
  end
  error("the locale " .. p.locale .. " has no intent " .. (name or p.intent), 0)
end

-- Changes an intent of the draft as it stands.
function lex.edit_intent(team, p, edit, name)
  local intent = lex.find_intent(team, p, name)
  intent.creationDateTime, intent.lastUpdatedDateTime = nil, nil
  edit(intent)
  team.lexv2.UpdateIntent(intent)
end

function lex.slots(team, p)
  return team.lexv2.ListSlots(with(lex.draft(team, p), { intentId = lex.find_intent(team, p).intentId, maxResults = 100 })).slotSummaries
end

-- ---- building and publishing ----

function lex.wait_locale(team, p)
  local draft, found = lex.draft(team, p), nil
  stage.await(function()
    found = team.lexv2.DescribeBotLocale(draft)
    return found.botLocaleStatus == "NotBuilt" or found.botLocaleStatus == "Built" or found.botLocaleStatus == "Failed"
  end)
  return found
end

function lex.build(team, p)
  lex.wait_locale(team, p)
  team.lexv2.BuildBotLocale(lex.draft(team, p))
  return lex.wait_locale(team, p)
end

function lex.make_version(team, p)
  local bot = lex.bot(team, p)
  local version = team.lexv2.CreateBotVersion { botId = bot, botVersionLocaleSpecification = { [p.locale] = { sourceBotVersion = "DRAFT" } } }.botVersion
  stage.await(function() return team.lexv2.DescribeBotVersion { botId = bot, botVersion = version }.botStatus == "Available" end)
  return version
end

-- Changes the alias as it stands.
function lex.edit_alias(team, p, edit)
  local bot, alias = lex.bot(team, p), lex.alias(team, p)
  local found = team.lexv2.DescribeBotAlias { botId = bot, botAliasId = alias }
  local wanted = {
    botId = bot, botAliasId = alias, botAliasName = found.botAliasName, botVersion = found.botVersion,
    botAliasLocaleSettings = found.botAliasLocaleSettings or {}, description = found.description,
  }
  edit(wanted)
  team.lexv2.UpdateBotAlias(wanted)
end

-- What is in the draft is built, and becomes what customers talk to.
function lex.publish(team, p)
  local built = lex.build(team, p)
  if built.botLocaleStatus ~= "Built" then error("the locale cannot be built: " .. table.concat(built.failureReasons or {}, " "), 0) end
  local version = lex.make_version(team, p)
  lex.edit_alias(team, p, function(alias) alias.botVersion = version end)
end

-- ---- talking ----

function lex.say(team, p, session, text)
  return team.lexv2runtime.RecognizeText {
    botId = lex.bot(team, p), botAliasId = lex.alias(team, p), localeId = p.locale, sessionId = session, text = text,
  }
end

local answers = { City = "Seoul", Nights = "2" }

-- A whole conversation that begins with this text: the intent that it came to, and how that ended.
function lex.converse(team, p, text, session)
  session = session or "s-" .. host.now()
  for _ = 1, 8 do
    local reply = lex.say(team, p, session, text)
    local intent, action = reply.sessionState.intent or {}, reply.sessionState.dialogAction or {}
    if action.type ~= "ElicitSlot" then return intent.name, intent.state, intent.slots end
    text = answers[action.slotToElicit] or error("the bot asked for " .. tostring(action.slotToElicit), 0)
  end
end

-- Is a customer who says this understood as this intent, now? For judging.
function lex.understands(team, p)
  local ok, reply = pcall(lex.say, team, p, "judge-" .. host.now(), p.text)
  if not ok then return false, tostring(reply) end
  local name = (reply.sessionState.intent or {}).name
  return name == p.intent, {
    en = "\"" .. p.text .. "\" is taken for " .. tostring(name), ko = "\"" .. p.text .. "\"을(를) " .. tostring(name) .. "(으)로 알아듣습니다",
  }
end

local function converses(text, wanted)
  return function(team, p)
    local name, state = lex.converse(team, p, text)
    return name == wanted and state == "Fulfilled", { en = "it ended as " .. tostring(name) .. " " .. tostring(state), ko = "대화가 " .. tostring(name) .. " " .. tostring(state) .. "(으)로 끝났습니다" }
  end
end

lex.works = converses("I want to book a unicorn", "Book")
lex.works_cancel = converses("cancel my booking", "Cancel")

-- Does a conversation that begins with p.text end well now? For judging.
function lex.is_fulfilled(team, p)
  local ok, name, state = pcall(lex.converse, team, p, p.text, "judge-" .. host.now())
  if ok then return state == "Fulfilled", "the conversation ends as " .. tostring(name) .. " " .. tostring(state) end
  return false, tostring(name)
end

lex.opening = { "what a customer begins with; judged by talking", needed = "cancel my booking" }

-- ---- the stage ----

local function said(text) return { messageGroups = { { message = { plainTextMessage = { value = text } } } } } end

local function prompt(text)
  local specification = said(text)
  specification.maxRetries = 2
  return specification
end

local function utterances(list)
  local all = {}
  for i, text in ipairs(list) do all[i] = { utterance = text } end
  return all
end

lex.utterances = utterances

lex.cancel_words = {
  "cancel my booking", "please cancel the booking", "I want to cancel", "cancel it", "drop my reservation", "call off my reservation",
}

local function intent(name, words)
  return { intentName = name, sampleUtterances = utterances(words), fulfillmentCodeHook = { enabled = true } }
end

local function make_book(team, draft, types)
  local book = intent("Book", { "I want to book a unicorn", "book a unicorn", "reserve a unicorn", "I need a unicorn for a trip", "rent me a unicorn" })
  local id = team.lexv2.CreateIntent(with(draft, book)).intentId
  local priorities = {}
  for i, slot in ipairs { { "City", types.City, "In which city?" }, { "Nights", "AMAZON.Number", "For how many nights?" } } do
    local made = team.lexv2.CreateSlot(with(draft, {
      intentId = id, slotName = slot[1], slotTypeId = slot[2],
      valueElicitationSetting = { slotConstraint = "Required", promptSpecification = prompt(slot[3]) },
    }))
    priorities[i] = { priority = i, slotId = made.slotId }
  end
  team.lexv2.UpdateIntent(with(draft, with(book, { intentId = id, slotPriorities = priorities })))
end

local function make_type(team, draft, name, values)
  local list = {}
  for value, synonyms in pairs(values) do
    local other = {}
    for i, one in ipairs(synonyms) do other[i] = { value = one } end
    list[#list + 1] = { sampleValue = { value = value }, synonyms = other }
  end
  return team.lexv2.CreateSlotType(with(draft, {
    slotTypeName = name, slotTypeValues = list, valueSelectionSetting = { resolutionStrategy = "TopResolution" },
  })).slotTypeId
end

lex.cities = { Seoul = { "Hanyang", "the capital" }, Busan = { "Pusan" }, Jeju = { "the island" } }

local function make_bot(team, p)
  stage.role(team, "BotRole", "lexv2.amazonaws.com", { stage.allow("polly:SynthesizeSpeech", "*") })
  local bot = team.lexv2.CreateBot {
    botName = p.bot, roleArn = team.role "BotRole", dataPrivacy = { childDirected = false }, idleSessionTTLInSeconds = 300,
  }.botId
  stage.await(function() return team.lexv2.DescribeBot { botId = bot }.botStatus == "Available" end)
  local draft = { botId = bot, botVersion = "DRAFT", localeId = p.locale }
  team.lexv2.CreateBotLocale(with(draft, { nluIntentConfidenceThreshold = 0.4 }))
  lex.wait_locale(team, p)
  make_book(team, draft, { City = make_type(team, draft, "City", lex.cities) })
  return bot, draft
end

function lex.hook(team)
  return { lambdaCodeHook = { lambdaARN = team.arn("lambda", "function:desk"), codeHookInterfaceVersion = "1.0" } }
end

function lex.permit(team, p, statement)
  team.lambda.AddPermission {
    FunctionName = "desk", StatementId = statement, Action = "lambda:InvokeFunction", Principal = "lexv2.amazonaws.com",
    SourceArn = lex.alias_arn(team, p),
  }
end

function lex.stage(team, given, environment)
  local p = { bot = given.bot or "Booker", alias = given.alias or "live", locale = given.locale or "en_US" }
  stage.desk(team, "desk", environment)
  local bot, draft = make_bot(team, p)
  lex.build(team, p)
  lex.make_version(team, p)
  team.lexv2.CreateIntent(with(draft, intent("Cancel", lex.cancel_words)))
  lex.build(team, p)
  local version = lex.make_version(team, p)
  team.lexv2.CreateBotAlias {
    botId = bot, botAliasName = p.alias, botVersion = version,
    botAliasLocaleSettings = { [p.locale] = { enabled = true, codeHookSpecification = lex.hook(team) } },
  }
  lex.permit(team, p, "lex")
end

return lex
