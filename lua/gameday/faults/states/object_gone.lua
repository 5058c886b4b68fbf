-- A state reads an object that somebody has moved (FAULTS SF31).
local ready = require "gameday.ready"
local states = require "gameday.faults.states"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Moved without an address", ko = "주소도 없이 이사 간 파일" },
  what = "Moves an object that a state reads: it stands under {key}{suffix} then.",
  says = "S3.NoSuchKeyException: The specified key does not exist. (Service: S3, Status Code: 404…",
  parameters = {
    machine = { "the state machine", needed = "orders" },
    state = { "its state that reads the object", needed = "Read" },
    bucket = { "the object's bucket", default = "orders-{account}" },
    key = { "its key", needed = "prices/today.json" },
    suffix = { "what is put behind the key", default = ".bak" },
  },
  shown_by = states.shown_by,
  breaks = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.key .. p.suffix, CopySource = p.bucket .. "/" .. p.key }
    team.s3.DeleteObject { Bucket = p.bucket, Key = p.key }
  end,
  mended = states.is_left,
  hints = {
    { en = "Which service says that something does not exist, and what did the state ask it for?",
      ko = "무엇이 없다고 말하는 서비스는 어디이고, 상태는 무엇을 요청했나요?" },
    { en = "List the bucket: is {key} there, or something like it?", ko = "버킷을 나열해 보세요. {key} 객체가 있나요, 아니면 비슷한 것이 있나요?" },
    { en = "Copy {key}{suffix} back to {key} (aws s3 mv).", ko = "{key}{suffix} 객체를 {key} 자리로 되돌리세요(aws s3 mv)." },
  },
  learnt = {
    en = "Names in S3 are whole keys. There is no folder to look into: it is there to the letter, or it is not.",
    ko = "S3의 이름은 전체 키입니다. 폴더를 뒤져 주지 않아요. 글자까지 똑같아야 있는 것입니다.",
  },
  stage = s3.stage_reader, works = s3.works_reader, shows = states.why,
  repair = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.key, CopySource = p.bucket .. "/" .. p.key .. p.suffix }
  end,
}
