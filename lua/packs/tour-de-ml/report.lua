-- The status report that the CTO asks for once an hour: what works right now, and which model the concierge uses. What was true an
-- hour ago is not true any more.
local vip = require "vip"

local report = {}

local subjects = {
  { id = "vip", faults = (require "challenges.vip").faults, names = { "vip", "브이아이피" } },
  { id = "forecast", faults = (require "challenges.forecast").faults, names = { "forecast", "예측" } },
  { id = "chatbot", faults = (require "challenges.chatbot").faults, names = { "chatbot", "bot", "챗봇", "봇" } },
}
local bad_words = { "broken", "not ok", "down", "fail", "고장", "장애", "안 됨", "안됨", "안 돼", "실패" }
local good_words = { "ok", "work", "fine", "up", "정상", "작동", "됩니다", "돼요", "됨" }

local function any_of(text, words)
  for _, word in ipairs(words) do
    if string.find(text, word, 1, true) then return true end
  end
  return false
end

-- What a report says of a subject: true, false, or nil where it says nothing.
local function said_of(text, subject)
  for part in string.gmatch(text, "[^,;\n]+") do
    if any_of(part, subject.names) then
      if any_of(part, bad_words) then return false end
      if any_of(part, good_words) then return true end
    end
  end
end

local function works(status, subject)
  for _, broken in ipairs(status.broken) do
    for _, fault in ipairs(subject.faults) do
      if fault.id == broken then return false end
    end
  end
  return true
end

local function version_of(team)
  local newest = vip.packages(team, "Approved")[1]
  return newest and newest.ModelPackageVersion or 0
end

-- A night or three may have gone by since the team looked.
local function is_version(team, number)
  local version = version_of(team)
  return number ~= nil and number <= version and number >= version - 3
end

-- The line that is true now.
function report.line(team)
  local status, parts = team:status(), {}
  for i, subject in ipairs(subjects) do parts[i] = subject.id .. (works(status, subject) and " ok" or " broken") end
  parts[1] = parts[1] .. " " .. version_of(team)
  return table.concat(parts, ", ")
end

function report.judge(team, text)
  local given, status = string.lower(text), team:status()
  for _, subject in ipairs(subjects) do
    local said = said_of(given, subject)
    if said == nil then
      return false, { en = "It does not say whether " .. subject.id .. " is ok or broken.",
                      ko = subject.names[2] .. "이(가) 정상인지 고장인지 나와 있지 않아요." }
    end
    if said ~= works(status, subject) then
      return false, { en = "Somebody looked it up: " .. subject.id .. " is not as you say.",
                      ko = "누가 확인해 봤는데 " .. subject.id .. "은(는) 말씀하신 것과 달라요." }
    end
  end
  if not is_version(team, math.tointeger(tonumber(string.match(given, "%d+")))) then
    return false, { en = "That is not the newest approved model's version (0, where there is none).",
                    ko = "승인된 최신 모델의 버전이 아니에요(없으면 0)." }
  end
  return true
end

return report
