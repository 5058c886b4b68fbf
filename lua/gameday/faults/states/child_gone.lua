-- A state starts a state machine that is not there (FAULTS SF23).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Handed to a ghost", ko = "유령에게 넘긴 일" },
  what = "Puts {suffix} behind the StateMachineArn that a state starts.",
  says = "StepFunctions.StateMachineDoesNotExistException: State Machine Does Not Exist: '…{suffix}'",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state that starts another machine", needed = "Price" },
    suffix = { "what is put behind the ARN", default = "-v2" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.Parameters.StateMachineArn = state.Parameters.StateMachineArn .. p.suffix end),
  mended = states.is_left,
  hints = {
    { en = "What does not exist, according to the cause? It is not the machine {machine} itself.",
      ko = "cause에서 없다고 하는 것은 무엇인가요? {machine} 자신은 아닙니다." },
    { en = "{state} starts another state machine. List the machines and compare the ARNs.",
      ko = "{state} 상태는 다른 상태 머신을 시작합니다. 상태 머신을 나열해 ARN을 비교해 보세요." },
    { en = "Take {suffix} off the StateMachineArn in {state}, and update {machine}.",
      ko = "{state} 상태의 StateMachineArn에서 {suffix} 부분을 지우고 {machine} 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A machine that calls another depends on its name. Nothing tells you of that when you rename.",
    ko = "다른 상태 머신을 부르는 쪽은 그 이름에 의존합니다. 이름을 바꿀 때 아무도 알려 주지 않아요.",
  },
  stage = states.stage_parent, works = states.works_parent, shows = states.why,
  repair = states.editor(function(state, p)
    state.Parameters.StateMachineArn = string.sub(state.Parameters.StateMachineArn, 1, -1 - #p.suffix)
  end),
}
