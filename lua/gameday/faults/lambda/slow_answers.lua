-- A fault of the cloud: invocations take long to be answered.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lambda = require "gameday.faults.lambda"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Through thick mud", ko = "진흙탕을 지나는 호출" },
  what = "Delays a function's invocations by {delay}: a task whose TimeoutSeconds is shorter fails.",
  says = "States.Timeout",
  parameters = {
    machine = { "the state machine that calls the function", needed = "orders" },
    state = { "its task, with a TimeoutSeconds that is too short then", needed = "Price" },
    function_name = { "the function", needed = "desk" },
    delay = { "by how much", default = "4s" },
  },
  shown_by = states.shown_by,
  on = "lambda:Invoke", resource = "*:function:{function_name}*",
  call = function(call, p) call:delay(p.delay) end,
  mended = states.is_left,
  hints = {
    { en = "The function's own log shows short durations, and still the task times out. Where is the time lost?",
      ko = "함수 로그의 실행 시간은 짧은데 작업은 시간이 초과됩니다. 시간은 어디에서 사라지나요?" },
    { en = "Between {state} and the function. The TimeoutSeconds of the state counts all of it.",
      ko = "{state} 상태와 함수 사이에서요. 상태의 TimeoutSeconds는 그 시간까지 모두 셉니다." },
    { en = "Give {state} a TimeoutSeconds with room for a slow day (20, say), and update the state machine.",
      ko = "{state} 상태의 TimeoutSeconds를 느린 날까지 견디게(예를 들어 20) 늘리고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A timeout measures the whole way. One that fits a good day is an outage on a bad one.",
    ko = "타임아웃은 오가는 시간까지 모두 잽니다. 좋은 날에 딱 맞춘 값은 나쁜 날의 장애가 돼요.",
  },
  stage = function(team, p)
    local definition = states.orders()
    definition.States.Price.TimeoutSeconds = 2
    stage.desk(team, "desk")
    states.build(team, p, definition)
  end,
  works = states.works, shows = states.why,
  repair = states.editor(function(state) state.TimeoutSeconds = 20 end),
}
