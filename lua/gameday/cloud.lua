-- Asking: every question leaves the process, and the callback sleeps until the answer comes. The game's clock stands still
-- while Lua computes and goes on while it sleeps.
local fields = require "gameday.fields"

local cloud = {}

-- An error of AWS is a table: code ("ThrottlingException"), message, operation ("states:StartExecution"), resource, status;
-- tostring() of it reads "ThrottlingException: Rate exceeded".
local aws_error = {
  __tostring = function(e) return e.code and e.code .. ": " .. e.message or e.message end,
  __name = "error",
}

-- Fields as above: what nobody catches is the reason that a customer was not served.
function cloud.raise(fields_of_error) error(setmetatable(fields_of_error, aws_error), 0) end

function cloud.ask(name, with)
  local good, answer = host.ask(name, with)
  if not good then cloud.raise(answer) end
  if answer == host.null then return nil end
  return answer
end

function cloud.wait_until(condition, options, ...)
  if type(condition) ~= "function" then refuse "wait_until wants a function that returns something when it is so" end
  local read = fields.read("wait_until", options or {}, {
    every = { "duration", default = 5000 }, within = { "duration", default = 600000 },
  })
  local until_ms = host.now() + read.within
  while true do
    local value = condition(...)
    if value then return value end
    if host.now() >= until_ms then return nil end
    cloud.ask("wait", { ms = math.max(read.every, 1) })
  end
end

return cloud
