-- `local gameday = require "gameday"`: what authors write with. lua/README.md tells it by examples; the files beside this one say
-- which fields each thing has.
local things = require "gameday.things"
local fields = require "gameday.fields"
local cloud = require "gameday.cloud"
local zip = require "gameday.zip"
local rows = require "gameday.rows"
local words = require "gameday.words"
local ready = require "gameday.ready"

local gameday = {
  -- The things a pack is made of (things.lua)
  pack = things.pack, challenge = things.challenge, probe = things.probe, fault = things.fault, hint = things.hint,
  answer = things.answer, story = things.story, step = things.step, message = things.message, lambda = things.lambda,
  image = things.image, deck = things.deck, reaction = things.reaction, watch = things.watch, solution = things.solution,
  -- The shelf (ready.lua): gameday.faults.states.wrong_path { machine = "orders", state = "Price" }
  faults = ready.faults,
  -- null inside documents, an empty list (a plain {} is an object)
  null = host.null, list = host.list,
}

-- wait "20s": the callback sleeps on the game's clock. Not inside table.sort, string.gsub and metamethods.
function gameday.wait(duration) cloud.ask("wait", { ms = fields.duration("wait", duration) }) end

-- wait_until(function() return … end, { every = "5s", within = "10m" }): what the function returned, once it is neither nil nor
-- false; nil when the time is over.
function gameday.wait_until(condition, options) return cloud.wait_until(condition, options) end

-- fixture "datasets/vip.csv": the bytes of a file in the pack's fixtures/, else in the project's.
function gameday.fixture(path) return cloud.ask("fixture", { path = tostring(path) }) end

-- zip { ["handler.py"] = "…" }: the bytes of an archive, for Code = { ZipFile = … }.
function gameday.zip(files)
  if type(files) ~= "table" then refuse "zip wants a table: { [\"handler.py\"] = \"…\" }" end
  return zip(files)
end

-- CSV: from_csv(text) gives rows (tables of texts by column) and the columns in their order; to_csv(rows, columns) text.
function gameday.from_csv(text) return rows.from_csv(tostring(text)) end
function gameday.to_csv(list, columns) return rows.to_csv(list, columns) end

-- words("%s is empty", bucket): the sentence in every language of the pack's translations, filled in.
function gameday.words(english, ...) return words.fill(tostring(english), ...) end

-- Milliseconds since 1970 on the game's clock; as text "2026-11-10T09:00:00Z".
function gameday.now() return host.now() end
function gameday.date(ms) return host.iso(ms or host.now()) end

-- practice "states.wrong_path": a whole pack of one fault of the shelf.
function gameday.practice(id, parameters) return require "gameday.practice"(id, parameters) end

-- JSON. from_json raises where the text is none.
function gameday.to_json(value) return host.encode(value) end
function gameday.from_json(text)
  local value, why = host.decode(text)
  if value == nil then raise { message = "this is no JSON: " .. why } end
  return value
end

return setmetatable({}, {
  __index = function(_, name)
    local value = gameday[name]
    if value == nil then
      local names = {}
      for known in pairs(gameday) do names[#names + 1] = known end
      refuse("gameday has no '" .. tostring(name) .. "'", name, names)
    end
    return value
  end,
  __newindex = function(_, name) refuse("gameday." .. tostring(name) .. " cannot be set", name) end,
  __metatable = "gameday",
})
