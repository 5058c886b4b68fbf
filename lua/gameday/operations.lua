-- What this cloud has: services and their operations, so that a fault or a probe that names one which does not exist is refused where
-- it stands, with the nearest one that does.
local operations = {}

-- Where there is no cloud (`rehearse faults`) nobody tells, and every name is good.
local prefixes, known = nil, {} -- a service's name in small letters → what IAM's actions begin with → its operations by name

local kinds = {} -- of rows: "states:StateMachine" → true

-- with.kinds: { "states:StateMachine", … }; with.services: { stepfunctions = "states", … }; with.operations: { states = { "CreateActivity", … }, … }
function operations.set(with)
  prefixes = with.services or {}
  for _, kind in ipairs(with.kinds or {}) do kinds[kind] = true end
  for prefix, names in pairs(with.operations or {}) do
    known[prefix] = {}
    for _, name in ipairs(names) do known[prefix][name] = true end
  end
end

local function names_of(table)
  local names = {}
  for name in pairs(table) do names[#names + 1] = name end
  return names
end

local function has_wildcard(text) return string.find(text, "[*?]") end

-- `of_calls`: what stands behind the colon are operations, and not states, functions or things. Returns the list with each service
-- called as IAM calls it.
function operations.check(what, list, of_calls)
  local named = {}
  for i, one in ipairs(prefixes and list or {}) do
    local service, operation = string.match(one, "^([^:]*):(.*)$")
    local prefix = service and prefixes[string.lower(service)]
    if service and not prefix and not has_wildcard(service) then
      local near = host.nearest(service, names_of(prefixes))
      raise { message = what .. ": this cloud has no service '" .. service .. "'", word = one, nearest = near }
    end
    if prefix and of_calls and not has_wildcard(operation) and not known[prefix][operation] then
      local near = host.nearest(operation, names_of(known[prefix]))
      raise { message = what .. ": " .. service .. " has no operation '" .. operation .. "'", word = one, nearest = near }
    end
    named[i] = prefix and prefix .. ":" .. operation or one
  end
  return prefixes and list and host.list(named) or list
end

-- Does a pattern with wildcards name any kind of rows at all?
function operations.names_kind(pattern)
  local service, noun = string.match(pattern, "^([^:]*):(.*)$")
  local full = (prefixes and prefixes[string.lower(service or "")] or service or "") .. ":" .. (noun or "")
  local wanted = "^" .. string.gsub(string.gsub(full, "[%^%$%(%)%%%.%[%]%+%-]", "%%%0"), "[*?]", { ["*"] = ".*", ["?"] = "." }) .. "$"
  for kind in pairs(kinds) do
    if string.find(kind, wanted) then return true end
  end
  return not prefixes
end

-- Kinds of rows: "sagemaker:Endpoint", by any name of the service.
function operations.check_kinds(what, list)
  operations.check(what, list, false)
  for _, one in ipairs(prefixes and list or {}) do
    local service, noun = string.match(one, "^([^:]*):(.*)$")
    if not service then raise { message = what .. ": a kind of rows is written as \"sagemaker:Endpoint\"", word = one } end
    local kind = (prefixes[string.lower(service)] or service) .. ":" .. noun
    if not has_wildcard(kind) and not kinds[kind] then
      raise { message = what .. ": this cloud has no rows of the kind '" .. one .. "'", word = one,
              nearest = host.nearest(kind, names_of(kinds)) }
    end
  end
end

return operations
