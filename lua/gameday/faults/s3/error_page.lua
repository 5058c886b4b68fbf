-- The job that fetches a file has stored an error page.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"

local page = "<!DOCTYPE html>\n<html><head><title>503 Service Unavailable</title></head><body>Please come back later.</body></html>\n"

return ready.fault {
  title = { en = "Please come back later", ko = "나중에 다시 오세요" },
  what = "Writes a web server's error page over an object; what it had is kept under {key}{suffix}.",
  says = "503 Service Unavailable",
  parameters = {
    bucket = s3.parameters.bucket, role = s3.parameters.role,
    key = { "the object's key", needed = "prices/today.csv" },
    suffix = { "what is put behind the key of the copy", default = ".1" },
  },
  shown_by = { "s3:GetObject", "s3:HeadObject", "s3:ListObjectsV2" },
  breaks = function(team, p)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.key .. p.suffix, CopySource = p.bucket .. "/" .. p.key }
    team:upload("s3://" .. p.bucket .. "/" .. p.key, page, { ContentType = "text/html" })
  end,
  mended = function(team, p)
    local ok, body = pcall(team.download, "s3://" .. p.bucket .. "/" .. p.key)
    return ok and not string.find(string.sub(body, 1, 200), "^%s*<"), "the object is a web page"
  end,
  hints = {
    { en = "Read the object yourself. Is that what its name promises?", ko = "객체를 직접 읽어 보세요. 이름에 어울리는 내용인가요?" },
    { en = "Whoever fetched {key} stored what the server said instead of data. What stands beside it in the bucket?",
      ko = "{key} 객체를 가져온 쪽이 데이터 대신 서버의 오류 페이지를 저장했습니다. 버킷 안 그 옆에는 무엇이 있나요?" },
    { en = "Copy {key}{suffix} to {key} (aws s3 cp).", ko = "{key}{suffix} 객체를 {key} 자리로 복사하세요(aws s3 cp)." },
  },
  learnt = {
    en = "A download that does not look at the status stores apologies as data.",
    ko = "상태 코드를 보지 않는 다운로드는 사과문을 데이터로 저장합니다.",
  },
  stage = s3.stage, works = s3.works,
  shows = function(team, p) return s3.get(team, p) end,
  repair = function(team, p) team.s3.CopyObject { Bucket = p.bucket, Key = p.key, CopySource = p.bucket .. "/" .. p.key .. p.suffix } end,
}
