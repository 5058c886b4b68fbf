-- What a fault of the cloud is shown of a call, and what it may do with it:
--
--   call.service "sagemaker"   call.operation "CreateTrainingJob"   call.role "VipRole"   call.resource (ARN)
--   call.input (a table; nil where it is larger than 64 KiB)   call.output (faults with point = "after")   call.team
--
--   call:fail(code, message, status)   the call fails with AWS's code and this sentence
--   call:delay("2s")                   it is answered later
--   call:change(input)                 it goes on with another input (after it: answers another output)
--   call:chance(0.6)                   true six times in ten, by the game's seed
--
-- The last of fail, delay and change counts; a function that says none of them lets the call pass.
local fields = require "gameday.fields"
local team_of = require "gameday.team"

local methods = {}

function methods:fail(code, message, status)
  if type(code) ~= "string" then refuse "call:fail wants AWS's code: call:fail(\"ThrottlingException\", \"Rate exceeded\")" end
  self.verdict = { verdict = "fail", code = code, message = message or "", status = status }
end

function methods:delay(duration)
  self.verdict = { verdict = "delay", ms = fields.duration("call:delay", duration) }
end

function methods:change(value)
  if type(value) ~= "table" then refuse "call:change wants a table: the whole new input" end
  self.verdict = { verdict = "change", [self.output and "output" or "input"] = value }
end

function methods:chance(share) return math.random() < share end

local meta = {
  __index = function(call, name)
    if name == "team" then return team_of(rawget(call, "data")) end
    return methods[name]
  end,
}

return function(data, question, answer)
  question.data = data
  answer(setmetatable(question, meta))
  return question.verdict or { verdict = "pass" }
end
