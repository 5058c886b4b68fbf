-- Tour de ML: the machine learning of Unicorn.Rentals, whose former team has left. Challenges are done in parallel.
local gameday = require "gameday"

local function join(...)
  local all = {}
  for _, list in ipairs { ... } do
    for _, each in ipairs(list) do all[#all + 1] = each end
  end
  return table.unpack(all)
end

return gameday.pack {
  id = "tour-de-ml",
  title = { en = "Tour de ML", ko = "투르 드 ML" },
  brief = {
    en = "You are the new developers of Unicorn.Rentals. The former team has left, and it left things broken. Customers wait, the CTO " ..
         "writes, and every minute that something works again earns points.",
    ko = "여러분은 Unicorn.Rentals의 새 개발자입니다. 예전 팀은 떠났고 고장 난 것들을 남겼습니다. 고객은 기다리고 CTO는 메시지를 보냅니다. " ..
         "무언가가 다시 돌아가는 매 순간 점수를 얻어요.",
  },
  duration = "3h",
  start = "2026-11-10T09:00:00Z",
  durations = { ["*"] = 0.02 },
  story = { "briefing" },
  characters = {
    cto = { name = { en = "Juno Baek", ko = "백준오" }, title = { en = "CTO, Unicorn.Rentals", ko = "Unicorn.Rentals 최고기술책임자" } },
  },

  require "challenges.vip",
  require "challenges.forecast",
  require "challenges.chatbot",
  require "challenges.name",

  timeline = {
    ["00:01"] = "chatbot-silent",
    ["00:02"] = "vip-silent",
    ["00:03"] = "forecast-empty",
    ["00:30"] = "half-an-hour",
    ["00:40"] = { break_ = "vip-unapproved" },
    ["00:50"] = { break_ = "paper-ledger" },
    ["00:55"] = { { story = "report-first" }, { break_ = "vip-yesterday" } },
    ["01:00"] = { { break_ = "replaced" }, { break_ = "forgetful" } },
    ["01:10"] = { break_ = "vip-rush-hour" },
    ["01:20"] = { break_ = "vip-second-edition" },
    ["01:22"] = { break_ = "lanterns" },
    ["01:30"] = { break_ = "too-sure" },
    ["01:45"] = { break_ = "new-words" },
    ["01:50"] = { break_ = "new-city" },
    ["01:55"] = "report-second",
    ["02:05"] = "vip-late",
    ["02:10"] = { break_ = "empty-desk" },
    ["02:45"] = "report-third",
    ["02:50"] = "last-minutes",
  },

  join(require "challenges.reports", require "stories.day", require "stories.reactions"), -- what is many stands last
}
