-- A fault of the cloud: S3 asks for fewer requests.
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Please slow down", ko = "천천히 와 주세요" },
  what = "Lets S3 turn away a share of the reads of a bucket with 503 SlowDown; a state that reads wants a Retry.",
  says = "S3.S3Exception: Please reduce your request rate. (Service: S3, Status Code: 503, …)",
  parameters = {
    machine = { "the state machine that reads", needed = "orders" },
    state = { "its state that reads", needed = "Read" },
    bucket = { "the bucket", default = "orders-{account}" },
    share = { "how many of the reads are turned away, 0 to 1", default = 0.5 },
  },
  shown_by = states.shown_by,
  on = "s3:GetObject",
  call = function(call, p)
    if call.input.Bucket == p.bucket and call:chance(p.share) then call:fail("SlowDown", "Please reduce your request rate.", 503) end
  end,
  mended = states.retries "S3.S3Exception",
  hints = {
    { en = "Is anything wrong with the object, or is it the number of those who want it?",
      ko = "객체가 잘못됐나요, 아니면 찾는 쪽이 너무 많은 건가요?" },
    { en = "A 503 of S3 means: later. {state} does not try later.", ko = "S3의 503은 나중에 오라는 뜻입니다. {state} 상태는 나중에 다시 하지 않아요." },
    { en = "Give {state} a Retry: { \"ErrorEquals\": [\"S3.S3Exception\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6, \"BackoffRate\": 2 }.",
      ko = "{state} 상태에 Retry를 넣으세요: { \"ErrorEquals\": [\"S3.S3Exception\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6, \"BackoffRate\": 2 }" },
  },
  learnt = {
    en = "S3 grows with its load, but not within the second: 503s in between are normal.",
    ko = "S3는 부하에 맞춰 늘어나지만 당장 그 순간은 아닙니다. 그 사이의 503은 정상이에요.",
  },
  stage = function(team, p) s3.stage_reader(team, { machine = p.machine, state = p.state, bucket = p.bucket, key = "prices/today.json" }) end,
  works = s3.works_reader, shows = states.why, after = "3m",
  repair = states.editor(function(state)
    state.Retry = { { ErrorEquals = { "S3.S3Exception" }, IntervalSeconds = 1, MaxAttempts = 8, BackoffRate = 1.2 } }
  end),
}
