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
  players = { "clumsy" },
  characters = {
    cto = { name = { en = "Juno Baek", ko = "백준오" }, title = { en = "CTO, Unicorn.Rentals", ko = "Unicorn.Rentals 최고기술책임자" } },
  },

  require "challenges.vip",
  require "challenges.forecast",
  require "challenges.chatbot",
  require "challenges.name",

  -- What goes wrong once something works: in another order with another seed, one after the other in each challenge. The harder
  -- ones begin with the score of the first team, and so does what never ends; of that who is far ahead gets more.
  gameday.deck {
    id = "a-day-like-any-other", every = "13m", window = "4m", solved = true,
    cards = { "vip-unapproved", "vip-rush-hour", "replaced", "paper-ledger", "too-sure", "forgetful", "empty-desk", "one-at-a-time" },
  },
  gameday.deck {
    id = "a-day-to-remember", every = "12m", window = "5m", solved = true,
    cards = { "vip-yesterday", "vip-second-edition", "vip-no-room", "lanterns", "new-city", "standstill", "new-words" },
  },
  gameday.deck {
    id = "the-view-from-above", every = "9m", window = "3m", solved = true, again = true, ahead = 6000,
    cards = {
      "vip-second-edition", "lanterns", "new-words", "vip-unapproved", "replaced", "one-at-a-time", "vip-no-room", "standstill", "forgetful",
      "vip-yesterday", "empty-desk", "too-sure",
    },
  },

  timeline = {
    ["00:01"] = "chatbot-silent",
    ["00:02"] = "vip-silent",
    ["00:03"] = "forecast-empty",
    ["00:25"] = { deck = "a-day-like-any-other", until_ = "02:45" },
    ["00:30"] = "half-an-hour",
    ["00:55"] = "report-first",
    ["01:15"] = { deck = "a-day-to-remember", until_ = "02:45" },
    ["01:55"] = "report-second",
    ["02:05"] = "vip-late",
    ["02:45"] = "report-third",
    ["02:50"] = "last-minutes",
    { at_score = 6000, deck = "a-day-to-remember", until_ = "02:45" },
    { at_score = 9000, deck = "the-view-from-above", until_ = "02:45" },
  },

  join(require "challenges.reports", require "stories.day", require "stories.reactions"), -- what is many stands last
}
