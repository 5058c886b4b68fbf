-- What a state reads has grown beyond what may be passed on (FAULTS SF15).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Too heavy to carry", ko = "들고 가기에는 너무 무거운 짐" },
  what = "Lets an object that a state reads grow to more than the 256 KiB that may pass from state to state (blanks behind its text).",
  says = "States.DataLimitExceeded: The state/task '…' returned a result with a size exceeding the maximum number of bytes service limit.",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state that reads the object", needed = "Read" },
    bucket = { "the object's bucket", default = "orders-{account}" },
    key = { "its key", needed = "prices/today.json" },
  },
  shown_by = { "states:DescribeExecution", "states:GetExecutionHistory", "s3:HeadObject", "s3:ListObjectsV2" },
  breaks = function(team, p)
    local uri = "s3://" .. p.bucket .. "/" .. p.key
    team:upload(uri, team:download(uri) .. string.rep(" ", 300000))
  end,
  mended = states.is_left,
  hints = {
    { en = "Neither Retry nor Catch see this error. What is too large, and for whom?",
      ko = "Retry도 Catch도 이 오류를 보지 못합니다. 무엇이 누구에게 너무 큰가요?" },
    { en = "{state} reads {key} and hands on all of it. How large is the object now (aws s3 ls)?",
      ko = "{state} 상태는 {key} 객체를 읽어 통째로 넘깁니다. 지금 객체는 얼마나 큰가요(aws s3 ls)?" },
    { en = "Write {key} without what fills it up, or hand on its key and let who needs it read it.",
      ko = "{key}에서 쓸데없이 채워진 부분을 빼고 다시 올리거나, 내용 대신 키만 넘겨 필요한 곳에서 읽게 하세요." },
  },
  learnt = {
    en = "A state machine carries references, not freight: 256 KiB and no more.",
    ko = "상태 머신은 짐이 아니라 주소를 나릅니다. 한도는 256KiB예요.",
  },
  stage = s3.stage_reader, works = s3.works_reader, shows = states.why,
  repair = function(team, p)
    local uri = "s3://" .. p.bucket .. "/" .. p.key
    team:upload(uri, (string.gsub(team:download(uri):sub(1, 1000), "%s+$", "")))
  end,
}
