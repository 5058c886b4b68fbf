-- What may stand in the tables that authors write. Each thing (a fault, a probe, …) has a list of fields; a field has a
-- kind, which checks a value and brings it into the form that the game reads. A name that is not in the list is refused with
-- the nearest one that is, at the line where it stands.
local words = require "gameday.words"

local fields = {}

-- ---- kinds: value → value, or nil and what was expected ----

local kinds = {}

kinds["function"] = function(v) if type(v) == "function" then return v end return nil, "a function" end
kinds.flag = function(v) if type(v) == "boolean" then return v end return nil, "true or false" end
kinds.any = function(v) return v end

kinds.words = function(v)
  if type(v) == "string" and v ~= "" then return v end
  return nil, "a text"
end

-- Ids stand in callbacks' names, in addresses and in rows.
kinds.id = function(v)
  if type(v) == "string" and #v <= 64 and string.find(v, "^[%w][%w_.-]*$") then return v end
  return nil, "an id: letters, digits, '-', '_' and '.', at most 64"
end

-- "text", or one per language: { en = …, ko = … }
kinds.text = function(v)
  if type(v) == "string" then return { en = v } end
  if type(v) ~= "table" or type(v.en) ~= "string" then return nil, 'a text, or { en = "…", ko = "…" }' end
  for language, text in pairs(v) do
    if type(language) ~= "string" or not string.find(language, "^%l%l$") or type(text) ~= "string" then
      return nil, 'a text, or { en = "…", ko = "…" }'
    end
  end
  local copy = {}
  for language, text in pairs(v) do copy[language] = text end
  return copy
end

kinds.number = function(v)
  if type(v) == "number" and v == v and v < 1e15 and v > -1e15 then return v end
  return nil, "a number"
end

kinds.count = function(v)
  if math.type(v) == "integer" and v >= 0 then return v end
  return nil, "a whole number, 0 or more"
end

kinds.positive = function(v)
  if type(v) == "number" and v > 0 and v < 1e6 then return v end
  return nil, "a number above 0"
end

kinds.share = function(v)
  if type(v) == "number" and v >= 0 and v <= 1 then return v end
  return nil, "a number from 0 to 1"
end

local units = { ms = 1, s = 1000, m = 60000, h = 3600000 }

-- "20s", "1h30m", "500ms"; a number is seconds.
kinds.duration = function(v)
  if type(v) == "number" and v >= 0 and v < 1e9 then return math.floor(v * 1000) end
  local wanted = 'a duration such as "20s", "10m" or "1h30m"'
  if type(v) ~= "string" then return nil, wanted end
  local total, rest = 0, v
  repeat
    local number, unit, behind = string.match(rest, "^(%d+%.?%d*)(%a+)(.*)$")
    if not units[unit] or #number > 9 then return nil, wanted end
    total, rest = total + math.floor(tonumber(number) * units[unit]), behind
  until rest == ""
  return total
end

-- A duration, or one with a minus before it: "-15m".
kinds.offset = function(v)
  local minus, rest = false, v
  if type(v) == "string" and string.sub(v, 1, 1) == "-" then minus, rest = true, string.sub(v, 2) end
  if type(v) == "number" and v < 0 then minus, rest = true, -v end
  local ms = kinds.duration(rest)
  if ms then return minus and -ms or ms end
  return nil, 'a time ahead or behind such as "10m" or "-15m"'
end

-- "00:20" (hours and minutes since the start), "00:20:30", or a duration.
kinds.moment = function(v)
  if type(v) == "string" then
    local h, m, s = string.match(v, "^(%d%d?):(%d%d):?(%d?%d?)$")
    if h then return (tonumber(h) * 3600 + tonumber(m) * 60 + (tonumber(s) or 0)) * 1000 end
  end
  local ms = kinds.duration(v)
  if ms then return ms end
  return nil, 'a time since the start such as "00:20" (hours and minutes) or "20m"'
end

kinds.instant = function(v)
  local ms = type(v) == "string" and host.time(v)
  if ms then return ms end
  return nil, 'an instant such as "2026-11-10T09:00:00Z"'
end

-- "sagemaker:CreateTrainingJob", "s3:*"; one or a list of them
kinds.operations = function(v)
  if type(v) == "string" then v = { v } end
  local wanted = 'an operation such as "states:StartExecution", or a list of them'
  if type(v) ~= "table" or #v == 0 then return nil, wanted end
  local list = {}
  for i, one in ipairs(v) do
    if type(one) ~= "string" or one == "" then return nil, wanted end
    list[i] = one
  end
  return host.list(list)
end

-- An id, or a list of ids
kinds.ids = function(v)
  if type(v) == "string" then v = { v } end
  if type(v) ~= "table" then return nil, "an id, or a list of ids" end
  local list = {}
  for i, one in ipairs(v) do
    if not kinds.id(one) then return nil, "an id, or a list of ids" end
    list[i] = one
  end
  return host.list(list)
end

-- { en = "guide.en.md", ko = "guide.ko.md" }
kinds.files = function(v)
  if type(v) == "string" then v = { en = v } end
  if type(v) ~= "table" then return nil, 'a file, or { en = "guide.en.md", ko = "guide.ko.md" }' end
  local copy = {}
  for language, file in pairs(v) do
    if type(file) ~= "string" or type(language) ~= "string" then
      return nil, 'a file, or { en = "guide.en.md", ko = "guide.ko.md" }'
    end
    copy[language] = file
  end
  return copy
end

-- ---- fields ----

local function names_of(spec)
  local names = {}
  for name in pairs(spec) do names[#names + 1] = name end
  return names
end

-- How a value is written, for who looks for its line; nil where that cannot be known.
local function as_written(value)
  local kind = type(value)
  return (kind == "string" or kind == "number" or kind == "boolean") and tostring(value) or nil
end

-- What is written without a name (a challenge's probes) is read elsewhere, where it may be.
local function check_names(what, given, spec, with_parts)
  for name in pairs(given) do
    if type(name) == "number" and not with_parts then
      raise { message = what .. ": " .. tostring(given[name]) .. " stands there without a name", word = "gameday." .. what }
    elseif type(name) ~= "number" and not spec[name] then
      raise { message = what .. " has no field '" .. tostring(name) .. "'", word = tostring(name), value = as_written(given[name]),
              nearest = host.nearest(tostring(name), names_of(spec)) }
    end
  end
end

local function check_value(what, name, kind, value)
  local good, wanted
  if type(kind) == "table" then -- one of these words
    for _, word in ipairs(kind) do if value == word then return value end end
    refuse(what .. ": " .. name .. " is one of '" .. table.concat(kind, "', '") .. "'", value, kind)
  end
  good, wanted = kinds[kind](value)
  if good == nil then
    raise { message = what .. ": " .. name .. " should be " .. wanted, word = name, value = as_written(value) }
  end
  return good
end

-- spec: name → { kind, required = true | default = value }. Returns the checked values.
function fields.read(what, given, spec, with_parts)
  if type(given) ~= "table" then refuse(what .. " wants a table: gameday." .. what .. " { … }") end
  local read = {}
  check_names(what, given, spec, with_parts)
  for name, field in pairs(spec) do
    local value = given[name]
    if value ~= nil then
      read[name] = check_value(what, name, field[1], value)
    elseif field.required then
      local which = given.id and " '" .. tostring(given.id) .. "'" or ""
      raise { message = what .. which .. " needs the field '" .. name .. "'", word = "gameday." .. what }
    else
      read[name] = field.default
    end
  end
  return read
end

function fields.value(what, name, kind, value) return check_value(what, name, kind, value) end
function fields.text(value) return words.translate(kinds.text(value) or { en = tostring(value) }) end
function fields.duration(what, value) return check_value(what, "the duration", "duration", value) end

-- { … }, or a list of such: each as `read` makes it, in order.
function fields.each(given, read)
  if type(given) ~= "table" or #given == 0 then given = { given } end
  local list = {}
  for i, one in ipairs(given) do list[i] = read(one) end
  return host.list(list)
end

return fields
