-- An upload was cut off: the object is there, and empty.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Nothing inside", ko = "속이 빈 파일" },
  what = "Writes an object anew without content; what it had is kept under {key}{suffix}.",
  says = '"ContentLength":0',
  parameters = {
    bucket = s3.parameters.bucket, role = s3.parameters.role,
    key = { "the object's key", needed = "prices/today.csv" },
    suffix = { "what is put behind the key of the copy", default = ".part" },
  },
  shown_by = { "s3:HeadObject", "s3:ListObjectsV2", "s3:GetObject" },
  breaks = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.key .. p.suffix, CopySource = p.bucket .. "/" .. p.key }
    team:upload("s3://" .. p.bucket .. "/" .. p.key, "")
  end,
  mended = function(team, p) return team.s3.HeadObject { Bucket = p.bucket, Key = p.key }.ContentLength > 0, "the object is empty" end,
  hints = {
    { en = "The object can be read. What comes when you do?", ko = "객체는 읽힙니다. 읽으면 무엇이 나오나요?" },
    { en = "{key} has 0 bytes (aws s3 ls). What was written beside it at the same time?",
      ko = "{key} 객체는 0바이트입니다(aws s3 ls). 같은 시각에 옆에 무엇이 쓰였나요?" },
    { en = "Copy {key}{suffix} to {key} (aws s3 cp).", ko = "{key}{suffix} 객체를 {key} 자리로 복사하세요(aws s3 cp)." },
  },
  learnt = {
    en = "That an object exists says nothing of its content. Size is the cheapest check there is.",
    ko = "객체가 있다고 내용이 있는 것은 아닙니다. 크기는 가장 값싼 검사예요.",
  },
  stage = s3.stage, works = s3.works,
  shows = function(team, p) return team.s3.HeadObject { Bucket = p.bucket, Key = p.key } end,
  repair = function(team, p) team.s3.CopyObject { Bucket = p.bucket, Key = p.key, CopySource = p.bucket .. "/" .. p.key .. p.suffix } end,
}
