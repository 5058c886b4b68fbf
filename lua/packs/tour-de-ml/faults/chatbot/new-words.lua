-- A helpful colleague has taught the wrong intent (FAULTS LX15).
local gameday = require "gameday"
local cto = require "cto"
local chatbot = require "chatbot"

local words = {
  "I need a unicorn", "could I book a unicorn", "I want to rent a unicorn", "please reserve a unicorn for me", "get us a unicorn please",
  "I am looking for a unicorn", "can you book a unicorn", "we would like a unicorn", "is there a unicorn I can rent",
}

return gameday.fault {
  id = "new-words",
  title = { en = "A colleague teaches the bot", ko = "동료가 봇에게 가르친 말" },
  points = { detection = 20, recovery = 70 },
  shown_by = { "lex:RecognizeText", "lex:DescribeIntent", "lex:ListBotVersions" },
  breaks = function(team)
    chatbot.edit_intent(team, "en_US", "Cancel", function(intent)
      for _, text in ipairs(words) do table.insert(intent.sampleUtterances, { utterance = text }) end
    end)
    chatbot.edit_intent(team, "en_US", "Book", function(intent) intent.sampleUtterances = { { utterance = "booking desk" } } end)
    chatbot.build_locale(team, "en_US")
    chatbot.publish(team)
    cto.says(team, "new-words")
  end,
  mended = function(team)
    return chatbot.understood(team, "en_US", "Book", 5) >= 0.8 and chatbot.understood(team, "en_US", "Cancel", 3) >= 0.6
  end,
  every = "15s",
  hints = {
    { en = "Customers in English want to book and are asked which booking to cancel. What do `interpretations` say of \"I need a unicorn\"?",
      ko = "영어 고객이 예약하려는데 어떤 예약을 취소할지 묻습니다. \"I need a unicorn\"에 대한 `interpretations`는 무엇인가요?" },
    { en = "The sample utterances for booking a unicorn are in the intent Cancel, and Book has hardly any left.",
      ko = "유니콘을 예약하는 예시 발화가 Cancel 인텐트에 들어 있고, Book에는 거의 남아 있지 않습니다." },
    { en = "Move them back: give Book its utterances, take them out of Cancel (update-intent, keep slotPriorities), build, create a version of both locales, update the alias.",
      ko = "되돌려 놓으세요. Book에 발화를 넣고 Cancel에서는 빼고(update-intent, slotPriorities는 그대로), 빌드하고, 두 로캘로 버전을 만들어 별칭을 업데이트하세요." },
  },
  learnt = {
    en = "Two intents with the same words share them by chance. An intent is also told by what stands in the others.",
    ko = "두 인텐트에 같은 말이 있으면 운에 맡기는 셈입니다. 인텐트는 다른 인텐트에 무엇이 있는지로도 정해져요.",
  },
}
