-- The bucket knows no ACLs any more, and who writes still sends one.
local ready = require "gameday.ready"
local s3 = require "gameday.faults.s3"

local function put(team, p) return team.s3.PutObject { Bucket = p.bucket, Key = "notes/shift.txt", Body = "all well", ACL = "public-read" } end

return ready.fault {
  title = { en = "An old habit", ko = "오래된 습관" },
  what = "Sets a bucket's object ownership to BucketOwnerEnforced: uploads with an ACL are refused.",
  says = "AccessControlListNotSupported: The bucket does not allow ACLs",
  parameters = { bucket = s3.parameters.bucket },
  shown_by = { "s3:GetBucketOwnershipControls" },
  breaks = function(team, p)
    team.s3.PutBucketOwnershipControls { Bucket = p.bucket, OwnershipControls = { Rules = { { ObjectOwnership = "BucketOwnerEnforced" } } } }
  end,
  mended = function(team, p) return s3.tried(function() put(team, p) end) end,
  every = "10s",
  hints = {
    { en = "Uploads fail, but yours may pass. What do the failing ones send along?",
      ko = "업로드가 실패하는데 여러분의 것은 될지도 모릅니다. 실패하는 업로드는 무엇을 함께 보내나요?" },
    { en = "They send an ACL. Whether a bucket knows ACLs is its object ownership (aws s3api get-bucket-ownership-controls).",
      ko = "ACL을 함께 보냅니다. 버킷이 ACL을 받는지는 객체 소유권 설정에 있습니다(aws s3api get-bucket-ownership-controls)." },
    { en = "Set ObjectOwnership to ObjectWriter or BucketOwnerPreferred (put-bucket-ownership-controls) until the writers have learnt better.",
      ko = "쓰는 쪽을 고칠 때까지 ObjectOwnership을 ObjectWriter나 BucketOwnerPreferred로 두세요(put-bucket-ownership-controls)." },
  },
  learnt = {
    en = "New buckets know no ACLs; old writers do not know that.",
    ko = "새 버킷은 ACL을 모르고, 오래된 프로그램은 그 사실을 모릅니다.",
  },
  stage = function(team, p)
    team.s3.CreateBucket { Bucket = p.bucket, ObjectOwnership = "ObjectWriter" }
    team.s3.DeletePublicAccessBlock { Bucket = p.bucket }
  end,
  works = function(team, p) return put(team, p).ETag ~= nil end,
  shows = function(team, p)
    team.s3.GetBucketOwnershipControls { Bucket = p.bucket }
    return put(team, p)
  end,
  repair = function(team, p)
    team.s3.PutBucketOwnershipControls { Bucket = p.bucket, OwnershipControls = { Rules = { { ObjectOwnership = "ObjectWriter" } } } }
  end,
}
