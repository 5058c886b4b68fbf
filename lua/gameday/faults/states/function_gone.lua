-- The definition names a function that is not there (FAULTS SF11).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Calling an empty desk", ko = "빈 책상에 전화 걸기" },
  what = "Puts {suffix} behind the FunctionName of a Lambda task.",
  says = "Lambda.ResourceNotFoundException: Function not found: …{suffix}",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state that invokes a function", needed = "Price" },
    suffix = { "what is put behind the name", default = "-v2" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.Parameters.FunctionName = state.Parameters.FunctionName .. p.suffix end),
  mended = states.is_left,
  hints = {
    { en = "Which function was not found? The cause has its whole ARN.", ko = "어떤 함수를 찾지 못했나요? cause에 전체 ARN이 나와 있습니다." },
    { en = "List the functions (aws lambda list-functions) and compare with the FunctionName of {state}.",
      ko = "함수를 나열하고(aws lambda list-functions) {state} 상태의 FunctionName과 비교해 보세요." },
    { en = "Take {suffix} off the FunctionName of {state}, and update the state machine.",
      ko = "{state} 상태의 FunctionName 끝에 붙은 {suffix} 부분을 지우고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A definition is not checked against what exists. A name that is wrong is found out by the first order.",
    ko = "정의에 적힌 이름이 실제로 있는지는 검사하지 않습니다. 잘못된 이름은 첫 주문에서야 드러나요.",
  },
  stage = states.stage, works = states.works, shows = states.why,
  repair = states.editor(function(state, p)
    state.Parameters.FunctionName = string.sub(state.Parameters.FunctionName, 1, -1 - #p.suffix)
  end),
}
