-- Juno Baek, the CTO. What is said when something breaks stands here, by the fault's id; what is said at its time in
-- stories/day.lua, and what is said to what a team does in stories/reactions.lua.
-- The voice: dry, tired, kind. Short when things go badly; the better they go, the longer the sentences.

local cto = {}

local lines = {
  ["vip-unapproved"] = {
    en = "The auditors were here. They liked the champagne, and they would like a human being to look at every model before anybody is " ..
         "invited by it. They have started with the ones that we had.",
    ko = "감사팀이 다녀갔어요. 샴페인은 마음에 들었는데, 모델이 누군가를 초대하기 전에 사람이 한 번 봐야 한대요. 우선 우리가 갖고 있던 것부터 시작했답니다.",
  },
  ["vip-rush-hour"] = {
    en = "The whole region seems to train models tonight. Ours is polite and goes home when it is asked to wait.",
    ko = "오늘 밤에는 온 리전이 모델을 학습하나 봐요. 우리 것은 예의가 발라서 기다리라고 하면 그냥 집에 가 버립니다.",
  },
  ["vip-yesterday"] = {
    en = "Finance has found a switch that makes the pipeline three minutes faster. Also, marketing has put this autumn's customers into the " ..
         "bucket; they are nothing like the old ones. The concierge says that she cannot see a difference.",
    ko = "재무팀이 파이프라인을 3분 빠르게 만드는 스위치를 찾았대요. 그리고 마케팅팀이 이번 가을 고객 데이터를 버킷에 넣었는데, 예전 고객과는 딴판이랍니다. 그런데 " ..
         "컨시어지는 달라진 게 하나도 없다는데요.",
  },
  ["vip-second-edition"] = {
    en = "The data team sends its regards and the second edition of customers.csv. It has headings now, and one column more. They call it an " ..
         "improvement. It may be one.",
    ko = "데이터팀이 안부와 함께 customers.csv 제2판을 보냈어요. 이제 머리글도 있고 열도 하나 늘었답니다. 개선이라네요. 그럴 수도 있겠죠.",
  },
  ["vip-no-room"] = {
    en = "Somebody in this region is training a very large model, or very many small ones. There seem to be no machines of our size left.",
    ko = "이 리전에서 누가 아주 큰 모델 하나를, 아니면 아주 많은 작은 모델을 학습하나 봐요. 우리가 쓰는 크기의 인스턴스가 동났답니다.",
  },
  ["replaced"] = {
    en = "A colleague from finance has refreshed the demand data with last week's numbers and tidied up the old forecasts. Fresh is good, he " ..
         "says. The planner has stopped talking to him.",
    ko = "재무팀 동료가 지난주 숫자로 수요 데이터를 새로 고치고 오래된 예측을 정리했대요. 신선한 게 좋은 거라면서요. 배차 담당자는 그 동료와 말을 안 합니다.",
  },
  ["new-city"] = {
    en = "We have opened in Ulsan! Nobody there has ever ridden a unicorn, so there is no history. The planner wants numbers all the same. " ..
         "I have put what we know about our cities into the bucket, under cities/.",
    ko = "울산에 문을 열었습니다! 거기서는 아무도 유니콘을 타 본 적이 없으니 기록이 없어요. 그래도 담당자는 숫자를 원합니다. 우리 도시들에 대해 아는 것을 " ..
         "버킷의 cities/에 넣어 두었어요.",
  },
  ["lanterns"] = {
    en = "The lantern festival was beautiful, and nobody could see what they wrote down. The planner has just asked me for two thousand " ..
         "unicorns for Seoul. We own nine hundred.",
    ko = "등불 축제는 아름다웠고, 아무도 자기가 뭘 적는지 보이지 않았대요. 방금 배차 담당자가 서울에 유니콘 이천 마리를 달라고 했어요. 우리는 구백 마리뿐인데요.",
  },
  ["standstill"] = {
    en = "Somebody threw out the old forecast and ordered a new one. It has been \"in progress\" ever since. I know meetings like that.",
    ko = "누가 예전 예측을 버리고 새 예측을 시켜 놨대요. 그 뒤로 계속 \"진행 중\"이랍니다. 저는 그런 회의를 알아요.",
  },
  ["paper-ledger"] = {
    en = "The auditors want bookings on paper again. The desk has hired somebody with beautiful handwriting. It takes a moment.",
    ko = "감사팀이 예약을 다시 종이에 적으래요. 창구에서 글씨가 아주 예쁜 사람을 뽑았습니다. 시간이 조금 걸려요.",
  },
  ["too-sure"] = {
    en = "A helpful colleague was unhappy that the bot guesses. It should answer only when it is quite sure, he says, and has seen to it.",
    ko = "도움을 주려던 동료가 봇이 짐작으로 답하는 게 싫었대요. 아주 확실할 때만 답해야 한다며 직접 손을 봤다고 합니다.",
  },
  ["forgetful"] = {
    en = "Security wants the bot to forget people sooner. It does. A father who went to ask his daughter which unicorn she wants was greeted as " ..
         "a stranger.",
    ko = "보안팀이 봇이 사람을 더 빨리 잊었으면 한대요. 정말 잘 잊습니다. 딸에게 어떤 유니콘이 좋은지 물어보고 온 아버지를 처음 보는 사람처럼 맞이했거든요.",
  },
  ["new-words"] = {
    en = "The same helpful colleague has taught the bot new words. He did it in his lunch break, and he is very proud.",
    ko = "그 도움 주기 좋아하는 동료가 봇에게 새 말을 가르쳤어요. 점심시간을 쪼개서 했다며 아주 뿌듯해합니다.",
  },
  ["empty-desk"] = {
    en = "The desk in Seoul has had no work for ten minutes and sends me pictures of its coffee. The bot says it is booking.",
    ko = "서울 창구가 10분째 일이 없다며 커피 사진을 보내요. 봇은 예약하고 있다는데 말이죠.",
  },
  ["one-at-a-time"] = {
    en = "To save money the desk now has exactly one chair. The school holidays begin, and families come in waves.",
    ko = "비용을 아낀다고 창구에 의자를 딱 하나만 남겼대요. 방학이 시작돼서 가족 손님이 물밀듯이 오는데요.",
  },
}

-- Says to that team what belongs to a fault that has just come.
function cto.says(team, fault) team:message { level = "warning", en = lines[fault].en, ko = lines[fault].ko } end

return cto
