-- The intent is ready for fulfilment and nobody fulfils it (FAULTS LX18).
local gameday = require "gameday"
local cto = require "cto"
local chatbot = require "chatbot"

return gameday.fault {
  id = "empty-desk",
  title = { en = "The desk is not asked any more", ko = "아무도 묻지 않는 창구" },
  points = { detection = 20, recovery = 60 },
  shown_by = { "lex:RecognizeText", "lex:DescribeIntent" },
  breaks = function(team)
    chatbot.edit_intent(team, "ko_KR", "Book", function(intent) intent.fulfillmentCodeHook = { enabled = false } end)
    chatbot.build_locale(team, "ko_KR")
    chatbot.publish(team)
    cto.says(team, "empty-desk")
  end,
  mended = function(team) return chatbot.try(team, "ko_KR", "Book") == true end,
  every = "15s",
  hints = {
    { en = "In Korean everything is asked and confirmed, and then nothing is booked. What is the intent's state in the last answer?",
      ko = "한국어에서는 모든 것을 묻고 확인까지 하는데 예약이 되지 않습니다. 마지막 응답에서 인텐트의 state는 무엇인가요?" },
    { en = "ReadyForFulfillment: Lex has done its part and hands the booking to whoever called. The function is not asked.",
      ko = "ReadyForFulfillment입니다. Lex는 자기 일을 마치고 호출한 쪽에 예약을 넘깁니다. 함수에게는 묻지 않아요." },
    { en = "Give the intent Book of ko_KR \"fulfillmentCodeHook\": { \"enabled\": true } (update-intent), build, create a version of both locales, update the alias.",
      ko = "ko_KR의 Book 인텐트에 \"fulfillmentCodeHook\": { \"enabled\": true }를 넣고(update-intent), 빌드하고, 두 로캘로 버전을 만들어 별칭을 업데이트하세요." },
  },
  learnt = {
    en = "The function is named at the alias, and each intent says whether it is asked. Both have to agree.",
    ko = "함수는 별칭에 적히고, 그 함수에게 물을지는 인텐트마다 정합니다. 둘이 맞아야 해요.",
  },
}
