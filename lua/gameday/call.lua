-- What a fault of the cloud is shown of a call, and what it may do with it:
--
--   call.service "sagemaker"   call.operation "CreateTrainingJob"   call.role "VipRole"   call.resource (ARN)
--   call.input (a table; nil where it is larger than 64 KiB)   call.output (faults with point = "after")   call.team
--   call.from, call.to (point = "lifecycle": the status that it leaves, and the next one)
--
--   call:fail(code, message, status)   the call fails with AWS's code and this sentence
--   call:deny()                        it is refused as if no policy allowed it (point = "authorise")
--   call:throttle()                    it fails with the service's own throttling error
--   call:reset()                       the connection ends without an answer
--   call:change(input)                 it goes on with another input (after it: answers another output)
--   call:delay("2s")                   it is answered later
--   call:slow("10s")                   the bytes of its answer take so long
--   call:truncate(0.5)                 such a share of its answer's bytes comes, then the connection ends
--   call:stale("30s")                  a read sees what was there so long ago
--   call:stick()                       point = "lifecycle": it stays where it is as long as the fault stands
--   call:chance(0.6)                   true six times in ten, by the game's seed
--
-- Of fail, deny, throttle, reset, change and stick the last counts; delay, slow, truncate and stale may come with it. A function that
-- says none of them lets the call pass.
local fields = require "gameday.fields"
local team_of = require "gameday.team"

local methods = {}

local function decide(call, decision) call.decision = decision end
local function manner(call, name, value) rawget(call, "manners")[name] = value end

function methods:fail(code, message, status)
  if type(code) ~= "string" then refuse "call:fail wants AWS's code: call:fail(\"ThrottlingException\", \"Rate exceeded\")" end
  decide(self, { verdict = "fail", code = code, message = message or "", status = status })
end

function methods:deny() decide(self, { verdict = "deny" }) end
function methods:throttle() decide(self, { verdict = "throttle" }) end
function methods:reset() decide(self, { verdict = "reset" }) end
function methods:stick() decide(self, { verdict = "stick" }) end

function methods:change(value)
  if type(value) ~= "table" then refuse "call:change wants a table: the whole new input" end
  decide(self, { verdict = "change", [self.output and "output" or "input"] = value })
end

function methods:delay(duration) manner(self, "delay_ms", fields.duration("call:delay", duration)) end
function methods:slow(duration) manner(self, "slow_ms", fields.duration("call:slow", duration)) end
function methods:stale(duration) manner(self, "stale_ms", fields.duration("call:stale", duration)) end
function methods:truncate(share) manner(self, "keep", fields.value("call:truncate", "the share", "share", share)) end

function methods:chance(share) return math.random() < share end

local names = {}
for name in pairs(methods) do names[#names + 1] = name end

local shown = { service = true, operation = true, role = true, resource = true, input = true, output = true, from = true,
                to = true, fault = true }

local meta = {
  __index = function(call, name)
    if name == "team" then return team_of(rawget(call, "data")) end
    local method = methods[name]
    if not method and not shown[name] then refuse("call has no '" .. tostring(name) .. "'", name, names) end
    return method
  end,
}

return function(data, question, answer)
  question.data, question.manners = data, {}
  answer(setmetatable(question, meta))
  local verdict = rawget(question, "decision") or { verdict = "pass" }
  for name, value in pairs(question.manners) do verdict[name] = value end
  return verdict
end
