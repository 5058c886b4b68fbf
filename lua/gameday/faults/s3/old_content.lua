-- Somebody has put an old file over a new one.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"

local function versions(team, p) return team.s3.ListObjectVersions { Bucket = p.bucket, Prefix = p.key }.Versions end

return ready.fault {
  title = { en = "Yesterday's prices", ko = "어제의 가격" },
  what = "Copies the oldest version of an object over the newest: no error anywhere, old content.",
  parameters = {
    bucket = { "the bucket, with versioning", default = "shop-{account}" }, role = s3.parameters.role,
    key = { "an object with more than one version", needed = "prices/today.csv" },
  },
  shown_by = { "s3:ListObjectVersions", "s3:HeadObject" },
  breaks = function(team, p)
    local all = versions(team, p)
    local oldest = all[#all]
    if #all < 2 then error("the object " .. p.key .. " has no older version", 0) end
    team:remember("ready.old-content", oldest.ETag)
    team.s3.CopyObject { Bucket = p.bucket, Key = p.key, CopySource = p.bucket .. "/" .. p.key .. "?versionId=" .. oldest.VersionId }
  end,
  mended = function(team, p)
    local ok, head = pcall(team.s3.HeadObject, { Bucket = p.bucket, Key = p.key })
    return ok and head.ETag ~= team:recall "ready.old-content", "the object still has the old content"
  end,
  hints = {
    { en = "Everything answers, and the answers are old. When was {key} last written?",
      ko = "모두 응답하는데 답이 옛날 것입니다. {key} 객체는 언제 마지막으로 쓰였나요?" },
    { en = "List its versions (aws s3api list-object-versions): two of them have the same ETag.",
      ko = "버전을 나열해 보세요(aws s3api list-object-versions). 두 개의 ETag가 같습니다." },
    { en = "Copy the version before the newest over it (aws s3api copy-object --copy-source BUCKET/{key}?versionId=…), or delete the newest version.",
      ko = "최신 바로 앞의 버전을 덮어쓰거나(aws s3api copy-object --copy-source 버킷/{key}?versionId=…) 최신 버전을 삭제하세요." },
  },
  learnt = {
    en = "The newest version is not always the newest content.",
    ko = "최신 버전이 늘 최신 내용은 아닙니다.",
  },
  stage = s3.stage_versioned, works = s3.works,
  shows = versions,
  repair = function(team, p) team.s3.DeleteObject { Bucket = p.bucket, Key = p.key, VersionId = versions(team, p)[1].VersionId } end,
}
