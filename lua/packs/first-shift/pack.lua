-- First shift: the orders of Unicorn.Rentals go through a state machine that somebody left broken. Six layered faults in 45 minutes.
local gameday = require "gameday"
local shop = require "shop"

return gameday.pack {
  id = "first-shift",
  title = { en = "First shift", ko = "첫 근무" },
  brief = {
    en = "Unicorn.Rentals takes orders, and most of them fail. The team that built this has left. It is your first day.",
    ko = "Unicorn.Rentals에 주문이 들어오지만 대부분 실패합니다. 이것을 만든 팀은 떠났습니다. 오늘은 여러분의 첫 근무입니다.",
  },
  duration = "45m",
  start = "2026-11-10T09:00:00Z",
  story = { "briefing" },
  characters = {
    cto = { name = { en = "Juno Baek", ko = "백준오" }, title = { en = "CTO, Unicorn.Rentals", ko = "Unicorn.Rentals 최고기술책임자" } },
  },

  gameday.challenge {
    id = "orders",
    title = { en = "Orders that arrive", ko = "끝까지 가는 주문" },
    brief = {
      en = "Every order that a customer places starts an execution of the state machine `order-unicorn`. Each one that ends " ..
           "well, with the right price, earns points; each one that fails costs some. Find out why they fail, and mend it.",
      ko = "고객이 주문할 때마다 상태 머신 `order-unicorn`의 실행이 하나 시작됩니다. 올바른 금액으로 잘 끝나면 점수를 얻고, 실패하면 " ..
           "점수를 잃습니다. 왜 실패하는지 찾아서 고치세요.",
    },
    guide = { en = "guide.en.md", ko = "guide.ko.md" },
    points = 150,
    setup = shop.build,

    gameday.probe {
      id = "customers",
      title = { en = "Customers order unicorns", ko = "고객이 유니콘을 주문합니다" },
      every = "20s", earns = 10, costs = 5,
      shows = "stepfunctions list-executions --state-machine-arn {stateMachineArn} --status-filter FAILED --max-items 5",
      run = shop.order,
    },

    require "faults.wrong-path",
    require "faults.role-lost-reserve",
    require "faults.no-default",
    require "faults.other-shape",
    require "faults.rush-hour",
    require "faults.slow-notify",
  },

  gameday.story {
    id = "briefing",
    message = {
      en = "Welcome. I am Juno. I would love to give you a tour, but our shop has been losing orders since last night. They go " ..
           "through a state machine called order-unicorn. Read the failed executions first, please. Touch things second.",
      ko = "어서 오세요, 백준오입니다. 회사를 안내해 드리고 싶지만 어젯밤부터 가게가 주문을 잃고 있어요. 주문은 order-unicorn이라는 상태 " ..
           "머신을 거칩니다. 먼저 실패한 실행을 읽어 주세요. 손대는 것은 그다음입니다.",
    },
  },
  gameday.story {
    id = "tidied",
    message = { level = "warning",
      en = "A colleague from marketing has tidied up the state machine: every kind of customer has a rule of its own now, she says, " ..
           "so what was left over could go. She also tells me that the students' discount week starts today.",
      ko = "마케팅팀 동료가 상태 머신을 정리했대요. 이제 모든 고객 유형에 규칙이 있으니 남는 것은 지웠다고 합니다. 그리고 오늘부터 " ..
           "학생 주간이라고 하네요.",
    },
  },
  gameday.story {
    id = "prices",
    message = {
      en = "The pricing team has released version 2. They say it is fully compatible. They always say that.",
      ko = "가격팀이 버전 2를 배포했습니다. 완전히 호환된다고 하네요. 늘 그렇게 말하지요.",
    },
  },
  gameday.story {
    id = "rush",
    message = { level = "warning",
      en = "Children's Day! The stables are overrun, and Lambda has begun to turn some of our calls away. Nothing is broken, " ..
           "strictly speaking. Our customers do not speak strictly.",
      ko = "어린이날입니다! 마구간이 북새통이라 Lambda가 우리 호출 일부를 돌려보내기 시작했어요. 엄밀히 말하면 고장은 아닙니다. 하지만 " ..
           "고객은 엄밀히 말하지 않지요.",
    },
  },
  gameday.story {
    id = "gateway",
    message = {
      en = "We have changed to a cheaper SMS gateway. Finance is delighted. It takes its time, I hear.",
      ko = "더 싼 문자 발송 업체로 바꿨습니다. 재무팀은 기뻐합니다. 그런데 조금 느리다고 하네요.",
    },
  },
  gameday.story {
    id = "closing",
    message = { level = "good",
      en = "Ten more minutes. Whatever you have learnt today: next time it will be something else. That is the job, and you do it well.",
      ko = "10분 남았습니다. 오늘 무엇을 배웠든 다음에는 다른 일이 벌어질 거예요. 그게 우리 일이고, 여러분은 잘하고 있습니다.",
    },
  },

  timeline = {
    ["00:06"] = { { story = "tidied" }, { break_ = "no-default" } },
    ["00:14"] = { { story = "prices" }, { break_ = "other-shape" } },
    ["00:22"] = { { story = "rush" }, { break_ = "rush-hour" } },
    ["00:30"] = { { story = "gateway" }, { break_ = "slow-notify" } },
    ["00:35"] = "closing",
  },
}
