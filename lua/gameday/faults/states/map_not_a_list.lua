-- A Map is given something that is no list (FAULTS SF27).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "One by one, but of what?", ko = "하나씩이라니, 무엇을?" },
  what = "Lets the ItemsPath of a Map lead to something that is not an array.",
  says = "Reference path \"{path}\" must point to array.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its Map state", needed = "Each order" },
    path = { "the ItemsPath that leads to no array", default = "$" },
    good = { "a good ItemsPath; only hints tell it", default = "$.orders" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.ItemsPath = p.path end),
  mended = states.is_left,
  hints = {
    { en = "Nothing was done at all: the Map did not even begin. What should point to what?",
      ko = "아무 항목도 처리되지 않았습니다. Map이 시작조차 못 했어요. 무엇이 무엇을 가리켜야 한다고 하나요?" },
    { en = "Compare the ItemsPath of {state} with its input in the history: where does the list stand?",
      ko = "{state} 상태의 ItemsPath와 이력에 찍힌 입력을 비교해 보세요. 목록은 어디에 있나요?" },
    { en = "Set the ItemsPath of {state} to {good}, and update the state machine.",
      ko = "{state} 상태의 ItemsPath를 {good} 경로로 고치고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A Map wants an array, not an object that has one. Without ItemsPath it takes its whole input.",
    ko = "Map에는 배열을 담은 객체가 아니라 배열 자체를 줘야 합니다. ItemsPath가 없으면 입력 전체를 쓰고요.",
  },
  stage = function(team, p)
    states.build(team, p, {
      StartAt = p.state,
      States = {
        [p.state] = {
          Type = "Map", ItemsPath = p.good, ResultPath = "$.done", Next = "Done",
          ItemProcessor = { StartAt = "Pack", States = { Pack = { Type = "Pass", End = true } } },
        },
        Done = { Type = "Pass", Parameters = { ["total.$"] = "States.ArrayLength($.done)" }, End = true },
      },
    })
  end,
  works = function(team, p) return states.order(team, p, { orders = { 1, 2, 3 } }, 3) end,
  shows = states.why,
  repair = states.editor(function(state, p) state.ItemsPath = p.good end),
}
