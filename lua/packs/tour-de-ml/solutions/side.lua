-- What a good team does beside the three challenges: it gives itself a name, and reports.
local report = require "report"

-- What is true may change while it is written down.
local function tell(team, challenge)
  for _ = 1, 3 do
    if team:answer(challenge, report.line(team)) then return end
  end
end

return {
  { id = "name", after = "90s", function(team) team:name_team "Neigh Sayers" end },
  { id = "report-1", after = "55m", function(team) tell(team, "report-1") end },
  { id = "report-2", after = "60m", function(team) tell(team, "report-2") end },
  { id = "report-3", after = "50m", function(team) tell(team, "report-3") end },
}
