-- Asking: every question leaves the process, and the callback sleeps until the answer comes. The game's clock stands still
-- while Lua computes and goes on while it sleeps.
local cloud = {}

-- An error of AWS is a table: code ("ThrottlingException"), message, operation ("states:StartExecution"), resource, status;
-- tostring() of it reads "ThrottlingException: Rate exceeded".
local aws_error = {
  __tostring = function(e) return e.code and e.code .. ": " .. e.message or e.message end,
  __name = "error",
}

function cloud.ask(name, with)
  local good, answer = host.ask(name, with)
  if good then
    if answer == host.null then return nil end
    return answer
  end
  error(setmetatable(answer, aws_error), 0)
end

return cloud
