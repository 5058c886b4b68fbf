-- What the CTO has to say about the VIPs.
local gameday = require "gameday"

return {
  gameday.story {
    id = "vip-silent",
    message = {
      en = "The concierge called. She has champagne for forty and nobody to pour it for, since the endpoint vip does not answer. It is made " ..
           "by vip-retrain, I was told, which starts vip-model, which trains something. Expect more than one thing to be wrong.",
      ko = "컨시어지가 전화했어요. 샴페인은 마흔 병이나 있는데 따라 줄 손님이 없대요. 엔드포인트 vip가 대답하지 않거든요. 그건 vip-retrain이 만들고, 거기서 " ..
           "vip-model을 시작하고, 거기서 무언가를 학습한다고 들었어요. 고장 난 곳이 하나가 아닐 겁니다.",
    },
  },
  gameday.story {
    id = "vip-auditors",
    message = { level = "warning",
      en = "The auditors were here. They liked the champagne, and they would like a human being to look at every model before anybody is " ..
           "invited by it. They have started with the ones that we had.",
      ko = "감사팀이 다녀갔어요. 샴페인은 마음에 들었는데, 누군가를 초대하기 전에 모델을 사람이 한 번 봐야 한대요. 우선 우리가 갖고 있던 것부터 시작했답니다.",
    },
  },
  gameday.story {
    id = "vip-rush",
    message = { level = "warning",
      en = "The whole region seems to train models tonight. Ours is polite and goes home when it is asked to wait.",
      ko = "오늘 밤에는 온 리전이 모델을 학습하나 봐요. 우리 것은 예의가 발라서 기다리라고 하면 그냥 집에 가 버립니다.",
    },
  },
  gameday.story {
    id = "vip-late",
    message = {
      en = "The concierge keeps a list of her own of those whom she had to turn away. It should be shorter than ours of those whom we invited.",
      ko = "컨시어지는 돌려보낸 손님의 명단을 따로 적고 있어요. 우리가 초대한 명단보다는 짧아야 할 텐데요.",
    },
  },
}
