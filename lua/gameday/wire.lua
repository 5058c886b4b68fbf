-- What a fault of the cloud may say in a table, so that no Lua runs when it strikes: what happens to calls on their way (`wire`),
-- and to things that take their time (`life`). One table, or a list of tables that each have a `chance` of their own.
local fields = require "gameday.fields"

local wire = {}

local function shape(what, given, names)
  for _, name in ipairs(names) do if given[name] ~= nil then return end end
  raise { message = what .. " says nothing: it wants one of " .. table.concat(names, ", "), word = what }
end

-- 5, or { rate = 5, burst = 10, by = "operation" }: so many calls a second, and so many at once before that.
local function read_throttle(given)
  if given == nil then return nil end
  if type(given) == "number" then given = { rate = fields.value("wire", "throttle", "positive", given) } end
  local read = fields.read("throttle", given, {
    rate = { "positive", required = true }, burst = { "positive" }, by = { { "operation", "team" }, default = "operation" },
  })
  read.burst = math.max(1, read.burst or read.rate)
  return read
end

-- "InternalFailure", or { code = …, message = …, status = 500 }
local function read_failure(given)
  if given == nil then return nil end
  if type(given) == "string" then given = { code = given } end
  return fields.read("fail", given, {
    code = { "words", required = true }, message = { "words" }, status = { "count" },
  })
end

local function read_reset(given)
  if given == true then return "before" end
  if given == nil then return nil end
  return fields.value("wire", "reset", { "before", "after" }, given)
end

local effect_names = { "latency", "throttle", "fail", "reset", "slow", "truncate", "stale", "skew" }

local function read_effect(given)
  local read = fields.read("wire", given, {
    chance = { "share", default = 1 },
    latency = { "duration" }, jitter = { "duration" }, -- answered so much later; the jitter is up to so much more or less
    throttle = { "any" },
    fail = { "any" },
    reset = { "any" },        -- "before" the operation (nothing was done) or "after" it (it was, and nobody hears of it)
    slow = { "duration" },    -- the answer's bytes take so long
    truncate = { "share" },   -- such a share of the answer's bytes comes, then the connection ends
    stale = { "duration" },   -- reads see what was there so long ago
    skew = { "offset" },      -- the cloud's clock is so far ahead of the caller's where signatures are judged
  })
  if read.jitter and not read.latency then read.latency = read.jitter end
  shape("wire", read, effect_names)
  return {
    chance = read.chance, latency_ms = read.latency, jitter_ms = read.jitter, throttle = read_throttle(read.throttle),
    fail = read_failure(read.fail), reset = read_reset(read.reset), slow_ms = read.slow, keep = read.truncate,
    stale_ms = read.stale, skew_ms = read.skew,
  }
end

local function read_life(given)
  local read = fields.read("life", given, {
    chance = { "share", default = 1 },
    from = { "words" }, to = { "words" }, -- only on the way between these statuses ('*' as wildcard)
    delay = { "duration" },               -- it stays so much longer where it is
    stuck = { "flag" },                   -- until the fault is gone
    fails = { "words" },                  -- AWS's reason: it fails in the place of going on
  })
  shape("life", read, { "delay", "stuck", "fails" })
  return {
    chance = read.chance, from = read.from, to = read.to, delay_ms = read.delay, stuck = read.stuck, fails = read.fails,
  }
end

function wire.effects(given) return fields.each(given, read_effect) end
function wire.lives(given) return fields.each(given, read_life) end

return wire
