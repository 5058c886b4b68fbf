-- The chatbot UnicornBooker: what stands in a team's account, how customers talk to it, and how it is judged by talking.
local gameday = require "gameday"

local chatbot = {}

local locales = { "en_US", "ko_KR" }

chatbot.needed = { City = true, Unicorn = true, Date = true, Nights = true } -- for a booking
chatbot.most_at_once = 5 -- customers who may want the desk in the same moment

-- ---- what it is made of, read once ----

local kept = {}

local function data(name)
  kept[name] = kept[name] or gameday.from_json(gameday.fixture("bots/" .. name .. ".json"))
  return kept[name]
end

local rates = { Sparkle = 90, Thunder = 120, Rosie = 80, Comet = 110, Marzipan = 70, Pixel = 100 }

-- ---- the function that books, changes and cancels ----

local words = {
  en_US = {
    Book = "Booked! Your number is %d, the price is %d.", Change = "Booking %d is moved to %s.", Cancel = "Booking %d is cancelled.",
  },
  ko_KR = {
    Book = "예약했어요! 예약 번호는 %d, 금액은 %d입니다.", Change = "%d번 예약을 %s(으)로 옮겼어요.", Cancel = "%d번 예약을 취소했어요.",
  },
}

local function value(slots, name)
  local slot = slots[name]
  if type(slot) ~= "table" or type(slot.value) ~= "table" then error("the slot " .. name .. " is empty") end
  return slot.value.interpretedValue
end

local function sentence(say, intent)
  local slots = intent.slots
  if intent.name == "Book" then
    local unicorn, nights = value(slots, "Unicorn"), math.tointeger(tonumber(value(slots, "Nights"))) or 1
    if not rates[unicorn] then error("there is no unicorn called " .. tostring(unicorn)) end
    return string.format(say.Book, 1000 + #value(slots, "City") * 37 + nights, rates[unicorn] * nights)
  end
  local booking = math.tointeger(tonumber(value(slots, "Booking"))) or 0
  if intent.name == "Change" then return string.format(say.Change, booking, value(slots, "Date")) end
  return string.format(say.Cancel, booking)
end

-- REPLY_FORMAT 1 is how Lex V1 wanted its answers; LEDGER says where bookings are written down.
gameday.lambda("unicorn-desk", function(event, context)
  gameday.wait(context.environment.LEDGER == "paper" and "6s" or "300ms")
  local intent = event.sessionState.intent
  local message = { contentType = "PlainText", content = sentence(words[event.bot.localeId], intent) }
  if context.environment.REPLY_FORMAT == "1" then
    return { dialogAction = { type = "Close", fulfillmentState = "Fulfilled", message = message } }
  end
  intent.state = "Fulfilled"
  return {
    sessionState = { dialogAction = { type = "Close" }, intent = intent },
    messages = gameday.list { message },
  }
end)

-- ---- ids ----

function chatbot.bot(team) return team:recall "chatbot.bot" end
function chatbot.alias(team) return team:recall "chatbot.alias" end

function chatbot.draft(team, locale)
  return { botId = chatbot.bot(team), botVersion = "DRAFT", localeId = locale }
end

local function with(base, more)
  local all = {}
  for name, each in pairs(base) do all[name] = each end
  for name, each in pairs(more) do all[name] = each end
  return all
end

function chatbot.alias_arn(team, alias)
  return team.arn("lex", "bot-alias/" .. chatbot.bot(team) .. "/" .. alias)
end

function chatbot.function_arn(team) return team.arn("lambda", "function:unicorn-desk") end

-- ---- parts of a bot ----

local function said(text) return { messageGroups = gameday.list { { message = { plainTextMessage = { value = text } } } } } end

local function prompt(text)
  local specification = said(text)
  specification.maxRetries = 2
  return specification
end

local function utterances(list)
  local all = gameday.list {}
  for i, text in ipairs(list or {}) do all[i] = { utterance = text } end
  return all
end

-- An intent as the specification has it, for CreateIntent and UpdateIntent.
function chatbot.intent(specification)
  local intent = { intentName = specification.name, sampleUtterances = utterances(specification.utterances) }
  if specification.hook then intent.fulfillmentCodeHook = { enabled = true } end
  if specification.confirm then
    intent.intentConfirmationSetting = {
      promptSpecification = prompt(specification.confirm), declinationResponse = said(specification.declined),
    }
  end
  if specification.done then intent.intentClosingSetting = { closingResponse = said(specification.done) } end
  return intent
end

local function make_types(team, draft, types)
  local ids = {}
  for name, values in pairs(types) do
    local list = gameday.list {}
    for each, synonyms in pairs(values) do
      local other = gameday.list {}
      for i, synonym in ipairs(synonyms) do other[i] = { value = synonym } end
      list[#list + 1] = { sampleValue = { value = each }, synonyms = #other > 0 and other or nil }
    end
    ids[name] = team.lexv2.CreateSlotType(with(draft, {
      slotTypeName = name, slotTypeValues = list, valueSelectionSetting = { resolutionStrategy = "TopResolution" },
    })).slotTypeId
  end
  return ids
end

-- Slots first, then the intent again: only then are there ids to give priorities to.
local function make_intent(team, draft, types, specification)
  local intent = chatbot.intent(specification)
  local id = team.lexv2.CreateIntent(with(draft, intent)).intentId
  local priorities = gameday.list {}
  for i, slot in ipairs(specification.slots or {}) do
    local made = team.lexv2.CreateSlot(with(draft, {
      intentId = id, slotName = slot.name, slotTypeId = types[slot.type] or slot.type,
      valueElicitationSetting = {
        slotConstraint = "Required", promptSpecification = prompt(slot.ask), sampleUtterances = utterances(slot.samples),
      },
    }))
    priorities[i] = { priority = i, slotId = made.slotId }
  end
  if #priorities > 0 then
    team.lexv2.UpdateIntent(with(draft, with(intent, { intentId = id, slotPriorities = priorities })))
  end
end

-- ---- locales ----

function chatbot.wait_locale(team, locale)
  local draft, status = chatbot.draft(team, locale), nil
  gameday.wait_until(function()
    status = team.lexv2.DescribeBotLocale(draft).botLocaleStatus
    return status == "NotBuilt" or status == "Built" or status == "Failed"
  end, { every = "200ms", within = "2m" })
  return status
end

local function make_locale(team, locale)
  local draft, specification = chatbot.draft(team, locale), data "unicorn-booker"[locale]
  team.lexv2.CreateBotLocale(with(draft, { nluIntentConfidenceThreshold = 0.4 }))
  chatbot.wait_locale(team, locale)
  local types = make_types(team, draft, specification.types)
  for _, intent in ipairs(specification.intents) do make_intent(team, draft, types, intent) end
  team.lexv2.UpdateIntent(with(draft, {
    intentId = "FALLBCKINT", intentName = "FallbackIntent", parentIntentSignature = "AMAZON.FallbackIntent",
    intentClosingSetting = { closingResponse = said(specification.sorry) },
  }))
end

function chatbot.build_locale(team, locale)
  team.lexv2.BuildBotLocale(chatbot.draft(team, locale))
  return chatbot.wait_locale(team, locale)
end

-- ---- intents ----

function chatbot.find_intent(team, locale, name)
  local draft = chatbot.draft(team, locale)
  for _, each in ipairs(team.lexv2.ListIntents(draft).intentSummaries) do
    if each.intentName == name then return team.lexv2.DescribeIntent(with(draft, { intentId = each.intentId })) end
  end
  error("the locale " .. locale .. " has no intent " .. name)
end

function chatbot.slots_of(team, locale, intent_id)
  return team.lexv2.ListSlots(with(chatbot.draft(team, locale), { intentId = intent_id })).slotSummaries
end

-- Changes an intent of the draft as it stands: `edit` gets it as a table.
function chatbot.edit_intent(team, locale, name, edit)
  local intent = chatbot.find_intent(team, locale, name)
  intent.creationDateTime, intent.lastUpdatedDateTime = nil, nil
  edit(intent)
  team.lexv2.UpdateIntent(intent)
end

-- ---- versions and the alias ----

local function settings(team, enabled)
  local all = {}
  for _, locale in ipairs(enabled) do
    all[locale] = {
      enabled = true,
      codeHookSpecification = {
        lambdaCodeHook = { lambdaARN = chatbot.function_arn(team), codeHookInterfaceVersion = "1.0" },
      },
    }
  end
  return all
end

function chatbot.make_version(team, of)
  local specification = {}
  for _, locale in ipairs(of) do specification[locale] = { sourceBotVersion = "DRAFT" } end
  local version = team.lexv2.CreateBotVersion { botId = chatbot.bot(team), botVersionLocaleSpecification = specification }.botVersion
  gameday.wait_until(function()
    return team.lexv2.DescribeBotVersion { botId = chatbot.bot(team), botVersion = version }.botStatus == "Available"
  end, { every = "200ms", within = "2m" })
  return version
end

function chatbot.lead(team, version, enabled)
  team.lexv2.UpdateBotAlias {
    botId = chatbot.bot(team), botAliasId = chatbot.alias(team), botAliasName = "live", botVersion = version,
    botAliasLocaleSettings = settings(team, enabled),
  }
end

-- What is built in the draft becomes what customers talk to.
function chatbot.publish(team)
  local built = {}
  for _, locale in ipairs(locales) do
    if team.lexv2.DescribeBotLocale(chatbot.draft(team, locale)).botLocaleStatus == "Built" then built[#built + 1] = locale end
  end
  if #built > 0 then chatbot.lead(team, chatbot.make_version(team, built), built) end
end

-- ---- who may call the function ----

function chatbot.permit(team, id, alias)
  team.lambda.AddPermission {
    FunctionName = "unicorn-desk", StatementId = id, Action = "lambda:InvokeFunction", Principal = "lexv2.amazonaws.com",
    SourceArn = chatbot.alias_arn(team, alias),
  }
end

function chatbot.forbid(team, id)
  local ok, problem = pcall(team.lambda.RemovePermission, { FunctionName = "unicorn-desk", StatementId = id })
  if not ok and problem.code ~= "ResourceNotFoundException" then error(problem, 0) end
end

-- Changes variables of the function's environment, and leaves the others.
function chatbot.configure(team, change)
  local variables = team.lambda.GetFunctionConfiguration { FunctionName = "unicorn-desk" }.Environment.Variables
  team.lambda.UpdateFunctionConfiguration { FunctionName = "unicorn-desk", Environment = { Variables = with(variables, change) } }
end

-- ---- the account ----

local function trust(service)
  return gameday.to_json {
    Version = "2012-10-17",
    Statement = { { Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" } },
  }
end

-- English is built and live as version 1; Korean came later and waits to be published.
function chatbot.make(team)
  team.iam.CreateRole { RoleName = "ChatbotRole", AssumeRolePolicyDocument = trust "lexv2.amazonaws.com" }
  team.iam.CreateRole { RoleName = "DeskRole", AssumeRolePolicyDocument = trust "lambda.amazonaws.com" }
  team:deploy("unicorn-desk", { role = "DeskRole", timeout = 5, environment = { REPLY_FORMAT = "2", LEDGER = "table" } })
  local bot = team.lexv2.CreateBot {
    botName = "UnicornBooker", roleArn = team.role "ChatbotRole", dataPrivacy = { childDirected = false },
    idleSessionTTLInSeconds = 300, description = "Books unicorns, changes bookings, cancels them",
  }.botId
  team:remember("chatbot.bot", bot)
  gameday.wait_until(function() return team.lexv2.DescribeBot { botId = bot }.botStatus == "Available" end, { every = "200ms", within = "1m" })
  make_locale(team, "en_US")
  chatbot.weaken(team)
  chatbot.build_locale(team, "en_US")
  local version = chatbot.make_version(team, { "en_US" })
  local alias = team.lexv2.CreateBotAlias {
    botId = bot, botAliasName = "live", botVersion = version, botAliasLocaleSettings = settings(team, { "en_US" }),
  }.botAliasId
  team:remember("chatbot.alias", alias)
  chatbot.permit(team, "lex-test", "TSTALIASID")
  make_locale(team, "ko_KR")
end

-- The settings of a bot are its version's, too: they reach customers by a new one.
function chatbot.set_patience(team, seconds)
  local bot = team.lexv2.DescribeBot { botId = chatbot.bot(team) }
  team.lexv2.UpdateBot {
    botId = bot.botId, botName = bot.botName, roleArn = bot.roleArn, dataPrivacy = bot.dataPrivacy, description = bot.description,
    idleSessionTTLInSeconds = seconds,
  }
  gameday.wait_until(function()
    return team.lexv2.DescribeBot { botId = bot.botId }.botStatus == "Available"
  end, { every = "200ms", within = "1m" })
end

function chatbot.live_version(team)
  return team.lexv2.DescribeBotAlias { botId = chatbot.bot(team), botAliasId = chatbot.alias(team) }.botVersion
end

-- All that the former team taught the bot about changes.
function chatbot.weaken(team)
  chatbot.edit_intent(team, "en_US", "Change", function(intent)
    intent.sampleUtterances = utterances { "amendment of record {Booking}" }
  end)
end

function chatbot.teach(team, locale, name)
  for _, specification in ipairs(data "unicorn-booker"[locale].intents) do
    if specification.name == name then
      chatbot.edit_intent(team, locale, name, function(intent)
        intent.sampleUtterances = utterances(specification.utterances)
      end)
    end
  end
end

-- ---- talking ----

local function say(team, locale, session, text)
  return team.lexv2runtime.RecognizeText {
    botId = chatbot.bot(team), botAliasId = chatbot.alias(team), localeId = locale, sessionId = session, text = text,
  }
end

local function last_words(answer)
  local heard = {}
  for i, message in ipairs(answer.messages or {}) do heard[i] = message.content end
  return table.concat(heard, " ")
end

-- One customer: begins, answers what is asked, and looks at what came of it. Raises the AWS error that he meets.
--   customer = { locale, session, opens, intent, answers = { Slot = text }, yes, wants = { Slot = value }, ponders = "90s" }
-- Returns true, or false and why.
function chatbot.converse(team, customer)
  local text, told = customer.opens, {}
  for turn = 1, 10 do
    if turn == 3 and customer.ponders then gameday.wait(customer.ponders) end -- which unicorn had the children wanted?
    local answer = say(team, customer.locale, customer.session, text)
    local state = answer.sessionState
    local action, intent = state.dialogAction.type, state.intent or {}
    local function lost(en, ko)
      return false, { en = "\"" .. customer.opens .. "\": " .. en, ko = "\"" .. customer.opens .. "\": " .. ko }
    end
    if intent.name ~= customer.intent then
      return lost("the bot took it for " .. tostring(intent.name), "봇이 " .. tostring(intent.name) .. "(으)로 알아들었어요")
    end
    if action == "ElicitSlot" then
      local slot = state.dialogAction.slotToElicit
      if customer.ponders and told[slot] then return lost("the bot had forgotten what it was told", "봇이 들은 것을 잊어버렸어요") end
      told[slot], text = true, customer.answers[slot]
      if not text then return lost("the bot asked for something odd", "봇이 이상한 것을 물었어요") end
    elseif action == "ConfirmIntent" then
      text = customer.yes
    elseif intent.state ~= "Fulfilled" then
      return lost("the bot gave up: " .. last_words(answer), "봇이 포기했어요: " .. last_words(answer))
    else
      for name, wanted in pairs(customer.wants) do
        local slot = (intent.slots or {})[name]
        local got = type(slot) == "table" and slot.value.interpretedValue
        if got ~= wanted then
          return lost(name .. " was to be " .. wanted .. " and became " .. tostring(got),
                      name .. "은(는) " .. wanted .. "인데 " .. tostring(got) .. "이(가) 되었어요")
        end
      end
      return true
    end
  end
  return false, { en = "the bot went round in circles", ko = "봇이 같은 말을 되풀이해요" }
end

-- ---- customers ----

local function pick(list, number) return list[number % #list + 1] end

local function names_of(map)
  local names = {}
  for name in pairs(map) do names[#names + 1] = name end
  return names
end

-- The customer of this number: who he is depends on it alone.
function chatbot.customer(locale, number, kind)
  local speech = data "unicorn-customers"[locale]
  local customer = { locale = locale, session = locale .. "-" .. number, yes = pick(speech.yes, number), answers = {}, wants = {} }
  if kind == "Book" then
    local city, unicorn = pick(names_of(speech.city), number), pick(names_of(speech.unicorn), number // 2)
    local nights = tostring(number % 5 + 1)
    customer.opens, customer.intent = pick(speech.book, number // 3), "Book"
    customer.answers = {
      City = speech.city[city], Unicorn = speech.unicorn[unicorn], Date = pick(speech.date, number), Nights = speech.nights[nights],
    }
    customer.wants = { City = city, Unicorn = unicorn, Nights = nights }
    return customer
  end
  local booking = tostring(1000 + number * 7 % 9000)
  customer.opens = pick(kind == "Change" and speech.change or speech.cancel, number // 3)
  customer.intent, customer.wants = kind, { Booking = booking }
  customer.answers = { Booking = string.gsub(speech.number, "{}", booking), Date = pick(speech.date, number) }
  return customer
end

local kinds = { "Book", "Book", "Change", "Book", "Cancel" }

-- For a probe: the customers of a locale come one after the other, with wishes of every kind.
function chatbot.serve(locale)
  return function(team)
    local number = math.random(1000000)
    return chatbot.converse(team, chatbot.customer(locale, number, pick(kinds, number)))
  end
end

-- How many runs of the function may be under way at once; nil: as many as come.
function chatbot.set_chairs(team, count)
  if count then return team.lambda.PutFunctionConcurrency { FunctionName = "unicorn-desk", ReservedConcurrentExecutions = count } end
  team.lambda.DeleteFunctionConcurrency { FunctionName = "unicorn-desk" }
end

function chatbot.chairs(team)
  return team.lambda.GetFunctionConcurrency { FunctionName = "unicorn-desk" }.ReservedConcurrentExecutions
end

-- Some have to ask at home before they answer, and come back to where they were.
function chatbot.serve_ponderers(locale)
  return function(team)
    local customer = chatbot.customer(locale, math.random(1000000), "Book")
    customer.session, customer.ponders = "ponders-" .. customer.session, "90s"
    return chatbot.converse(team, customer)
  end
end

-- ---- how faults are judged: by talking ----

-- How a customer with such a wish fares now. Returns true, false and why, or nil and the AWS error.
function chatbot.try(team, locale, kind, number)
  local customer = chatbot.customer(locale, number or 0, kind)
  customer.session = "judge-" .. kind .. "-" .. (number or 0) .. "-" .. gameday.now()
  local ok, good, why = pcall(chatbot.converse, team, customer)
  if ok then return good, why end
  if type(good) == "table" and good.code then return nil, good end
  error(good, 0)
end

-- How many of these wishes are understood, from 0 to 1, whatever becomes of them.
function chatbot.understood(team, locale, kind, count)
  local good = 0
  for number = 1, count do
    local customer = chatbot.customer(locale, number * 3, kind)
    local answer = say(team, locale, "judge-" .. number .. "-" .. gameday.now(), customer.opens)
    if (answer.sessionState.intent or {}).name == kind then good = good + 1 end
  end
  return good / count
end

return chatbot
