-- A fault of the cloud: answers of S3 are cut off.
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Half a page", ko = "반쪽만 온 편지" },
  what = "Cuts a share of S3's answers off in the middle; a state that reads wants a Retry.",
  says = "S3.SdkClientException: …",
  parameters = {
    machine = { "the state machine that reads", needed = "orders" },
    state = { "its state that reads", needed = "Read" },
    share = { "how many of the reads, 0 to 1", default = 0.5 },
  },
  shown_by = states.shown_by,
  on = "s3:GetObject", wire = { truncate = 0.5, chance = "{share}" },
  mended = states.retries "S3.SdkClientException",
  hints = {
    { en = "Is the object damaged, or its way here? Read it a few times.", ko = "객체가 상했나요, 오는 길에 상했나요? 몇 번 읽어 보세요." },
    { en = "The answer ended before its time: S3.SdkClientException. {state} does not read again.", ko = "응답이 중간에 끊겼습니다. S3.SdkClientException이에요. {state} 상태는 다시 읽지 않습니다." },
    { en = "Give {state} a Retry: { \"ErrorEquals\": [\"S3.SdkClientException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6 }.",
      ko = "{state} 상태에 Retry를 넣으세요: { \"ErrorEquals\": [\"S3.SdkClientException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 6 }" },
  },
  learnt = {
    en = "Reading twice costs nothing and hurts nobody: retry reads first of all.",
    ko = "읽기는 두 번 해도 아무 해가 없습니다. 재시도는 읽기부터 넣으세요.",
  },
  stage = function(team, p) s3.stage_reader(team, { machine = p.machine, state = p.state, bucket = team.name "orders", key = "prices/today.json" }) end,
  works = s3.works_reader, shows = states.why, after = "3m",
  repair = states.editor(function(state)
    state.Retry = { { ErrorEquals = { "S3.SdkClientException" }, IntervalSeconds = 1, MaxAttempts = 8, BackoffRate = 1.2 } }
  end),
}
