-- What looks wrong in a pack as it is written: `rehearse check` says it, each with file and line. A mistake fails the check, the
-- rest is advice. What can only be seen by playing is check's own (emulator/game/check.h).
local fields = require "gameday.fields"
local operations = require "gameday.operations"
local things = require "gameday.things"

local found -- of the pack that is looked at

-- `word`: the finding stands where that is written, in the thing or below it.
local function say(thing, word, message, mistake)
  local file, line = thing.at.file or "pack.lua", thing.at.line or 1
  if word then line = host.line_of(file, line, tostring(word)) end
  found[#found + 1] = { file = file, line = line, message = message, mistake = mistake or false }
end

local function quoted(what, id) return what .. " '" .. id .. "'" end

-- ---- both languages ----

-- Calls tell(thing, name, texts) for everything that people read, as it was declared; texts: what it is called → text.
local function each_text(given, declaration, seen, tell)
  local function tell_fault(fault)
    local texts = { title = fault.title, brief = fault.brief, learnt = seen.faults[fault.id].learnt and fault.learnt }
    for i, hint in ipairs(fault.hints) do texts["hint " .. i] = hint.text end
    tell(seen.faults[fault.id], quoted("fault", fault.id), texts)
  end
  tell(given, "the pack", { title = declaration.title, brief = declaration.brief, guide = declaration.guide })
  for _, challenge in ipairs(declaration.challenges) do
    local thing = seen.challenges[challenge.id]
    tell(thing, quoted("challenge", challenge.id), { title = challenge.title, brief = challenge.brief, guide = challenge.guide })
    for i, probe in ipairs(challenge.probes) do tell(thing.probes[i], quoted("probe", probe.id), { title = probe.title }) end
    for i, answer in ipairs(challenge.answers) do tell(thing.answers[i], quoted("answer", answer.id), { title = answer.title }) end
    for _, fault in ipairs(challenge.faults) do tell_fault(fault) end
  end
  for _, fault in ipairs(declaration.faults) do tell_fault(fault) end
  for _, story in ipairs(declaration.stories) do
    local texts = {}
    for _, step in ipairs(story.steps) do texts[step.id] = step.message and step.message.text end
    tell(seen.stories[story.id], quoted("story", story.id), texts)
  end
end

local function lint_languages(given, declaration, seen)
  local lacking, any = {}, false
  each_text(given, declaration, seen, function(thing, name, texts)
    local missing = {}
    for what, text in pairs(texts) do
      if text.ko then any = true else missing[#missing + 1] = what end
    end
    if #missing > 0 then lacking[#lacking + 1] = { thing, name .. " says nothing in Korean: " .. table.concat(missing, ", ") } end
  end)
  if not any then
    say(given, "title", "nothing here is said in Korean: a text is { en = …, ko = … }")
    return
  end
  for _, one in ipairs(lacking) do say(one[1], nil, one[2]) end
end

-- ---- faults ----

-- Every word in what was declared.
local function words_of(value, words)
  if type(value) == "string" then words[value] = true end
  if type(value) == "table" then
    for _, one in pairs(value) do words_of(one, words) end
  end
  return words
end

local function lint_fault(fault, named)
  local name = quoted("fault", fault.id)
  if #fault.hints < 3 then
    say(fault, "hints", name .. " has " .. #fault.hints .. " of three hints: where to look, what it is, how to mend it")
  end
  if #fault.shown_by == 0 then
    say(fault, nil, name .. " names no call that shows it (shown_by)" ..
                    (fault.breaks and ": any look at what it touched detects it" or ": nobody can detect it"))
  end
  if not fault.from_start and not named[fault.id] then
    say(fault, nil, name .. " never comes by itself: it is not from_start, and the timeline does not break it")
  end
  if fault.points.none_ms <= fault.points.full_ms then
    say(fault, "none", name .. " pays nothing from the moment when it would begin to pay less: none is not after full", true)
  end
end

local function lint_needs(faults)
  local by_id = {}
  for _, fault in ipairs(faults) do by_id[fault.id] = fault end
  local function needs(fault, wanted, seen)
    if seen[fault.id] then return false end
    seen[fault.id] = true
    for _, id in ipairs(fault.needs) do
      if id == wanted or needs(by_id[id], wanted, seen) then return true end
    end
    return false
  end
  for _, fault in ipairs(faults) do
    if needs(fault, fault.id, {}) then
      say(fault, "needs", quoted("fault", fault.id) .. " needs itself to be mended first: it can never be", true)
    end
  end
end

-- ---- challenges ----

local function opens_after_itself(challenge, challenges, wanted, seen)
  if seen[challenge.id] then return false end
  seen[challenge.id] = true
  for _, id in ipairs(challenge.unlock.after or {}) do
    if id == wanted or opens_after_itself(challenges[id], challenges, wanted, seen) then return true end
  end
  return false
end

local function lint_unlock(challenge, given, challenges, named)
  local name, unlock = quoted("challenge", challenge.id), challenge.unlock
  if opens_after_itself(challenge, challenges, challenge.id, {}) then
    say(challenge, "unlock", name .. " opens after itself: it never does", true)
  elseif unlock.by == "at" and unlock.at_ms >= given.duration then
    say(challenge, "unlock", name .. " opens when the game is over", true)
  elseif unlock.by == "hand" and not named[challenge.id] then
    say(challenge, "unlock", name .. " is opened by hand alone: the timeline does not unlock it")
  end
end

local function lint_challenge(challenge)
  local name = quoted("challenge", challenge.id)
  if challenge.solved_when == "answers" and #challenge.answers == 0 then
    say(challenge, "solved_when", name .. " is solved by answers and has none: it never is", true)
  elseif challenge.solved_when == "faults" and #challenge.faults == 0 then
    say(challenge, nil, name .. " is solved when its faults are mended, and has none: only the pack's own code can solve it")
  end
  if #challenge.faults > 0 and #challenge.probes == 0 then
    say(challenge, nil, name .. " has faults and no probe: nobody notices them")
  end
  for _, probe in ipairs(challenge.probes) do
    if probe.earns == 0 and probe.costs == 0 then say(probe, "earns", quoted("probe", probe.id) .. " pays nothing and costs nothing") end
  end
end

-- ---- watches ----

local function lint_watch(watch)
  for _, kind in ipairs(watch.on) do
    if not operations.names_kind(kind) then
      say(watch, kind, quoted("watch", watch.id) .. " is never told anything: no kind of rows is called '" .. kind .. "'", true)
    end
  end
end

-- ---- the timeline ----

local deeds = { "story", "break_", "mend", "unlock", "message", "deck" }

local function does_something(entry)
  if type(entry) ~= "table" or things.kind(entry) then return true end
  for _, deed in ipairs(deeds) do
    if entry[deed] ~= nil then return true end
  end
  return false
end

local function lint_entry(given, entry, moment)
  local at = moment or type(entry) == "table" and entry.at or nil
  if not does_something(entry) then say(given, at or "timeline", "an entry of the timeline does nothing", true) end
  if at and fields.value("timeline", "at", "moment", at) >= given.duration then
    say(given, at, "the timeline's " .. tostring(at) .. " comes when the game is over", true)
  end
end

local function lint_timeline(given)
  for moment, value in pairs(given.timeline or {}) do
    moment = type(moment) == "string" and moment or nil
    local several = moment and type(value) == "table" and #value > 0
    for _, entry in ipairs(several and value or { value }) do lint_entry(given, entry, moment) end
  end
end

local function lint_messages(given, characters)
  local function look(thing, message)
    if message and not characters[message.from] then
      local names = {}
      for name in pairs(characters) do names[#names + 1] = name end
      local near = host.nearest(message.from, names)
      say(thing, message.from, "a message is from '" .. message.from .. "', who is not among the characters" ..
                               (near and " (did you mean '" .. near .. "'?)" or ""), true)
    end
  end
  for _, story in ipairs(given.stories) do
    for _, step in ipairs(story.steps) do look(step, step.message) end
  end
end

-- ---- the whole ----

local function lint_stories(given, named)
  for _, id in ipairs(given.story) do named[id] = true end
  for _, story in ipairs(given.stories) do
    if not named[story.id] then say(story, nil, quoted("story", story.id) .. " is never told") end
  end
end

local function lint_decks(given, begun)
  for _, deck in ipairs(given.decks) do
    if not begun[deck.id] then say(deck, nil, quoted("deck", deck.id) .. " is never begun: the timeline does not name it") end
  end
end

local function lint_solution(given, faults, solution)
  if not solution then
    say(given, nil, "there is no solution.lua: nothing proves that the faults can be mended")
    return
  end
  local mended = {}
  for _, step in ipairs(solution.steps) do
    if step.mends then mended[step.mends] = true end
  end
  for _, fault in ipairs(faults) do
    if not mended[fault.id] then say(fault, nil, "the solution has no step that mends " .. quoted("fault", fault.id)) end
  end
end

-- `declaration`: what the game is told; `seen`: its things by id; `unused`: files that nobody required.
return function(given, declaration, seen, solution, unused)
  local faults, named, begun = {}, words_of(declaration.decks, words_of(declaration.timeline, {})), words_of(declaration.timeline, {})
  found = {}
  for _, challenge in ipairs(given.challenges) do
    for _, fault in ipairs(challenge.faults) do faults[#faults + 1] = fault end
  end
  for _, fault in ipairs(given.faults) do faults[#faults + 1] = fault end
  lint_languages(given, declaration, seen)
  for _, fault in ipairs(faults) do lint_fault(fault, named) end
  lint_needs(faults)
  for _, challenge in ipairs(given.challenges) do
    lint_unlock(challenge, given, seen.challenges, named)
    lint_challenge(challenge)
  end
  for _, watch in pairs(seen.watches) do lint_watch(watch) end
  lint_timeline(given)
  lint_messages(given, declaration.characters)
  lint_stories(given, named)
  lint_decks(given, begun)
  lint_solution(given, faults, solution)
  for _, file in ipairs(unused) do say({ at = { file = file, line = 1 } }, nil, "no file of the pack requires this one") end
  return host.list(found)
end
