-- gameday.practice "states.wrong_path": a whole pack of one fault of the shelf on its own stage, with its own customers. It is
-- how the shelf is proved (`rehearse check`), and how one learns a single fault (`rehearse run`).
local fields = require "gameday.fields"
local things = require "gameday.things"
local ready = require "gameday.ready"
local stage = require "gameday.stage"

-- Does the text say the sentence? `…` stands for what varies.
local function says(text, sentence)
  local at = 1
  for part in string.gmatch(string.gsub(sentence, "…", "\1"), "[^\1]+") do
    local _, last = string.find(text, part, at, true)
    if not last then return false end
    at = last + 1
  end
  return true
end

-- What the call told, or the AWS error that it raised.
local function told(entry, team, p)
  local ok, answer = pcall(entry.shows, team, p)
  if ok then return type(answer) == "string" and answer or host.encode(answer) end
  if type(answer) == "table" and answer.code then return answer.code .. ": " .. answer.message end
  error(answer, 0)
end

-- The steps of a good team, each of which may find that the shelf is wrong.
local function solution_of(entry, fault, bind)
  return things.solution {
    { id = "before", after = "30s", function(team)
      local good, why = entry.works(team, bind(team))
      if not good then raise { message = "it does not work before it is broken: " .. fields.text(why or "").en } end
    end },
    { mends = fault.id, after = entry.after / 1000, function(team)
      local p = bind(team)
      local text = told(entry, team, p)
      local sentence = entry.says and ready.fill(entry.says, setmetatable({ account = team.account, region = team.region }, { __index = p }))
      if sentence and not says(text, sentence) then
        raise { message = "the call that shows it does not say '" .. sentence .. "' but: " .. string.sub(text, 1, 1500) }
      end
      entry.repair(team, p)
    end },
  }
end

return function(id, given)
  local entry = ready.entry(id)
  local all = ready.example(entry)
  for name, value in pairs(given or {}) do all[name] = value end
  local fault, bind = ready.take(entry, all)
  stage.register()
  local pack = things.pack {
    id = string.gsub(id, "[._]", "-"), title = entry.title, duration = "20m", durations = { ["*"] = 0.02, forecast = 0.002 },
    things.challenge {
      id = "practice", title = entry.title,
      brief = {
        en = "All is well, until something breaks after a minute. Find it, and mend it.",
        ko = "모든 것이 잘 돌아가다가 1분 뒤에 무언가 고장 납니다. 원인을 찾아 고치세요.",
      },
      setup = function(team) entry.stage(team, bind(team)) end,
      things.probe { id = "customers", every = "20s", run = function(team) return entry.works(team, bind(team)) end },
      fault,
    },
    timeline = { ["00:01"] = { break_ = fault.id } },
  }
  pack.solution = solution_of(entry, fault, bind)
  return pack
end
