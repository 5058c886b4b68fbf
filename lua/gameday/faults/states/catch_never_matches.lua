-- A Catch names an error that never comes (FAULTS SF32).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

-- Did an order whose task failed go on?
local function is_caught(team, p)
  local page = team.states.ListExecutions { stateMachineArn = team.machine(p.machine), maxResults = 12 }
  for _, execution in ipairs(page.executions) do
    local inside, failed
    for _, event in ipairs(execution.startDate * 1000 > p.since() and team:history(execution.executionArn) or {}) do
      inside = (event.stateEnteredEventDetails or {}).name or inside
      failed = failed or (inside == p.state and string.find(event.type, "^%w*Task%w*Failed$") or event.type == "LambdaFunctionFailed")
      if failed and (event.stateExitedEventDetails or {}).name == p.state then return true end
    end
    if failed then break end
  end
  return false, { en = "no failure of " .. p.state .. " has been caught yet", ko = p.state .. " 상태의 실패가 아직 한 번도 잡히지 않았습니다" }
end

return ready.fault {
  title = { en = "A net with the wrong holes", ko = "엉뚱한 것만 잡는 그물" },
  what = "Lets the Catch of a task name {error_name}, which never comes, so that what it was there for ends the execution.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task with a Catch", needed = "Price" },
    error_name = { "what the Catch names then", default = "Lambda.FunctionError" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.Catch[1].ErrorEquals = { p.error_name } end),
  mended = is_caught,
  says = "NoSuchUnicorn: …",
  hints = {
    { en = "{state} has a Catch, and still its errors end the execution. What is the error called in the history?",
      ko = "{state} 상태에는 Catch가 있는데도 오류가 나면 실행이 끝나 버립니다. 이력에서 그 오류의 이름은 무엇인가요?" },
    { en = "A function's own error has the name of its class or errorType, not a name of Lambda. Compare with ErrorEquals.",
      ko = "함수가 낸 오류의 이름은 Lambda의 이름이 아니라 예외 클래스나 errorType입니다. ErrorEquals와 비교해 보세요." },
    { en = "Let the Catch of {state} name the error that really comes (or States.ALL), and update the state machine.",
      ko = "{state} 상태의 Catch에 실제로 오는 오류 이름(또는 States.ALL)을 적고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "Catch and Retry match names to the letter. Take them from the history of a failure, not from memory.",
    ko = "Catch와 Retry는 이름을 글자 그대로 비교합니다. 기억이 아니라 실패한 이력에서 이름을 가져오세요.",
  },
  stage = function(team, p)
    local definition = states.orders()
    stage.desk(team, "desk")
    definition.States.Price.Catch = { { ErrorEquals = { "NoSuchUnicorn" }, ResultPath = "$.error", Next = "Sorry" } }
    definition.States.Sorry = { Type = "Pass", Parameters = { total = 0 }, End = true }
    states.build(team, p, definition)
  end,
  works = function(team, p) return states.order(team, p, { unicorn = "nobody", nights = 2, tier = "gold" }, 0) end,
  shows = states.why,
  repair = states.editor(function(state) state.Catch[1].ErrorEquals = { "NoSuchUnicorn" } end),
}
