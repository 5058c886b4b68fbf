-- A path in the definition names a field that is not there (FAULTS SF1).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"

-- The first member of Parameters, at any depth, that is a path.
local function find_path(parameters)
  for name, value in pairs(parameters) do
    if type(value) == "table" then
      local inside, at = find_path(value)
      if inside then return inside, at end
    elseif type(name) == "string" and string.find(name, "%.%$$") and string.find(tostring(value), "^%$%.[%w_.]+$") then
      return parameters, name
    end
  end
end

return ready.fault {
  title = { en = "A path to nowhere", ko = "아무 데도 닿지 않는 경로" },
  what = "Puts {suffix} behind the first path in the Parameters of a state, so that it names a field nobody sends.",
  says = "States.Runtime: An error occurred while executing the state '{state}'…The JSONPath '…could not be found in the input '",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state that has Parameters with a path", needed = "Price" },
    suffix = { "what is put behind the path", default = "s" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p)
    local inside, name = find_path(state.Parameters or {})
    if not inside then error("the state " .. p.state .. " has no path in its Parameters", 0) end
    inside[name] = inside[name] .. p.suffix
  end),
  mended = states.is_left,
  hints = {
    { en = "Look at an execution that failed: in which state did it end, and which path was not found?",
      ko = "실패한 실행을 보세요. 어느 상태에서 끝났고, 찾지 못한 경로는 무엇인가요?" },
    { en = "The cause prints the input of {state}. Compare its fields with the paths in Parameters.",
      ko = "cause에 {state} 상태의 입력이 찍혀 있습니다. 그 필드와 Parameters의 경로를 비교해 보세요." },
    { en = "Take the {suffix} too many off the path in the Parameters of {state}, and update the state machine.",
      ko = "{state} 상태의 Parameters에서 경로 끝에 잘못 붙은 {suffix} 글자를 지우고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "A path that is not there fails with States.Runtime, which no Retry and no Catch sees. The cause prints the input: compare.",
    ko = "없는 경로는 States.Runtime으로 실패하고 Retry도 Catch도 잡지 못합니다. cause에 입력이 찍히니 비교해 보세요.",
  },
  stage = states.stage, works = states.works, shows = states.why,
  repair = states.editor(function(state, p)
    local inside, name = find_path(state.Parameters)
    inside[name] = string.sub(inside[name], 1, -1 - #p.suffix)
  end),
}
