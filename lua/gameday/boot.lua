-- What runs first in a pack's process: the files' environments, `require`, and how callbacks are called.
-- It is given the globals that a pack has and `host`, the C functions of emulator/script/pack_bind.c.
local globals, host = ...

local registry = {}  -- callback's name → function
local loaded = {}    -- module's name → what it returned
local loading = {}
local hollows = {}   -- what stands for a file that returns nothing → its path

-- ---- shared tables are read-only: a pack cannot bend string.rep for the library, nor the library for itself ----

local function frozen(table, name)
  return setmetatable({}, {
    __index = table,
    __newindex = function(_, key) error(name .. "." .. tostring(key) .. " cannot be changed", 2) end,
    __pairs = function() return pairs(table) end,
    __metatable = name,
  })
end

for _, name in ipairs { "string", "table", "math", "utf8" } do globals[name] = frozen(globals[name], name) end

-- ---- errors ----

local failure = { __tostring = function(e) return e.message end, __name = "error" }

-- Raises an error that knows where the pack's author stands, and what was meant: fields are message, nearest, word (and the value that
-- it is given there), file, line, code, operation, resource.
local function raise(fields) error(setmetatable(fields, failure), 0) end

local function refuse(message, word, names)
  local near = word and names and host.nearest(tostring(word), names)
  raise { message = message, word = word and tostring(word) or nil, nearest = near }
end

-- ---- environments ----

local function names_of(table)
  local names = {}
  for name in pairs(table) do names[#names + 1] = name end
  return names
end

globals.print = function(...)
  local words = table.pack(...)
  for i = 1, words.n do words[i] = tostring(words[i]) end
  host.log(table.concat(words, "\t"))
end

local require_in -- (name, library)

-- A file sees the globals, and makes none: a name that nobody knows is a slip of the pen.
local function environment(library)
  local env = {}
  for name, value in pairs(globals) do env[name] = value end
  env.require = function(name) return require_in(name, library) end
  if library then env.host, env.raise, env.refuse, env.registry, env.hollows = host, raise, refuse, registry, hollows end
  return setmetatable(env, {
    __index = function(_, name)
      refuse("there is no variable '" .. tostring(name) .. "'", name, names_of(env))
    end,
    __newindex = function(_, name)
      refuse("'" .. tostring(name) .. "' is set but was never declared: write `local " .. tostring(name) .. "`", name)
    end,
    __metatable = "environment",
  })
end

-- ---- require ----

local function sources() return host.files() end

local fields_with_bar = { ["break"] = true, ["until"] = true } -- what entries of the timeline call break_ and until_

-- What stands for a file that returns nothing; who uses it is told.
local function hollow_of(path)
  local says = path .. " returns nothing: it should end with `return …`"
  local hollow = setmetatable({}, {
    __index = function() refuse(says) end, __newindex = function() refuse(says) end, __call = function() refuse(says) end,
    __metatable = "nothing",
  })
  hollows[hollow] = path
  return hollow
end

local function run(name, path, library)
  local chunk, why = host.load(path, library, environment(library))
  if why then
    local file, line, text = string.match(why, "^(.-):(%d+): (.*)$")
    local word = string.match(why, "unexpected symbol near '(%l+)'$")
    if fields_with_bar[word] then text = text .. " ('" .. word .. "' is a word of Lua: write " .. word .. "_)" end
    raise { message = text or why, file = file or path, line = math.tointeger(line or 0) }
  end
  if not chunk then return false end
  if loading[name] then refuse("the files require each other in a circle: '" .. name .. "'", name) end
  local file, line, loads
  loading[name] = true
  if not library then file, line, loads = host.at(path, 1, true) end
  local value = chunk(name)
  loading[name] = nil
  if not library then host.at(file, line, loads) end
  if value == nil then value = library and true or hollow_of(path) end
  loaded[name] = value
  return true
end

-- "gameday" is the library; everything else is a file of the pack: require "faults.role" runs faults/role.lua.
require_in = function(name, library)
  if type(name) ~= "string" then refuse "require takes the name of a file" end
  local path = string.gsub(name, "%.", "/")
  local of_library = name == "gameday" or string.sub(name, 1, 8) == "gameday."
  if of_library and not library and name ~= "gameday" then
    refuse("packs use what `require \"gameday\"` gives, not its part '" .. name .. "'", name)
  end
  if loaded[name] ~= nil then return loaded[name] end
  if of_library then
    if run(name, name == "gameday" and "gameday/init.lua" or path .. ".lua", true) then return loaded[name] end
    refuse("the library has no part '" .. name .. "'", name)
  end
  if run(name, path .. ".lua", false) then return loaded[name] end
  local names = { "gameday" }
  for i, file in ipairs(sources()) do names[i + 1] = (string.gsub(string.gsub(file, "%.lua$", ""), "/", ".")) end
  refuse("the pack has no file '" .. path .. ".lua'", name, names)
end

-- ---- what the process is asked to do ----

-- Files of the pack that nobody required.
local function unused()
  local used, names = {}, {}
  for name in pairs(loaded) do used[string.gsub(name, "%.", "/") .. ".lua"] = true end
  for _, file in ipairs(sources()) do
    if not used[file] then names[#names + 1] = file end
  end
  return names
end

local function load_pack(with)
  host.at("pack.lua", 1, false)
  local library = require_in("gameday.pack", true)
  library.know(with)
  local pack = require_in("pack", false)
  local has_solution = false
  for _, file in ipairs(sources()) do has_solution = has_solution or file == "solution.lua" end
  local solution = has_solution and require_in("solution", false) or type(pack) == "table" and rawget(pack, "solution") or nil
  local players = {}
  for i, name in ipairs(library.players(pack)) do players[i] = { id = name, solution = require_in(name, false) } end
  local declaration = library.declare(pack, solution, players, unused())
  host.answer { declaration = declaration, callbacks = host.list(names_of(registry)) }
end

local function call(name, team, with)
  local callback = registry[name]
  if not callback then refuse("the pack has no " .. name, name, names_of(registry)) end
  host.at(callback.file or "", callback.line or 0)
  host.answer(callback.run(team, with))
end

local function shelf() host.answer(require_in("gameday.ready", true).catalogue()) end

return { load = load_pack, call = call, shelf = shelf }
