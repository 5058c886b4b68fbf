-- A fault of the cloud: jobs begin and never end (FAULTS SF17, FC31).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"
local sagemaker = require "gameday.faults.sagemaker"

-- Has an execution since then come to an end?
local function ends(team, p)
  for _, status in ipairs { "SUCCEEDED", "FAILED", "TIMED_OUT" } do
    local page = team.states.ListExecutions { stateMachineArn = team.machine(p.machine), statusFilter = status, maxResults = 1 }
    local newest = page.executions[1]
    if newest and newest.startDate * 1000 > p.since() then return true end
  end
  return false, { en = "no new execution has come to an end", ko = "끝난 새 실행이 아직 없습니다" }
end

return ready.fault {
  title = { en = "Still training", ko = "아직도 학습 중" },
  what = "Lets training jobs stay in Training for ever; whoever waits for one without a timeout waits for ever as well.",
  says = "RUNNING InProgress Training",
  parameters = {
    machine = { "the state machine that waits for training jobs", needed = "nightly" },
    state = { "its .sync task, without a TimeoutSeconds", needed = "Train" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "states:ListExecutions", "sagemaker:DescribeTrainingJob" },
  on = "sagemaker:TrainingJob", life = { from = "Training", stuck = true },
  mended = ends,
  hints = {
    { en = "Nothing fails, and nothing ends. How long do executions take otherwise?", ko = "실패도 없고 끝도 없습니다. 평소에는 실행이 얼마나 걸리나요?" },
    { en = "{state} waits for a training job that is stuck. Waiting longer does not help: who says when it is enough?",
      ko = "{state} 상태는 멈춰 버린 학습 작업을 기다립니다. 더 기다려도 소용없어요. 언제 그만 기다릴지는 누가 정하나요?" },
    { en = "Give {state} a TimeoutSeconds and a Catch for States.Timeout, update {machine}, and stop what waits (stop-execution).",
      ko = "{state} 상태에 TimeoutSeconds와 States.Timeout을 잡는 Catch를 넣고 {machine} 상태 머신을 업데이트한 뒤, 기다리는 실행을 멈추세요(stop-execution)." },
  },
  learnt = {
    en = "The repair of a stuck job is a timeout, not patience.",
    ko = "멈춘 작업의 해결책은 인내가 아니라 타임아웃입니다.",
  },
  stage = function(team, p)
    local arguments = sagemaker.training(team)
    sagemaker.make_data(team)
    arguments["TrainingJobName.$"] = "States.Format('night-{}', $$.Execution.Name)"
    states.build(team, p, {
      StartAt = p.state,
      States = {
        [p.state] = states.task("sagemaker:createTrainingJob.sync", arguments, {
          ResultPath = host.null, Next = "Done", Catch = { { ErrorEquals = { "States.Timeout" }, ResultPath = "$.error", Next = "Done" } },
        }),
        Done = { Type = "Pass", Parameters = { total = 1 }, End = true },
      },
    }, { { Effect = "Allow", Action = { "sagemaker:*", "iam:PassRole", "events:*" }, Resource = "*" } })
  end,
  works = function(team, p)
    local execution = team.states.StartExecution { stateMachineArn = team.machine(p.machine), input = "{}" }.executionArn
    local status
    stage.await(function()
      status = team.states.DescribeExecution { executionArn = execution }.status
      return status ~= "RUNNING"
    end, "2m")
    return status == "SUCCEEDED", { en = "the night is " .. status, ko = "밤 작업이 " .. status .. " 상태입니다" }
  end,
  after = "3m",
  shows = function(team, p)
    local execution = team.states.ListExecutions { stateMachineArn = team.machine(p.machine), statusFilter = "RUNNING" }.executions[1]
    local job = team.sagemaker.DescribeTrainingJob { TrainingJobName = "night-" .. execution.name }
    return table.concat({ execution.status, job.TrainingJobStatus, job.SecondaryStatus }, " ")
  end,
  repair = function(team, p)
    states.edit(team, p, function(state) state.TimeoutSeconds = 60 end)
    for _, one in ipairs(team.states.ListExecutions { stateMachineArn = team.machine(p.machine), statusFilter = "RUNNING" }.executions) do
      team.states.StopExecution { executionArn = one.executionArn }
    end
  end,
}
