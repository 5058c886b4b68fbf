-- An object of a versioned bucket was deleted: it is still there, below a marker.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"

return ready.fault {
  title = { en = "Gone, but not forgotten", ko = "사라졌지만 남아 있는 것" },
  what = "Deletes an object of a versioned bucket; its versions stay, below a delete marker.",
  says = "NoSuchKey: The specified key does not exist.",
  parameters = {
    bucket = { "the bucket, with versioning", default = "shop-{account}" }, role = s3.parameters.role,
    key = { "the object's key", needed = "prices/today.csv" },
  },
  shown_by = { "s3:ListObjectVersions", "s3:GetBucketVersioning" },
  breaks = function(team, p)
    if team.s3.GetBucketVersioning { Bucket = p.bucket }.Status ~= "Enabled" then error("the bucket " .. p.bucket .. " has no versioning", 0) end
    team.s3.DeleteObject { Bucket = p.bucket, Key = p.key }
  end,
  mended = function(team, p) return s3.tried(function() team.s3.HeadObject { Bucket = p.bucket, Key = p.key } end) end,
  hints = {
    { en = "The bucket has versioning. What does that mean for an object that was deleted?",
      ko = "이 버킷은 버전 관리를 합니다. 삭제한 객체는 어떻게 될까요?" },
    { en = "A delete marker is the newest version of {key} (aws s3api list-object-versions). What stands below it is untouched.",
      ko = "{key}의 최신 버전은 삭제 마커입니다(aws s3api list-object-versions). 그 아래의 버전은 그대로 있어요." },
    { en = "Delete the marker: aws s3api delete-object --bucket BUCKET --key {key} --version-id MARKER",
      ko = "삭제 마커를 지우세요: aws s3api delete-object --bucket 버킷 --key {key} --version-id 마커" },
  },
  learnt = {
    en = "Deleting a delete marker is the undo of S3.",
    ko = "삭제 마커를 지우는 것이 S3의 되돌리기입니다.",
  },
  stage = s3.stage_versioned, works = s3.works,
  shows = function(team, p)
    team.s3.ListObjectVersions { Bucket = p.bucket }
    return s3.get(team, p)
  end,
  repair = function(team, p)
    for _, marker in ipairs(team.s3.ListObjectVersions { Bucket = p.bucket, Prefix = p.key }.DeleteMarkers or {}) do
      if marker.IsLatest then team.s3.DeleteObject { Bucket = p.bucket, Key = p.key, VersionId = marker.VersionId } end
    end
  end,
}
