-- My pack. `rehearse check` proves it, `rehearse play` tries it by hand, `rehearse run` plays it; an edit is loaded as it is saved.
-- README.md beside this says what to edit first.
local gameday = require "gameday"
local hotel = require "hotel"

return gameday.pack {
  id = "my-pack",
  title = { en = "My pack", ko = "나의 게임" },
  brief = {
    en = "The stables of Unicorn.Rentals quote prices by a state machine. Somebody has tidied up.",
    ko = "Unicorn.Rentals의 마구간은 상태 머신으로 가격을 알려 줍니다. 누군가 정리를 했습니다.",
  },
  duration = "20m",
  story = "hello", -- told at the start

  gameday.story {
    id = "hello",
    message = {
      en = "Good morning. Guests ask what a night costs, and our machine `quote` answers. Keep it that way.",
      ko = "좋은 아침입니다. 손님이 하룻밤 가격을 물으면 상태 머신 `quote`가 답합니다. 계속 그렇게 부탁해요.",
    },
  },

  gameday.challenge {
    id = "quotes",
    title = { en = "What does a night cost?", ko = "하룻밤에 얼마인가요?" },
    guide = { en = "guide.en.md", ko = "guide.ko.md" },
    setup = hotel.build, -- what stands in each team's account before the game begins

    -- Customers: good answers earn, wrong ones earn nothing, AWS errors cost.
    gameday.probe {
      id = "guests",
      title = { en = "Guests ask for prices", ko = "손님이 가격을 묻습니다" },
      every = "20s", earns = 10, costs = 5,
      shows = "states:DescribeExecution",
      run = hotel.ask,
    },

    require "faults.role-lost-bucket",
  },

  timeline = {
    ["00:02"] = { break_ = "role-lost-bucket" }, -- two minutes after the start
  },
}
