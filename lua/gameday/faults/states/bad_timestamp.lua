-- A Wait is given something that is no instant (FAULTS SF28).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Meet me tomorrow-ish", ko = "내일쯤 만나요" },
  what = "Lets the TimestampPath of a Wait lead to a text that is no timestamp.",
  says = "States.Runtime: …The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {path} == …",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its Wait state with a TimestampPath", needed = "Pick up" },
    path = { "the path that leads to no timestamp", needed = "$.day" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.TimestampPath, state.Timestamp, state.Seconds, state.SecondsPath = p.path, nil, nil, nil end),
  mended = states.is_left,
  hints = {
    { en = "What format does the Wait ask for, and what did it get?", ko = "Wait은 어떤 형식을 원하고, 무엇을 받았나요?" },
    { en = "{state} reads {path}. Which field of the input is a timestamp such as 2026-11-10T09:00:00Z?",
      ko = "{state} 상태는 {path} 필드를 읽습니다. 입력에서 2026-11-10T09:00:00Z 같은 타임스탬프는 어느 필드인가요?" },
    { en = "Let the TimestampPath of {state} lead to the field with the timestamp, and update the state machine.",
      ko = "{state} 상태의 TimestampPath가 타임스탬프가 있는 필드를 가리키게 고치고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A Wait reads one form of time: ISO 8601 with an offset or Z. Everything else ends the execution.",
    ko = "Wait은 오프셋이나 Z가 붙은 ISO 8601 시각만 읽습니다. 그 밖의 것은 실행을 끝내 버려요.",
  },
  stage = function(team, p)
    states.build(team, p, {
      StartAt = p.state,
      States = {
        [p.state] = { Type = "Wait", TimestampPath = "$.pick_up", Next = "Done" },
        Done = { Type = "Pass", Parameters = { total = 1 }, End = true },
      },
    })
  end,
  works = function(team, p) return states.order(team, p, { day = "tomorrow", pick_up = "2026-01-01T09:00:00Z" }, 1) end,
  shows = states.why,
  repair = states.editor(function(state) state.TimestampPath = "$.pick_up" end),
}
