-- The chatbot: a Lex V2 bot that customers of two languages talk to.
local gameday = require "gameday"
local chatbot = require "chatbot"

return gameday.challenge {
  id = "chatbot",
  title = { en = "A bot that listens", ko = "알아듣는 챗봇" },
  brief = {
    en = "Customers book unicorns by talking to `UnicornBooker`, a bot of Amazon Lex in English and Korean. They talk to its alias " ..
         "`live`, and most of them leave without a unicorn. Each conversation that ends in a booking, a change or a cancellation earns " ..
         "points. Talk to the bot yourself, find out where it breaks off, and mend it.",
    ko = "고객은 Amazon Lex 챗봇 `UnicornBooker`에게 영어와 한국어로 말을 걸어 유니콘을 예약합니다. 고객이 말을 거는 곳은 별칭 `live`인데, 대부분 " ..
         "유니콘 없이 돌아갑니다. 예약이나 변경, 취소로 끝나는 대화마다 점수를 얻어요. 직접 봇과 이야기해 보고 어디에서 끊기는지 찾아 고치세요.",
  },
  guide = { en = "guides/chatbot.en.md", ko = "guides/chatbot.ko.md" },
  points = 200,
  setup = chatbot.make,

  gameday.probe {
    id = "chatbot-english",
    title = { en = "Customers talk in English", ko = "고객이 영어로 말합니다" },
    every = "20s", earns = 8, costs = 4, load = { most = 4, least = 1, wave = "12m" },
    shows = "lexv2-runtime recognize-text --bot-id {botId} --bot-alias-id {botAliasId} --locale-id en_US --session-id me --text 'I need a unicorn'",
    run = chatbot.serve "en_US",
  },
  gameday.probe {
    id = "chatbot-korean",
    title = { en = "Customers talk in Korean", ko = "고객이 한국어로 말합니다" },
    every = "20s", earns = 8, costs = 4, starts = "10s",
    shows = "lexv2-runtime recognize-text --bot-id {botId} --bot-alias-id {botAliasId} --locale-id ko_KR --session-id me --text '유니콘을 예약하고 싶어요'",
    run = chatbot.serve "ko_KR",
  },
  gameday.probe {
    id = "chatbot-ponderers",
    title = { en = "Customers who have to ask at home", ko = "집에 물어보고 오는 고객" },
    every = "3m", earns = 20, costs = 5, starts = "30s",
    shows = "lexv2-models describe-bot --bot-id {botId}",
    run = chatbot.serve_ponderers "en_US",
  },

  require "faults.chatbot.no-entry",
  require "faults.chatbot.old-reply",
  require "faults.chatbot.few-words",
  require "faults.chatbot.no-priority",
  require "faults.chatbot.never-built",
  require "faults.chatbot.old-version",
  require "faults.chatbot.paper-ledger",
  require "faults.chatbot.too-sure",
  require "faults.chatbot.forgetful",
  require "faults.chatbot.new-words",
  require "faults.chatbot.empty-desk",
  require "faults.chatbot.one-at-a-time",
}
