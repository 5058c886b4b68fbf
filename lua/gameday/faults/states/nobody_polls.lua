-- A task waits at an activity that no worker polls (FAULTS SF17).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

local function running(team, p)
  local page = team.states.ListExecutions { stateMachineArn = team.machine(p.machine), statusFilter = "RUNNING", maxResults = 1 }
  return page.executions[1] or error("no execution is waiting", 0)
end

return ready.fault {
  title = { en = "Waiting for nobody", ko = "오지 않을 사람을 기다리며" },
  what = "Lets a task wait at the activity {other}, which no worker polls: executions stay RUNNING without any error.",
  says = "RUNNING…ActivityScheduled",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its task at an activity", needed = "Pack" },
    other = { "the activity that nobody polls", default = "retired-desk" },
  },
  shown_by = states.shown_by,
  breaks = function(team, p)
    local arn = team.states.CreateActivity { name = p.other }.activityArn
    states.edit(team, p, function(state) state.Resource = arn end)
  end,
  mended = states.is_left,
  hints = {
    { en = "Nothing fails, and nothing ends. What is the last event in the history of an execution that runs?",
      ko = "실패도 없고 끝도 없습니다. 실행 중인 실행의 이력에서 마지막 이벤트는 무엇인가요?" },
    { en = "{state} waits for a worker of an activity. Which activity is it, and which one do the workers poll?",
      ko = "{state} 상태는 액티비티의 작업자를 기다립니다. 어느 액티비티이고, 작업자들은 어느 것을 폴링하나요?" },
    { en = "Let {state} use the activity that the workers poll, not {other}; and give it a TimeoutSeconds. Stop what waits in vain.",
      ko = "{state} 상태가 {other} 대신 작업자가 폴링하는 액티비티를 쓰게 하고 TimeoutSeconds도 지정하세요. 헛되이 기다리는 실행은 멈추세요." },
  },
  learnt = {
    en = "A task without a timeout can wait for a year. RUNNING is not the same as alive.",
    ko = "타임아웃이 없는 작업은 1년도 기다립니다. RUNNING이라고 해서 살아 있는 것은 아니에요.",
  },
  stage = function(team, p)
    local desk = team.states.CreateActivity { name = "packing-desk" }.activityArn
    states.build(team, p, { StartAt = p.state, States = { [p.state] = { Type = "Task", Resource = desk, End = true } } })
  end,
  works = function(team, p)
    local execution = team.states.StartExecution { stateMachineArn = team.machine(p.machine), input = "{}" }.executionArn
    local desk, status = team.arn("states", "activity:packing-desk"), nil
    repeat -- the worker: others' orders first
      local task = team.states.GetActivityTask { activityArn = desk, workerName = "worker" }
      if task.taskToken then team.states.SendTaskSuccess { taskToken = task.taskToken, output = "{}" } end
      stage.await(function()
        status = team.states.DescribeExecution { executionArn = execution }.status
        return status ~= "RUNNING"
      end, "2s")
    until not task.taskToken or status ~= "RUNNING"
    return status == "SUCCEEDED", "the order is still being packed"
  end,
  shows = function(team, p)
    local execution = running(team, p)
    local events = team.states.GetExecutionHistory { executionArn = execution.executionArn, reverseOrder = true, maxResults = 1 }.events
    return execution.status .. " " .. events[1].type
  end,
  repair = function(team, p)
    states.edit(team, p, function(state) state.Resource = team.arn("states", "activity:packing-desk") end)
    for _, one in ipairs(team.states.ListExecutions { stateMachineArn = team.machine(p.machine), statusFilter = "RUNNING" }.executions) do
      team.states.StopExecution { executionArn = one.executionArn }
    end
  end,
}
