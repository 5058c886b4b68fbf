-- What the CTO says when its time has come.
local gameday = require "gameday"

local function says(id, level, en, ko)
  return gameday.story { id = id, message = { level = level, en = en, ko = ko } }
end

return {
  says("briefing", "info",
    "Good that you are here. I am Juno. The team before you left on Friday, all of it, and took the explanations along. Three things have " ..
    "to work: the VIP list, the forecast, the chatbot. Share them out, read before you touch, and tell each other what you find. And give " ..
    "yourselves a name: the board wants to know whom to thank.",
    "잘 오셨어요, 백준오입니다. 예전 팀은 금요일에 모두 떠나면서 설명까지 가져가 버렸어요. 돌아가야 할 것은 세 가지, VIP 명단과 예측과 챗봇입니다. 나눠서 " ..
    "맡고, 손대기 전에 읽고, 찾은 것은 서로 알려 주세요. 그리고 팀 이름도 지어 주세요. 누구에게 고마워해야 하는지 이사회가 궁금해하거든요."),
  says("chatbot-silent", "info",
    "About the chatbot: it works in the test window, I am told, it always works in the test window. Our customers are not in the test " ..
    "window. They talk to the alias live, half of them in Korean.",
    "챗봇 말인데요, 테스트 창에서는 된대요. 테스트 창에서는 늘 되지요. 그런데 고객은 테스트 창에 없어요. live 별칭과 이야기하고, 절반은 한국어로 말합니다."),
  says("vip-silent", "info",
    "The concierge called. She has champagne for forty and nobody to pour it for, since the endpoint vip does not answer. It is made by " ..
    "vip-retrain, I was told, which starts vip-model, which trains something. Expect more than one thing to be wrong.",
    "컨시어지가 전화했어요. 샴페인은 마흔 병이나 있는데 따라 줄 손님이 없대요. 엔드포인트 vip가 대답하지 않거든요. 그건 vip-retrain이 만들고, 거기서 " ..
    "vip-model을 시작하고, 거기서 무언가를 학습한다고 들었어요. 고장 난 곳이 하나가 아닐 겁니다."),
  says("forecast-empty", "info",
    "About the fleet: yesterday we sent forty unicorns to a city that wanted four. The planner guesses, since there is no forecast. Our " ..
    "history is in S3. Somebody only has to get it into Amazon Forecast, they said. They said that a year ago, and the board wants to see half a year ahead.",
    "배차 이야기예요. 어제 네 마리를 원한 도시에 마흔 마리를 보냈어요. 예측이 없으니 담당자가 찍고 있거든요. 기록은 S3에 있습니다. Amazon Forecast에 " ..
    "넣기만 하면 된다고 했는데, 그 말이 1년 전이네요. 이사회는 반년 앞까지 보고 싶대요."),
  says("half-an-hour", "info",
    "Half an hour. I have learnt not to ask how it is going. I look at your score instead; you may look at it, too.",
    "30분 지났네요. 잘되어 가냐고 묻지 않는 법을 배웠습니다. 대신 점수를 봐요. 여러분도 보셔도 됩니다."),
  says("report-first", "info",
    "In five minutes I sit before the board, and they will ask what works. One line is enough, with what is true right now: see \"Report: " ..
    "the first hour\".",
    "5분 뒤에 이사회에 들어가는데 뭐가 돌아가는지 물어볼 거예요. 한 줄이면 됩니다. 지금 사실인 것으로요. \"보고: 첫 번째 시간\"을 보세요."),
  says("report-second", "info",
    "The board again. They remember every word of the first report, so please do not send me that one. See \"Report: the second hour\".",
    "또 이사회입니다. 첫 보고를 한 글자도 안 잊었더라고요. 그러니 그걸 다시 보내지는 마세요. \"보고: 두 번째 시간\"을 보세요."),
  says("vip-late", "info",
    "The concierge keeps a list of her own of those whom she had to turn away. It should be shorter than ours of those whom we invited.",
    "컨시어지는 돌려보낸 손님의 명단을 따로 적고 있어요. 우리가 초대한 명단보다는 짧아야 할 텐데요."),
  says("report-third", "info",
    "The last report of the day. After that I go home, and so should you. See \"Report: the last hour\".",
    "오늘의 마지막 보고예요. 그다음엔 저도 퇴근합니다. 여러분도 그러셔야죠. \"보고: 마지막 시간\"을 보세요."),
  says("last-minutes", "good",
    "Ten more minutes. A customer wrote that the bot is more polite than I am, and the planner says that your p10 is more honest than most " ..
    "people she knows. I choose to be proud of you. Stay with what works.",
    "10분 남았어요. 한 고객은 봇이 저보다 예의 바르다고 하고, 배차 담당자는 여러분의 p10이 자기가 아는 대부분의 사람보다 정직하대요. 저는 여러분이 자랑스럽다고 " ..
    "생각하기로 했습니다. 잘 돌아가는 건 건드리지 마세요."),
}
