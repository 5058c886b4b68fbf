-- A new version of a function answers in another shape (FAULTS SF33).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lambda = require "gameday.faults.lambda"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "Fully compatible, they say", ko = "완전히 호환된다고 합니다" },
  what = "Sets a variable of a function by which it answers in another shape; the state that reads the answer fails.",
  says = "States.Runtime: …could not be found in the input '…",
  parameters = {
    machine = { "the state machine that calls the function", needed = "orders" },
    state = { "its task", needed = "Price" },
    function_name = { "the function", needed = "desk" },
    variable = { "the variable that chooses the shape", needed = "SHAPE" },
    value = { "its value for the other shape", needed = "2" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "lambda:Invoke", "lambda:GetFunctionConfiguration" },
  breaks = function(team, p) lambda.set_variable(team, p, p.variable, p.value) end,
  mended = states.is_left,
  hints = {
    { en = "The function was called and answered. What did it answer? The history has it in TaskSucceeded.",
      ko = "함수는 불렸고 답도 했습니다. 무엇이라고 답했나요? 이력의 TaskSucceeded에 있습니다." },
    { en = "Compare what {function_name} answers now with the path in the ResultSelector of {state}.",
      ko = "{function_name} 함수가 지금 하는 답과 {state} 상태의 ResultSelector에 있는 경로를 비교해 보세요." },
    { en = "Let {state} select the field where it stands now, or take the variable {variable} of {function_name} back.",
      ko = "{state} 상태가 지금 있는 자리에서 필드를 고르게 고치거나, {function_name} 함수의 {variable} 변수를 되돌리세요." },
  },
  learnt = {
    en = "Between two teams the shape of an answer is a contract. A ResultSelector is where you notice that it was broken.",
    ko = "두 팀 사이에서 답의 모양은 계약입니다. 계약이 깨진 것은 ResultSelector에서 드러납니다.",
  },
  stage = states.stage, works = states.works, shows = states.why,
  repair = states.editor(function(state) state.ResultSelector["total.$"] = "$.Payload.quote.total" end),
}
