-- A pack becomes a declaration: plain JSON that the game reads (its shape stands in emulator/script/script.h), and callbacks by
-- name, which stay here.
local fields = require "gameday.fields"
local things = require "gameday.things"
local team_of = require "gameday.team"
local call_of = require "gameday.call"
local operations = require "gameday.operations"
local words = require "gameday.words"
local lint = require "gameday.lint"

local pack = {}

local function raise_at(thing, fields_of_error)
  fields_of_error.file, fields_of_error.line = thing.at.file, thing.at.line
  raise(fields_of_error)
end

-- `thing` tells where its author stands, should the callback fail without a trace.
local function register(name, thing, callback)
  registry[name] = { run = callback, file = thing.at and thing.at.file, line = thing.at and thing.at.line }
end

-- What a judge returned: true, or false and why; a number is a share (a quality) from 0 to 1.
local function judged(name, verdict, reason)
  if verdict == nil then
    raise { message = name .. " returned nothing: it says true, or false and why" }
  end
  local share = type(verdict) == "number" and math.min(1, math.max(0, verdict)) or verdict and 1 or 0
  return { good = share > 0, share = share, reason = reason ~= nil and fields.text(reason) or nil }
end

-- ---- faults ----

-- Where the pack says what `mended` is: of what the shelf says it, where the fault stands.
local function place_of_mended(fault)
  local file, line = host.place_of(fault.mended)
  return file and { file = file, line = line } or { file = fault.at.file, line = fault.at.line }
end

local function declare_fault(fault, seen)
  local id = fault.id
  if seen[id] then raise_at(fault, { message = "two faults are called '" .. id .. "'", word = id }) end
  seen[id] = fault
  if fault.breaks then register("fault/" .. id .. "/breaks", fault, function(data, with) fault.breaks(team_of(data), with or {}) end) end
  if fault.mended then
    register("fault/" .. id .. "/mended", fault, function(data)
      local mended, reason = fault.mended(team_of(data))
      return { mended = mended and true or false, silent = mended == nil or nil, reason = reason ~= nil and fields.text(reason) or nil }
    end)
  end
  if fault.call then
    register("fault/" .. id .. "/call", fault, function(data, with) return call_of(data, with, fault.call) end)
  end
  return {
    id = id, title = fault.title, kind = fault.cloud and "cloud" or "state", brief = fault.brief,
    from_start = fault.from_start, has_breaks = fault.breaks ~= nil, has_mended = fault.mended ~= nil,
    mended_at = fault.mended and place_of_mended(fault) or nil,
    needs = fault.needs, points = fault.points, check_ms = fault.every, during_ms = fault.during, hints = fault.hints,
    takes = fault.takes, shown_by = fault.shown_by, learnt = fault.learnt or #fault.hints > 0 and fault.hints[#fault.hints].text or nil,
    on = fault.on, wire = fault.wire, life = fault.life, point = fault.call and fault.point or nil, role = fault.role, resource = fault.resource,
    chance = fault.cloud and fault.chance or nil,
  }
end

-- ---- challenges ----

local function declare_probe(challenge, probe, seen)
  if seen[probe.id] then
    raise_at(probe, {
      message = "challenge '" .. challenge.id .. "' has two probes called '" .. probe.id .. "'", word = probe.id,
    })
  end
  seen[probe.id] = true
  local name = "probe/" .. challenge.id .. "/" .. probe.id
  register(name, probe, function(data) return judged(name, probe.run(team_of(data))) end)
  return {
    id = probe.id, title = probe.title, every_ms = probe.every, earns = probe.earns, costs = probe.costs,
    starts_ms = probe.starts, on = probe.on, shows = probe.shows, load = probe.load,
    latency = probe.latency, patience = probe.patience,
  }
end

local function declare_answer(challenge, answer)
  local judge = answer.right or answer.state
  if judge then
    register("answer/" .. challenge.id .. "/" .. answer.id, answer, function(data, with)
      local right, reason = judge(team_of(data), with and with.answer)
      return { right = right and true or false, reason = reason ~= nil and fields.text(reason) or nil }
    end)
  end
  return {
    id = answer.id, title = answer.title, points = answer.points, kind = answer.kind, value = answer.value,
    tolerance = answer.tolerance, tries = answer.tries, every_ms = answer.state and answer.every or nil,
  }
end

local function each(list, declare)
  local declared = {}
  for i, one in ipairs(list) do declared[i] = declare(one) end
  return host.list(declared)
end

local function declare_challenge(challenge, seen)
  local probes = {}
  if seen.challenges[challenge.id] then
    raise_at(challenge, { message = "two challenges are called '" .. challenge.id .. "'", word = challenge.id })
  end
  seen.challenges[challenge.id] = challenge
  if challenge.setup then
    register("challenge/" .. challenge.id .. "/setup", challenge, function(data) challenge.setup(team_of(data)) end)
  end
  return {
    id = challenge.id, title = challenge.title, brief = challenge.brief, guide = challenge.guide, points = challenge.points,
    unlock = challenge.unlock, has_setup = challenge.setup ~= nil, solved_when = challenge.solved_when,
    warm_up = challenge.warm_up or nil, scores_until_ms = challenge.scores_until, expires_ms = challenge.expires,
    answers = each(challenge.answers, function(answer) return declare_answer(challenge, answer) end),
    probes = each(challenge.probes, function(probe) return declare_probe(challenge, probe, probes) end),
    faults = each(challenge.faults, function(fault) return declare_fault(fault, seen.faults) end),
  }
end

-- ---- stories ----

local function declare_step(story, step, seen)
  if seen[step.id] then
    raise_at(step, { message = "story '" .. story.id .. "' has two steps called '" .. step.id .. "'", word = step.id })
  end
  seen[step.id] = true
  if step.run then
    register("story/" .. story.id .. "/" .. step.id, step, function(data) step.run(team_of(data)) end)
  end
  return { id = step.id, after_ms = step.after, message = step.message, has_run = step.run ~= nil }
end

local function declare_story(story, seen)
  local steps = {}
  if seen.stories[story.id] then raise_at(story, { message = "two stories are called '" .. story.id .. "'", word = story.id }) end
  seen.stories[story.id] = story
  return { id = story.id, steps = each(story.steps, function(step) return declare_step(story, step, steps) end) }
end

-- ---- decks, reactions ----

local function declare_deck(deck, seen)
  if seen.decks[deck.id] then raise_at(deck, { message = "two decks are called '" .. deck.id .. "'", word = deck.id }) end
  seen.decks[deck.id] = deck
  return {
    id = deck.id, cards = deck.cards, every_ms = deck.every, window_ms = deck.window, again = deck.again, solved = deck.solved, leader = deck.leader,
    ahead = deck.ahead,
  }
end

local function declare_reaction(reaction, seen)
  local id = reaction.id
  if seen.reactions[id] then raise_at(reaction, { message = "two reactions are called '" .. id .. "'", word = id }) end
  seen.reactions[id] = reaction
  return {
    id = id, to = reaction.to, challenge = reaction.challenge, from_ms = reaction.from, pause_ms = reaction.pause,
    after_ms = reaction.after, count = reaction.count, messages = reaction.messages,
  }
end

-- ---- watches ----

local function declare_watch(watch, challenge, seen)
  local id = watch.id
  if seen.watches[id] then raise_at(watch, { message = "two watches are called '" .. id .. "'", word = id }) end
  seen.watches[id] = watch
  register("watch/" .. id, watch, function(data, row) watch.run(team_of(data), row) end)
  return { id = id, on = watch.on, key = watch.key, what = watch.what, challenge = challenge and challenge.id }
end

local function declare_watches(given, seen)
  local declared = {}
  local function add(list, challenge)
    for _, watch in ipairs(list) do declared[#declared + 1] = declare_watch(watch, challenge, seen) end
  end
  add(given.watches)
  for _, challenge in ipairs(given.challenges) do add(challenge.watches, challenge) end
  return host.list(declared)
end

-- ---- what refers to others by name ----

local function names_of(table)
  local names = {}
  for name in pairs(table) do names[#names + 1] = name end
  return names
end

local function check_name(thing, what, name, known)
  if name ~= nil and not known[name] then
    raise_at(thing, { message = "there is no " .. what .. " '" .. tostring(name) .. "'", word = tostring(name),
                      nearest = host.nearest(tostring(name), names_of(known)) })
  end
end

local function check_names(given, seen)
  for _, id in ipairs(given.story) do check_name(given, "story", id, seen.stories) end
  for _, fault in pairs(seen.faults) do
    for _, id in ipairs(fault.needs) do check_name(fault, "fault", id, seen.faults) end
  end
  for _, reaction in pairs(seen.reactions) do check_name(reaction, "challenge", reaction.challenge, seen.challenges) end
  for _, deck in pairs(seen.decks) do
    for _, id in ipairs(deck.cards) do check_name(deck, "fault", id, seen.faults) end
  end
  for _, challenge in pairs(seen.challenges) do
    for _, id in ipairs(challenge.unlock.after or {}) do check_name(challenge, "challenge", id, seen.challenges) end
  end
end

-- ---- the timeline ----

local entry_fields = {
  at = { "moment" }, at_score = { "number" },
  every = { "duration" }, until_ = { "moment" }, -- again and again
  window = { "duration" },                       -- somewhere in so long a time from then on, by the game's seed
  chance = { "share" },                          -- or not at all
  story = { "id" }, break_ = { "id" }, mend = { "id" }, unlock = { "id" }, message = { "any" },
  deck = { "id" }, -- its first card is drawn then, the others follow
}

-- "briefing" is a story; a message may stand as it is.
local function read_entry(given)
  if type(given) == "string" then return { story = given } end
  if things.kind(given) == "message" then return { message = given } end
  return fields.read("timeline", given, entry_fields)
end

local function declare_entry(given, pack_thing, at_ms, seen)
  local read = read_entry(given)
  at_ms = at_ms or read.at
  if not at_ms and not read.at_score then
    raise_at(pack_thing, { message = 'an entry of the timeline has no time: at = "00:20"', word = "timeline" })
  end
  check_name(pack_thing, "story", read.story, seen.stories)
  check_name(pack_thing, "fault", read.break_, seen.faults)
  check_name(pack_thing, "fault", read.mend, seen.faults)
  check_name(pack_thing, "challenge", read.unlock, seen.challenges)
  check_name(pack_thing, "deck", read.deck, seen.decks)
  if read.deck and read.every then
    raise_at(pack_thing, { message = "a deck knows itself how often it is drawn from", word = read.deck })
  end
  return {
    at_ms = at_ms, at_score = not at_ms and read.at_score or nil, every_ms = read.every, until_ms = read.until_,
    window_ms = read.window, chance = read.chance,
    story = read.story, ["break"] = read.break_, mend = read.mend, unlock = read.unlock,
    message = things.plain_message(read.message), deck = read.deck,
  }
end

-- { ["00:05"] = entry or list of entries, { at = …, … } }
local function declare_timeline(given, pack_thing, seen)
  local entries = {}
  if type(given) ~= "table" then raise_at(pack_thing, { message = "the timeline is a table", word = "timeline" }) end
  for key, value in pairs(given) do
    local at_ms = type(key) == "string" and fields.value("timeline", key, "moment", key) or nil
    local several = at_ms and type(value) == "table" and #value > 0
    for _, one in ipairs(several and value or { value }) do
      entries[#entries + 1] = declare_entry(one, pack_thing, at_ms, seen)
    end
  end
  for i, entry in ipairs(entries) do entry.order = i end
  table.sort(entries, function(a, b)
    local x, y = a.at_ms or math.maxinteger, b.at_ms or math.maxinteger
    if x ~= y then return x < y end
    return a.order < b.order
  end)
  for _, entry in ipairs(entries) do entry.order = nil end
  return host.list(entries)
end

-- ---- the rest ----

local function declare_durations(given, pack_thing)
  local durations = { ["*"] = 1 }
  if type(given) ~= "table" then
    raise_at(pack_thing, { message = "durations is a table: { sagemaker = 0.2 }", word = "durations" })
  end
  for service, share in pairs(given) do
    if type(share) ~= "number" or share <= 0 or share > 100 then
      raise_at(pack_thing, {
        message = "durations." .. tostring(service) .. " should be a share of AWS's time, such as 0.2", word = tostring(service),
      })
    end
    durations[service] = share
  end
  return durations
end

local function declare_characters(given)
  local characters = { cto = { name = { en = "CTO" } } }
  for id, one in pairs(given) do
    local read = fields.read("character", one, { name = { "text", required = true }, title = { "text" } })
    characters[id] = { name = read.name, title = read.title }
  end
  return characters
end

-- `prefix`: of its callbacks' names.
local function declare_solution(prefix, solution, seen)
  local steps, ids = {}, {}
  for i, step in ipairs(solution.steps) do
    check_name(solution, "fault", step.mends, seen.faults)
    if ids[step.id] then
      raise_at(solution, { message = "two steps of the solution are called '" .. step.id .. "'", word = step.id })
    end
    ids[step.id] = true
    register(prefix .. step.id, solution, function(data) step.run(team_of(data)) end)
    steps[i] = { id = step.id, mends = step.mends, after_ms = step.after, title = step.title }
  end
  return host.list(steps)
end

-- Players beside the solution; a name is that of a file.
local function declare_players(players, seen)
  return each(players, function(player)
    return { id = player.id, steps = declare_solution("solution/" .. player.id .. "/", player.solution, seen) }
  end)
end

local function declare_lambdas()
  local names = {}
  for name, lambda in pairs(things.lambdas()) do
    names[#names + 1] = name
    register("lambda/" .. name, lambda, function(data, with)
      with.context.team = team_of(data):as(with.context.role_arn)
      return lambda.handler(with.event, with.context)
    end)
  end
  return host.list(names)
end

local function declare_images()
  local names = {}
  for name, image in pairs(things.images()) do
    names[#names + 1] = name
    register("image/" .. name, image, function(data, with)
      with.job.team = team_of(data):as(with.job.role_arn)
      return image.handler(with.job)
    end)
  end
  return host.list(names)
end

pack.know = operations.set -- before any of the pack's files is read

local function check_solution(solution, file)
  if things.kind(solution) ~= "solution" then
    raise { message = file .. " should end with `return gameday.solution { … }`", file = file, line = 1 }
  end
end

-- The names of its players' files, before these are loaded.
function pack.players(given) return things.kind(given) == "pack" and given.players or {} end

-- `given`: what pack.lua returned; `solution`: what solution.lua returned, or nil; `players`: { id, solution } of each of its players;
-- `unused`: names of files that nobody required.
function pack.declare(given, solution, players, unused)
  if things.kind(given) ~= "pack" then
    raise { message = "pack.lua should end with `return gameday.pack { … }`", file = "pack.lua", line = 1 }
  end
  if solution ~= nil then check_solution(solution, "solution.lua") end
  for _, player in ipairs(players) do check_solution(player.solution, string.gsub(player.id, "%.", "/") .. ".lua") end
  local seen = { faults = {}, challenges = {}, stories = {}, reactions = {}, decks = {}, watches = {} }
  words.set(given.translations)
  local declaration = {
    id = given.id, title = given.title, brief = given.brief, duration_ms = given.duration, currency = given.currency,
    start_ms = given.start, schedule = given.schedule, durations = declare_durations(given.durations or {}, given), story = given.story,
    guide = given.guide, characters = declare_characters(given.characters or {}),
    challenges = each(given.challenges, function(challenge) return declare_challenge(challenge, seen) end),
    faults = each(given.faults, function(fault) return declare_fault(fault, seen.faults) end),
    stories = each(given.stories, function(story) return declare_story(story, seen) end),
    decks = each(given.decks, function(deck) return declare_deck(deck, seen) end),
    reactions = each(given.reactions, function(reaction) return declare_reaction(reaction, seen) end),
    watches = declare_watches(given, seen),
  }
  check_names(given, seen)
  declaration.timeline = declare_timeline(given.timeline or {}, given, seen)
  declaration.lambdas = declare_lambdas()
  declaration.images = declare_images()
  declaration.solution = solution and declare_solution("solution/", solution, seen) or host.list {}
  declaration.players = declare_players(players, seen)
  words.translate_all(declaration)
  register("play/call", {}, function(data, with) return team_of(data)[with.service][with.operation](with.input) end)
  register("pack/lint", given, function() return lint(given, declaration, seen, solution, unused) end)
  return declaration
end

return pack
