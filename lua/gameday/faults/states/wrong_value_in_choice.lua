-- A rule compares with a value that nobody sends: no error, a wrong branch.
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

local function turned(text)
  local first = string.sub(text, 1, 1)
  return (first == string.upper(first) and string.lower(first) or string.upper(first)) .. string.sub(text, 2)
end

local turn = states.editor(function(state)
  local rule = state.Choices[1]
  if type(rule.StringEquals) ~= "string" then error("the first rule has no StringEquals", 0) end
  rule.StringEquals = turned(rule.StringEquals)
end)

return ready.fault {
  title = { en = "Gold is not gold", ko = "Gold와 gold는 다르다" },
  what = "Turns the first letter of the StringEquals in a Choice's first rule: nothing fails, but it never holds.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its Choice state", needed = "Tier" },
    input = { "an input of that state for which the rule should hold, as JSON", needed = '{"tier":"gold","price":{"total":180}}' },
    next = { "the state that should come next then", needed = "Gold" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "states:TestState", "states:DescribeStateMachine" },
  breaks = turn,
  mended = function(team, p) return states.tried(team, p, p.state, p.input).nextState == p.next end,
  hints = {
    { en = "Nothing is red, but some results are wrong. Which state do those executions go through, and which one should they?",
      ko = "빨간 것은 없는데 결과가 틀린 주문이 있습니다. 그 실행은 어느 상태를 지나고, 원래는 어디를 지나야 하나요?" },
    { en = "Try {state} by itself (aws stepfunctions test-state): what is its nextState for such an input?",
      ko = "{state} 상태만 따로 시험해 보세요(aws stepfunctions test-state). 그런 입력의 nextState는 무엇인가요?" },
    { en = "The first rule of {state} compares with a word of another case. Write it as it is sent, and update the state machine.",
      ko = "{state} 상태의 첫 번째 규칙은 대소문자가 다른 값과 비교합니다. 실제로 들어오는 값대로 고치고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A Default hides what a rule misses. Comparisons are exact to the letter.",
    ko = "Default는 규칙이 놓친 것을 감춥니다. 비교는 글자 하나까지 정확해야 해요.",
  },
  stage = states.stage, works = states.works,
  shows = function(team, p) return states.tried(team, p, p.state, p.input) end,
  repair = turn,
}
