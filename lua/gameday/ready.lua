-- The shelf: faults that are ready. Each is a file, lua/gameday/faults/SERVICE/NAME.lua, that returns one table:
--
--   local ready = require "gameday.ready"
--   return ready.fault {
--     title = { en = …, ko = … },  what = "what it does, in a sentence",  says = "AWS's code and sentence, … where it varies",
--     parameters = {
--       machine = { "the state machine", needed = "orders" },   whoever uses it must say; "orders" on the fault's own stage
--       suffix  = { "what is put behind the name", default = "s" },
--     },
--     shown_by = …, hints = …, learnt = …, points = …, on = …   as gameday.fault has them; texts may say {machine}
--     breaks = function(team, p) … end,  mended = function(team, p) … end,  call = function(call, p) … end,
--     stage  = function(team, p) … end,  the smallest account on which it plays: what gameday.practice builds
--     works  = function(team, p) … end,  does what the customer wants, as a probe does; it fails while the fault stands
--     shows  = function(team, p) … end,  the call of `shown_by` that tells: returns what it says, or raises it
--     repair = function(team, p) … end,  what a good team does
--     after = "3m",                      when it looks there at the earliest (a minute), where work takes its time
--   }
--
-- `p` has the parameters by name ({account} and {region} in them are the team's) and p.since(), when the fault was broken.
-- A pack takes one by gameday.faults.SERVICE.NAME { parameters and fields of gameday.fault }. Only what is taken is loaded.
local fields = require "gameday.fields"
local things = require "gameday.things"

local ready = {}

-- ---- texts with {names} ----

-- Braces around anything else (JSON, States.Format) stay as they are.
local function fill(text, values)
  return (string.gsub(text, "{([%l_]+)}", function(name)
    local value = values[name]
    return value ~= nil and type(value) ~= "table" and tostring(value) or nil
  end))
end

-- A text that is nothing but a name becomes the value itself, so that tables can say rate = "{rate}".
local function fill_deep(value, values)
  if type(value) == "string" then
    local name = string.match(value, "^{([%l_]+)}$")
    if name and values[name] ~= nil then return values[name] end
    return fill(value, values)
  end
  if type(value) ~= "table" then return value end
  local filled = {}
  for name, one in pairs(value) do filled[name] = fill_deep(one, values) end
  return filled
end

ready.fill = fill

-- ---- what a file declares ----

local own_fields = {
  title = { "text", required = true }, what = { "text", required = true }, says = { "words" }, parameters = { "any", default = {} },
  stage = { "function", required = true }, works = { "function", required = true }, shows = { "function", required = true },
  repair = { "function", required = true }, after = { "duration", default = 60000 },
}

local function read_parameter(name, given)
  local read = fields.read("parameter '" .. name .. "'", { what = given[1], default = given.default, needed = given.needed },
                           { what = { "words", required = true }, default = { "any" }, needed = { "any" } })
  if (read.default == nil) == (read.needed == nil) then
    refuse("parameter '" .. name .. "' wants either `default` or `needed`, an example", name)
  end
  return read
end

function ready.fault(given)
  local own, rest = {}, {}
  for name, value in pairs(given) do
    if own_fields[name] then own[name] = value else rest[name] = value end
  end
  local entry = fields.read("ready fault", own, own_fields)
  local parameters = {} -- what is given may be shared with other faults
  for name, one in pairs(entry.parameters) do parameters[name] = read_parameter(name, one) end
  entry.parameters, entry.fault = parameters, rest
  return entry
end

-- ---- taking one ----

local function names_of(table)
  local names = {}
  for name in pairs(table) do names[#names + 1] = name end
  return names
end

-- "states.wrong_path" → what its file declares
function ready.entry(id)
  local ids = host.shelf()
  for _, known in ipairs(ids) do
    if known == id then
      local entry = require("gameday.faults." .. id)
      entry.id, entry.service = id, string.match(id, "^[^.]+")
      return entry
    end
  end
  refuse("the shelf has no fault '" .. tostring(id) .. "' (`rehearse faults` lists them)", id, ids)
end

local function check_value(entry, name, value)
  local parameter = entry.parameters[name]
  local example = parameter.default
  if example == nil then example = parameter.needed end
  if type(value) ~= type(example) then
    raise { message = entry.id .. ": " .. name .. " (" .. parameter.what .. ") should be a " .. type(example), word = name }
  end
  return value
end

-- The parameters that are given and defaults for the others; whatever else is a field of gameday.fault.
local function split(entry, given)
  if type(given) ~= "table" then refuse(entry.id .. " wants a table: gameday.faults." .. entry.id .. " { … }") end
  local values, rest, known = {}, {}, names_of(things.fault_fields)
  for name in pairs(entry.parameters) do known[#known + 1] = name end
  for name, value in pairs(given) do
    if entry.parameters[name] then
      values[name] = check_value(entry, name, value)
    elseif things.fault_fields[name] then
      rest[name] = value
    else
      refuse(entry.id .. " has no parameter '" .. tostring(name) .. "'", name, known)
    end
  end
  for name, parameter in pairs(entry.parameters) do
    if values[name] == nil and parameter.default == nil then
      raise { message = entry.id .. " needs the parameter '" .. name .. "': " .. parameter.what, word = entry.id }
    end
    if values[name] == nil then values[name] = parameter.default end
  end
  return values, rest
end

-- What the shelf's fault would be given on its own stage.
function ready.example(entry)
  local given = {}
  for name, parameter in pairs(entry.parameters) do given[name] = parameter.needed end
  return given
end

-- A team's own view of the parameters.
local function binder(values, key)
  return function(team)
    local p = fill_deep(values, { account = team.account, region = team.region })
    p.since = function() return team:recall(key) or 0 end
    return p
  end
end

-- What stands for {account} and {region} where no team is known yet: in what people read, and in patterns.
local in_texts, in_patterns = { account = "ACCOUNT", region = "REGION" }, { account = "*", region = "*" }
local patterns = { on = true, resource = true, role = true, wire = true, life = true, during = true }

local function resolve(values, known)
  local resolved = fill_deep(values, known)
  for name, value in pairs(known) do resolved[name] = value end
  return resolved
end

-- A bucket that nobody named may be one that the account has not.
local function check_bucket(team, entry, p, at)
  local ok, problem = pcall(team.s3.HeadBucket, { Bucket = p.bucket })
  if ok or problem.status ~= 404 then return end
  raise { message = entry.id .. ": there is no bucket '" .. p.bucket .. "' in the account (parameter bucket, left at its default)",
          file = at.file, line = at.line }
end

-- A fault of the pack: gameday.fault, how its parameters are bound to a team, and what they are in texts.
function ready.take(entry, given)
  local values, rest = split(entry, given or {})
  local shown, matched = resolve(values, in_texts), resolve(values, in_patterns)
  local fault = {}
  for name, value in pairs(entry.fault) do fault[name] = fill_deep(value, patterns[name] and matched or shown) end
  for name, value in pairs(rest) do fault[name] = value end
  fault.id, fault.title = fault.id or entry.id, fault.title or fill_deep(entry.title, shown)
  local key = string.sub("ready." .. tostring(fault.id), 1, 64)
  local bind = binder(values, key)
  local breaks, mended, call = fault.breaks, fault.mended, fault.call
  local made
  local needs_bucket = values.bucket ~= nil and (given == nil or given.bucket == nil)
  -- What happened before it was broken proves nothing.
  fault.breaks = function(team)
    if needs_bucket then check_bucket(team, entry, bind(team), made.at) end
    if breaks then breaks(team, bind(team)) end
    team:remember(key, host.now())
  end
  fault.mended = mended and function(team) return mended(team, bind(team)) end
  fault.call = call and function(one) return call(one, bind(one.team)) end
  made = things.fault(fault)
  return made, bind, shown
end

-- ---- gameday.faults.states.wrong_path { … } ----

local function service_of(service, names)
  return setmetatable({}, {
    __index = function(_, name)
      if not names[name] then
        refuse("the shelf has no fault '" .. service .. "." .. tostring(name) .. "' (`rehearse faults` lists them)", name, names_of(names))
      end
      return function(given) return (ready.take(ready.entry(service .. "." .. name), given)) end
    end,
    __metatable = "gameday.faults." .. service,
  })
end

local services

local function read_services()
  local by_service = {}
  services = {}
  for _, id in ipairs(host.shelf()) do
    local service, name = string.match(id, "^([^.]+)%.(.+)$")
    by_service[service] = by_service[service] or {}
    by_service[service][name] = true
  end
  for service, names in pairs(by_service) do services[service] = service_of(service, names) end
end

ready.faults = setmetatable({}, {
  __index = function(_, service)
    if not services then read_services() end
    return services[service] or refuse("the shelf has nothing of '" .. tostring(service) .. "'", service, names_of(services))
  end,
  __metatable = "gameday.faults",
})

-- ---- the catalogue, for `rehearse faults` ----

local function quoted(value) return type(value) == "string" and string.format("%q", value) or tostring(value) end

-- The Lua line that takes it, with what must be given, and the bucket that the account must have.
local function line_of(entry)
  local parts, given = {}, ready.example(entry)
  given.bucket = entry.parameters.bucket and (given.bucket or entry.parameters.bucket.default)
  for name, value in pairs(given) do parts[#parts + 1] = name .. " = " .. quoted(value) end
  local inside = #parts > 0 and "{ " .. table.concat(parts, ", ") .. " }" or "{}"
  return "gameday.faults." .. entry.id .. " " .. inside
end

local function describe(id)
  local entry = ready.entry(id)
  local fault, _, shown = ready.take(entry, ready.example(entry))
  local parameters = {}
  for name, one in pairs(entry.parameters) do
    parameters[#parameters + 1] = { name = name, what = one.what, needed = one.default == nil, example = one.needed, default = one.default }
  end
  local hints = {}
  for i, hint in ipairs(fault.hints) do hints[i] = hint.text end
  return {
    id = id, service = entry.service, title = fault.title, kind = fault.cloud and "cloud" or "account", what = fill_deep(entry.what, shown),
    says = fill_deep(entry.says, shown), passes_ms = fault.during, parameters = host.list(parameters), shown_by = fault.shown_by, hints = host.list(hints),
    learnt = fault.learnt, use = line_of(entry),
  }
end

function ready.catalogue()
  local entries = {}
  for i, id in ipairs(host.shelf()) do entries[i] = describe(id) end
  return host.list(entries)
end

return ready
