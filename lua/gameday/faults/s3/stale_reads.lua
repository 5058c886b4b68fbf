-- A fault of the cloud: who reads what was just written does not find it yet.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local states = require "gameday.faults.states"

return ready.fault {
  title = { en = "News travels slowly", ko = "소식이 늦게 닿는 곳" },
  what = "Lets reads of objects see what was there {age} ago: what a state has just written the next one does not find.",
  says = "S3.NoSuchKeyException: The specified key does not exist.",
  parameters = {
    machine = { "the state machine that reads what it has just written", needed = "orders" },
    state = { "its state that reads", needed = "Read" },
    age = { "how old the view is", default = "8s" },
  },
  shown_by = states.shown_by,
  on = { "s3:GetObject", "s3:HeadObject" }, wire = { stale = "{age}" },
  mended = states.is_left,
  hints = {
    { en = "The object that is missing was written a moment before. Is it there now?", ko = "없다고 한 객체는 조금 전에 쓰였습니다. 지금은 있나요?" },
    { en = "It is, and {state} looked too early: for a while the writing is not seen everywhere.", ko = "있습니다. {state} 상태가 너무 일찍 봤어요. 쓴 것이 어디에서나 보이려면 잠깐 걸립니다." },
    { en = "Give {state} a Retry for S3.NoSuchKeyException (IntervalSeconds 3, MaxAttempts 6), or hand the content on instead of reading it.",
      ko = "{state} 상태에 S3.NoSuchKeyException을 잡는 Retry(IntervalSeconds 3, MaxAttempts 6)를 넣거나, 읽는 대신 내용을 그대로 넘기세요." },
  },
  learnt = {
    en = "S3 is consistent since 2020, much else is not. Who must not lose a moment hands on what he has.",
    ko = "S3는 2020년부터 강한 일관성을 보장하지만 그렇지 않은 것도 많습니다. 한순간도 늦으면 안 된다면 가진 것을 직접 넘기세요.",
  },
  stage = function(team, p)
    local bucket = team.name "orders"
    local object = { Bucket = bucket, ["Key.$"] = "States.Format('notes/{}', $$.Execution.Name)" }
    stage.bucket(team, bucket)
    states.build(team, p, {
      StartAt = "Write",
      States = {
        Write = states.task("aws-sdk:s3:putObject", { Bucket = bucket, ["Key.$"] = object["Key.$"], Body = "170" }, { Next = p.state }),
        [p.state] = states.task("aws-sdk:s3:getObject", object, { ResultSelector = { ["total.$"] = "States.StringToJson($.Body)" }, End = true }),
      },
    }, { stage.allow({ "s3:GetObject", "s3:PutObject", "s3:ListBucket" }, "*") })
  end,
  works = function(team, p) return states.order(team, p, {}, 170, "1m") end,
  shows = states.why,
  repair = states.editor(function(state)
    state.Retry = { { ErrorEquals = { "S3.NoSuchKeyException" }, IntervalSeconds = 3, MaxAttempts = 6, BackoffRate = 1 } }
  end),
}
