-- The reference solution: what a good team does, one list a challenge.
local gameday = require "gameday"

local steps = {}
for _, list in ipairs { require "solutions.side", require "solutions.vip", require "solutions.forecast", require "solutions.chatbot" } do
  for _, step in ipairs(list) do steps[#steps + 1] = step end
end

return gameday.solution(steps)
