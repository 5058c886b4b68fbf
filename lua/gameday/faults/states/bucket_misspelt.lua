-- A state reads from a bucket that is not there (FAULTS SF31).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "A bucket that never was", ko = "있은 적 없는 버킷" },
  what = "Puts {suffix} behind the Bucket in the Parameters of a state.",
  says = "S3.NoSuchBucketException: The specified bucket does not exist (Service: S3…",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state with a Bucket in its Parameters", needed = "Read" },
    suffix = { "what is put behind the name", default = "-prod" },
  },
  shown_by = states.shown_by,
  breaks = states.editor(function(state, p) state.Parameters.Bucket = state.Parameters.Bucket .. p.suffix end),
  mended = states.is_left,
  hints = {
    { en = "What does not exist, an object or something larger?", ko = "없는 것은 객체인가요, 아니면 더 큰 무엇인가요?" },
    { en = "Compare the Bucket in the Parameters of {state} with the buckets of the account (aws s3 ls).",
      ko = "{state} 상태 Parameters의 Bucket과 계정의 버킷 목록(aws s3 ls)을 비교해 보세요." },
    { en = "Take {suffix} off the Bucket in {state}, and update the state machine.",
      ko = "{state} 상태의 Bucket에서 {suffix} 부분을 지우고 상태 머신을 업데이트하세요." },
  },
  learnt = {
    en = "NoSuchBucket and NoSuchKey are different mistakes: read which of the two before you search.",
    ko = "NoSuchBucket과 NoSuchKey는 다른 실수입니다. 찾기 전에 어느 쪽인지 먼저 읽으세요.",
  },
  stage = function(team, p) s3.stage_reader(team, { machine = p.machine, state = p.state, bucket = team.name "orders", key = "prices/today.json" }) end,
  works = s3.works_reader, shows = states.why,
  repair = states.editor(function(state, p) state.Parameters.Bucket = string.sub(state.Parameters.Bucket, 1, -1 - #p.suffix) end),
}
