-- What the CTO has to say about the chatbot.
local gameday = require "gameday"

return {
  gameday.story {
    id = "chatbot-silent",
    message = {
      en = "About the chatbot: it works in the test window, I am told, it always works in the test window. Our customers are not in the " ..
           "test window. They talk to the alias live, half of them in Korean.",
      ko = "챗봇 말인데요, 테스트 창에서는 된대요. 테스트 창에서는 늘 되지요. 그런데 고객은 테스트 창에 없어요. live 별칭과 이야기하고, 절반은 " ..
           "한국어로 말합니다.",
    },
  },
  gameday.story {
    id = "chatbot-ledger",
    message = { level = "warning",
      en = "The auditors want bookings on paper again. The desk has hired somebody with beautiful handwriting. It takes a moment.",
      ko = "감사팀이 예약을 다시 종이에 적으래요. 창구에서 글씨가 아주 예쁜 사람을 뽑았습니다. 시간이 조금 걸려요.",
    },
  },
  gameday.story {
    id = "chatbot-sure",
    message = { level = "warning",
      en = "A helpful colleague was unhappy that the bot guesses. It should answer only when it is quite sure, he says, and has seen to it.",
      ko = "도움을 주려던 동료가 봇이 짐작으로 답하는 게 싫었대요. 아주 확실할 때만 답해야 한다며 직접 손을 봤다고 합니다.",
    },
  },
  gameday.story {
    id = "chatbot-last",
    message = { level = "good",
      en = "Twenty more minutes. A customer wrote that the bot was more polite than I am. I choose to be proud of you.",
      ko = "20분 남았어요. 한 고객이 봇이 저보다 예의 바르다고 하네요. 저는 여러분이 자랑스럽다고 생각하기로 했습니다.",
    },
  },
}
