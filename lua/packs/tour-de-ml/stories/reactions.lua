-- What the CTO says to what a team does: warm when it goes well, short when it does not.
local gameday = require "gameday"

local function good(en, ko) return { level = "good", en = en, ko = ko } end
local function plain(en, ko) return { level = "info", en = en, ko = ko } end
local function bad(en, ko) return { level = "warning", en = en, ko = ko } end

return {
  gameday.reaction {
    id = "looked", to = "detected",
    plain("You looked before you touched. I could hug you, but we have a policy.",
          "손대기 전에 먼저 보셨네요. 안아 드리고 싶지만 사규가 있어서요."),
  },
  gameday.reaction {
    id = "repaired", to = "recovered", pause = "12m",
    good("Something works again! Nobody here has said that sentence since Friday.",
         "뭔가가 다시 돌아가요! 금요일 이후로 아무도 못 한 말이에요."),
    good("Another one. I have begun to tell people about you in the elevator.",
         "하나 더 고치셨네요. 이제 엘리베이터에서 여러분 얘기를 하고 다닙니다."),
    good("Repaired, and before anybody shouted at me. I am not used to this.",
         "누가 저한테 소리치기도 전에 고치셨네요. 이런 건 적응이 안 됩니다."),
    good("That was quick. Write down what it was; in a year you will be the former team.",
         "빠르네요. 뭐였는지 적어 두세요. 1년 뒤에는 여러분이 예전 팀이 될 테니까요."),
    good("The people in the hall have stopped whispering when I pass. That is your doing.",
         "제가 지나가도 이제 복도에서 수군거리지 않아요. 여러분 덕분입니다."),
  },
  gameday.reaction {
    id = "vip-solved", to = "solved", challenge = "vip",
    good("The concierge has poured the first glass. She asked for your names; I gave her all of them. What runs now will be looked at, though: " ..
         "it will not stay quiet.",
         "컨시어지가 첫 잔을 따랐어요. 여러분 이름을 묻기에 전부 알려 줬습니다. 다만 돌아가는 건 눈에 띄게 마련이라, 조용하지만은 않을 거예요."),
  },
  gameday.reaction {
    id = "forecast-solved", to = "solved", challenge = "forecast",
    good("There is a forecast, and it is about the future. The planner printed it and put it on the wall. From now on it is paid by how " ..
         "right it is.",
         "예측이 나왔네요, 그것도 미래에 대한 예측이. 담당자가 인쇄해서 벽에 붙였어요. 이제부터는 얼마나 맞느냐로 점수를 받습니다."),
  },
  gameday.reaction {
    id = "chatbot-solved", to = "solved", challenge = "chatbot",
    good("I have booked a unicorn, in Korean, and it understood me at once. My own children do not do that.",
         "한국어로 유니콘을 예약해 봤는데 한 번에 알아듣네요. 우리 애들도 그러진 않거든요."),
  },
  gameday.reaction {
    id = "named", to = "named",
    good("A name! I have had it printed on a sign. Please do not change it, the sign was expensive.",
         "이름이 생겼네요! 팻말까지 주문했습니다. 바꾸지는 마세요, 비쌌거든요."),
  },
  gameday.reaction {
    id = "hint", to = "hint", pause = "10m",
    plain("You have asked for advice. That costs something, and it costs less than pride.",
          "도움을 구하셨네요. 공짜는 아니지만 자존심보다는 쌉니다."),
    plain("One more hint. I pay consultants more for less.", "힌트를 하나 더 사셨네요. 컨설턴트에게는 더 주고 덜 받습니다."),
    plain("The consultant sends his regards. He has bought a boat.", "컨설턴트가 안부 전하래요. 배를 샀답니다."),
  },
  gameday.reaction {
    id = "reported", to = "right",
    good("Thank you for the report. It was short and it was true; the board had not seen both at once before.",
         "보고 고맙습니다. 짧고 사실이더군요. 이사회가 그 둘을 한꺼번에 본 건 처음이에요."),
    good("Your report again was right. I only had to add a comma.", "이번 보고도 맞았어요. 저는 쉼표 하나만 찍었습니다."),
    good("The last report, and the best. I shall frame it.", "마지막 보고이자 최고의 보고네요. 액자에 넣을게요."),
  },
  gameday.reaction {
    id = "misreported", to = "wrong", pause = "5m",
    bad("I read your report aloud. Somebody in the room looked it up. Do check once more.",
        "보고를 소리 내어 읽었는데 누가 바로 확인해 보더군요. 다시 한번 봐 주세요."),
    bad("Not quite. Say what is, not what was.", "아니에요. 예전이 아니라 지금 어떤지 말해 주세요."),
  },
  gameday.reaction {
    id = "undone", to = "relapse", pause = "10m",
    bad("It worked a minute ago.", "1분 전에는 됐는데요."),
    bad("That one again. What did you change last?", "또 그거네요. 마지막으로 바꾼 게 뭐죠?"),
    bad("Somebody is repairing what somebody else has just repaired. Talk.", "누가 방금 고친 걸 다른 누가 또 고치고 있네요. 말 좀 나누세요."),
  },
  gameday.reaction {
    id = "astray", to = "astray", count = 15, pause = "8m",
    bad("Many changes, no effect. Read the error to its end.", "많이 바꾸셨는데 효과가 없네요. 오류를 끝까지 읽어 보세요."),
    bad("You are digging. Stop, and look whether it is the right garden.", "땅을 파고 계시네요. 멈추고 그 밭이 맞는지부터 보세요."),
    bad("Undo what did not help. A hint costs less than this.", "소용없던 건 되돌리세요. 이럴 바엔 힌트가 쌉니다."),
  },
  gameday.reaction {
    id = "silent", to = "silence", after = "12m", pause = "15m", from = "00:10",
    bad("Nothing has changed for a while. Are you there?", "한참 아무 변화가 없네요. 계세요?"),
    bad("I can hear the clock. It is my own.", "시계 소리가 들려요. 제 시계네요."),
    bad("If you are stuck: the page says why you are not being scored, and which call shows it.",
        "막혔으면 페이지를 보세요. 왜 점수가 안 오르는지, 어떤 호출로 볼 수 있는지 나와 있어요."),
  },
  gameday.reaction {
    id = "leading", to = "first", from = "00:05", pause = "10m",
    good("You lead. The other teams have asked me what you eat for breakfast.", "1등이네요. 다른 팀들이 여러분은 아침에 뭘 먹느냐고 묻던데요."),
    good("First again. The view is good up there, and everybody throws things.", "다시 1등이네요. 위는 전망이 좋죠. 다들 뭘 던지기도 하고요."),
    good("You lead. I have stopped being surprised, which is the highest praise I have.", "1등입니다. 이젠 놀랍지도 않아요. 제가 드릴 수 있는 최고의 칭찬이에요."),
  },
  gameday.reaction {
    id = "passed", to = "overtaken", from = "00:05", pause = "10m",
    bad("Somebody has passed you.", "추월당했어요."),
    bad("Second place has its own charm, I am told. By people in second place.", "2등도 매력이 있다더군요. 2등 하는 분들 말로는요."),
  },
}
